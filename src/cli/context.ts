/** What commands share: the configuration and the store that it names. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../config/schema.js';
import { loadConfig } from '../config/load.js';
import { createLog, type Log } from '../http/log.js';
import { systemClock } from '../runtime/clock.js';
import { openLibsqlStore } from '../store/libsql/store.js';
import type { Store } from '../store/ports.js';

export interface CommandContext {
  config: Config;
  log: Log;
}

/** Loads the configuration of the process; warns of each dangerous option, at every start. */
export function loadContext(command: Command): CommandContext {
  const { config: file } = command.optsWithGlobals<{ config?: string }>();
  const { config, warnings } = loadConfig({
    env: process.env,
    file,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  const log = createLog({ level: config.log.level });
  for (const warning of warnings) log.warn({}, warning);
  return { config, log };
}

export const openStore = (config: Config): Promise<Store> =>
  openLibsqlStore({ directory: config.store.directory, clock: systemClock });

/** Runs `work` with the configured store and closes it, whatever happens. */
export async function withStore<T>(command: Command, work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const { config } = loadContext(command);
  const store = await openStore(config);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}
