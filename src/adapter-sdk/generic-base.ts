/**
 * The answers that any LTI 1.3 platform allows, read from the claims of the specification alone. The generic adapter
 * is made of them, other adapters reuse the ones that fit.
 */
import { z } from 'zod';
import { cleanApplicationName } from './application-name.js';
import type { LtiClaims } from './claims/lti-claims.js';
import { compact } from './claims/groups/fields.js';
import { contextRoles, isTestUser } from './context-roles.js';
import { customId, customValue } from './custom-value.js';
import { parseHistory } from './parse-history.js';
import type {
  AdapterCapabilities,
  Course,
  RecognitionFacts,
  RegistrationContext,
  RegistrationStep,
  Role,
} from './types.js';
import type { Viewer } from './types.js';

const parameterName = (name: string, description: string) =>
  z.string().trim().min(1).max(100).default(name).meta({ description });

/** Settings that most adapters share: names of custom parameters, as the registration in the LMS writes them. */
export const genericSettings = z.object({
  usernameParameter: parameterName('username', 'Custom parameter with the login name, e.g. username=$User.username'),
  historyParameter: parameterName(
    'context_history',
    'Custom parameter with the courses that this one was copied from, e.g. context_history=$Context.id.history',
  ),
});
export type GenericSettings = z.output<typeof genericSettings>;

const DEFAULTS: GenericSettings = Object.freeze(genericSettings.parse({}));

/** What an unknown LMS gets: better than 0, and less than any adapter that knows the LMS should answer. */
export const RECOGNITION_FLOOR = 0.01;

/** Context types (last part of the URI, or the bare word) that are surely no course. */
const NOT_A_COURSE = new Set(['group', 'account']);

const typeName = (type: string): string => type.slice(type.lastIndexOf('#') + 1).toLowerCase();

/** The platform's family, in lower case, from the registration or the claims; undefined when it does not say. */
export const productFamily = (facts: RecognitionFacts): string | undefined =>
  (facts.productFamilyCode ?? facts.claims?.toolPlatform?.productFamilyCode)?.trim().toLowerCase();

/** Whether the platform's authorization endpoint ends in this path. */
export const hasAuthorizationPath = (facts: RecognitionFacts, path: string): boolean =>
  facts.authorizationUrl !== undefined && URL.canParse(facts.authorizationUrl)
    ? new URL(facts.authorizationUrl).pathname.endsWith(path)
    : false;

/** The product family code belongs to one LMS; its endpoints decide only where the LMS does not say. */
export function recogniseBy(
  facts: RecognitionFacts,
  { families, authorizationPath }: { families: readonly string[]; authorizationPath: string },
): number {
  const family = productFamily(facts);
  if (family !== undefined && families.includes(family)) return 1;
  return hasAuthorizationPath(facts, authorizationPath) ? 0.8 : 0;
}

const capabilities: AdapterCapabilities = Object.freeze({
  deepLinking: true,
  namesAndRoles: true,
  grades: true,
  platformStorage: false,
  dynamicRegistration: false,
});

/** Each deployment is a tenant of its own until an admin joins them: nobody is mixed up, at worst split. */
const tenantHint = (claims: LtiClaims): string => `${claims.issuer}|${claims.deploymentId}`;

function viewer(claims: LtiClaims, settings: Partial<GenericSettings> = {}): Viewer {
  const { usernameParameter } = { ...DEFAULTS, ...settings };
  return compact({
    candidates: compact({
      sub: claims.subject,
      username: customId(claims, usernameParameter),
      email: claims.email,
      sourcedId: claims.lis?.personSourcedid,
      lti1p1: claims.lti1p1?.userId ?? claims.legacyUserId,
    }),
    name: claims.name ?? ([claims.givenName, claims.familyName].filter(Boolean).join(' ') || undefined),
    isTestUser: isTestUser(claims.roles) || undefined,
  });
}

function course(claims: LtiClaims, settings: Partial<GenericSettings> = {}): Course | undefined {
  const { context, lis } = claims;
  if (context === undefined || !isCourseContext(context.type)) return undefined;
  const { historyParameter } = { ...DEFAULTS, ...settings };
  return {
    key: context.id,
    ...compact({
      title: context.title,
      label: context.label,
      // Of a section where the LMS knows sections: two of one offering may be two courses.
      sourcedId: lis?.courseSectionSourcedid ?? lis?.courseOfferingSourcedid,
    }),
    previousKeys: parseHistory(customValue(claims, historyParameter)).filter((key) => key !== context.id),
    categoryNames: [context.id],
  };
}

/** True unless all types are known not to be courses. Many platforms send no type, or one of their own. */
export const isCourseContext = (types: readonly string[]): boolean =>
  types.length === 0 || types.some((type) => !NOT_A_COURSE.has(typeName(type)));

const roles = (claims: LtiClaims): Role[] => contextRoles(claims.roles);

/** By the product's family rather than the site's name, which changes and would split the reports. */
const application = (claims: LtiClaims): string =>
  cleanApplicationName(claims.toolPlatform?.productFamilyCode) ?? 'LMS';

const registration = (context: RegistrationContext): RegistrationStep[] => [
  {
    text: 'Add a new external tool in the administration of your LMS and choose LTI 1.3 (also called LTI Advantage).',
    value: { label: 'Tool name', text: context.toolName },
  },
  {
    text: 'Enter the address where a login starts (login initiation URL, OIDC login URL).',
    value: { label: 'Login URL', text: context.loginUrl },
  },
  {
    text: 'Enter the one address where launches arrive (redirect URI, redirection URL).',
    value: { label: 'Redirect URL', text: context.redirectUrl },
  },
  {
    text: 'Enter the address that links open (target link URI, launch URL, tool URL).',
    value: { label: 'Target link URL', text: context.targetLinkUrl },
  },
  {
    text: 'Enter the address of our public keys (keyset URL, JWKS URL). Do not paste a single key: it changes.',
    value: { label: 'Public keyset URL', text: context.jwksUrl },
  },
  {
    text: 'If the LMS has custom parameters, add these two to the tool itself, not to single links.',
    value: {
      label: 'Custom parameters',
      text: 'username=$User.username\ncontext_history=$Context.id.history',
    },
  },
  {
    text: 'Copy the issuer, the client id, the deployment id, the authentication URL and the keyset URL of the LMS, letter by letter, and enter them here.',
  },
];

export const genericBase = Object.freeze({
  capabilities,
  recognise: (): number => RECOGNITION_FLOOR,
  tenantHint,
  viewer,
  course,
  roles,
  application,
  registration,
});
