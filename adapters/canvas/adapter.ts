/** Canvas LMS (Instructure's cloud and self-hosted). */
import {
  ADAPTER_API_VERSION,
  type Course,
  customId,
  defineAdapter,
  genericBase,
  genericSettings,
  type LtiClaims,
  type PlatformEndpoints,
  type RecognitionFacts,
  recogniseBy,
  z,
} from '../../src/adapter-sdk/index.js';
import { registration } from './registration.js';

const HOSTED_ISSUER = /^https:\/\/canvas(?:\.beta|\.test)?\.instructure\.com$/;
/** Canvas's own claim; its value is null when the launch has no placement, e.g. from a module. */
const PLACEMENT_CLAIM = 'https://www.instructure.com/placement';

/** Canvas writes the names of custom parameters in lower case, with `_` for everything else. */
const settings = genericSettings.extend({
  usernameParameter: genericSettings.shape.usernameParameter
    .unwrap()
    .default('canvas_login_id')
    .meta({ description: 'Custom parameter with the login name, e.g. canvas_login_id=$Canvas.user.loginId' }),
  courseNumberParameter: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('canvas_course_id')
    .meta({ description: 'Custom parameter with the number of the course, e.g. canvas_course_id=$Canvas.course.id' }),
});
type CanvasSettings = z.output<typeof settings>;

function recognise(facts: RecognitionFacts): number {
  const known = recogniseBy(facts, { families: ['canvas'], authorizationPath: '/api/lti/authorize_redirect' });
  const hasPlacement = facts.claims !== undefined && Object.hasOwn(facts.claims.raw, PLACEMENT_CLAIM);
  return Math.max(known, HOSTED_ISSUER.test(facts.issuer) ? 0.9 : 0, hasPlacement ? 0.8 : 0);
}

/**
 * All hosted institutions share the issuer, and each course or account may have a deployment of its own; the guid is
 * that of the institution. The client id needs no mention: a platform has one.
 */
const tenantHint = (claims: LtiClaims): string => {
  const guid = claims.toolPlatform?.guid;
  return guid === undefined ? genericBase.tenantHint(claims) : `canvas:${guid}`;
};

/**
 * `context.id` is an opaque hash that only LTI knows. Kaltura's own tool names a course's category by the course
 * number, so without that number no existing category can be matched by name.
 */
function course(claims: LtiClaims, canvasSettings: CanvasSettings): Course | undefined {
  const found = genericBase.course(claims, canvasSettings);
  if (found === undefined) return undefined;
  const number = customId(claims, canvasSettings.courseNumberParameter);
  return { ...found, categoryNames: number === undefined ? [] : [number] };
}

/** Production, beta and test each have their own hosts, whatever name the institution's Canvas has. */
function endpoints(address: string): PlatformEndpoints {
  const stage = /\.(?:beta|test)(?=\.instructure\.com$)/.exec(new URL(address).hostname)?.[0] ?? '';
  const sso = `https://sso${stage}.canvaslms.com`;
  return {
    issuer: `https://canvas${stage}.instructure.com`,
    authorizationUrl: `${sso}/api/lti/authorize_redirect`,
    jwksUrl: `${sso}/api/lti/security/jwks`,
    tokenUrl: `${sso}/login/oauth2/token`,
  };
}

export const canvasAdapter = defineAdapter({
  id: 'canvas',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Canvas',
  proof: 'lti13',
  capabilities: {
    deepLinking: true,
    namesAndRoles: true,
    grades: true,
    platformStorage: true,
    dynamicRegistration: true,
  },
  settings,
  recognise,
  tenantHint,
  course,
  application: () => 'Canvas',
  registration,
  endpoints,
});
