/** Puts a backup in the place of the store's files. The service is stopped; what was there before is kept. */
import { constants, existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import type { Clock } from '../../runtime/clock.js';
import { MANIFEST, manifestSchema, sha256Of, sync, unusable, type BackupFile, type BackupManifest } from './backup.js';
import { takeAlone, type Alone } from './exclusive.js';
import { sideFiles, storeFiles, type StoreFile } from './inspect.js';
import { durableMigrations } from './migrations/durable.js';
import { volatileMigrations } from './migrations/volatile.js';

/** Schema versions that this program knows. */
export const knownVersions: Readonly<Record<StoreFile, number>> = {
  'durable.db': durableMigrations.length,
  'volatile.db': volatileMigrations.length,
};

export interface RestoreOptions {
  /** The store's directory; made when missing. */
  directory: string;
  /** The folder that `backUpStore` made. */
  source: string;
  clock: Clock;
}

export interface RestoreResult {
  manifest: BackupManifest;
  /** The folder with the files that were there before; undefined when there were none. */
  setAside?: string;
}

const invalid = (reason: string, cause?: unknown): AppError => new AppError('STORE_BACKUP_INVALID', { reason, cause });

function readManifest(source: string): BackupManifest {
  const file = join(source, MANIFEST);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(`cannot read ${file}`, cause);
  }
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    if (new Set(manifest.files.map(({ name }) => name)).size === storeFiles.length) return manifest;
  } catch (cause) {
    throw invalid(`${file} is not a manifest of this program`, cause);
  }
  throw invalid(`${file} does not name each file once`);
}

async function verifyFile(folder: string, { name, bytes, sha256 }: BackupFile): Promise<void> {
  const file = join(folder, name);
  if (!existsSync(file)) throw invalid(`${name} is missing`);
  if ((await stat(file)).size !== bytes) throw invalid(`${name} is not as long as the manifest says`);
  if ((await sha256Of(file)) !== sha256) throw invalid(`${name} does not have the checksum of the manifest`);
}

/**
 * Reads the manifest and compares both files with it.
 *
 * @throws AppError `STORE_BACKUP_INVALID`; `STORE_SCHEMA_NEWER` when a newer program made the backup
 */
export async function verifyBackup(source: string): Promise<BackupManifest> {
  const manifest = readManifest(source);
  for (const file of manifest.files) {
    await verifyFile(source, file);
    const known = knownVersions[file.name];
    if (file.schemaVersion > known) {
      throw new AppError('STORE_SCHEMA_NEWER', {
        reason: `${file.name} of the backup has schema version ${file.schemaVersion}, this program knows ${known}`,
      });
    }
  }
  return manifest;
}

/** A second name for the same bytes: no moment in which the store has no file, and no space. */
async function keep(file: string, folder: string, name: string): Promise<void> {
  try {
    await link(file, join(folder, name));
  } catch {
    // Some file systems know no second names.
    await copyFile(file, join(folder, name), constants.COPYFILE_EXCL);
    sync(join(folder, name));
  }
}

/** A new folder of that name; when there is one, with a number behind it. */
async function makeFolder(name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? name : `${name}-${number}`;
    try {
      await mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

async function setAside(directory: string, clock: Clock): Promise<string | undefined> {
  const names = storeFiles.flatMap((name) => [name, ...sideFiles.map((suffix) => name + suffix)]);
  const present = names.filter((name) => existsSync(join(directory, name)));
  if (present.length === 0) return undefined;
  const stamp = new Date(clock.nowMs()).toISOString().replace(/[:.]/g, '-');
  const folder = await makeFolder(join(directory, `before-restore-${stamp}`));
  for (const name of present) await keep(join(directory, name), folder, name);
  sync(folder);
  sync(directory);
  return folder;
}

async function takeAllAlone(directory: string): Promise<Alone[]> {
  const taken: Alone[] = [];
  try {
    for (const name of storeFiles) {
      const file = join(directory, name);
      const alone = existsSync(file) ? await takeAlone(file) : undefined;
      if (alone) taken.push(alone);
    }
    return taken;
  } catch (thrown) {
    for (const alone of taken) await alone.release();
    throw thrown;
  }
}

/**
 * Replaces both files by those of the backup, after their checksums were compared. The files that were there stay in
 * `before-restore-<time>` beside them. Each file is replaced at once: a run that is killed leaves the old file or the
 * new one, and can be repeated.
 *
 * @throws AppError `STORE_BACKUP_INVALID`, `STORE_SCHEMA_NEWER`, `STORE_IN_USE`, `STORE_UNAVAILABLE`
 */
export async function restoreStore({ source, clock, ...options }: RestoreOptions): Promise<RestoreResult> {
  const directory = resolve(options.directory);
  const manifest = await verifyBackup(source);
  let incoming: string | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // On the same file system, so that the last step is a rename; a full disk shows before anything has changed.
    incoming = await mkdtemp(join(directory, '.restoring-'));
    for (const file of manifest.files) {
      const copy = join(incoming, file.name);
      await copyFile(join(source, file.name), copy);
      await chmod(copy, 0o600);
      await verifyFile(incoming, file);
      sync(copy);
    }
    const alone = await takeAllAlone(directory);
    try {
      const aside = await setAside(directory, clock);
      for (const name of ['volatile.db', 'durable.db'] as const) {
        // A write-ahead log of the old file would be played into the new one.
        for (const suffix of sideFiles) await rm(join(directory, name + suffix), { force: true });
        await rename(join(incoming, name), join(directory, name));
      }
      sync(directory);
      return { manifest, ...(aside === undefined ? {} : { setAside: aside }) };
    } finally {
      for (const taken of alone) await taken.release();
    }
  } catch (cause) {
    throw unusable(`cannot write in ${directory}`, cause);
  } finally {
    if (incoming !== undefined) await rm(incoming, { recursive: true, force: true });
  }
}
