/** Looks at one database file as SQLite sees it, whatever its schema version. */
import type { Database } from './database.js';
import { integer, text } from './rows.js';

/** What a store's directory holds. */
export const storeFiles = ['durable.db', 'volatile.db'] as const;
export type StoreFile = (typeof storeFiles)[number];

/** What SQLite puts beside a database file. */
export const sideFiles = ['-wal', '-shm', '-journal'] as const;

/** More lines of damage than this help nobody. */
const MOST_PROBLEMS = 20;

const TABLES = `SELECT name FROM pragma_table_list
  WHERE schema = 'main' AND type = 'table' AND name <> 'meta' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`;
const META = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
const VERSION = "SELECT value FROM meta WHERE key = 'schema_version'";

/** Number of migrations that ran; 0 for a file that no program of ours has opened. */
export const schemaVersionOf = (database: Database): Promise<number> =>
  database.read((sql) => {
    const row = sql.get(META) === undefined ? undefined : sql.get(VERSION);
    return row === undefined ? 0 : integer(row, 'value');
  });

/** Rows per table; all numbers belong to one moment. */
export const tableCounts = (database: Database): Promise<Record<string, number>> =>
  database.read((sql) => {
    const names = sql.all(TABLES).map((row) => text(row, 'name'));
    if (names.length === 0) return {};
    const counts = names.map((name) => `(SELECT count(*) FROM "${name.replaceAll('"', '""')}") AS "${name}"`);
    const row = sql.get(`SELECT ${counts.join(', ')}`) ?? {};
    return Object.fromEntries(names.map((name) => [name, integer(row, name)]));
  });

/** What SQLite's own checks of pages, indexes and foreign keys find; none for a sound file. */
export const damageOf = (database: Database): Promise<string[]> =>
  database.read((sql) => {
    const pages = sql
      .all(`PRAGMA integrity_check(${MOST_PROBLEMS})`)
      .map((row) => text(row, 'integrity_check'))
      .filter((line) => line !== 'ok');
    // Damaged pages make every other answer doubtful.
    if (pages.length > 0) return pages;
    const perTable = new Map<string, number>();
    for (const row of sql.all('PRAGMA foreign_key_check')) {
      const key = `${text(row, 'table')} without its record in ${text(row, 'parent')}`;
      perTable.set(key, (perTable.get(key) ?? 0) + 1);
    }
    return [...perTable].map(([what, count]) => `${count} of ${what}`);
  });
