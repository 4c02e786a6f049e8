/**
 * The process of a product whose every call to the store, and every request that it sends, is counted. Counting costs
 * time, so this one is never timed.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import { createLog } from '../../src/http/log.js';
import { createHttpServer } from '../../src/http/server.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { serveParent } from '../processes/messages.js';

const { env, directory, port } = JSON.parse(process.argv[2] ?? '') as {
  env: Record<string, string>;
  directory: string;
  port: number;
};

const calls = new Map<string, number>();
const count = (name: string): void => void calls.set(name, (calls.get(name) ?? 0) + 1);
// Node's own client, which kaltura-client uses, and undici.
for (const channel of ['http.client.request.start', 'undici:request:create']) {
  subscribe(channel, () => count('outbound'));
}

const store = countCalls(await openLibsqlStore({ directory, clock: systemClock, random: systemRandom }));
const { config } = loadConfig({ env, file: undefined });
const log = createLog({ level: 'silent' });
const app = await createApp({ config, store, log, clock: systemClock, random: systemRandom, version: 'bench' });
const server = createHttpServer(app.listener);
await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

/** Every port of the store with its methods counted as `<port>.<method>`. */
function countCalls(store: Store): Store {
  const counted = (target: object, prefix: string): object =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name);
        if (typeof value === 'object' && value !== null) return counted(value, `${prefix}${String(name)}.`);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          count(`${prefix}${String(name)}`);
          return Reflect.apply(value, from, parameters);
        };
      },
    });
  return counted(store, '') as Store;
}

const methods = {
  /** Calls since the last time it was asked. */
  take(): Record<string, number> {
    const taken = Object.fromEntries(calls);
    calls.clear();
    return taken;
  },
};
export type CountedMethods = typeof methods;

serveParent(methods);
