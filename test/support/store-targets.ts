/** Opens whatever kind of store a test is about, in whatever process. */
import type { Clock } from '../../src/runtime/clock.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import { openMongoStore } from '../../src/store/mongo/store.js';
import type { Store } from '../../src/store/ports.js';
import { random } from './store-fixtures.js';

/** What a process needs to open the store under test. */
export type StoreTarget = { kind: 'libsql'; directory: string } | { kind: 'mongo'; uri: string; database: string };

/** Generous: several processes of a test share one small machine with the database. */
const TIMEOUT_MS = 20_000;

export async function openStoreTarget(target: StoreTarget, clock: Clock): Promise<Store> {
  if (target.kind === 'libsql') return openLibsqlStore({ directory: target.directory, clock, random });
  const { uri, database } = target;
  return openMongoStore({ uri, database, timeoutMs: TIMEOUT_MS, clock, random });
}
