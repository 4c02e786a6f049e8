/**
 * Tells this process that the store has changed, whoever changed it: the change number is compared once a second.
 * Caches hang on it, so that none of them needs to know what changed where.
 */
import { LRUCache } from 'lru-cache';
import type { Store } from './ports.js';

const POLL_INTERVAL_MS = 1_000;

export interface ChangeFeed {
  /** Calls `listener` after each change seen. */
  subscribe(listener: () => void): void;
  /** Looks once; the timer does so by itself. */
  poll(): Promise<void>;
  start(): void;
  stop(): void;
}

export function createChangeFeed(store: Pick<Store, 'changeNumber'>, onError: (error: unknown) => void): ChangeFeed {
  const listeners: (() => void)[] = [];
  let seen: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const poll = async (): Promise<void> => {
    try {
      const number = await store.changeNumber();
      if (number === seen) return;
      seen = number;
      for (const listener of listeners) listener();
    } catch (error) {
      onError(error);
    }
  };

  return {
    subscribe: (listener) => void listeners.push(listener),
    poll,
    start() {
      timer ??= setInterval(() => void poll(), POLL_INTERVAL_MS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

const MAX_ENTRIES = 10_000;
/** An absent value is remembered too, but shortly: a first launch right after an approval must not wait. */
const ABSENT_LIFE_MS = 1_000;

export interface CachedLookup<Key, Value> {
  get(key: Key): Promise<Value | undefined>;
  forget(key: Key): void;
}

/** A bounded cache in front of `load`, single flight per key, emptied by each change. Failures are not kept. */
export function cachedLookup<Key extends string, Value>(
  changes: Pick<ChangeFeed, 'subscribe'>,
  load: (key: Key) => Promise<Value | undefined>,
): CachedLookup<Key, Value> {
  const cache = new LRUCache<Key, { flight: Promise<Value | undefined> }>({ max: MAX_ENTRIES });
  changes.subscribe(() => cache.clear());
  return {
    get(key) {
      const known = cache.get(key);
      if (known) return known.flight;
      const entry = { flight: load(key) };
      cache.set(key, entry);
      const forgetThis = () => {
        if (cache.peek(key) === entry) cache.delete(key);
      };
      entry.flight.then((value) => {
        if (value === undefined && cache.peek(key) === entry) cache.set(key, entry, { ttl: ABSENT_LIFE_MS });
      }, forgetThis);
      return entry.flight;
    },
    forget: (key) => void cache.delete(key),
  };
}
