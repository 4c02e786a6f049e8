/** Runs `playcontext` as people do: a process of its own, configured by the environment. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/playcontext.mjs', import.meta.url));

const running = new Set<ChildProcess>();

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  /** Resolves with the text so far once standard output or error fits. */
  saw(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): Promise<Outcome>;
  done: Promise<Outcome>;
}

export type Environment = Readonly<Record<string, string>>;

/** The least that production accepts, with the store in this directory. */
export const cliEnvironment = (directory: string, more: Environment = {}): Environment => ({
  PLAYCONTEXT_SERVER_PUBLIC_URL: 'https://video.campus.edu',
  PLAYCONTEXT_SERVER_PORT: '0',
  PLAYCONTEXT_SECRET: 'q7Xv2mR9tLw4Zc8KpN3sYf6HbJ1dGe5U',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PARTNER_ID: '102',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_UI_CONF_ID: '23448255',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: '5f2b8c1e9a7d4036b1f0c6e8a9d3e4f5',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ROOT_CATEGORY: 'LTI',
  PLAYCONTEXT_STORE_DIRECTORY: directory,
  ...more,
});

/** Variables of this machine that a process needs, and none of ours. */
function inherited(): Record<string, string | undefined> {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Starts a command, in this folder; the caller ends it. */
export function startCli(commandLine: readonly string[], environment: Environment = {}, folder?: string): RunningCli {
  const child = spawn(process.execPath, [PROGRAM, ...commandLine], {
    cwd: folder,
    env: { ...inherited(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      outcome[name] += text;
      for (const watcher of watchers) watcher();
    });
  }
  const done = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { ...outcome, code: code as number | null };
  });
  return {
    done,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const text = [outcome.stdout, outcome.stderr].find((output) => pattern.test(output));
          if (text === undefined) return;
          watchers.delete(look);
          resolve(text);
        };
        watchers.add(look);
        look();
        void done.then(({ stdout, stderr }) => reject(new Error(`it ended without ${pattern}: ${stdout}${stderr}`)));
      }),
    async signal(name) {
      child.kill(name);
      await end(child);
      return done;
    },
  };
}

export const runCli = (
  commandLine: readonly string[],
  environment: Environment = {},
  folder?: string,
): Promise<Outcome> => startCli(commandLine, environment, folder).done;

/** Ends what a failed test has left running. For `afterEach`. */
export async function endCommands(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await end(child);
  }
}

/** Starts all at once but few at a time: a start costs a processor for a second. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  width = 3,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
    }),
  );
  return results;
}
