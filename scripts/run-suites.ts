/**
 * Runs mocha suites one after the other and sums them up. A run also fails when a suite ran fewer tests than its
 * recorded floor, when a test was skipped without a reason, and when a suite crashed or did not end.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SkippedTest, SuiteOutcome } from './suite-reporter.js';

export interface Suite {
  name: string;
  /** Searched for `*.test.ts`, relative to the root. */
  folders: string[];
  /** Time limit of one test. */
  timeoutMs: number;
}

/** In the order of a whole run: what is quick and close to the rules first. */
export const allSuites: Suite[] = [
  { name: 'unit', folders: ['test/unit', 'adapters'], timeoutMs: 10_000 },
  { name: 'property', folders: ['test/property'], timeoutMs: 60_000 },
  { name: 'contract', folders: ['test/contract'], timeoutMs: 30_000 },
  { name: 'http', folders: ['test/http'], timeoutMs: 30_000 },
  { name: 'security', folders: ['test/security'], timeoutMs: 30_000 },
  { name: 'browser', folders: ['test/browser'], timeoutMs: 120_000 },
  { name: 'crash', folders: ['test/crash'], timeoutMs: 120_000 },
];

export interface RunOptions {
  /** The folder that holds `test/` and `test/floors.json`. */
  root: string;
  suites: Suite[];
  /** Receives whole lines without a line feed. */
  print(line: string): void;
  /** Where mocha's own output goes. */
  output: 'inherit' | 'ignore';
  /** After this long a suite is killed. */
  suiteLimitMs?: number;
  /** How long a suite may stay alive after its last test. */
  exitLimitMs?: number;
}

export interface RunTotals {
  passed: number;
  /** Failed tests, and one for each problem of a suite as a whole. */
  failed: number;
  skipped: number;
}

const TSX = import.meta.resolve('tsx');
// Mocha's `bin` would start this file as a child of its own, which a kill would then miss.
const MOCHA = fileURLToPath(new URL('../node_modules/mocha/lib/cli/cli.js', import.meta.url));
const MOCHA_CONFIG = fileURLToPath(new URL('../.mocharc.json', import.meta.url));
const REPORTER = fileURLToPath(new URL('./suite-reporter.ts', import.meta.url));

/** Runs the suites, prints a summary that ends with `N passed, N failed, N skipped`, and returns its three numbers. */
export async function runSuites(options: RunOptions): Promise<RunTotals> {
  const { root, suites, print } = options;
  const floors = JSON.parse(readFileSync(join(root, 'test/floors.json'), 'utf8')) as Record<string, number>;
  const problems: string[] = [];
  const skipped: SkippedTest[] = [];
  const failed: string[] = [];
  let passed = 0;

  for (const suite of suites) {
    const floor = floors[suite.name];
    if (floor === undefined) {
      problems.push(`${suite.name}: test/floors.json has no floor for this suite`);
      continue;
    }
    const files = testFiles(root, suite);
    if (files.length === 0) {
      if (floor > 0) problems.push(`${suite.name}: no test files, but at least ${String(floor)} tests are expected`);
      continue;
    }
    print(`\n== ${suite.name} (${String(files.length)} files)`);
    const { outcome, problem } = await runMocha(options, suite, files);
    if (problem) problems.push(`${suite.name}: ${problem}`);
    if (!outcome) continue;
    passed += outcome.passed;
    failed.push(...outcome.failed.map((title) => `${suite.name}: ${title}`));
    skipped.push(...outcome.skipped.map((test) => ({ ...test, title: `${suite.name}: ${test.title}` })));
    const ran = outcome.passed + outcome.failed.length;
    if (ran < floor) {
      problems.push(`${suite.name}: only ${String(ran)} tests ran, at least ${String(floor)} are expected`);
    }
  }

  for (const { title, reason } of skipped) {
    if (reason === undefined) problems.push(`skipped without a reason: ${title}`);
    else print(`skipped: ${title} (${reason})`);
  }
  for (const title of failed) print(`failed: ${title}`);
  for (const problem of problems) print(`failed: ${problem}`);
  const totals = { passed, failed: failed.length + problems.length, skipped: skipped.length };
  print(`${String(totals.passed)} passed, ${String(totals.failed)} failed, ${String(totals.skipped)} skipped`);
  return totals;
}

function testFiles(root: string, { folders }: Suite): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}

/** Starts mocha and waits for its end. The outcome is absent when mocha never came to its last test. */
async function runMocha(
  { root, output, suiteLimitMs = 20 * 60_000, exitLimitMs = 20_000 }: RunOptions,
  { timeoutMs }: Suite,
  files: string[],
): Promise<{ outcome?: SuiteOutcome; problem?: string | undefined }> {
  const scratch = mkdtempSync(join(tmpdir(), 'playcontext-suite-'));
  const outcomeFile = join(scratch, 'outcome.json');
  try {
    const mochaArguments = ['--config', MOCHA_CONFIG, '--reporter', REPORTER, '--reporter-option'];
    mochaArguments.push(`output=${outcomeFile}`, '--timeout', String(timeoutMs), ...files);
    const child = spawn(process.execPath, ['--import', TSX, MOCHA, ...mochaArguments], {
      cwd: root,
      stdio: ['ignore', output, output],
    });
    let killedBecause: string | undefined;
    const kill = (reason: string): void => {
      killedBecause ??= reason;
      child.kill('SIGKILL');
    };
    const suiteTimer = setTimeout(() => {
      kill(`did not end within ${String(suiteLimitMs / 60_000)} minutes`);
    }, suiteLimitMs);
    let exitTimer: NodeJS.Timeout | undefined;
    const poll = setInterval(() => {
      if (!existsSync(outcomeFile)) return;
      clearInterval(poll);
      exitTimer = setTimeout(() => {
        kill('its process did not end after the last test: a server, timer or browser was left open');
      }, exitLimitMs);
    }, 500);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    clearTimeout(suiteTimer);
    clearTimeout(exitTimer);
    clearInterval(poll);

    if (!existsSync(outcomeFile)) {
      return { problem: killedBecause ?? `mocha ended with code ${String(exitCode)} before the last test` };
    }
    const outcome = JSON.parse(readFileSync(outcomeFile, 'utf8')) as SuiteOutcome;
    const unexplained = exitCode !== 0 && outcome.failed.length === 0;
    const problem = killedBecause ?? (unexplained ? `mocha ended with code ${String(exitCode)}` : undefined);
    return { outcome, problem };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
