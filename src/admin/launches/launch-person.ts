/**
 * How a person stands on screens that show no personal values. A user id that is a number, a UUID or one of our own
 * hashes tells nothing without the LMS; a login name or an address does, so such a person gets a made-up name that is
 * the same in all launches.
 */
import { createHmac } from 'node:crypto';
import type { Keyring } from '../../runtime/keyring.js';
import type { TenantId, ViewerId } from '../../runtime/ids.js';

const PURPOSE = 'admin-person-alias';
const ALIAS_CHARACTERS = 6;
/** What stands behind `{namespace}_`: see `identity/default-rule.ts`. */
const OPAQUE = /^(?:h[a-z2-7]{32}|\d+|[0-9a-f-]{16,})$/;

export interface ShownPerson {
  /** The user id itself. */
  viewerId?: ViewerId;
  /** In its place where it may be personal, e.g. `3f9a2c`. */
  alias?: string;
}

/** `tenant.namespace` as it is today: an id of an earlier one is hidden. */
export function shownPerson(
  viewerId: ViewerId,
  tenant: { id: TenantId; namespace: string } | undefined,
  keyring: Pick<Keyring, 'current'>,
): ShownPerson {
  const isGuest = tenant && viewerId.startsWith(`${tenant.namespace}.guest.`);
  const prefix = tenant && `${tenant.namespace}_`;
  const isOpaque = prefix !== undefined && viewerId.startsWith(prefix) && OPAQUE.test(viewerId.slice(prefix.length));
  if (isGuest || isOpaque) return { viewerId };
  const digest = createHmac('sha256', keyring.current(PURPOSE).key).update(viewerId).digest('hex');
  return { alias: digest.slice(0, ALIAS_CHARACTERS) };
}
