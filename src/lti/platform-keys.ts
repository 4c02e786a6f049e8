/**
 * Platforms' public keys. One cache per key set URL: single flight, a background refresh every 15 minutes, a forced one
 * for an unknown key id at most every 30 seconds (a flood of made-up ids can't hammer the LMS, nor block a real
 * rotation for long), and the old keys go on counting while the LMS can't be reached.
 */
import { importJWK, type CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { Outbound } from '../http/outbound.js';
import type { Clock } from '../runtime/clock.js';
import type { PlatformRecord } from '../store/ports.js';

const REFRESH_AFTER_MS = 15 * 60_000;
const FORCED_REFRESH_COOLDOWN_MS = 30_000;
const MAX_PLATFORMS = 5_000;
const MAX_KEYS = 100;
/** Brightspace's key set grows beyond 64 kB. */
const MAX_BYTES = 512 * 1024;

export interface PlatformKeys {
  /**
   * The platform's RS256 key of that id; without an id, the only key of the set. `refresh` asks for a newer key set
   * first, within the cool-down. LAUNCH_KEYSET_UNREACHABLE when there never was a key set to look in.
   */
  find(
    platform: PlatformRecord,
    kid: string | undefined,
    options?: { refresh?: boolean },
  ): Promise<CryptoKey | undefined>;
}

interface KeySet {
  keys: { kid: string | undefined; key: CryptoKey }[];
  fetchedAtMs: number;
}

interface CacheEntry {
  set?: KeySet;
  flight?: Promise<KeySet>;
  lastForcedAtMs: number;
}

const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(MAX_KEYS) });

export function createPlatformKeys({
  outbound,
  clock,
}: {
  outbound: Pick<Outbound, 'getJson'>;
  clock: Clock;
}): PlatformKeys {
  const cache = new LRUCache<string, CacheEntry>({ max: MAX_PLATFORMS });

  const fetchInto = (entry: CacheEntry, url: string): Promise<KeySet> => {
    entry.flight ??= (async () => {
      try {
        const keys = await readKeys(await outbound.getJson(url, { maxBytes: MAX_BYTES }));
        entry.set = { keys, fetchedAtMs: clock.nowMs() };
        return entry.set;
      } finally {
        delete entry.flight;
      }
    })();
    return entry.flight;
  };

  return {
    async find({ jwksUrl }, kid, { refresh = false } = {}) {
      let entry = cache.get(jwksUrl);
      if (!entry) cache.set(jwksUrl, (entry = { lastForcedAtMs: -Infinity }));

      if (!entry.set) {
        entry.lastForcedAtMs = clock.nowMs();
        await fetchInto(entry, jwksUrl).catch((error: unknown) => {
          throw new AppError('LAUNCH_KEYSET_UNREACHABLE', { cause: error });
        });
      } else if (clock.nowMs() - entry.set.fetchedAtMs > REFRESH_AFTER_MS) {
        // The old keys answer this launch; a failure here shows when a key is missing.
        fetchInto(entry, jwksUrl).catch(() => undefined);
      }

      const known = pick(entry.set, kid);
      if (known && !refresh) return known;
      if (clock.nowMs() - entry.lastForcedAtMs < FORCED_REFRESH_COOLDOWN_MS) return known;
      entry.lastForcedAtMs = clock.nowMs();
      const fresh = await fetchInto(entry, jwksUrl).catch(() => entry.set);
      return pick(fresh, kid);
    },
  };
}

function pick(set: KeySet | undefined, kid: string | undefined): CryptoKey | undefined {
  if (!set) return undefined;
  if (kid === undefined) return set.keys.length === 1 ? set.keys[0]?.key : undefined;
  return set.keys.find((candidate) => candidate.kid === kid)?.key;
}

/** RSA keys of 2048–4096 bits meant for signatures. The algorithm is ours, never the key's. */
async function readKeys(body: unknown): Promise<KeySet['keys']> {
  const parsed = keySetSchema.safeParse(body);
  if (!parsed.success) throw new AppError('OUTBOUND_FAILED', { reason: 'the answer is not a key set' });
  const keys: KeySet['keys'] = [];
  for (const { kty, n, e, use, kid } of parsed.data.keys) {
    if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string' || use === 'enc') continue;
    const bits = Buffer.from(n, 'base64url').length * 8;
    if (bits < 2048 || bits > 4096) continue;
    const key = await importJWK({ kty, n, e }, 'RS256').catch(() => undefined);
    if (key && !(key instanceof Uint8Array)) keys.push({ kid: typeof kid === 'string' ? kid : undefined, key });
  }
  return keys;
}
