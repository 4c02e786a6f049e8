/**
 * What a player page may go on doing without the launch: resume after a reload, renew its session, report a problem.
 * Sealed and stateless; it lives in `history.state` of one page and in no URL, cookie or storage.
 */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import {
  isCategoryId,
  isEntryId,
  type AccountId,
  type CategoryId,
  type EntryId,
  type LaunchId,
  type PlatformId,
  type PlatformRef,
  type ViewerId,
} from '../runtime/ids.js';
import type { Keyring } from '../runtime/keyring.js';

export const VIEW_GRANT_LIFE_MS = 12 * 3_600_000;

const PURPOSE = 'view-grant';

const branded = <T extends string>() => z.custom<T>((value) => typeof value === 'string' && value !== '');

const grantSchema = z.object({
  launchId: branded<LaunchId>(),
  platformId: branded<PlatformId>(),
  platformRef: branded<PlatformRef>(),
  deploymentId: z.string(),
  accountId: branded<AccountId>(),
  viewerId: branded<ViewerId>(),
  entryId: z.custom<EntryId>(isEntryId),
  categoryId: z.custom<CategoryId>(isCategoryId).optional(),
  applicationName: z.string(),
  /** Kaltura id of the player that the platform or the course has instead of the account's. */
  uiConfId: z.int().positive().optional(),
  courseTitle: z.string().optional(),
  locale: z.string().optional(),
  /** Origins that may frame the page, as the launch found them. */
  frameOrigins: z.array(z.string()),
  expiresAtMs: z.number(),
});

export type ViewGrant = z.infer<typeof grantSchema>;

export interface ViewGrants {
  seal(grant: ViewGrant): string;
  /** Throws VIEW_GRANT_MISSING, VIEW_GRANT_INVALID (also for another launch's grant) or VIEW_GRANT_EXPIRED. */
  open(sealed: unknown, launchId: string | undefined): ViewGrant;
}

export function createViewGrants({ keyring, clock }: { keyring: Keyring; clock: Clock }): ViewGrants {
  return {
    seal: (grant) => keyring.seal(PURPOSE, grant),
    open(sealed, launchId) {
      if (typeof sealed !== 'string' || sealed === '') throw new AppError('VIEW_GRANT_MISSING');
      const parsed = grantSchema.safeParse(keyring.open(PURPOSE, sealed));
      if (!parsed.success) throw new AppError('VIEW_GRANT_INVALID', { reason: 'not sealed by this installation' });
      if (parsed.data.launchId !== launchId) throw new AppError('VIEW_GRANT_INVALID', { reason: 'of another launch' });
      if (parsed.data.expiresAtMs <= clock.nowMs()) throw new AppError('VIEW_GRANT_EXPIRED');
      return parsed.data;
    },
  };
}
