/** Moodle 4 as an LTI 1.3 platform (mod_lti). What it sends was recorded from Moodle 4.5.6. */
import {
  ADAPTER_API_VERSION,
  type Course,
  defineAdapter,
  genericBase,
  genericSettings,
  type GenericSettings,
  type LtiClaims,
  type RecognitionFacts,
  recogniseBy,
  toId,
  type Viewer,
} from '../../src/adapter-sdk/index.js';
import { registration } from './registration.js';

/** The account that all visitors without one share, as Moodle's installer makes it. */
const GUEST = { sub: '1', username: 'guest' };

function recognise(facts: RecognitionFacts): number {
  const known = recogniseBy(facts, { families: ['moodle'], authorizationPath: '/mod/lti/auth.php' });
  return Math.max(known, facts.claims?.ext?.['lms'] === 'moodle-2' ? 0.8 : 0);
}

/**
 * `ext.user_username` is the login name as Moodle stores it, but is sent only when names are shared. The custom
 * parameter always comes, with `&` written as HTML.
 */
function usernameOf(claims: LtiClaims, custom: string | undefined): string | undefined {
  return toId(claims.ext?.['user_username']) ?? custom?.replaceAll('&amp;', '&');
}

function viewer(claims: LtiClaims, settings: GenericSettings): Viewer {
  const { candidates, ...rest } = genericBase.viewer(claims, settings);
  const { sub, username: custom, ...others } = candidates;
  const username = usernameOf(claims, custom);
  // Guests are many people with one id: an id for them would put all their plays on one viewer.
  const isGuest = username === undefined ? sub === GUEST.sub : username === GUEST.username;
  if (isGuest) return { ...rest, candidates: {} };
  return {
    ...rest,
    candidates: { ...others, ...(sub === undefined ? {} : { sub }), ...(username === undefined ? {} : { username }) },
  };
}

/**
 * A course has the type `CourseSection`. The site home arrives with Moodle's first course id and the type `Group`:
 * it is the front page of the whole site and nobody's course, so its plays carry no course.
 *
 * Kaltura's Moodle plugin names a course's category by the course id, which is `context.id`.
 */
function course(claims: LtiClaims, settings: GenericSettings): Course | undefined {
  const types = claims.context?.type ?? [];
  const isCourse = types.length === 0 || types.some((type) => /(?:^|#)CourseSection$/.test(type));
  return isCourse ? genericBase.course(claims, settings) : undefined;
}

export const moodleAdapter = defineAdapter({
  id: 'moodle',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Moodle',
  proof: 'lti13',
  capabilities: {
    deepLinking: true,
    namesAndRoles: true,
    grades: true,
    platformStorage: false,
    dynamicRegistration: true,
  },
  settings: genericSettings,
  recognise,
  /** One Moodle, one issuer. The platform's guid changes with a setting of the tool. */
  tenantHint: (claims) => claims.issuer,
  viewer,
  course,
  application: () => 'Moodle',
  registration,
  endpoints: (address) => ({
    issuer: address,
    authorizationUrl: `${address}/mod/lti/auth.php`,
    jwksUrl: `${address}/mod/lti/certs.php`,
    tokenUrl: `${address}/mod/lti/token.php`,
    configurationUrl: `${address}/mod/lti/openid-configuration.php`,
  }),
});
