/** What commands share: the configuration and the store that it names. */
import type { Command } from 'commander';
import type { Config } from '../config/schema.js';
import { loadConfig, type LoadedConfig } from '../config/load.js';
import type { Log } from '../http/log.js';
import { accountsOf } from '../kaltura/accounts.js';
import { createGateway } from '../kaltura/gateway.js';
import { createKaltura } from '../kaltura/kaltura.js';
import type { Kaltura } from '../kaltura/types.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import { openLibsqlStore } from '../store/libsql/store.js';
import type { Store } from '../store/ports.js';

/** The configuration of the process, and what is dangerous about it. */
export function loadCommandConfig(command: Command): LoadedConfig {
  const { config: file } = command.optsWithGlobals<{ config?: string }>();
  return loadConfig({ env: process.env, file });
}

/** Opens the store that the configuration names. */
export async function openStore({ store }: Pick<Config, 'store'>, log?: Log): Promise<Store> {
  const shared = { clock: systemClock, random: systemRandom, ...(log === undefined ? {} : { log }) };
  if (store.kind === 'libsql') return openLibsqlStore({ directory: store.directory, ...shared });
  // Loaded only where it is used: the driver costs time and memory at each start.
  const { openMongoStore } = await import('../store/mongo/store.js');
  const { uri, database, timeoutMs } = store;
  return openMongoStore({ uri, database, timeoutMs, ...shared });
}

/** Kaltura with the accounts of the configuration. */
export const kalturaOf = (config: Pick<Config, 'kaltura'>): Kaltura =>
  createKaltura({
    accounts: accountsOf(config),
    gateway: createGateway(),
    clock: systemClock,
    random: systemRandom,
  });

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
