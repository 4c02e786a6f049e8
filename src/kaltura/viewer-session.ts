import { AppError } from '../errors/app-error.js';
import { toSeconds } from '../runtime/clock.js';
import { isEntryId, type EntryId, type LaunchId, type ViewerId } from '../runtime/ids.js';
import { signKs, type KsPrivilege } from './ks.js';
import type { KalturaAccount, ViewerSession } from './types.js';

const HALF_HOUR = 1_800;
const MIN_LIFE_SECONDS = 2 * 3_600;
const MAX_LIFE_SECONDS = 12 * 3_600;

export interface ViewerSessionInput {
  viewer: { viewerId: ViewerId; entryId: EntryId; launchId: LaunchId; durationSeconds: number };
  nowMs: number;
  /** 16 bytes. */
  random: Buffer;
}

/**
 * A session that plays one entry and can do nothing else: without `setrole` Kaltura would let its holder upload and
 * edit. Throws `ENTRY_ID_MALFORMED`, `VIEWER_ID_UNUSABLE`, and `CONFIG_INVALID` for an account without the privacy
 * context that its mode needs.
 */
export function makeViewerSession(account: KalturaAccount, input: ViewerSessionInput): ViewerSession {
  const { viewerId, entryId, launchId, durationSeconds } = input.viewer;
  // `sview` opens whatever it names, and `*` or `0_a/0_b` would name more than one entry.
  if (!isEntryId(entryId)) throw new AppError('ENTRY_ID_MALFORMED');
  // Kaltura reports a viewer without an id as "Unknown".
  if (viewerId === '') throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'the user id is empty' });
  const expiresAtSeconds = toSeconds(input.nowMs) + lifeSeconds(durationSeconds);
  const ks = signKs({
    partnerId: account.partnerId,
    secret: account.adminSecret,
    userId: viewerId,
    type: 'user',
    expiresAtSeconds,
    privileges: [
      { name: 'sview', value: entryId },
      { name: 'setrole', value: 'PLAYBACK_BASE_ROLE' },
      { name: 'sessionid', value: launchId },
      ...entitlementPrivileges(account, entryId),
    ],
    random: input.random,
  });
  return { ks, expiresAtMs: expiresAtSeconds * 1_000 };
}

/** Long enough to pause and to watch again: a play that is reported with an ended session may be lost. */
function lifeSeconds(durationSeconds: number): number {
  const wanted = Number.isFinite(durationSeconds) ? 3 * Math.ceil(durationSeconds) + HALF_HOUR : MIN_LIFE_SECONDS;
  return Math.min(Math.max(wanted, MIN_LIFE_SECONDS), MAX_LIFE_SECONDS);
}

function entitlementPrivileges({ id, entitlement }: KalturaAccount, entryId: EntryId): KsPrivilege[] {
  switch (entitlement.mode) {
    case 'off':
      return [];
    case 'exempt-entry':
      return [{ name: 'disableentitlementforentry', value: entryId }];
    case 'privacy-context':
      if (!entitlement.privacyContext) {
        throw new AppError('CONFIG_INVALID', { reason: `The Kaltura account ${id} has no privacy context.` });
      }
      return [{ name: 'enableentitlement' }, { name: 'privacycontext', value: entitlement.privacyContext }];
  }
}
