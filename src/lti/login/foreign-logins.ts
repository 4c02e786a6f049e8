import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.js';
import type { PlatformRef } from '../../runtime/ids.js';

const MEMORY_MS = 10 * 60_000;

/**
 * Where a launch came back without its cookie, the next login from there asks the browser first instead of trusting
 * that cookies work, so that the next click can't fail the same way. Forgotten after ten minutes, kept per process.
 */
export interface ForeignLogins {
  note(platformRef: PlatformRef, address: string): void;
  wasNoted(platformRef: PlatformRef, address: string): boolean;
}

export function createForeignLogins(clock: Clock): ForeignLogins {
  const notedAtMs = new LRUCache<string, number>({ max: 10_000 });
  const key = (platformRef: PlatformRef, address: string) => `${platformRef} ${address}`;
  return {
    note: (platformRef, address) => void notedAtMs.set(key(platformRef, address), clock.nowMs()),
    wasNoted(platformRef, address) {
      const atMs = notedAtMs.get(key(platformRef, address));
      return atMs !== undefined && clock.nowMs() - atMs < MEMORY_MS;
    },
  };
}
