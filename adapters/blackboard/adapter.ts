/** Blackboard Learn (Anthology), original and Ultra. */
import {
  ADAPTER_API_VERSION,
  defineAdapter,
  genericBase,
  genericSettings,
  type GenericSettings,
  type LtiClaims,
  productFamily,
  type RecognitionFacts,
  recogniseBy,
  type Viewer,
} from '../../src/adapter-sdk/index.js';
import { registration } from './registration.js';

/** Every institution's issuer. */
const ISSUER = 'https://blackboard.com';
const FOUNDATIONS_CLAIM = 'https://blackboard.com/webapps/foundations-connector/foundations-ids';
/** How Learn names the account with which a teacher looks at a course as a student. */
const PREVIEW_USER = /_previewuser$/i;

function recognise(facts: RecognitionFacts): number {
  if (productFamily(facts)?.startsWith('blackboard')) return 1;
  const byPath = recogniseBy(facts, { families: [], authorizationPath: '/gateway/oidcauth' });
  const hasOwnClaim = facts.claims !== undefined && Object.hasOwn(facts.claims.raw, FOUNDATIONS_CLAIM);
  return Math.max(byPath, facts.issuer === ISSUER ? 0.9 : 0, hasOwnClaim ? 0.8 : 0);
}

function viewer(claims: LtiClaims, settings: GenericSettings): Viewer {
  const found = genericBase.viewer(claims, settings);
  const { username, sourcedId } = found.candidates;
  const isPreview = [username, sourcedId].some((name) => name !== undefined && PREVIEW_USER.test(name));
  return isPreview ? { ...found, isTestUser: true } : found;
}

export const blackboardAdapter = defineAdapter({
  id: 'blackboard',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Blackboard Learn',
  proof: 'lti13',
  capabilities: {
    deepLinking: true,
    namesAndRoles: true,
    grades: true,
    platformStorage: true,
    dynamicRegistration: true,
  },
  settings: genericSettings,
  recognise,
  /**
   * Issuer and client id are the same for all institutions; the deployment is the institution. Learn's ids are unique
   * within it only.
   */
  tenantHint: (claims) => `blackboard:${claims.deploymentId}`,
  viewer,
  application: () => 'Blackboard',
  registration,
  /** The same for every institution. The portal shows a key set of each application, which nobody can guess. */
  endpoints: () => ({
    issuer: ISSUER,
    authorizationUrl: 'https://developer.blackboard.com/api/v1/gateway/oidcauth',
    tokenUrl: 'https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken',
  }),
});
