/**
 * What ids begin with. A namespace belongs to one tenant and ends at the first character that is no letter or digit;
 * that character says who made the rest, so that ids of different origin never meet:
 * `law_…` the default rule, `law-…` a template, `law.guest.…` a visitor of one launch.
 */
import type { LaunchId, TenantId, ViewerId } from '../runtime/ids.js';

const NAMESPACE = /^[a-z][a-z0-9]{0,23}$/;

export const DEFAULT_MARK = '_';
export const TEMPLATE_MARK = '-';
const GUEST_MARK = '.guest.';

export const isNamespace = (text: string): boolean => NAMESPACE.test(text);

/** The id of a visitor whom the LMS does not name: of this launch only, so that no two visitors are one viewer. */
export const guestViewerId = (namespace: string, launchId: LaunchId): ViewerId =>
  `${namespace}${GUEST_MARK}${launchId}` as ViewerId;

/**
 * Whether an id that was made without a namespace could be somebody else's: the id of another tenant, or one that the
 * default rule or a guest of this tenant may get. What templates of this tenant gave is known from their pins.
 */
export function isReserved(
  viewerId: string,
  tenantId: TenantId,
  tenants: readonly { id: TenantId; namespace: string }[],
): boolean {
  // Kaltura compares ids without case in places.
  const folded = viewerId.toLowerCase();
  return tenants.some(({ id, namespace }) =>
    [DEFAULT_MARK, GUEST_MARK, ...(id === tenantId ? [] : [TEMPLATE_MARK])].some((mark) =>
      folded.startsWith(`${namespace}${mark}`),
    ),
  );
}

/** Room for the number that the store puts behind a namespace that is taken; the whole has at most 24 characters. */
const PROPOSAL_MAX_LENGTH = 20;
const NAMELESS = 'lms';

/**
 * A namespace for a tenant from the name of its platform: lower-case Latin letters and digits, beginning with a
 * letter, at most 20. "Übungs-Moodle 2" → `ubungsmoodle2`; a name without Latin letters or digits → `lms`.
 */
export function namespaceFor(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return (/^[a-z]/.test(plain) ? plain : `${NAMELESS}${plain}`).slice(0, PROPOSAL_MAX_LENGTH);
}
