/** Brings a database to the schema that this program knows. */
import { AppError } from '../../errors/app-error.js';
import type { Database, Reader, Writer } from './database.js';

export interface Migration {
  /** What it does, in a few words; for the log. */
  name: string;
  sql: string;
  /** What SQL alone can't do; runs behind it, in the same transaction. */
  then?: (sql: Writer) => void;
}

const hasMeta = (sql: Reader): boolean =>
  sql.get("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'") !== undefined;

const schemaVersion = (sql: Reader): number => {
  const row = sql.get("SELECT value FROM meta WHERE key = 'schema_version'");
  return typeof row?.['value'] === 'number' ? row['value'] : 0;
};

/**
 * Runs the migrations that are missing, in one transaction. The schema version is the number of migrations that ran;
 * a migration of a released version never changes and never moves. When several processes start together the first
 * one migrates, and the others find the work done once they have the lock.
 *
 * @returns the names of the migrations that ran.
 * @throws AppError `STORE_SCHEMA_NEWER` when the database has more migrations than this program
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  const refuseNewer = (version: number): number => {
    if (version <= migrations.length) return version;
    throw new AppError('STORE_SCHEMA_NEWER', {
      reason: `the database has schema version ${version}, this program knows ${migrations.length}`,
    });
  };
  const current = await database.read((sql) => (hasMeta(sql) ? refuseNewer(schemaVersion(sql)) : 0));
  if (current === migrations.length) return [];
  return database.write((sql) => {
    sql.script('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID');
    const missing = migrations.slice(refuseNewer(schemaVersion(sql)));
    for (const migration of missing) {
      sql.script(migration.sql);
      migration.then?.(sql);
    }
    sql.run(
      "INSERT INTO meta (key, value) VALUES ('schema_version', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      migrations.length,
    );
    return missing.map(({ name }) => name);
  });
}
