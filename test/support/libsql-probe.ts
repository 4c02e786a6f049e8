/** Looks into the libsql files behind the store's back, so that a store that lies is caught. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Driver from 'libsql';

export type RawConnection = Driver.Database;

export const openRaw = (directory: string, file: 'durable.db' | 'volatile.db'): RawConnection =>
  new Driver(join(directory, file), { timeout: 2_000 });

export const makeDirectory = (): string => mkdtempSync(join(tmpdir(), 'playcontext-store-'));

export const removeDirectory = (directory: string): void => rmSync(directory, { recursive: true, force: true });

/** `ok` for a sound file. */
export function integrityOf(directory: string, file: 'durable.db' | 'volatile.db'): string {
  const raw = openRaw(directory, file);
  const row = raw.prepare('PRAGMA integrity_check').get() as { integrity_check: string };
  raw.close();
  return row.integrity_check;
}
