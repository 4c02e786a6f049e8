/** Kaltura's own LMS tool (KAF) has settings for the user id; this says them as a rule, so that people stay who they are. */
import { AppError } from '../errors/app-error.js';
import type { StoredIdentitySettings } from './settings.js';

/** As KAF's Hosted module names them. */
export interface KafSettings {
  /** LTI 1.1. */
  ltiUserIdAttribute?: string;
  /** LTI 1.3: a claim, by its short or its full name. */
  lti13UserIdClaim?: string;
  /** LTI 1.3: the property, where the claim is an object. */
  lti13UserIdClaimProperty?: string;
}
export const KAF_SETTINGS = ['ltiUserIdAttribute', 'lti13UserIdClaim', 'lti13UserIdClaimProperty'] as const;

const CLAIM_PREFIX = 'https://purl.imsglobal.org/spec/lti/claim/';
const USERNAME_PARAMETER = /^(?:custom_)?(?:ext_)?(?:canvas_)?(?:user_?)?(?:username|login_?id)$/i;

/** Where Kaltura's own plugin put something else into LTI 1.1's `user_id` than the LMS would have. */
const USER_ID_BY_ADAPTER = new Map([
  ['moodle', '{username}'],
  ['sakai', '{lti1p1|sub:lastSegment}'],
]);
const USER_ID = '{lti1p1|sub}';

const ATTRIBUTES = new Map([
  ['lis_person_sourcedid', '{sourcedId}'],
  ['lis_person_contact_email_primary', '{email}'],
]);

/** Claim, or claim and property with a `.` between them. */
const CLAIMS = new Map([
  ['sub', '{sub}'],
  ['email', '{email}'],
  ['lis.person_sourcedid', '{sourcedId}'],
  ['lti1p1.user_id', '{lti1p1}'],
  ['lti11_legacy_user_id', '{lti1p1}'],
  ['ext.user_username', '{username}'],
]);

/**
 * Identity settings that give the ids which KAF gave. Where both are set, the setting of LTI 1.3 counts: that is the
 * one by which people are known now. KAF's ids have no namespace, so the ids are shared.
 *
 * @param adapterId the LMS: Kaltura's plugins for Moodle and Sakai wrote values of their own into `user_id`
 * @throws AppError `INPUT_INVALID` for a setting that no rule says
 */
export function fromKafSettings(kaf: KafSettings, adapterId: string): StoredIdentitySettings {
  return { rule: ruleOf(kaf, adapterId), sharedIds: true };
}

function ruleOf({ ltiUserIdAttribute, lti13UserIdClaim, lti13UserIdClaimProperty }: KafSettings, adapterId: string) {
  const claim = lti13UserIdClaim?.trim() ?? '';
  const property = lti13UserIdClaimProperty?.trim() ?? '';
  if (claim !== '') {
    const name = claim.startsWith(CLAIM_PREFIX) ? claim.slice(CLAIM_PREFIX.length) : claim;
    if (name === 'custom') return customRule(property);
    const rule = CLAIMS.get(property === '' ? name : `${name}.${property}`);
    if (rule !== undefined) return rule;
    throw unknown('lti13UserIdClaim with lti13UserIdClaimProperty', CLAIMS);
  }
  if (property !== '') {
    throw new AppError('INPUT_INVALID', { reason: 'lti13UserIdClaimProperty says nothing without lti13UserIdClaim' });
  }
  const attribute = ltiUserIdAttribute?.trim() ?? '';
  if (attribute === 'user_id') return USER_ID_BY_ADAPTER.get(adapterId) ?? USER_ID;
  const rule = ATTRIBUTES.get(attribute);
  if (rule !== undefined) return rule;
  if (/^(?:custom|ext)_/.test(attribute)) return customRule(attribute);
  throw unknown('ltiUserIdAttribute', new Set(['user_id', ...ATTRIBUTES.keys(), 'ext_user_username', 'custom_…']));
}

function customRule(parameter: string): string {
  if (USERNAME_PARAMETER.test(parameter)) return '{username}';
  throw new AppError('INPUT_INVALID', {
    reason:
      'KAF takes the user id from a custom parameter that is not known as a login name. Name that parameter in the ' +
      'platform’s adapter setting usernameParameter, and use the rule {username}.',
  });
}

const unknown = (setting: string, known: { keys(): Iterable<string> }): AppError =>
  new AppError('INPUT_INVALID', { reason: `no rule says this ${setting}; known are ${[...known.keys()].join(', ')}` });
