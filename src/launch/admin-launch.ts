/** A launch that asks for the admin's screens instead of a video. */
import { customValue, type NeutralLaunch } from '../adapter-sdk/index.js';
import { AppError } from '../errors/app-error.js';
import type { ResponseData } from '../http/types.js';
import type { VerifiedLaunch } from './verified-launch.js';

/** Where a link points to, under the one redirect URI. */
export const ADMIN_TARGET_PATH = '/lti/launch/admin';

/** Canvas and Moodle put all roles of a person into one list; only this one of the institution counts. */
const INSTITUTION_ADMINISTRATOR = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator';

/** Answers a launch of somebody whom an owner may let in; the deployment has its tenant. */
export type AdminDoor = (launch: VerifiedLaunch, person: NeutralLaunch['viewer']) => Promise<ResponseData>;

/** By the target, or by a custom parameter where the LMS has one target for all links. */
export const asksForAdmin = ({ targetLinkUri, claims }: Pick<VerifiedLaunch, 'targetLinkUri' | 'claims'>): boolean =>
  targetLinkUri.pathname === ADMIN_TARGET_PATH || customValue(claims, 'pc_screen') === 'admin';

/**
 * The least that a launch must bring. Never enough: the platform's key signs any role, so an owner decides about each
 * person besides (LTI 1.3 §A.2.2). A role of the LMS itself (`system/person`) does not count.
 *
 * @throws AppError `ACCESS_ADMIN_LTI_OFF`, `ACCESS_ADMIN_LTI_ROLE`, `VIEWER_ID_MISSING`
 */
export function requireAdminLaunch({ platform, claims }: Pick<VerifiedLaunch, 'platform' | 'claims'>): void {
  if (platform.settings.adminSignIn !== true) throw new AppError('ACCESS_ADMIN_LTI_OFF');
  if (!claims.roles.includes(INSTITUTION_ADMINISTRATOR)) {
    throw new AppError('ACCESS_ADMIN_LTI_ROLE', { reason: 'the launch has no role institution/person#Administrator' });
  }
  if (claims.subject === undefined) throw new AppError('VIEWER_ID_MISSING', { reason: 'no sub' });
}
