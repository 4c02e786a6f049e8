/** `playcontext store …`: back up, restore, check and copy what playcontext keeps. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config/schema.js';
import { AppError, isAppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { systemClock } from '../runtime/clock.js';
import { checkContent } from '../store/check.js';
import { backUpStore, type BackupManifest } from '../store/libsql/backup.js';
import { openDatabase } from '../store/libsql/database.js';
import { damageOf, schemaVersionOf, storeFiles } from '../store/libsql/inspect.js';
import { knownVersions, restoreStore } from '../store/libsql/restore.js';
import { loadCommandConfig, openStore } from './context.js';
import { createProgress, type Progress } from './progress.js';
import { copyTo } from './store-copy.js';
import { packageVersion } from './version.js';

export function storeCommand(): Command {
  const store = new Command('store').description('Back up, restore, check and copy the data');

  store
    .command('backup')
    .argument('<folder>', 'folder to make; it must not exist, and the one above it must')
    .description('Copy the embedded store into a new folder; playcontext may run meanwhile')
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { config } = loadCommandConfig(command);
      const directory = embedded(config, 'mongodump --uri <uri> --gzip --archive=<file>');
      const manifest = await backUpStore({
        directory,
        target: folder,
        program: packageVersion(),
        clock: systemClock,
        onFile: (name) => console.error(`copying ${name}`),
      });
      printManifest(manifest);
      console.log(
        `Backed up to ${resolve(folder)}. Keep the secret of the configuration too: it opens the keys in it.`,
      );
    });

  store
    .command('restore')
    .argument('<folder>', 'folder that `store backup` made')
    .description('Put a backup in place of the embedded store; playcontext is stopped meanwhile')
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { config } = loadCommandConfig(command);
      const directory = embedded(config, 'mongorestore --uri <uri> --gzip --archive=<file>');
      const { manifest, setAside } = await restoreStore({ directory, source: folder, clock: systemClock });
      printManifest(manifest);
      console.log(`Restored the backup of ${manifest.createdAt}.`);
      if (setAside !== undefined) console.log(`What was there before is in ${setAside}.`);
    });

  store
    .command('check')
    .description('Read everything, and tell what is damaged or does not fit together; ends with 1 when something is')
    .action(async (_options: unknown, command: Command) => {
      const { config } = loadCommandConfig(command);
      const problems = [...(await checkFiles(config))];
      // What is in a damaged file, or in one of another schema, would only be guessed at.
      if (problems.length === 0) problems.push(...(await checkRecordsOf(config)));
      for (const problem of problems) console.log(`PROBLEM: ${problem}`);
      console.log(problems.length === 0 ? 'No problem was found.' : countOf(problems));
      process.exitCode = problems.length === 0 ? 0 : 1;
    });

  store
    .command('copy')
    .requiredOption('--to <file>', 'YAML configuration file whose `store` is the target')
    .description('Copy everything into an empty store, of any kind; playcontext is stopped meanwhile')
    .action((options: { to: string }, command: Command) => copyTo(loadCommandConfig(command).config, options.to));

  return store;
}

const countOf = ({ length }: readonly string[]): string =>
  length === 1 ? '1 problem was found.' : `${length} problems were found.`;

/** The directory of the embedded store. */
function embedded({ store }: Config, instead: string): string {
  if (store.kind === 'libsql') return store.directory;
  throw new AppError('STORE_NOT_EMBEDDED', { reason: `the data is in MongoDB; use ${instead}` });
}

function printManifest({ files }: BackupManifest): void {
  for (const { name, bytes, sha256, schemaVersion, counts } of files) {
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    console.log(`${name.padEnd(12)}${size(bytes).padStart(10)}  schema ${schemaVersion}, ${rows} rows`);
    console.log(`            sha256 ${sha256}`);
  }
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What SQLite finds wrong with the files of an embedded store; nothing for another kind. */
async function checkFiles({ store }: Config): Promise<string[]> {
  if (store.kind !== 'libsql') return [];
  const problems: string[] = [];
  for (const name of storeFiles) {
    const file = join(store.directory, name);
    if (!existsSync(file)) {
      problems.push(`there is no ${resolve(file)}`);
      continue;
    }
    try {
      const database = await openDatabase({ file, synchronous: 'full' });
      try {
        const damage = await damageOf(database);
        problems.push(...damage.map((line) => `${name}: ${line}`));
        const [version, known] = [await schemaVersionOf(database), knownVersions[name]];
        console.log(`${name.padEnd(12)}${size(statSync(file).size).padStart(10)}  schema ${version}`);
        if (version !== known) {
          const remedy =
            version > known ? 'start the newer program' : 'start playcontext once, which brings it up to date';
          problems.push(`${name} has schema version ${version}, this program knows ${known}: ${remedy}`);
        }
      } finally {
        database.close();
      }
    } catch (thrown) {
      if (!isAppError(thrown)) throw thrown;
      problems.push(`${name}: ${thrown.reason ?? thrown.code}`);
    }
  }
  return problems;
}

/** Opening brings the schema up to date and refuses a newer one; what the store warns of meanwhile is printed. */
async function checkRecordsOf(config: Config): Promise<string[]> {
  const note = (_facts: object, message: string): void => console.log(`NOTE: ${message}`);
  const log: Log = { info: note, warn: note, error: note, child: () => log };
  const store = await openStore(config, log);
  let progress: Progress | undefined;
  try {
    const { counts, mappings, problems } = await checkContent({
      transfer: store.transfer,
      accountIds: Object.keys(config.kaltura.accounts),
      onTotal: (total) => {
        progress = createProgress({ label: 'records read', total, clock: systemClock, stream: process.stderr });
      },
      onProgress: (count) => progress?.add(count),
    });
    progress?.end();
    for (const [aggregate, count] of Object.entries(counts)) {
      const mapped = aggregate === 'courses' ? `, ${mappings} of them with a category` : '';
      console.log(`${aggregate.padEnd(20)}${String(count).padStart(9)}${mapped}`);
    }
    return problems;
  } catch (thrown) {
    progress?.end();
    if (!isAppError(thrown) || thrown.code !== 'STORE_UNAVAILABLE') throw thrown;
    return [thrown.reason ?? thrown.code];
  } finally {
    await store.close();
  }
}
