import { LRUCache } from 'lru-cache';
import type { Clock } from '../runtime/clock.js';

const MAX_KEYS = 10_000;

/** Answers from memory, else calls `load`; callers who ask for one key at once share one call. */
export type LookupCache<Value extends object> = (key: string, load: () => Promise<Value>) => Promise<Value>;

/** A bounded cache whose values live as long as `lifeMs` says for each. Failures are not kept. */
export function createLookupCache<Value extends object>(options: {
  clock: Clock;
  lifeMs: (value: Value) => number;
}): LookupCache<Value> {
  const values = new LRUCache<string, Value>({
    max: MAX_KEYS,
    // Ask the clock each time: the default keeps the time for a millisecond with a timer of its own.
    ttlResolution: 0,
    perf: { now: () => options.clock.nowMs() },
  });
  const flights = new Map<string, Promise<Value>>();

  return async (key, load) => {
    const known = values.get(key) ?? flights.get(key);
    if (known !== undefined) return known;
    const flight = load()
      .then((value) => {
        values.set(key, value, { ttl: options.lifeMs(value) });
        return value;
      })
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
