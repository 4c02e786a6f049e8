/**
 * `npm run test:package`: packs the project, installs the tarball into an empty folder as a user would, and starts it
 * there. Finds what tests on the source can't: a file that was not packed, a dependency that is only for development.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const scratch = mkdtempSync(join(tmpdir(), 'playcontext-package-'));
const userFolder = join(scratch, 'user');
mkdirSync(userFolder);

/** `npm run` hands the settings of this project's .npmrc to its children; a user's npm does not have them. */
const userEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|command|config_local_prefix|config_legacy_peer_deps)/.test(name),
  ),
);

function step(title: string, command: string, commandArguments: string[], cwd: string): void {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, commandArguments, { cwd, stdio: 'inherit', env: userEnvironment });
  if (status !== 0) throw new Error(`The packed package failed at: ${title}`, { cause: error });
}

function outputOf(command: string, commandArguments: string[]): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return execFileSync(command, commandArguments, { cwd: userFolder, stdio, env: userEnvironment, encoding: 'utf8' });
}

function expect(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`The packed package breaks a rule: ${rule}`);
  console.log(`ok: ${rule}`);
}

try {
  step('pack', 'npm', ['pack', '--pack-destination', scratch], root);
  const tarball = readdirSync(scratch).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  step(
    'publint',
    process.execPath,
    ['node_modules/publint/src/cli.js', 'run', join(scratch, tarball), '--strict'],
    root,
  );
  step('install', 'npm', ['install', '--no-audit', '--no-fund', join(scratch, tarball)], userFolder);

  console.log('\n== use');
  expect(
    outputOf('npx', ['--no', '--', 'playcontext', '--version']).trim() === version,
    '--version prints the version',
  );
  expect(outputOf('npx', ['--no', '--', 'playcontext', '--help']).includes('demo'), '--help names the demo');
  const script = "import('playcontext/adapter-sdk').then((sdk) => console.log(typeof sdk.defineAdapter))";
  expect(outputOf(process.execPath, ['-e', script]).trim() === 'function', 'playcontext/adapter-sdk can be imported');
  step('demo', 'npx', ['--no', '--', 'playcontext', 'demo', '--check'], userFolder);
  console.log('\nThe packed package installs, starts and passes its demo check.');
} catch (error) {
  console.error(`\n${String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
