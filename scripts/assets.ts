/** Which files a build copies, because tsc only emits TypeScript. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

export interface AssetCopy {
  /** Both relative to the project, with forward slashes. */
  from: string;
  to: string;
}

const ROOTS = ['src', 'adapters'];
const COPIED = new Set(
  'css eta html ico jpg js json md mp4 png svg txt vtt webm woff2 yaml'.split(' ').map((name) => `.${name}`),
);
const PLAYER = 'dist/src/sandbox/kaltura/player';

/**
 * Every asset of `src` and `adapters`, sorted by path.
 *
 * @throws Error that names a file whose extension is neither TypeScript nor known here, so that a new kind of asset
 *   can't be left out of the package silently
 */
export function listAssets(root: string): AssetCopy[] {
  return ROOTS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length)),
    )
    .filter((file) => extname(file) !== '.ts' && basename(file) !== 'README.md')
    .sort()
    .map((file) => {
      if (!COPIED.has(extname(file))) throw new Error(`scripts/assets.ts does not say what to do with ${file}`);
      return { from: file, to: `dist/${file}` };
    });
}

/**
 * Kaltura's player for the sandbox. The npm packages can't be dependencies at run time (their peers are not published),
 * so their bundles travel in ours, each with its licence. Source maps are four times as large and stay behind.
 */
export const playerAssets: readonly AssetCopy[] = [
  {
    from: 'node_modules/@playkit-js/kaltura-player-js/dist/kaltura-ovp-player.js',
    to: `${PLAYER}/kaltura-ovp-player.js`,
  },
  {
    from: 'node_modules/@playkit-js/kaltura-player-js/dist/kaltura-ovp-player.js.LICENSE.txt',
    to: `${PLAYER}/kaltura-ovp-player.js.LICENSE.txt`,
  },
  { from: 'node_modules/@playkit-js/kaltura-player-js/LICENSE', to: `${PLAYER}/kaltura-ovp-player.LICENSE` },
  { from: 'node_modules/@playkit-js/playkit-js-kava/dist/playkit-kava.js', to: `${PLAYER}/playkit-kava.js` },
  { from: 'node_modules/@playkit-js/playkit-js-kava/LICENSE', to: `${PLAYER}/playkit-kava.LICENSE` },
];
