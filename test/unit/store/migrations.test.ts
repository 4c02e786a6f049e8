import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../../src/store/libsql/database.js';
import { migrate, type Migration } from '../../../src/store/libsql/migrations.js';
import { assertCode } from '../../support/assert-code.js';
import { makeDirectory, removeDirectory } from '../../support/libsql-probe.js';

const FIRST: Migration = { name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a (x) VALUES (1)' };
const SECOND: Migration = { name: 'second', sql: 'ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a (x) VALUES (2)' };
const BROKEN: Migration = { name: 'broken', sql: 'INSERT INTO a (x) VALUES (3); INSERT INTO nowhere (x) VALUES (3)' };

describe('migrations', () => {
  let directory: string;
  let databases: Database[];

  const open = async (): Promise<Database> => {
    const database = await openDatabase({ file: join(directory, 'durable.db'), synchronous: 'normal' });
    databases.push(database);
    return database;
  };
  const rows = (database: Database) => database.read((sql) => sql.all('SELECT x FROM a ORDER BY x').map(({ x }) => x));

  beforeEach(() => {
    directory = makeDirectory();
    databases = [];
  });
  afterEach(() => {
    for (const database of databases) database.close();
    removeDirectory(directory);
  });

  it('runs each migration once, in order', async () => {
    const database = await open();
    assert.deepEqual(await migrate(database, [FIRST]), ['first']);
    assert.deepEqual(await migrate(database, [FIRST]), []);
    assert.deepEqual(await migrate(database, [FIRST, SECOND]), ['second']);
    assert.deepEqual(await rows(database), [1, 2]);
  });

  it('runs them once when several start together', async () => {
    const opened = [await open(), await open(), await open()];
    const ran = await Promise.all(opened.map((database) => migrate(database, [FIRST, SECOND])));
    assert.deepEqual(
      ran.filter((names) => names.length > 0),
      [['first', 'second']],
    );
    for (const database of opened) assert.deepEqual(await rows(database), [1, 2]);
  });

  it('refuses a schema that is newer than the program, and leaves it as it is', async () => {
    const database = await open();
    await migrate(database, [FIRST, SECOND]);
    await assertCode('STORE_SCHEMA_NEWER', () => migrate(database, [FIRST]));
    assert.deepEqual(await rows(database), [1, 2]);
  });

  it('takes back the whole run when one migration fails', async () => {
    const database = await open();
    await migrate(database, [FIRST]);
    await assert.rejects(migrate(database, [FIRST, SECOND, BROKEN]));
    assert.deepEqual(await rows(database), [1]);
    assert.deepEqual(await migrate(database, [FIRST, SECOND]), ['second']);
  });
});
