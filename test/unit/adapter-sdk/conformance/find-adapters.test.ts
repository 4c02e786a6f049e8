import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findAdapters } from '../../../../src/adapter-sdk/conformance/find-adapters.js';
import { problemsOf } from './support.js';

const FACTORY = `export default (sdk) => sdk.defineAdapter({ id: 'outside', apiVersion: 1, title: 'T', proof: 'lti13',
  settings: sdk.z.object({}) });`;
/** As the built-in ones are: an adapter that is exported by its name. */
const NAMED = `export const helper = 1;
  export const adapter = { id: 'named', apiVersion: 1, settings: {}, recognise: () => 0 };`;

describe('finding adapters', () => {
  let folder: string;
  const at = (path: string): string => join(folder, path);
  const write = async (path: string, text: string): Promise<string> => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    return at(path);
  };
  const find = (...paths: string[]) => findAdapters(paths.map(at));
  const reasonOf = async (path: string): Promise<string> => {
    const [found] = (await find(path)).adapters;
    assert.ok(found && 'reason' in found, 'it was loaded');
    return found.reason;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'playcontext-find-'));
    await write('package.json', '{"type":"module"}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes a folder, a package and a module, in the order in which they are given', async () => {
    await write('one/adapter.js', FACTORY);
    await write('two/package.json', '{"type":"module","main":"lib/main.js"}');
    await write('two/lib/main.js', NAMED);
    await write('three.mjs', FACTORY);
    const { adapters } = await find('three.mjs', 'two', 'one/');
    assert.deepEqual(
      adapters.map((found) => ('adapter' in found ? found.adapter.id : found.reason)),
      ['outside', 'named', 'outside'],
    );
  });

  it('reads the fixtures beside the module, and tells which are no JSON objects', async () => {
    await write('one/adapter.js', FACTORY);
    await write('one/fixtures/b%20 #?.json', '{"iss":"x"}');
    await write('one/fixtures/a.json', '{"__proto__":{"iss":"y"}}');
    await write('one/fixtures/broken.json', '{');
    await write('one/fixtures/list.json', '[]');
    await write('one/fixtures/notes.txt', 'x');
    const [found] = (await find('one')).adapters;
    assert.ok(found && 'adapter' in found);
    assert.deepEqual(Object.keys(found.fixtures), ['a', 'b%20 #?']);
    assert.deepEqual(found.unreadable, ['broken', 'list']);
  });

  it('ignores what is no adapter, and says why', async () => {
    await write('README.md', 'x');
    await write('index.js', 'export const list = [];');
    await write('_template/adapter.js', 'throw new Error("not to be run")');
    await write('adapter.test.js', 'throw new Error("not to be run")');
    await write('types.d.ts', 'not TypeScript');
    await write('empty/notes.txt', 'x');
    const { adapters, ignored, missing } = await find(
      'README.md',
      'index.js',
      '_template',
      'adapter.test.js',
      'types.d.ts',
      'empty',
    );
    assert.deepEqual([adapters, missing], [[], []]);
    assert.deepEqual(
      ignored.map(({ reason }) => reason),
      [
        'It is no module.',
        'It exports no adapter.',
        'A name that begins with _ is a template.',
        'It is a test.',
        'It is no module.',
        'It has no adapter.js or adapter.ts.',
      ],
    );
  });

  it('tells a path that does not exist from one that is ignored', async () => {
    assert.deepEqual(await find('typo'), { adapters: [], ignored: [], missing: [at('typo')] });
  });

  const unloadable: [what: string, text: string, reason: RegExp][] = [
    ['a syntax error', 'export default (', /could not be imported: /],
    ['a missing import', "import './gone.js';", /could not be imported: .*gone\.js/],
    [
      'a factory that throws',
      'export default () => { throw new Error("no settings"); };',
      /factory threw: no settings\./,
    ],
    ['a factory that throws no error', 'export default () => { throw 7; };', /factory threw: .* no error/],
    ['an async factory that fails', 'export default async () => { throw new Error("late"); };', /returned a promise/],
    ['a factory of nothing', 'export default () => undefined;', /returned no adapter/],
    ['an adapter module without an adapter', 'export const a = 1;', /exports no adapter/],
  ];
  for (const [what, text, reason] of unloadable) {
    it(`reports ${what} instead of ending`, async () => {
      await write('bad/adapter.js', text);
      assert.match(await reasonOf('bad'), reason);
    });
  }

  it('advises to say that the module is one, where nothing says so', async () => {
    await write('bad/package.json', '{}');
    await write('bad/adapter.js', 'export default (');
    assert.match(await reasonOf('bad'), /Add `"type": "module"`/);
    await write('bad/package.json', '{"type": "module"}');
    assert.doesNotMatch(await reasonOf('bad'), /Add/);
  });

  it('gives the program’s own reason when an adapter that imports the SDK is refused', async () => {
    const sdk = new URL('../../../../src/adapter-sdk/index.ts', import.meta.url).href;
    await write(
      'bad/adapter.js',
      `import { defineAdapter } from '${sdk}'; export const a = defineAdapter({ id: 'Bad Id' });`,
    );
    assert.match(await reasonOf('bad'), /an id has the form/);
  });

  it('loads what the program would refuse, so that the rules can explain it', async () => {
    await write('bad/adapter.js', FACTORY.replace("id: 'outside'", "id: 'Bad Id', capabilities: 7"));
    const [found] = (await find('bad')).adapters;
    assert.ok(found && 'adapter' in found);
    assert.match(problemsOf('metadata', { adapter: found.adapter })[0]?.message ?? '', /`id` does not have the form/);
    assert.match(problemsOf('capabilities', { adapter: found.adapter })[0]?.message ?? '', /is not an object/);
  });

  it('finds a built-in adapter by its folder', async () => {
    const { adapters } = await findAdapters([fileURLToPath(new URL('../../../../adapters/moodle', import.meta.url))]);
    assert.ok(adapters[0] && 'adapter' in adapters[0]);
    assert.equal(adapters[0].adapter.id, 'moodle');
  });
});
