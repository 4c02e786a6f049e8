/** Finds or installs the Chromium that `demo --check` and the browser tests drive. */
import { execFile, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../errors/app-error.js';

/** No sandbox, because containers run as root; no background requests, so that a run stays on loopback. */
export const chromiumArguments: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/**
 * The path of a Chromium on this machine: PLAYCONTEXT_CHROMIUM, else PATH, else Playwright's cache; undefined when
 * there is none. A PLAYCONTEXT_CHROMIUM that does not start throws: taking another would hide a typing mistake.
 *
 * @throws AppError DEMO_BROWSER_MISSING
 */
export async function findChromium(environment: Environment): Promise<string | undefined> {
  const configured = environment['PLAYCONTEXT_CHROMIUM'];
  if (configured) {
    if (await starts(configured)) return configured;
    throw new AppError('DEMO_BROWSER_MISSING', {
      reason: `PLAYCONTEXT_CHROMIUM is ${configured}, which does not start`,
    });
  }
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const candidate of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if ((await isExecutable(candidate)) && (await starts(candidate))) return candidate;
  }
  const cached = await playwrightChromium();
  return cached !== undefined && (await starts(cached)) ? cached : undefined;
}

/**
 * Installs Chromium with apt-get when this is root on a Debian-like system, else with Playwright's own installer.
 * Its output goes to stderr.
 *
 * @throws AppError DEMO_BROWSER_MISSING, which says what to do, when neither works
 */
export async function installChromium(): Promise<void> {
  if (process.getuid?.() === 0 && (await run('apt-get', ['--version']))) {
    const installed =
      (await run('apt-get', ['update', '-q'])) &&
      (await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium']));
    if (installed) return;
  }
  const cli = playwrightCli();
  if (cli !== undefined && (await run(process.execPath, [cli, 'install', 'chromium']))) return;
  throw new AppError('DEMO_BROWSER_MISSING');
}

/** `findChromium`, after `installChromium` when there is none. */
export async function chromiumPath(environment: Environment): Promise<string> {
  const found = await findChromium(environment);
  if (found !== undefined) return found;
  await installChromium();
  const installed = await findChromium(environment);
  if (installed === undefined) throw new AppError('DEMO_BROWSER_MISSING');
  return installed;
}

async function playwrightChromium(): Promise<string | undefined> {
  try {
    const { chromium } = await import('playwright-core');
    return chromium.executablePath();
  } catch {
    // playwright-core is an optional dependency, and it throws where it supports no browser.
    return undefined;
  }
}

function playwrightCli(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  } catch {
    return undefined;
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Some systems have a `chromium-browser` that only prints how to install it, so being executable is not enough. */
async function starts(path: string): Promise<boolean> {
  try {
    await promisify(execFile)(path, ['--version'], { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function run(command: string, commandArguments: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
}
