import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInAdapters } from '../../../adapters/index.js';
import { writeNewAdapter } from '../../../src/cli/adapter-new.js';
import { builtInDemoIds, loadDemoAdapters } from '../../../src/cli/demo-adapters.js';
import { assertCode } from '../../support/assert-code.js';

describe('the adapters of the demo', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'demo-adapters-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are the built-in ones, and Moodle when nobody says', async () => {
    const { all, specifiers, defaultId, find } = await loadDemoAdapters();
    assert.deepEqual([all, specifiers, defaultId], [[...builtInAdapters], [], 'moodle']);
    for (const id of builtInDemoIds()) assert.ok(find(id).launch['iss'], id);
  });

  it('are first the one from outside, found by its folder, its module or its package', async () => {
    writeNewAdapter({ name: 'by-folder', folder: join(folder, 'one') });
    writeNewAdapter({ name: 'by-module', folder: join(folder, 'two') });
    writeNewAdapter({ name: 'by-package', folder: join(folder, 'node_modules/some-adapter') });
    const places = ['one', './two/adapter.js', 'some-adapter'];
    const adapters = await loadDemoAdapters(places, folder);
    assert.equal(adapters.defaultId, 'by-folder');
    assert.equal(adapters.all.length, builtInAdapters.length + 3);
    for (const id of ['by-folder', 'by-module', 'by-package']) {
      const { adapter, launch } = adapters.find(id);
      assert.equal(adapter.id, id);
      assert.match(JSON.stringify(launch), new RegExp(`"product_family_code":"${id}"`));
    }
  });

  it('need no package.json, as adapter check needs none', async () => {
    writeNewAdapter({ name: 'bare', folder });
    rmSync(join(folder, 'package.json'));
    writeFileSync(
      join(folder, 'adapter.mjs'),
      `export default (sdk) => sdk.defineAdapter({ id: 'bare',
      apiVersion: 1, title: 'Bare', proof: 'lti13', settings: sdk.z.object({}) });`,
    );
    rmSync(join(folder, 'adapter.js'));
    assert.equal((await loadDemoAdapters([folder])).find('bare').adapter.id, 'bare');
  });

  it('refuse an id that nobody has, and say which there are', async () => {
    const { find } = await loadDemoAdapters();
    const error = await assertCode('INPUT_INVALID', () => find('nobody'));
    assert.match(error.reason ?? '', /nobody.*moodle/);
  });

  it('refuse an adapter without a launch to imitate, or with a broken one', async () => {
    writeNewAdapter({ name: 'silent', folder });
    const file = join(folder, 'fixtures/resource-link.json');
    writeFileSync(file, '[]');
    await assertCode('INPUT_INVALID', async () => (await loadDemoAdapters([folder])).find('silent'));
    rmSync(file);
    const error = await assertCode('INPUT_INVALID', async () => (await loadDemoAdapters([folder])).find('silent'));
    assert.match(error.reason ?? '', /fixtures\/resource-link\.json/);
  });

  it('refuse what is no adapter', async () => {
    mkdirSync(join(folder, 'empty'));
    await assertCode('ADAPTER_INVALID', () => loadDemoAdapters(['empty'], folder));
    await assertCode('ADAPTER_INVALID', () => loadDemoAdapters(['no-such-package'], folder));
  });
});
