/**
 * May this launch play this entry? The entry id comes from link parameters that a teacher can edit, and the session
 * that we make opens whatever entry it names, so the answer decides who sees the other videos of the account.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors/app-error.js';
import type { Kaltura, KalturaAccount } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import { isEntryId, type CategoryId, type EntryId, type PlatformRef } from '../runtime/ids.js';
import type { PlatformRecord } from '../store/ports.js';

/** What a signature vouches for. Not the course: a copied course must go on to play. */
export interface SignedEntry {
  platformRef: PlatformRef;
  deploymentId: string;
  entryId: EntryId;
}

export interface EntryRequest {
  platform: Pick<PlatformRecord, 'ref' | 'settings'>;
  deploymentId: string;
  account: KalturaAccount;
  /** As the link says it. */
  entryId: string;
  /** `pc_sig` of the link. */
  signature?: string | undefined;
  /** Category of the launch's course; absent when it has none. */
  categoryId?: CategoryId | undefined;
}

export interface EntryPermission {
  entryId: EntryId;
  allowedBy: 'signature' | 'course' | 'root';
}

export interface EntryAuthoriser {
  /** The value of `pc_sig`: 46 characters of `[A-Za-z0-9._-]`. */
  signEntry(entry: SignedEntry): string;
  /**
   * Resolves when the link is signed for this platform and deployment, or the platform's entry policy allows the
   * entry. Else `ENTRY_ID_MALFORMED`, `ENTRY_NOT_ALLOWED`, `KALTURA_ROOT_MISSING` or another `KALTURA_…`.
   */
  authorise(request: EntryRequest): Promise<EntryPermission>;
}

export interface EntryAuthoriserDependencies {
  kaltura: Pick<Kaltura, 'entryCategories' | 'findCategory'>;
  /** At least 32 bytes. Signed links live in courses for years, so it must outlive every rotation of secrets. */
  linkKey: Buffer;
  clock: Clock;
}

const MIN_KEY_BYTES = 32;
const MAX_ROOTS = 1_000;
const ROOT_LIFE_MS = 5 * 60_000;

export function createEntryAuthoriser({ kaltura, linkKey, clock }: EntryAuthoriserDependencies): EntryAuthoriser {
  if (linkKey.length < MIN_KEY_BYTES) throw new AppError('INTERNAL', { reason: 'The link key is too short.' });
  const roots = new LRUCache<string, CategoryId>({
    max: MAX_ROOTS,
    ttl: ROOT_LIFE_MS,
    ttlResolution: 0,
    perf: { now: () => clock.nowMs() },
  });

  const signEntry = ({ platformRef, deploymentId, entryId }: SignedEntry): string => {
    // JSON keeps the parts apart: no other triple has the same text.
    const text = JSON.stringify(['playcontext entry link', 1, platformRef, deploymentId, entryId]);
    return `v1.${createHmac('sha256', linkKey).update(text).digest('base64url')}`;
  };

  async function rootId(account: KalturaAccount, fullName: string): Promise<CategoryId> {
    const key = JSON.stringify([account.id, fullName]);
    const known = roots.get(key);
    if (known) return known;
    const root = await kaltura.findCategory(account, fullName);
    if (!root) throw new AppError('KALTURA_ROOT_MISSING', { reason: `No category "${fullName}".` });
    roots.set(key, root.id);
    return root.id;
  }

  /** Assigned to the category or to one below it. */
  async function isInside(account: KalturaAccount, entryId: EntryId, categoryId: CategoryId): Promise<boolean> {
    const assigned = await kaltura.entryCategories(account, entryId);
    return assigned.some((category) => category.ancestorIds.includes(categoryId));
  }

  return {
    signEntry,

    async authorise({ platform, deploymentId, account, entryId, signature, categoryId }) {
      if (!isEntryId(entryId)) throw new AppError('ENTRY_ID_MALFORMED');
      const expected = signEntry({ platformRef: platform.ref, deploymentId, entryId });
      if (signature !== undefined && sameText(signature, expected)) return { entryId, allowedBy: 'signature' };

      const { entryPolicy, rootCategory = account.rootCategory } = platform.settings;
      switch (entryPolicy) {
        case 'signed':
          break;
        case 'course':
          if (categoryId && (await isInside(account, entryId, categoryId))) return { entryId, allowedBy: 'course' };
          break;
        case 'root':
          if (await isInside(account, entryId, await rootId(account, rootCategory))) {
            return { entryId, allowedBy: 'root' };
          }
      }
      throw new AppError('ENTRY_NOT_ALLOWED', {
        details: { entryId, entryPolicy, hasCategory: categoryId !== undefined, hasSignature: signature !== undefined },
      });
    },
  };
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}
