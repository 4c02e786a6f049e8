import { customValue, type LtiClaims } from '../adapter-sdk/index.js';
import { AppError } from '../errors/app-error.js';
import { isEntryId, type EntryId } from '../runtime/ids.js';

/** What a link asks to play, and our signature if the link carries one. */
export interface ChosenEntry {
  entryId: EntryId;
  signature?: string;
}

/**
 * The entry of a link: custom parameter `entry_id`, else the target's `/play/<entry>` or `?entry_id=`. A teacher can
 * edit all of them, so this is a wish and the entry check decides.
 */
export function chooseEntry(claims: LtiClaims, targetLinkUri: URL): ChosenEntry {
  const wish = customValue(claims, 'entry_id') ?? entryOfTarget(targetLinkUri);
  if (wish === undefined) throw new AppError('LAUNCH_WITHOUT_ENTRY');
  if (!isEntryId(wish)) throw new AppError('ENTRY_ID_MALFORMED');
  const signature = customValue(claims, 'pc_sig') ?? targetLinkUri.searchParams.get('pc_sig') ?? undefined;
  return { entryId: wish, ...(signature === undefined ? {} : { signature }) };
}

function entryOfTarget(target: URL): string | undefined {
  const [, inPath] = /^\/play\/([^/]+)$/.exec(target.pathname) ?? [];
  return inPath ?? target.searchParams.get('entry_id') ?? undefined;
}
