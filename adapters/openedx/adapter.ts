/** Open edX as an LTI 1.3 platform (xblock-lti-consumer). */
import {
  ADAPTER_API_VERSION,
  defineAdapter,
  genericBase,
  genericSettings,
  type GenericSettings,
  hasAuthorizationPath,
  type LtiClaims,
  type RecognitionFacts,
  toId,
  type Viewer,
} from '../../src/adapter-sdk/index.js';
import { registration } from './registration.js';

const LAUNCH_PATH = '/api/lti_consumer/v1/launch';
const COURSE_KEY = /^course-v\d+:[^+]+\+[^+]+\+[^+]+$/;

/** Open edX sends no `tool_platform`: the address of its authorization endpoint is what tells it from others. */
function recognise(facts: RecognitionFacts): number {
  if ([LAUNCH_PATH, `${LAUNCH_PATH}/`].some((path) => hasAuthorizationPath(facts, path))) return 0.9;
  const { claims } = facts;
  const isPlain = claims !== undefined && claims.toolPlatform === undefined;
  return isPlain && COURSE_KEY.test(claims.context?.id ?? '') ? 0.6 : 0;
}

/** The login name comes with the site's and the block's consent only, in a claim of OpenID Connect. */
function viewer(claims: LtiClaims, settings: GenericSettings): Viewer {
  const { candidates, ...rest } = genericBase.viewer(claims, settings);
  const { username: custom, ...others } = candidates;
  const username = toId(claims.raw['preferred_username']) ?? custom;
  return { ...rest, candidates: { ...others, ...(username === undefined ? {} : { username }) } };
}

export const openedxAdapter = defineAdapter({
  id: 'openedx',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Open edX',
  proof: 'lti13',
  capabilities: {
    deepLinking: true,
    namesAndRoles: true,
    grades: true,
    platformStorage: false,
    dynamicRegistration: false,
  },
  settings: genericSettings,
  recognise,
  /**
   * Each block may have a client id of its own, and all call their deployment "1". People and courses are those of the
   * site, which is the issuer. An admin joins the registrations of one site (`platform add --tenant`).
   */
  tenantHint: (claims) => claims.issuer,
  viewer,
  application: () => 'Open edX',
  registration,
  /** Each block has a key set and a token URL of its own. */
  endpoints: (address) => ({ issuer: address, authorizationUrl: `${address}${LAUNCH_PATH}/` }),
});
