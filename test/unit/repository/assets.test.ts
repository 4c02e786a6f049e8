import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listAssets, playerAssets } from '../../../scripts/assets.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the assets of a build', () => {
  it('are all files of src and adapters but TypeScript and the maps for developers', () => {
    const sources = ['src', 'adapters']
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8', withFileTypes: false }).map(
          (file) => `${folder}/${file}`,
        ),
      )
      .filter((file) => /\.\w+$/.test(file) && !/\.ts$|README\.md$/.test(file));
    assert.ok(sources.length > 0);
    assert.deepEqual(
      listAssets(root).map(({ to }) => to),
      sources.map((file) => `dist/${file}`).sort(),
    );
  });

  it('keep their place, so that a path relative to a module is the same before and after a build', () => {
    for (const { from, to } of listAssets(root)) assert.equal(to, `dist/${from}`);
  });

  it('include the player that the sandbox serves, with its licences and without source maps', () => {
    for (const { from } of playerAssets) assert.ok(existsSync(join(root, from)), from);
    const names = playerAssets.map(({ to }) => to);
    assert.equal(names.filter((name) => name.includes('LICENSE')).length, 3);
    assert.ok(names.every((name) => !name.endsWith('.map')));
  });

  describe('in another folder', () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'playcontext-assets-'));
    });

    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    function write(path: string): void {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '');
    }

    it('stop the build when nobody has said what to do with their kind', () => {
      write('src/ui/assets/app.css');
      write('src/ui/assets/app.scss');
      assert.throws(() => listAssets(folder), /src\/ui\/assets\/app\.scss/);
    });

    it('leave TypeScript and README.md behind', () => {
      for (const path of ['src/README.md', 'src/app.ts', 'adapters/moodle/registration.md']) write(path);
      assert.deepEqual(listAssets(folder), [
        { from: 'adapters/moodle/registration.md', to: 'dist/adapters/moodle/registration.md' },
      ]);
    });
  });
});
