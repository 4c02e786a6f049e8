import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Driver from 'libsql';
import { openDatabase, type Database, type DatabaseOptions } from '../../../src/store/libsql/database.js';
import { assertCode } from '../../support/assert-code.js';
import { makeDirectory, openRaw, removeDirectory, type RawConnection } from '../../support/libsql-probe.js';

const INSERT = 'INSERT INTO things (name, size) VALUES (?, ?)';
const COUNT = 'SELECT count(*) AS n FROM things';

describe('libsql database', () => {
  let directory: string;
  let databases: Database[];
  let raw: RawConnection;

  const open = async (options: Partial<DatabaseOptions> = {}): Promise<Database> => {
    const database = await openDatabase({ file: join(directory, 'durable.db'), synchronous: 'normal', ...options });
    databases.push(database);
    return database;
  };
  const committed = (): number => (raw.prepare(COUNT).get() as { n: number }).n;

  beforeEach(async () => {
    directory = makeDirectory();
    databases = [];
    const database = await open();
    await database.write((sql) => {
      sql.script(`
        CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER) STRICT;
        CREATE TABLE parts (thing TEXT NOT NULL REFERENCES things (name)) STRICT;
      `);
    });
    raw = openRaw(directory, 'durable.db');
  });

  afterEach(() => {
    raw.close();
    for (const database of databases) database.close();
    removeDirectory(directory);
  });

  it('opens with WAL, foreign keys and the synchronous mode that was asked for', async () => {
    for (const [synchronous, value] of [
      ['full', 2],
      ['normal', 1],
    ] as const) {
      const database = await open({ synchronous });
      const pragma = (name: string) => database.read((sql) => sql.get(`PRAGMA ${name}`)?.[name]);
      assert.equal(await pragma('journal_mode'), 'wal');
      assert.equal(await pragma('foreign_keys'), 1);
      assert.equal(await pragma('synchronous'), value);
    }
  });

  it('commits the whole of a write, or nothing', async () => {
    const database = await open();
    await database.write((sql) => {
      sql.run(INSERT, 'a', 1);
      sql.run(INSERT, 'b', 2);
    });
    assert.equal(committed(), 2);
    const broken = database.write((sql) => {
      sql.run(INSERT, 'c', 3);
      throw new RangeError('broken');
    });
    await assert.rejects(broken, RangeError);
    await assertCode('STORE_CONFLICT', () =>
      database.write((sql) => {
        sql.run(INSERT, 'd', 4);
        sql.run(INSERT, 'a', 5);
      }),
    );
    assert.equal(committed(), 2);
    await database.write((sql) => sql.run(INSERT, 'e', 5));
    assert.equal(committed(), 3, 'a failed write does not spoil the next one');
  });

  it('says which kind of constraint refused a write', async () => {
    const database = await open();
    await database.write((sql) => sql.run(INSERT, 'a', 1));
    const unique = await assertCode('STORE_CONFLICT', () => database.write((sql) => sql.run(INSERT, 'a', 1)));
    assert.equal(unique.details['constraint'], 'unique');
    const foreignKey = await assertCode('STORE_CONFLICT', () =>
      database.write((sql) => sql.run('INSERT INTO parts (thing) VALUES (?)', 'nothing')),
    );
    assert.equal(foreignKey.details['constraint'], 'foreign-key');
    await assertCode('INPUT_INVALID', () => database.write((sql) => sql.run(INSERT, 'b', 'large')));
  });

  it('refuses values that the driver would change or die of', async () => {
    const database = await open();
    for (const value of [1.5, Number.NaN, 2 ** 53, 'a\0b', '\uD800', true, null, {}] as never[]) {
      await assertCode('INPUT_INVALID', () => database.write((sql) => sql.run(INSERT, 'a', value)));
    }
    assert.equal(committed(), 0);
  });

  it('waits for a lock without blocking the event loop, then writes', async () => {
    const pauses: number[] = [];
    const database = await open({
      async pause(ms) {
        pauses.push(ms);
        await nextTurn();
        if (pauses.length === 3) raw.exec('COMMIT');
      },
    });
    raw.exec('BEGIN IMMEDIATE');
    assert.equal(await database.write((sql) => sql.run(INSERT, 'a', 1)), 1);
    assert.equal(committed(), 1);
    assert.deepEqual(pauses, [5, 10, 15]);
  });

  it('gives up with STORE_BUSY after the number of tries, and works again when the lock is gone', async () => {
    const pauses: number[] = [];
    const database = await open({ tries: 4, pause: async (ms) => void pauses.push(ms) });
    raw.exec('BEGIN IMMEDIATE');
    const error = await assertCode('STORE_BUSY', () => database.write((sql) => sql.run(INSERT, 'a', 1)));
    assert.equal(error.details['tries'], 4);
    assert.equal(pauses.length, 3);
    raw.exec('COMMIT');
    await database.write((sql) => sql.run(INSERT, 'b', 1));
    assert.equal(committed(), 1, 'what was acknowledged after a lock is committed');
  });

  it('lets one write at a time try a lock: the others queue and fail or go on with it', async () => {
    let pauses = 0;
    const database = await open({ tries: 3, pause: async () => void (pauses += 1) });
    const writeAll = () =>
      Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => database.write((sql) => sql.run(INSERT, `${index}`, 1))),
      );
    raw.exec('BEGIN IMMEDIATE');
    const refused = await writeAll();
    assert.deepEqual(
      refused.map((outcome) => outcome.status === 'rejected' && (outcome.reason as { code?: string }).code),
      Array(10).fill('STORE_BUSY'),
    );
    assert.equal(pauses, 2, 'not each of the ten tried three times');
    raw.exec('COMMIT');
    assert.ok((await writeAll()).every(({ status }) => status === 'fulfilled'));
    assert.equal(committed(), 10);
  });

  it('does not hand the failure of a waiting write to those behind it', async () => {
    let release = (): void => undefined;
    const database = await open({ pause: async () => release() });
    await database.write((sql) => sql.run(INSERT, 'taken', 1));
    raw.exec('BEGIN IMMEDIATE');
    release = () => {
      if (raw.inTransaction) raw.exec('COMMIT');
    };
    const outcomes = await Promise.allSettled([
      database.write((sql) => sql.run(INSERT, 'taken', 1)),
      database.write((sql) => sql.run(INSERT, 'free', 1)),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
  });

  it('reads while another process writes, and sees only what is committed', async () => {
    const database = await open({ tries: 1 });
    raw.exec('BEGIN IMMEDIATE');
    raw.prepare(INSERT).run(['a', 1]);
    const count = () => database.read((sql) => sql.get(COUNT)?.['n']);
    assert.equal(await count(), 0);
    raw.exec('COMMIT');
    assert.equal(await count(), 1);
  });

  it('stops waiting for a lock when it is closed meanwhile', async () => {
    const database: Database = await open({ pause: async () => database.close() });
    raw.exec('BEGIN IMMEDIATE');
    await assertCode('STORE_UNAVAILABLE', () => database.write((sql) => sql.run(INSERT, 'a', 1)));
    raw.exec('COMMIT');
    assert.equal(committed(), 0);
  });

  it('leaves everything in the main file when it closes', async () => {
    const alone = makeDirectory();
    const file = join(alone, 'durable.db');
    const database = await openDatabase({ file, synchronous: 'normal' });
    await database.write((sql) => sql.script('CREATE TABLE a (b INTEGER) STRICT; INSERT INTO a (b) VALUES (7)'));
    database.close();
    const copy = new Driver(`file:${file}?immutable=1`);
    assert.equal((copy.prepare('SELECT b FROM a').get() as { b: number }).b, 7);
    copy.close();
    removeDirectory(alone);
  });

  it('tells STORE_UNAVAILABLE for a directory, a file that is no database, and a full disk', async () => {
    await assertCode('STORE_UNAVAILABLE', () => open({ file: directory }));
    const file = join(directory, 'other.db');
    writeFileSync(file, 'not a database'.repeat(500));
    await assertCode('STORE_UNAVAILABLE', () => open({ file }));
    const database = await open();
    await database.read((sql) => sql.get('PRAGMA max_page_count = 1'));
    const large = 'x'.repeat(100_000);
    await assertCode('STORE_UNAVAILABLE', () => database.write((sql) => sql.run(INSERT, large, 1)));
    await database.read((sql) => sql.get('PRAGMA max_page_count = 100000'));
    await database.write((sql) => sql.run(INSERT, 'after', 1));
    assert.equal(committed(), 1);
  });

  it('passes a mistake in SQL on as it is: it is no failure of the store', async () => {
    const database = await open();
    await assert.rejects(
      database.read((sql) => sql.all('SELECT nothing FROM things')),
      { code: 'SQLITE_ERROR' },
    );
  });
});
