/** Calls between this process and its children, over Node's IPC channel. Plain JSON both ways. */
import type { ChildProcess } from 'node:child_process';

interface Request {
  id: number;
  method: string;
  input: unknown;
}

type Reply = { id: number; output: unknown } | { id: number; error: string };

/** Methods of a child, by name. */
export type Methods = Record<string, (input: never) => unknown>;

/** What the parent sees of them: the same, always asynchronous. */
export type Remote<M extends Methods> = {
  [Name in keyof M]: (input: Parameters<M[Name]>[0]) => Promise<Awaited<ReturnType<M[Name]>>>;
};

export const READY = 'ready';

/** In a child: answers calls, says that it is ready, and ends with the parent. */
export function serveParent(methods: Methods): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => {
    const { id, method, input } = message as Request;
    void (async () => {
      try {
        const run = methods[method] as ((value: unknown) => unknown) | undefined;
        if (!run) throw new TypeError(`no method ${method}`);
        send({ id, output: await run(input) });
      } catch (thrown) {
        send({ id, error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
      }
    })();
  });
  process.send?.(READY);
}

function send(reply: Reply): void {
  process.send?.(reply);
}

/** In the parent. Calls fail when the child ends. */
export function callChild<M extends Methods>(child: ChildProcess, name: string): Remote<M> {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message) => {
    if (message === READY) return;
    const reply = message as Reply;
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) call?.reject(new Error(`${name}: ${reply.error}`));
    else call?.resolve(reply.output);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended`));
  });
  return new Proxy({} as Remote<M>, {
    get: (_target, method: string) => (input: unknown) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        child.send({ id: lastId, method, input } satisfies Request);
      }),
  });
}
