import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAdapters } from '../../../src/adapter-sdk/load-adapters.js';
import { describeAdapter, neutralLaunchOf, readFixtures } from '../../../src/adapter-sdk/testing.js';
import { writeNewAdapter } from '../../../src/cli/adapter-new.js';
import { packageVersion } from '../../../src/cli/version.js';
import { assertCode } from '../../support/assert-code.js';

const templateFolder = new URL('../../../adapters/_template/', import.meta.url);
const [template] = await loadAdapters(['./adapters/_template/adapter.js'], {
  baseDirectory: new URL('../../..', import.meta.url).pathname,
});
assert.ok(template);

describeAdapter({ adapter: template, fixtures: readFixtures(new URL('fixtures/', templateFolder)) });

describe('adapter new', () => {
  let folder: string;
  const manifest = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, object>;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'adapter-new-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes an adapter that loads and answers under its own name', async () => {
    writeNewAdapter({ name: 'schoology', folder });
    const [adapter] = await loadAdapters([folder]);
    assert.equal(adapter?.id, 'schoology');
    assert.equal(adapter.title, 'Schoology');
    const { 'resource-link': payload } = readFixtures(new URL(`file://${folder}/fixtures/`));
    const launch = neutralLaunchOf(adapter, payload);
    assert.equal(launch.application, 'Schoology');
    assert.equal(adapter.recognise({ issuer: 'https://x.example', productFamilyCode: 'schoology' }), 1);
  });

  it('leaves nothing of the template’s own name', () => {
    for (const file of writeNewAdapter({ name: 'schoology', title: 'Schoology LMS', folder })) {
      assert.doesNotMatch(readFileSync(join(folder, file), 'utf8'), /example-lms|Example LMS/, file);
    }
  });

  it('writes what an author needs, and nothing that only this project has', () => {
    const files = writeNewAdapter({ name: 'my-lms', folder });
    for (const file of ['.gitignore', 'README.md', 'adapter.js', 'adapter.test.js', 'package.json', 'registration.js'])
      assert.ok(files.includes(file), file);
    assert.deepEqual(
      files.filter((file) => /template|\.txt$|\.ts$/.test(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => !existsSync(join(folder, file))),
      [],
    );
  });

  it('asks for the playcontext that made it', () => {
    writeNewAdapter({ name: 'schoology', folder });
    assert.deepEqual(manifest()['peerDependencies'], { playcontext: `^${packageVersion()}` });
    assert.equal(manifest()['type'], 'module');
  });

  it('keeps what npm has installed in the folder', () => {
    const installed = { devDependencies: { playcontext: 'file:../playcontext.tgz' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(installed));
    for (const leftover of ['.git', 'node_modules']) mkdirSync(join(folder, leftover));
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    writeNewAdapter({ name: 'schoology', folder });
    assert.deepEqual(manifest()['devDependencies'], installed.devDependencies);
    assert.equal(readFileSync(join(folder, 'package-lock.json'), 'utf8'), '{}');
  });

  it('makes the folder when there is none', () => {
    const inside = join(folder, 'deep/schoology');
    writeNewAdapter({ name: 'schoology', folder: inside });
    assert.ok(existsSync(join(inside, 'adapter.js')));
  });

  for (const [what, file, text] of [
    ['a file of somebody else', 'notes.txt', ''],
    ['a package of somebody else', 'package.json', '{"name":"shop"}'],
    ['a broken package.json', 'package.json', '{'],
  ] as const) {
    it(`refuses a folder with ${what} and writes nothing`, async () => {
      writeFileSync(join(folder, file), text);
      const error = await assertCode('INPUT_INVALID', () => writeNewAdapter({ name: 'schoology', folder }));
      assert.match(error.message, new RegExp(file));
      assert.deepEqual(readdirSync(folder), [file]);
      assert.equal(readFileSync(join(folder, file), 'utf8'), text);
    });
  }

  for (const name of ['', 'a', 'Schoology', '9lms', 'my_lms', '../lms', 'a b', 'x'.repeat(32), 'moodle', 'generic']) {
    it(`refuses the name "${name}" and writes nothing`, async () => {
      await assertCode('INPUT_INVALID', () => writeNewAdapter({ name, folder }));
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  for (const title of ['', ' Schoology', 'A, B', "it's", '*/ evil', '`${x}`', 'a\nb', 'x'.repeat(61)]) {
    it(`refuses the title ${JSON.stringify(title)}, which would not fit into code or reports`, () =>
      assertCode('INPUT_INVALID', () => writeNewAdapter({ name: 'schoology', title, folder })));
  }
});
