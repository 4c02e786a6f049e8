/** What commands share: the configuration and the store that it names. */
import type { Command } from 'commander';
import type { Config } from '../config/schema.js';
import { loadConfig, type LoadedConfig } from '../config/load.js';
import { systemClock } from '../runtime/clock.js';
import { openLibsqlStore } from '../store/libsql/store.js';
import type { Store } from '../store/ports.js';

/** The configuration of the process, and what is dangerous about it. */
export function loadCommandConfig(command: Command): LoadedConfig {
  const { config: file } = command.optsWithGlobals<{ config?: string }>();
  return loadConfig({ env: process.env, file });
}

export const openStore = (config: Config): Promise<Store> =>
  openLibsqlStore({ directory: config.store.directory, clock: systemClock });

/** Runs `work` with the configured store and closes it, whatever happens. */
export async function withStore<T>(command: Command, work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const { config } = loadCommandConfig(command);
  const store = await openStore(config);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}
