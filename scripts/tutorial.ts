/** Reads a page of docs/tutorial as a script, and runs it: a command that a reader can't run is a bug of the page. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TutorialStep =
  /** A line of a `sh` block. `endless`: it says that Ctrl+C stops it. */
  | { kind: 'command'; text: string; endless: boolean }
  /** A block whose info string names the file that the reader writes. */
  | { kind: 'file'; name: string; text: string };

const BLOCK = /^```(\w+)(?: +([\w./-]+))?\n([^]*?)^```$/gm;
const ENDLESS = /\s+# stop it with Ctrl\+C$/;

/** All commands and files of the page, in their order. Other blocks are for reading. */
export function readTutorial(markdown: string): TutorialStep[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, language, name, text = '']): TutorialStep[] => {
    if (name !== undefined) return [{ kind: 'file', name, text }];
    if (language !== 'sh') return [];
    return text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ kind: 'command', text: line.replace(ENDLESS, ''), endless: ENDLESS.test(line) }));
  });
}

export interface TutorialRun {
  steps: readonly TutorialStep[];
  /** Where the reader begins. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  /** What the reader's command is called with instead, e.g. a tarball for a name on the registry. */
  instead?: (command: string) => string;
  /** What the reader does by hand before a command. */
  before?: (command: string, folder: string) => void;
  print: (line: string) => void;
  /** How long an endless command may take until it says something. */
  firstWordsMs?: number;
}

/**
 * Runs the steps one after the other; a `cd` stays in force. Ends in the folder that it answers with.
 *
 * @throws Error that names the first command that fails
 */
export async function runTutorial({ steps, folder, environment, ...options }: TutorialRun): Promise<string> {
  const { instead = (command: string) => command, before, print, firstWordsMs = 120_000 } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'playcontext-tutorial-'));
  const whereabouts = join(scratch, 'folder');
  let current = folder;
  try {
    for (const step of steps) {
      if (step.kind === 'file') {
        writeFileSync(join(current, step.name), step.text);
        continue;
      }
      print(`$ ${step.text}`);
      before?.(step.text, current);
      const command = instead(step.text);
      if (step.endless) {
        await startAndStop(command, { cwd: current, env: environment, firstWordsMs });
        continue;
      }
      const script = `${command}\npwd > "$WHEREABOUTS"`;
      const { status } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: current,
        env: { ...environment, WHEREABOUTS: whereabouts },
        stdio: 'inherit',
      });
      if (status !== 0) throw new Error(`this command of the tutorial ended with ${String(status)}: ${step.text}`);
      current = readFileSync(whereabouts, 'utf8').trimEnd();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return current;
}

interface Endless {
  cwd: string;
  env: NodeJS.ProcessEnv;
  firstWordsMs: number;
}

/** As a reader does: waits until it has said something, presses Ctrl+C, and expects it to end by itself. */
function startAndStop(command: string, { cwd, env, firstWordsMs }: Endless): Promise<void> {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl+C reaches npx and what it started alike.
    const child = spawn('bash', ['-c', `exec ${command}`], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let isStopping = false;
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    };
    const timer = setTimeout(() => signal('SIGKILL'), firstWordsMs);
    child.stdout.on('data', (data: Buffer) => {
      process.stdout.write(data);
      if (isStopping || data.toString('utf8').trim() === '') return;
      isStopping = true;
      // The words come a moment before the program can be interrupted cleanly.
      setTimeout(() => signal('SIGINT'), 500);
    });
    child.once('error', reject);
    child.once('close', (code, name) => {
      clearTimeout(timer);
      // npx hands on the code of its child, or says that the signal ended it.
      if (isStopping && (code === 0 || code === 130 || name === 'SIGINT')) resolve();
      else reject(new Error(`this command of the tutorial said nothing or did not end: ${command}`));
    });
  });
}
