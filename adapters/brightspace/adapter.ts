/** D2L Brightspace. */
import {
  ADAPTER_API_VERSION,
  type Course,
  defineAdapter,
  genericBase,
  genericSettings,
  type GenericSettings,
  type LtiClaims,
  parseHistory,
  type RecognitionFacts,
  recogniseBy,
  toId,
  type Viewer,
} from '../../src/adapter-sdk/index.js';
import { registration } from './registration.js';

/** Brightspace's own claim. The name is exactly this, with http and without a path. */
const BRIGHTSPACE_CLAIM = 'http://www.brightspace.com';

function recognise(facts: RecognitionFacts): number {
  const known = recogniseBy(facts, {
    families: ['desire2learn', 'brightspace', 'd2l'],
    authorizationPath: '/d2l/lti/authenticate',
  });
  const hasOwnClaim = facts.claims !== undefined && Object.hasOwn(facts.claims.raw, BRIGHTSPACE_CLAIM);
  return Math.max(known, isHosted(facts.issuer) ? 0.9 : 0, hasOwnClaim ? 0.8 : 0);
}

/** Institutions with a host name of their own have another issuer. */
const isHosted = (issuer: string): boolean =>
  URL.canParse(issuer) &&
  /^https:$/.test(new URL(issuer).protocol) &&
  /\.brightspace\.com$/.test(new URL(issuer).hostname);

function ownClaim({ raw }: LtiClaims): Readonly<Record<string, unknown>> {
  const value = raw[BRIGHTSPACE_CLAIM];
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Login name and the institution's own id stand in Brightspace's claim; a link's custom parameters are the second choice. */
function viewer(claims: LtiClaims, settings: GenericSettings): Viewer {
  const { candidates, ...rest } = genericBase.viewer(claims, settings);
  const { username: custom, sourcedId: sent, ...others } = candidates;
  const username = toId(ownClaim(claims)['username']) ?? custom;
  const sourcedId = sent ?? toId(ownClaim(claims)['org_defined_id']);
  return {
    ...rest,
    candidates: {
      ...others,
      ...(username === undefined ? {} : { username }),
      ...(sourcedId === undefined ? {} : { sourcedId }),
    },
  };
}

/** The key is the org unit id. It is missing from the launch until the deployment sends org unit information. */
function course(claims: LtiClaims, settings: GenericSettings): Course | undefined {
  const found = genericBase.course(claims, settings);
  if (found === undefined) return undefined;
  const history = ownClaim(claims)['Context.id.history'];
  const own = parseHistory(typeof history === 'string' ? history : undefined);
  return own.length === 0 ? found : { ...found, previousKeys: own.filter((key) => key !== found.key) };
}

export const brightspaceAdapter = defineAdapter({
  id: 'brightspace',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Brightspace',
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
  /** One Brightspace, one issuer; each deployment of it knows the same people and org units. */
  tenantHint: (claims) => claims.issuer,
  viewer,
  course,
  application: () => 'Brightspace',
  registration,
  endpoints: (address) => ({
    issuer: address,
    authorizationUrl: `${address}/d2l/lti/authenticate`,
    jwksUrl: `${address}/d2l/.well-known/jwks`,
    tokenUrl: 'https://auth.brightspace.com/core/connect/token',
    tokenAudience: 'https://api.brightspace.com/auth/token',
  }),
});
