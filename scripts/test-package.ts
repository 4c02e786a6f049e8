/**
 * `npm run test:package`: packs the project, installs the tarball into an empty folder as a user would, and starts it
 * there. Finds what tests on the source can't: a file that was not packed, a dependency that is only for development.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTutorial, runTutorial } from './tutorial.js';

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

/** What an author of adapters sees of our types, from outside. */
const AUTHOR_TYPES = `
import type { Adapter, LtiClaims, RegistrationStep, Viewer } from 'playcontext/adapter-sdk';
import type { describeAdapter } from 'playcontext/adapter-sdk/testing';
export const viewer = (claims: LtiClaims): Viewer => ({ candidates: claims.subject ? { sub: claims.subject } : {} });
export const steps: RegistrationStep[] = [{ text: 'Open the administration.' }];
export type Fixtures = Parameters<typeof describeAdapter>[0]['fixtures'];
// @ts-expect-error roles are a closed list
export const roles: ReturnType<Adapter['roles']> = ['principal'];
// @ts-expect-error claims are read-only
export const change = (claims: LtiClaims): void => { claims.issuer = 'x'; };
`;

/** The launch that a reader copies from a browser: the template's, under the name of the tutorial's LMS. */
function copiedToken(): string {
  const fixture = readFileSync(join(root, 'adapters/_template/fixtures/resource-link.json'), 'utf8');
  const part = (text: string): string => Buffer.from(text).toString('base64url');
  return `${part('{"alg":"RS256"}')}.${part(fixture.replaceAll('example-lms', 'north-lms'))}.${part('signature')}`;
}

/** Follows docs/tutorial/write-an-adapter.md in an empty folder, then checks the types that its author sees. */
async function followTutorial(tarball: string): Promise<void> {
  console.log('\n== tutorial');
  const start = join(scratch, 'tutorial');
  mkdirSync(start);
  const folder = await runTutorial({
    steps: readTutorial(readFileSync(join(root, 'docs/tutorial/write-an-adapter.md'), 'utf8')),
    folder: start,
    // All that npm needs was fetched when the package was installed.
    environment: {
      ...userEnvironment,
      npm_config_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    },
    instead: (command) => command.replace(/^(npm install --save-dev) playcontext$/, `$1 "${tarball}"`),
    before: (command, current) => {
      if (command.includes('--from token.txt')) writeFileSync(join(current, 'token.txt'), copiedToken());
    },
    print: (line) => {
      console.log(line);
    },
  });

  writeFileSync(join(folder, 'author-types.ts'), AUTHOR_TYPES);
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--checkJs'];
  const target = ['--module', 'nodenext', '--target', 'es2023', '--ignoreConfig'];
  step('types', process.execPath, [...tsc, ...target, 'adapter.js', 'registration.js', 'author-types.ts'], folder);
  const template = join(folder, 'template');
  step(
    'types of the template',
    'npx',
    ['--no', '--', 'playcontext', 'adapter', 'new', 'fresh', '--folder', template],
    folder,
  );
  step('types of the template', process.execPath, [...tsc, ...target, 'template/adapter.js'], folder);
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
  await followTutorial(join(scratch, tarball));
  console.log('\nThe packed package installs, starts, passes its demo check, and the tutorial works with it.');
} catch (error) {
  console.error(`\n${String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
