/** Proves that nobody else has a database file open, and keeps others out for a moment. */
import { closeSync, openSync, readSync } from 'node:fs';
import { AppError, isAppError } from '../../errors/app-error.js';
import { openDatabase } from './database.js';

/** About a quarter of a second: a process that runs will still run then. */
const TRIES = 5;

// https://www.sqlite.org/fileformat.html#magic_header_string
const HEADER = Buffer.from('SQLite format 3\0', 'latin1');

/** An empty file is a database too. SQLite would remove the write-ahead log beside a file that is none. */
function isDatabase(file: string): boolean {
  const start = Buffer.alloc(HEADER.length);
  const descriptor = openSync(file, 'r');
  try {
    const length = readSync(descriptor, start, 0, start.length, 0);
    return length === 0 || start.equals(HEADER);
  } finally {
    closeSync(descriptor);
  }
}

export interface Alone {
  release(): Promise<void>;
}

/**
 * Takes a database file for this process alone. Leaving WAL needs that no other connection is open, idle ones
 * included, and puts everything into the main file. Until `release` nobody else reads or writes it, and one that waits
 * for it fails when the file has got another name meanwhile. The caller must not open the file by other means: closing
 * it again would drop the lock.
 *
 * @returns undefined for a file that is damaged, which nobody can work on
 * @throws AppError `STORE_IN_USE`
 */
export async function takeAlone(file: string): Promise<Alone | undefined> {
  if (!isDatabase(file)) return undefined;
  try {
    const database = await openDatabase({ file, synchronous: 'full', tries: TRIES });
    try {
      await database.read((sql) => sql.get('PRAGMA journal_mode = DELETE'));
      await database.read((sql) => sql.get('BEGIN EXCLUSIVE'));
    } catch (thrown) {
      database.close();
      throw thrown;
    }
    return {
      async release() {
        await database.read((sql) => sql.get('ROLLBACK'));
        database.close();
      },
    };
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    if (thrown.code === 'STORE_BUSY') {
      throw new AppError('STORE_IN_USE', { reason: `another process has ${file} open`, cause: thrown });
    }
    if (thrown.code === 'STORE_UNAVAILABLE') return undefined;
    throw thrown;
  }
}
