/** Starts the processes of a run and ends them with it, whatever happens. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { callChild, READY, type Methods, type Remote } from './messages.js';

const END_LIMIT_MS = 10_000;

export interface Child {
  pid: number;
  /** Asks it to end and waits for that. */
  stop(): Promise<void>;
}

export interface Children {
  /** TypeScript with methods that this process calls: the simulator and what stands around the tools. */
  helper<M extends Methods>(file: URL, input: object): Promise<Child & { call: Remote<M> }>;
  /** JavaScript as a tool is run in production. Resolves when it says that it is ready. */
  tool(file: URL, input: object): Promise<Child>;
  /** A program that knows nothing of the bench; resolves at once. */
  program(file: URL, options: ProgramOptions): Child;
  stopAll(): Promise<void>;
  /** Ends all of them at once, when there is no time to wait. */
  kill(): void;
}

export interface ProgramOptions {
  args?: string[];
  nodeOptions?: string[];
  env?: Record<string, string>;
  /** Where standard output and error go, as they would go to a log in production. */
  logFile: string;
}

/** Production, and nothing of this process's own settings that would change what is measured. */
const cleanEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_ENV: 'production',
});

export function createChildren(): Children {
  const running = new Map<Child, ChildProcess>();

  const track = (started: ChildProcess): Child => {
    const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()));
    const child: Child = {
      pid: started.pid!,
      async stop() {
        started.kill('SIGTERM');
        const late = AbortSignal.timeout(END_LIMIT_MS);
        late.addEventListener('abort', () => started.kill('SIGKILL'));
        await ended;
      },
    };
    running.set(child, started);
    void ended.then(() => running.delete(child));
    return child;
  };

  const forkAndWait = async (file: URL, input: object, execArgv: string[]): Promise<ChildProcess> => {
    const started = fork(fileURLToPath(file), [JSON.stringify(input)], {
      execArgv,
      env: cleanEnv(),
      // The parent's standard output is the report's.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`${file.pathname} ended with ${code} before it was ready`)));
      started.on('message', (message) => {
        if (message === READY) resolve();
      });
    });
    return started;
  };

  return {
    async helper<M extends Methods>(file: URL, input: object) {
      const started = await forkAndWait(file, input, ['--import', 'tsx']);
      return { ...track(started), call: callChild<M>(started, file.pathname) };
    },
    tool: async (file, input) => track(await forkAndWait(file, input, [])),
    program(file, { args = [], nodeOptions = [], env = {}, logFile }) {
      const log = openSync(logFile, 'a');
      const child = spawn(process.execPath, [...nodeOptions, fileURLToPath(file), ...args], {
        env: { ...cleanEnv(), ...env },
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      return track(child);
    },
    kill() {
      for (const started of running.values()) started.kill('SIGKILL');
    },
    async stopAll() {
      await Promise.all([...running.keys()].map((child) => child.stop()));
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Milliseconds until `url` answers 200, asked every `everyMs`. */
export async function untilReady(url: string, { everyMs = 10, limitMs = 30_000 } = {}): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    const tookMs = performance.now() - startedAt;
    if (answer?.status === 200) return tookMs;
    if (tookMs > limitMs) throw new Error(`${url} was not ready after ${limitMs} ms`);
    await delay(everyMs);
  }
}
