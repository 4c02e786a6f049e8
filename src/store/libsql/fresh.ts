/** A new store that shows under its name when it is complete, or not at all. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { Store } from '../ports.js';
import { sync, unusable } from './backup.js';
import { storeFiles } from './inspect.js';
import { openLibsqlStore } from './store.js';

export interface FreshStoreOptions {
  /** Made when missing. */
  directory: string;
  clock: Clock;
  random: Random;
}

export interface FreshStore {
  store: Store;
  /** Closes the store and puts its files in place. */
  keep(): Promise<void>;
  /** Closes the store and removes what was written. Does nothing after `keep`. */
  discard(): Promise<void>;
}

/**
 * Opens an empty store in a folder inside `directory`.
 *
 * @throws AppError `STORE_TARGET_EXISTS` when `directory` holds a store; `STORE_UNAVAILABLE`
 */
export async function openFreshStore(options: FreshStoreOptions): Promise<FreshStore> {
  const directory = resolve(options.directory);
  const refuseStore = (): void => {
    const present = storeFiles.find((name) => existsSync(join(directory, name)));
    if (present !== undefined) {
      throw new AppError('STORE_TARGET_EXISTS', { reason: `there is a ${present} in ${directory}` });
    }
  };
  refuseStore();
  let folder: string;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    folder = await mkdtemp(join(directory, '.copying-'));
  } catch (cause) {
    throw unusable(`cannot write in ${directory}`, cause);
  }
  const store = await openLibsqlStore({ ...options, directory: folder });
  return {
    store,
    async keep() {
      await store.close();
      for (const name of storeFiles) {
        const log = join(folder, `${name}-wal`);
        if (existsSync(log) && statSync(log).size > 0) {
          throw new AppError('STORE_UNAVAILABLE', { reason: `${name} could not be closed` });
        }
        sync(join(folder, name));
      }
      refuseStore();
      for (const name of ['volatile.db', 'durable.db'] as const)
        await rename(join(folder, name), join(directory, name));
      sync(directory);
      await rm(folder, { recursive: true, force: true });
    },
    async discard() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
