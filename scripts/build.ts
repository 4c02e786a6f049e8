/** `npm run build`: tsc, then the files that tsc does not emit. What a build left before is removed first. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listAssets, playerAssets } from './assets.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path: string): string => join(root, path);

rmSync(inRoot('dist'), { recursive: true, force: true });
const tsc = [inRoot('node_modules/typescript/bin/tsc'), '--project', 'tsconfig.build.json', '--noEmitOnError'];
const { status } = spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);

for (const { from, to } of [...listAssets(root), ...playerAssets]) {
  mkdirSync(dirname(inRoot(to)), { recursive: true });
  cpSync(inRoot(from), inRoot(to));
}
