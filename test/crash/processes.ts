/** Starts, watches and kills the processes of `jobs.ts`. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Job, Jobs, Message, Write } from './jobs.js';

const PROGRAM = fileURLToPath(new URL('./jobs.ts', import.meta.url));

export interface Running<Result> {
  /** Rejects with the job's error. `killed` when the process ended before the job did. */
  done: Promise<Result | 'killed'>;
  kill(): Promise<void>;
}

export interface Waiting<Result> {
  /** Starts the job of a process that has loaded its code. */
  go(onWrite?: (write: Write) => void, onOutput?: (text: string) => void): Running<Result>;
  kill(): Promise<void>;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Loads the code, which takes most of the time, and waits for `go`. */
export async function prepare<Kind extends keyof Jobs>(
  job: Extract<Job, { kind: Kind }>,
): Promise<Waiting<Jobs[Kind]['result']>> {
  const child = fork(PROGRAM, [JSON.stringify(job)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const kill = (): Promise<void> => end(child);
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error('the process ended before its job')));
  });
  return {
    kill,
    go(onWrite, onOutput) {
      child.stdout?.on('data', (chunk: Buffer) => onOutput?.(chunk.toString('utf8')));
      const done = new Promise<Jobs[Kind]['result'] | 'killed'>((resolve, reject) => {
        child.on('message', (message: Message) => {
          if ('acknowledged' in message) onWrite?.(message.acknowledged);
          else if ('error' in message) reject(new Error(message.error));
          else if ('result' in message) resolve(message.result as Jobs[Kind]['result']);
        });
        child.once('exit', () => resolve('killed'));
      });
      child.send('go');
      return { done, kill };
    },
  };
}

/** Runs one job to its end. */
export async function runJob<Kind extends keyof Jobs>(
  job: Extract<Job, { kind: Kind }>,
): Promise<Jobs[Kind]['result'] | 'killed'> {
  const process = await prepare(job);
  try {
    return await process.go().done;
  } finally {
    await process.kill();
  }
}
