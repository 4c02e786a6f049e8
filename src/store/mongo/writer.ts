/**
 * Commands that change several documents. With transactions each is one; without them each waits for its turn at one
 * lock and writes its documents one after the other: no two overlap, but a process that is killed between two of them
 * leaves half a command.
 */
import { AppError } from '../../errors/app-error.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { isWithoutTransactions } from './errors.js';
import type { WithLock } from './lock.js';

/** The commands of one change. Reads come first, then `noteChange` or another that keeps commands apart, then what it writes. */
export interface Transaction extends Commands {
  /** Raises the change number. */
  noteChange(): Promise<void>;
  /** Keeps this command from overlapping with others, for one that does not raise the change number. */
  keepApart(): Promise<void>;
  /** Keeps this command from overlapping with those that raise the change number, and leaves the number as it is. */
  holdChangeNumber(): Promise<void>;
}

export interface Writer {
  /**
   * Runs a whole command; no two of this store overlap. `work` does nothing but its commands, and may run again.
   * @throws AppError as `Database.run`
   */
  write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}

export interface WriterOptions {
  database: Database;
  withLock: WithLock;
  timeoutMs: number;
  /** Whether the server has transactions, as far as it told. */
  transactions: boolean;
  /** Told once when it turns out that it has none. */
  onWithoutTransactions: () => void;
}

const WRITES = 'writes';

/** Nobody hears of it: the time limit was over before. */
const tooLate = (): AppError => new AppError('STORE_BUSY', { reason: 'nobody waits for this command any more' });

const raise = async (
  commands: Commands,
  counter: 'changes' | 'order',
  field: 'value' | 'held' = 'value',
): Promise<void> => {
  await commands.update('meta', { _id: counter }, { increase: { [field]: 1 } }, true);
};

const inTransaction = (commands: Commands): Transaction => ({
  ...commands,
  // The first write of each transaction is to the same document, so of two that overlap one starts again at once.
  noteChange: () => raise(commands, 'changes'),
  keepApart: () => raise(commands, 'order'),
  holdChangeNumber: () => raise(commands, 'changes', 'held'),
});

/** Runs `work` without a transaction; the lock is held. */
async function oneByOne<Result>(
  commands: Commands,
  work: (transaction: Transaction) => Promise<Result>,
  { takenOver, expired }: { takenOver: boolean; expired: () => boolean },
): Promise<Result> {
  const done = { noted: false, wrote: false };
  const writing = async <Answer>(write: () => Promise<Answer>): Promise<Answer> => {
    // Somebody else may have the lock by now.
    if (expired()) throw tooLate();
    const answer = await write();
    done.wrote = true;
    return answer;
  };
  const transaction: Transaction = {
    ...commands,
    insert: (collection, documents) => writing(() => commands.insert(collection, documents)),
    update: (collection, filter, update, upsert) => writing(() => commands.update(collection, filter, update, upsert)),
    updateEach: (collection, updates) => writing(() => commands.updateEach(collection, updates)),
    take: (collection, filter) => writing(() => commands.take(collection, filter)),
    remove: (collection, filter) => writing(() => commands.remove(collection, filter)),
    noteChange: async () => void (done.noted = true),
    keepApart: async () => undefined,
    holdChangeNumber: async () => undefined,
  };
  try {
    return await work(transaction);
  } finally {
    // After the change: a cache that sees the new number must read the new data. A holder that was killed may have
    // changed something without saying so.
    if ((done.noted && done.wrote) || takenOver) await raise(commands, 'changes');
  }
}

export function createWriter(options: WriterOptions): Writer {
  const { database, withLock, timeoutMs, onWithoutTransactions } = options;
  let transactions = options.transactions;
  /** The write before. One at a time: transactions of one process would only make each other start again. */
  let last: Promise<unknown> = Promise.resolve();

  const perform = async <Result>(
    work: (transaction: Transaction) => Promise<Result>,
    expired: () => boolean,
  ): Promise<Result> => {
    if (transactions) {
      try {
        return await database.transact((commands) => work(inTransaction(commands)), expired);
      } catch (thrown) {
        if (!isWithoutTransactions(thrown)) throw thrown;
        transactions = false;
        onWithoutTransactions();
      }
    }
    return withLock(WRITES, timeoutMs, (takenOver) => oneByOne(database.commands, work, { takenOver, expired }));
  };

  return {
    write(work) {
      const before = last;
      const result = database.limited(async (expired) => {
        await before;
        if (expired()) throw tooLate();
        return perform(work, expired);
      });
      last = result.catch(() => undefined);
      return result;
    },
  };
}
