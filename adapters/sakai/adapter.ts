/** Sakai 19 and later as an LTI 1.3 platform. */
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

const EXTENSION_CLAIM = 'https://www.sakailms.org/spec/lti/claim/extension';
/** What Sakai puts behind its server's address: the deployment, when it is not "1", and the site of a site's own tool. */
const ISSUER_ENDING = /^(?:\/deployment\/[^/?#\s\\]+)?(?:\/site\/[^/?#\s\\]+)?$/;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;
/** `https://sakai.example.edu/user/<uuid>`, `…/deployment/2/user/<uuid>`. */
const SUBJECT = /^https?:\/\/.+\/user\/([^/?#]*)$/;
/** What stands there for visitors who are not signed in, all of them: nothing, or Sakai's anonymous user. */
const NOBODY: ReadonlySet<string | undefined> = new Set(['', '.anon']);
/** Sites of single people ("My Workspace"), not courses. */
const WORKSPACE = /^~/;

function recognise(facts: RecognitionFacts): number {
  const known = recogniseBy(facts, {
    families: ['sakai', 'sakailms.org'],
    authorizationPath: '/imsoidc/lti13/oidc_auth',
  });
  const hasExtension = facts.claims !== undefined && Object.hasOwn(facts.claims.raw, EXTENSION_CLAIM);
  return Math.max(known, hasExtension ? 0.8 : 0);
}

/** The token's issuer may be longer than the login's: the server, then deployment and site. */
function acceptsIssuer(issuer: string, registered: string): boolean {
  if (!issuer.startsWith(registered)) return false;
  const ending = issuer.slice(registered.length);
  return ending !== '' && ISSUER_ENDING.test(ending) && !DOT_SEGMENT.test(ending);
}

/** One Sakai server, whichever deployment or site the token names: people and sites are the server's. */
const tenantHint = (claims: LtiClaims): string =>
  claims.issuer.replace(/^(https?:\/\/[^/]+.*?)\/(?:deployment|site)\/.*$/, '$1');

/**
 * `sub` is a URL whose last part is the id by which Sakai knows the person. Kaltura's LTI 1.1 extension sent that part
 * as user id, so it is what `lti1p1` says when Sakai does not say it. The login name (eid) may change; Sakai sends it
 * as `person_sourcedid`, also when names are held back.
 */
function viewer(claims: LtiClaims, settings: GenericSettings): Viewer {
  const { candidates, ...rest } = genericBase.viewer(claims, settings);
  const { sub, username: custom, lti1p1: sent, ...others } = candidates;
  const userId = SUBJECT.exec(sub ?? '')?.[1];
  if (sub === undefined || NOBODY.has(userId)) return { ...rest, candidates: {} };
  const username = candidates.sourcedId ?? custom;
  const lti1p1 = sent ?? toId(userId);
  return {
    ...rest,
    candidates: {
      ...others,
      sub,
      ...(username === undefined ? {} : { username }),
      ...(lti1p1 === undefined ? {} : { lti1p1 }),
    },
  };
}

/** The key is the site's id. Sakai's `label` repeats the title; the offering of the school's records tells more. */
function course(claims: LtiClaims, settings: GenericSettings): Course | undefined {
  const found = genericBase.course(claims, settings);
  if (found === undefined || WORKSPACE.test(found.key)) return undefined;
  const { label: repeated, ...rest } = found;
  const label = claims.lis?.courseOfferingSourcedid ?? (repeated === found.title ? undefined : repeated);
  return { ...rest, ...(label === undefined ? {} : { label }) };
}

export const sakaiAdapter = defineAdapter({
  id: 'sakai',
  apiVersion: ADAPTER_API_VERSION,
  title: 'Sakai',
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
  acceptsIssuer,
  tenantHint,
  viewer,
  course,
  application: () => 'Sakai',
  registration,
  /** The token URL holds the tool's key. */
  endpoints: (address) => ({
    issuer: address,
    authorizationUrl: `${address}/imsoidc/lti13/oidc_auth`,
    jwksUrl: `${address}/imsblis/lti13/keyset`,
  }),
});
