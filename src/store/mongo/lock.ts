/**
 * One holder at a time among all processes, by one document. No clock decides: a lock whose holder has not changed
 * while somebody waited for `lifeMs` is taken over, so clocks may differ and a killed holder blocks nobody for long.
 */
import { AppError } from '../../errors/app-error.js';
import type { Commands } from './commands.js';
import { isDuplicateKey } from './errors.js';

export interface LockOptions {
  commands: Commands;
  /** Unique for each call. */
  newToken: () => string;
  pause: (ms: number) => Promise<unknown>;
  /** A holder is done by then, or gone. */
  lifeMs: number;
}

/**
 * Runs `work` while nobody else holds the lock of that name; `takenOver`: from a holder that did not give it back.
 * @throws AppError `STORE_BUSY` when it was not free for `waitMs`
 */
export type WithLock = <Result>(
  name: string,
  waitMs: number,
  work: (takenOver: boolean) => Promise<Result>,
) => Promise<Result>;

const FREE = '';
const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

export function createLock({ commands, newToken, pause, lifeMs }: LockOptions): WithLock {
  /** For how long this process has waited for the holder that it saw last. */
  const waits = new Map<string, { holder: string; forMs: number }>();

  const take = async (name: string, from: string, token: string): Promise<boolean> =>
    (await commands.update('locks', { _id: name, holder: from }, { set: { holder: token } })) !== undefined;

  const holderOf = async (name: string): Promise<string> => {
    try {
      const lock = await commands.update('locks', { _id: name }, { onInsert: { holder: FREE } }, true);
      return typeof lock?.['holder'] === 'string' ? lock['holder'] : FREE;
    } catch (thrown) {
      // Two processes made it at once.
      if (isDuplicateKey(thrown)) return FREE;
      throw thrown;
    }
  };

  /** Answers whether the lock was taken over from a holder that did not give it back. */
  const acquire = async (name: string, token: string, waitMs: number): Promise<boolean> => {
    let pauseMs = SHORTEST_PAUSE_MS;
    for (let waitedMs = 0; ;) {
      if (await take(name, FREE, token)) return false;
      const holder = await holderOf(name);
      // It was made just now, or given back.
      if (holder === FREE && (await take(name, FREE, token))) return false;
      const wait = waits.get(name);
      const forMs = holder !== FREE && wait?.holder === holder ? wait.forMs : 0;
      if (forMs >= lifeMs && (await take(name, holder, token))) return true;
      if (waitedMs >= waitMs) throw new AppError('STORE_BUSY', { reason: `another process holds the lock ${name}` });
      await pause(pauseMs);
      waits.set(name, { holder, forMs: forMs + pauseMs });
      waitedMs += pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  };

  return async (name, waitMs, work) => {
    const token = newToken();
    const takenOver = await acquire(name, token, waitMs);
    waits.delete(name);
    try {
      return await work(takenOver);
    } finally {
      // Not ours any more when somebody took it over.
      await commands.update('locks', { _id: name, holder: token }, { set: { holder: FREE } });
    }
  };
}
