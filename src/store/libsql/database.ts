/** The only file that knows the driver: opening, prepared statements, transactions, locks and error codes. */
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Driver from 'libsql';
import { AppError } from '../../errors/app-error.js';
import { assertStorable } from '../storable.js';

/** `undefined` is stored as NULL. Whole numbers only. */
export type Parameter = string | number | undefined;
export type Row = Record<string, unknown>;

export interface Reader {
  /** The first row, or `undefined`. */
  get(sql: string, ...parameters: Parameter[]): Row | undefined;
  all(sql: string, ...parameters: Parameter[]): Row[];
}

export interface Writer extends Reader {
  /** Answers how many rows changed. */
  run(sql: string, ...parameters: Parameter[]): number;
  /** Several statements without parameters, for migrations. */
  script(sql: string): void;
}

export interface Database {
  /**
   * Runs one query. `work` is synchronous; what it reads is committed.
   * @throws AppError `STORE_BUSY`, `STORE_UNAVAILABLE`, `INPUT_INVALID` (text that can't be stored)
   */
  read<Result>(work: (sql: Reader) => Result): Promise<Result>;
  /**
   * Runs `work` as one transaction that holds the write lock from its start: all of it counts, or nothing. `work` is
   * synchronous, does nothing but SQL, and may run again after a lock.
   * @throws AppError as `read`, and `STORE_CONFLICT` with `details.constraint` `unique` or `foreign-key`
   */
  write<Result>(work: (sql: Writer) => Result): Promise<Result>;
  /** May be called twice. Every later command fails with `STORE_UNAVAILABLE`. */
  close(): void;
}

export interface DatabaseOptions {
  /** Path of the file, or `:memory:`. */
  file: string;
  /** `full`: an acknowledged write outlives a power cut. `normal`: it outlives the end of the process only. */
  synchronous: 'full' | 'normal';
  /** Only reads, and leaves no side files beside a file that nobody works on: for backups. */
  readOnly?: boolean;
  /** How often a command is tried while another process holds the lock. */
  tries?: number;
  /** Waits between two tries, in milliseconds; the event loop runs meanwhile. */
  pause?: (ms: number) => Promise<unknown>;
}

/** The driver blocks the event loop for so long at most, per try. */
const BUSY_TIMEOUT_MS = 25;
/** With the pauses between them about eight seconds. */
const DEFAULT_TRIES = 100;
const LONGEST_PAUSE_MS = 50;

// Primary result codes, https://www.sqlite.org/rescode.html: the low byte of the extended code.
const BUSY = new Set([5, 6, 15]); // BUSY, LOCKED, PROTOCOL (a race for the WAL's locks)
const UNAVAILABLE = new Set([3, 7, 8, 10, 11, 13, 14, 23, 26]); // PERM … NOTADB: files, disk, memory
const CONSTRAINT = 19;
const UNIQUE = new Set([1555, 2067, 2579]); // PRIMARYKEY, UNIQUE, ROWID
const FOREIGN_KEY = 787;

/** What the rest of the room, and the caller, sees of a driver error; `busy` is tried again. */
function translate(thrown: unknown): AppError | 'busy' | undefined {
  if (!(thrown instanceof Driver.SqliteError) || thrown.rawCode === undefined) return undefined;
  const primary = thrown.rawCode & 0xff;
  if (BUSY.has(primary)) return 'busy';
  // SQLite's messages name tables and columns, never values.
  const { message: reason } = thrown;
  if (UNAVAILABLE.has(primary)) return new AppError('STORE_UNAVAILABLE', { reason, cause: thrown });
  if (primary !== CONSTRAINT) return undefined;
  if (UNIQUE.has(thrown.rawCode)) {
    return new AppError('STORE_CONFLICT', { reason, details: { constraint: 'unique' }, cause: thrown });
  }
  if (thrown.rawCode === FOREIGN_KEY) {
    return new AppError('STORE_CONFLICT', { reason, details: { constraint: 'foreign-key' }, cause: thrown });
  }
  return new AppError('INPUT_INVALID', { reason, cause: thrown });
}

/** The driver ends the process when it is given a boolean, and rounds silently: nothing unchecked reaches it. */
function bind(parameters: readonly Parameter[]): (string | number | null)[] {
  return parameters.map((value) => {
    if (value === undefined) return null;
    if (typeof value === 'string') assertStorable(value);
    else if (!Number.isSafeInteger(value)) throw new AppError('INPUT_INVALID', { reason: 'not a whole number' });
    return value;
  });
}

function openDriver(file: string, readOnly: boolean): Driver.Database {
  try {
    return new Driver(readOnly ? `${pathToFileURL(file).href}?mode=ro` : file, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    throw new AppError('STORE_UNAVAILABLE', { reason: `cannot open ${file}`, cause });
  }
}

/**
 * Opens one database file with WAL, foreign keys and a short busy time-out.
 * @throws AppError `STORE_UNAVAILABLE` when it can't be opened or is no database, `STORE_BUSY`
 */
export async function openDatabase({
  file,
  synchronous,
  readOnly = false,
  tries = DEFAULT_TRIES,
  pause = delay,
}: DatabaseOptions): Promise<Database> {
  const driver = openDriver(file, readOnly);
  const statements = new Map<string, Driver.Statement>();
  let open = true;
  /** Set while a write waits for another process; writes that come meanwhile queue behind it. */
  let lockWait: Promise<'free' | 'busy'> | undefined;

  const statement = (sql: string): Driver.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = driver.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };

  const sql: Writer = {
    // `get` and `all` run a statement to its end or reset it; an iterator that is left early would hold its snapshot.
    get: (text, ...parameters) => statement(text).get(bind(parameters)) as Row | undefined,
    all: (text, ...parameters) => statement(text).all(bind(parameters)) as Row[],
    run: (text, ...parameters) => statement(text).run(bind(parameters)).changes,
    script: (text) => void driver.exec(text),
  };

  const attempt = <Result>(work: () => Result): { result: Result } | 'busy' => {
    // A statement of a closed connection answers "no row" instead of failing.
    if (!open) throw new AppError('STORE_UNAVAILABLE', { reason: 'the store is closed' });
    try {
      return { result: work() };
    } catch (thrown) {
      const failure = translate(thrown);
      if (failure === 'busy') return 'busy';
      throw failure ?? thrown;
    }
  };

  const retry = async <Result>(work: () => Result): Promise<Result> => {
    for (let count = 1; count < tries; count += 1) {
      await pause(Math.min(count * 5, LONGEST_PAUSE_MS));
      const outcome = attempt(work);
      if (outcome !== 'busy') return outcome.result;
    }
    throw new AppError('STORE_BUSY', { reason: `locked after ${tries} tries`, details: { tries } });
  };

  /**
   * BEGIN stands first and goes through `exec`, for a reason: a prepared statement that meets a lock outside a
   * transaction stays unfinished in this driver, and from then on the connection acknowledges writes without
   * committing them.
   */
  const transaction = <Result>(work: (writer: Writer) => Result): Result => {
    driver.exec('BEGIN IMMEDIATE');
    try {
      const result = work(sql);
      driver.exec('COMMIT');
      return result;
    } catch (thrown) {
      // A full disk rolls back by itself.
      if (driver.inTransaction) driver.exec('ROLLBACK');
      throw thrown;
    }
  };

  const read: Database['read'] = async (work) => {
    const outcome = attempt(() => work(sql));
    return outcome === 'busy' ? retry(() => work(sql)) : outcome.result;
  };

  const write: Database['write'] = async (work) => {
    const run = () => transaction(work);
    // Only one write at a time tries the lock, else each of them would block the event loop for the busy time-out.
    while (lockWait !== undefined) {
      if ((await lockWait) === 'busy') throw new AppError('STORE_BUSY', { reason: 'locked while queued' });
    }
    const outcome = attempt(run);
    if (outcome !== 'busy') return outcome.result;
    const waiting = retry(run);
    lockWait = waiting.then(
      () => 'free',
      (thrown: unknown) => (thrown instanceof AppError && thrown.code === 'STORE_BUSY' ? 'busy' : 'free'),
    );
    try {
      return await waiting;
    } finally {
      lockWait = undefined;
    }
  };

  const close = (): void => {
    if (!open) return;
    open = false;
    statements.clear();
    try {
      // The driver lets go of the file at garbage collection only; after this the main file alone holds everything.
      driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process works on the file: it will do the checkpoint.
    }
    driver.close();
  };

  try {
    await read((reader) => {
      // Two processes that switch a new file to WAL at once meet a lock that the busy time-out does not cover.
      if (!readOnly) driver.exec('PRAGMA journal_mode = WAL');
      driver.exec(`PRAGMA synchronous = ${synchronous}`);
      driver.exec('PRAGMA foreign_keys = ON');
      return reader.get('SELECT count(*) AS tables FROM sqlite_schema');
    });
  } catch (thrown) {
    close();
    throw thrown;
  }
  return { read, write, close };
}
