/**
 * A backup of the embedded store: a folder with a copy of both files and a manifest. The service may run and write
 * meanwhile: each copy is what was committed at one moment.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError, isAppError } from '../../errors/app-error.js';
import type { Clock } from '../../runtime/clock.js';
import { openDatabase } from './database.js';
import { damageOf, schemaVersionOf, storeFiles, tableCounts, type StoreFile } from './inspect.js';

export const MANIFEST = 'manifest.json';
const FORMAT = 1;

const fileSchema = z.strictObject({
  name: z.enum(storeFiles),
  bytes: z.int(),
  /** Of the whole file, hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  schemaVersion: z.int(),
  /** Rows per table. */
  counts: z.record(z.string(), z.int()),
});

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  /** Version of the program that made the backup. */
  program: z.string(),
  files: z.array(fileSchema).length(storeFiles.length),
});

export type BackupFile = z.output<typeof fileSchema>;
export type BackupManifest = z.output<typeof manifestSchema>;

export interface BackupOptions {
  /** The store's directory. */
  directory: string;
  /** The folder to make. Its parent must exist; it must not. */
  target: string;
  /** Version of this program. */
  program: string;
  clock: Clock;
  /** Told which file is being copied. */
  onFile?: (name: StoreFile) => void;
}

/** Names the operation and the system's code; a path of the operator's own is no secret. */
export const unusable = (what: string, cause: unknown): AppError =>
  isAppError(cause)
    ? cause
    : new AppError('STORE_UNAVAILABLE', {
        reason: `${what} (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`,
        cause,
      });

/** Makes sure that what was written outlives a power cut; for a file or a folder. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Opening makes a missing file, and a backup of nothing would look like a backup. */
export function assertStore(directory: string): void {
  const missing = storeFiles.map((name) => resolve(directory, name)).find((file) => !existsSync(file));
  if (missing !== undefined) throw new AppError('STORE_UNAVAILABLE', { reason: `there is no ${missing}` });
}

async function copyDatabase(source: string, copy: string): Promise<void> {
  const database = await openDatabase({ file: source, synchronous: 'full' });
  try {
    // The copy gets the mode of the file that it finds.
    closeSync(openSync(copy, 'wx', 0o600));
    await database.read((sql) => sql.get('VACUUM INTO ?', copy));
  } finally {
    database.close();
  }
  sync(copy);
}

/** Reads the copy back: a backup that can't be read is noticed today and not on the day when it is needed. */
async function describeCopy(name: StoreFile, file: string): Promise<BackupFile> {
  const database = await openDatabase({ file, synchronous: 'full', readOnly: true });
  try {
    const damage = await damageOf(database);
    if (damage.length > 0)
      throw new AppError('STORE_UNAVAILABLE', { reason: `${name} is damaged: ${damage[0] ?? ''}` });
    const [schemaVersion, counts] = [await schemaVersionOf(database), await tableCounts(database)];
    return { name, bytes: (await stat(file)).size, sha256: await sha256Of(file), schemaVersion, counts };
  } finally {
    database.close();
  }
}

/**
 * Copies both databases into a new folder `target`, with `manifest.json`. The folder appears under its name when it is
 * complete; a run that is killed leaves a folder `<target>.partial-…` and nothing else.
 *
 * @throws AppError `STORE_TARGET_EXISTS`; `STORE_UNAVAILABLE` when there is no store, it is damaged, or the target can't
 *   be written
 */
export async function backUpStore(options: BackupOptions): Promise<BackupManifest> {
  const { directory, program, clock, onFile } = options;
  const target = resolve(options.target);
  if (existsSync(target)) throw new AppError('STORE_TARGET_EXISTS', { reason: `${target} exists` });
  assertStore(directory);
  const createdAt = new Date(clock.nowMs()).toISOString();
  let partial: string | undefined;
  try {
    partial = await mkdtemp(`${target}.partial-`);
    const files: BackupFile[] = [];
    // The durable one comes last, so that whatever a launch record names is in it.
    for (const name of ['volatile.db', 'durable.db'] as const) {
      onFile?.(name);
      const copy = join(partial, name);
      await copyDatabase(join(directory, name), copy);
      files.push(await describeCopy(name, copy));
    }
    const manifest: BackupManifest = { format: FORMAT, createdAt, program, files: files.reverse() };
    const manifestFile = join(partial, MANIFEST);
    writeFileSync(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
    sync(manifestFile);
    sync(partial);
    await rename(partial, target);
    sync(dirname(target));
    return manifest;
  } catch (cause) {
    if (partial !== undefined) await rm(partial, { recursive: true, force: true });
    throw unusable(`cannot write ${basename(target)} in ${dirname(target)}`, cause);
  }
}
