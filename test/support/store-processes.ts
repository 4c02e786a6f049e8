/** Starts and ends `store-worker` processes. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Acknowledged, WorkerTasks } from './store-worker.js';

const WORKER = fileURLToPath(new URL('./store-worker.ts', import.meta.url));

type Reply = { ready: true } | { id: number; result: unknown } | { id: number; error: string } | Acknowledged;

export interface StoreWorker {
  /** Rejects with the worker's error, or when the worker ends first. */
  run<Task extends keyof WorkerTasks>(
    task: Task,
    input: WorkerTasks[Task]['input'],
  ): Promise<WorkerTasks[Task]['result']>;
  onAcknowledged(listener: (write: Acknowledged['acknowledged']) => void): void;
  /** Ends the process at once, as a power cut of the process would, and waits until it is gone. */
  kill(): Promise<void>;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Starts a worker and waits until it has loaded its code; it opens nothing by itself. */
export async function startStoreWorker(): Promise<StoreWorker> {
  const child = fork(WORKER, [], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const listeners: ((write: Acknowledged['acknowledged']) => void)[] = [];
  let lastId = 0;

  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (reply: Reply) => {
      if ('ready' in reply) return resolve();
      if ('acknowledged' in reply) return listeners.forEach((listener) => listener(reply.acknowledged));
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.result as never);
    });
    child.once('exit', () => {
      const error = new Error('the worker ended');
      reject(error);
      for (const { reject: rejectTask } of pending.values()) rejectTask(error);
    });
  });
  await ready;

  return {
    run: (task, input) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        child.send({ id: lastId, task, input });
      }),
    onAcknowledged: (listener) => void listeners.push(listener),
    kill: () => end(child),
  };
}

/** Starts `count` workers together, hands them to `work`, and ends them whatever happens. */
export async function withStoreWorkers<Result>(
  count: number,
  work: (workers: StoreWorker[]) => Promise<Result>,
): Promise<Result> {
  const workers = await Promise.all(Array.from({ length: count }, () => startStoreWorker()));
  try {
    return await work(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
}
