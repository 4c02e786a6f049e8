/** Brings a database to the schema that this program knows. */
import { AppError } from '../../errors/app-error.js';
import type { CollectionName, IndexPlan } from './collections.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import type { WithLock } from './lock.js';

export interface Migration {
  /** What it does, in a few words; for the log. */
  name: string;
  collections: readonly CollectionName[];
  /** What the rules need: built before the program serves. */
  uniqueIndexes: readonly IndexPlan[];
  /** What makes queries quick and removes what has ended: built while the program serves already. */
  otherIndexes: readonly IndexPlan[];
  /** Changes documents. It may be run again after it was broken off, and by two processes at once. */
  documents?: (commands: Commands) => Promise<void>;
  /** The same, for what only queries need: done before `otherIndexes` are built. */
  laterDocuments?: (commands: Commands) => Promise<void>;
}

export interface MigrateOptions {
  database: Database;
  withLock: WithLock;
  migrations: readonly Migration[];
  /** How long to wait for another process that migrates. */
  waitMs: number;
}

async function versionOf(commands: Commands, id: 'schema' | 'indexes'): Promise<number> {
  const value = (await commands.findOne('meta', { _id: id }))?.['value'];
  return typeof value === 'number' ? value : 0;
}

const setVersion = async (commands: Commands, id: 'schema' | 'indexes', value: number): Promise<void> => {
  await commands.update('meta', { _id: id }, { set: { value } }, true);
};

/**
 * Runs the migrations that are missing; several processes that start together wait for the first one. The schema
 * version is the number of migrations that ran; a migration of a released version never changes and never moves.
 *
 * @returns the names of the migrations that ran
 * @throws AppError `STORE_SCHEMA_NEWER` when the database has more migrations than this program; `STORE_BUSY`
 */
export async function migrate({ database, withLock, migrations, waitMs }: MigrateOptions): Promise<string[]> {
  const { commands } = database;
  const currentVersion = async (): Promise<number> => {
    const version = await versionOf(commands, 'schema');
    if (version <= migrations.length) return version;
    throw new AppError('STORE_SCHEMA_NEWER', {
      reason: `the database has schema version ${version}, this program knows ${migrations.length}`,
    });
  };

  if ((await currentVersion()) === migrations.length) return [];
  return withLock('migrations', waitMs, async () => {
    const version = await currentVersion();
    const missing = migrations.slice(version);
    for (const [index, { collections, uniqueIndexes, documents }] of missing.entries()) {
      for (const name of collections) await database.createCollection(name);
      await database.createIndexes(uniqueIndexes);
      await documents?.(commands);
      await setVersion(commands, 'schema', version + index + 1);
    }
    return missing.map(({ name }) => name);
  });
}

/**
 * Changes documents for queries and builds the indexes of all migrations, unless some process has. May take long on a
 * large database.
 */
export async function buildIndexes({ database, withLock, migrations, waitMs }: MigrateOptions): Promise<void> {
  const { commands } = database;
  const builtVersion = (): Promise<number> => versionOf(commands, 'indexes');
  if ((await builtVersion()) >= migrations.length) return;
  await withLock('indexes', waitMs, async () => {
    const version = await builtVersion();
    if (version >= migrations.length) return;
    for (const { laterDocuments } of migrations.slice(version)) await laterDocuments?.(commands);
    await database.createIndexes(migrations.flatMap(({ otherIndexes }) => otherIndexes));
    await setVersion(commands, 'indexes', migrations.length);
  });
}
