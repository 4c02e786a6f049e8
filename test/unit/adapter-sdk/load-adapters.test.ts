import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAdapters } from '../../../src/adapter-sdk/load-adapters.js';
import { assertCode } from '../../support/assert-code.js';

const factory = (id: string, more = '') =>
  `export default (sdk) => sdk.defineAdapter({ id: '${id}', apiVersion: sdk.ADAPTER_API_VERSION, title: 'T',
     proof: 'lti13', settings: sdk.z.object({}), application: () => 'Outside', ${more} });`;

describe('loadAdapters', () => {
  let folder: string;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const load = (...specifiers: string[]) => loadAdapters(specifiers, { baseDirectory: folder });

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'adapters-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('loads a file, a folder and a package, in the order of the configuration', async () => {
    await write('one.mjs', factory('one'));
    await write('two/package.json', '{"type":"module","main":"adapter.js"}');
    await write('two/adapter.js', factory('two'));
    await write('node_modules/@school/three/package.json', '{"type":"module","main":"adapter.js"}');
    await write('node_modules/@school/three/adapter.js', factory('three'));
    const adapters = await load('./one.mjs', './two', '@school/three', join(folder, 'one.mjs'));
    assert.deepEqual(
      adapters.map(({ id }) => id),
      ['one', 'two', 'three', 'one'],
    );
  });

  it('loads the example of adapters/README.md', async () => {
    const readme = await readFile(new URL('../../../adapters/README.md', import.meta.url), 'utf8');
    await write('example.mjs', /```js\n([^]*?)```/.exec(readme)?.[1] ?? '');
    const [adapter] = await load('./example.mjs');
    assert.equal(adapter?.recognise({ issuer: 'https://x.example', productFamilyCode: 'Example' }), 1);
  });

  const bad: [what: string, text: string][] = [
    ['no factory', 'export default {};'],
    ['no default export', 'export const a = 1;'],
    ['a syntax error', 'export default ('],
    ['a factory that throws', 'export default () => { throw new Error("x"); };'],
    ['an async factory', 'export default async (sdk) => undefined;'],
    ['another apiVersion', factory('bad', 'apiVersion: 2,')],
    ['a bad id', factory('Bad')],
    ['an incomplete adapter that avoids defineAdapter', 'export default () => ({ id: "bad", apiVersion: 1 });'],
  ];
  for (const [what, text] of bad) {
    it(`refuses ${what} and names the path`, async () => {
      await write('bad.mjs', text);
      const error = await assertCode('ADAPTER_INVALID', () => load('./bad.mjs'));
      assert.match(error.message, /\.\/bad\.mjs/);
    });
  }

  for (const specifier of [
    'data:text/javascript,0',
    'https://x.example/a.js',
    'node:fs',
    './missing.js',
    'no-such-package',
  ]) {
    it(`refuses ${specifier}`, () => assertCode('ADAPTER_INVALID', () => load(specifier)));
  }
});
