/** Fetches a platform's key set when an admin asks, and remembers in this process what came. */
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { isAppError } from '../../errors/app-error.js';
import type { Outbound } from '../../http/outbound.js';
import type { Clock } from '../../runtime/clock.js';
import type { PlatformRecord } from '../../store/ports.js';

const MAX_BYTES = 512 * 1024;
const MAX_REMEMBERED = 500;

export type KeyCheck = { atMs: number } & (
  | {
      ok: true;
      /** All keys of the set. */
      keys: number;
      /** RSA keys of 2048–4096 bits for signatures: those that a launch may be signed with. */
      usable: number;
      /** As the set names them, e.g. `RS256`; a key that says nothing counts by its type, e.g. `RSA`. */
      algorithms: string[];
    }
  | { ok: false; problem: 'unreachable' | 'no-key-set' }
);

export interface KeyChecks {
  check(platform: Pick<PlatformRecord, 'jwksUrl'>): Promise<KeyCheck>;
  /** The last check of that address by this process. */
  last(platform: Pick<PlatformRecord, 'jwksUrl'>): KeyCheck | undefined;
}

const short = z.string().max(20).optional().catch(undefined);
const keySetSchema = z.object({
  keys: z.array(z.object({ kty: short, alg: short, use: short, n: z.string().optional().catch(undefined) })).max(100),
});
type PublicKey = z.output<typeof keySetSchema>['keys'][number];

const isUsable = ({ kty, use, n }: PublicKey): boolean => {
  const bits = Buffer.from(n ?? '', 'base64url').length * 8;
  return kty === 'RSA' && use !== 'enc' && bits >= 2048 && bits <= 4096;
};

export function createKeyChecks({ outbound, clock }: { outbound: Pick<Outbound, 'getJson'>; clock: Clock }): KeyChecks {
  const remembered = new LRUCache<string, KeyCheck>({ max: MAX_REMEMBERED });

  const fetchKeys = async (jwksUrl: string): Promise<KeyCheck> => {
    const atMs = clock.nowMs();
    try {
      const read = keySetSchema.safeParse(await outbound.getJson(jwksUrl, { maxBytes: MAX_BYTES }));
      if (!read.success) return { atMs, ok: false, problem: 'no-key-set' };
      const { keys } = read.data;
      const names = keys.map(({ alg, kty }) => alg ?? kty).filter((name) => name !== undefined);
      return {
        atMs,
        ok: true,
        keys: keys.length,
        usable: keys.filter(isUsable).length,
        algorithms: [...new Set(names)].sort(),
      };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { atMs, ok: false, problem: 'unreachable' };
    }
  };

  return {
    async check({ jwksUrl }) {
      const found = await fetchKeys(jwksUrl);
      remembered.set(jwksUrl, found);
      return found;
    },
    last: ({ jwksUrl }) => remembered.get(jwksUrl),
  };
}
