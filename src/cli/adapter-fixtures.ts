/**
 * The fixtures that the conformance kit expects, made from one captured launch of a learner. They keep the shape of the
 * LMS; an author replaces those for which the LMS really sends something else.
 */
import { CLAIM, contextRoles } from '../adapter-sdk/index.js';
import { createTokenMaker } from '../launch/capture-tokens.js';

type Json = Record<string, unknown>;

const NAMES = ['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'email'];
const OPAQUE_IDS: readonly string[] = ['sub', CLAIM.lti1p1, CLAIM.legacyUserId];
/** What says something about the person, wherever it stands. */
const PERSONAL_FIELD = /name|mail|user|person|login|nick|phone|org_defined_id/i;
const IMPERSONAL: readonly string[] = [
  CLAIM.context,
  CLAIM.resourceLink,
  CLAIM.toolPlatform,
  CLAIM.deepLinkingSettings,
];
const HISTORY = /^context[^a-z]?(?:id[^a-z]?)?history$/i;

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership#';
const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';
const HOSTILE = '<script>alert(1)</script> "\'`;,{{name}} \u202Eevil\u202C שלום 👩‍🎓 \u0007';

/** By the names that the kit expects. `launch` is the payload of a resource link; it is not changed. */
export function fixtureSet(launch: Json): Record<string, Json> {
  const nobody = withoutPersonalData(launch);
  return {
    'resource-link': launch,
    'deep-linking': deepLinking(launch),
    'minimal-privacy': withoutNames(launch),
    'no-personal-data': nobody,
    anonymous: { ...without(nobody, [...OPAQUE_IDS, CLAIM.roleScopeMentor]), [CLAIM.roles]: [] },
    'test-user': { ...launch, [CLAIM.roles]: [...rolesOf(launch), TEST_USER] },
    'copied-course': copiedCourse(launch),
    'hostile-strings': hostileStrings(launch),
  };
}

function deepLinking(launch: Json): Json {
  const issuer = String(launch['iss']);
  return {
    ...without(launch, [CLAIM.resourceLink]),
    [CLAIM.messageType]: 'LtiDeepLinkingRequest',
    [CLAIM.roles]: teacherRoles(rolesOf(launch)),
    [CLAIM.deepLinkingSettings]: {
      accept_types: ['ltiResourceLink', 'link'],
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_multiple: true,
      deep_link_return_url: URL.canParse(issuer) ? new URL('/deep-link-return', issuer).href : issuer,
    },
  };
}

/** The same spelling with another role, where the learner's role is one of the vocabulary's. */
function teacherRoles(roles: readonly unknown[]): unknown[] {
  const others = roles.filter((role) => typeof role !== 'string' || contextRoles([role]).length === 0);
  const short = roles.some((role) => role === 'Learner');
  return [
    ...others.filter((role) => !/#Student$/.test(String(role))),
    short ? 'Instructor' : `${MEMBERSHIP}Instructor`,
  ];
}

function withoutNames(launch: Json): Json {
  const names = new Set(NAMES.map((name) => launch[name]).filter((value) => typeof value === 'string'));
  return prune(without(launch, NAMES), (_field, value) => typeof value === 'string' && names.has(value));
}

function withoutPersonalData(launch: Json): Json {
  const rest = without(withoutNames(launch), [CLAIM.roleScopeMentor]);
  return Object.fromEntries(
    Object.entries(rest).map(([claim, value]) => [
      claim,
      OPAQUE_IDS.includes(claim) || IMPERSONAL.includes(claim) || !isObject(value)
        ? value
        : prune(value, (field) => PERSONAL_FIELD.test(field)),
    ]),
  );
}

function copiedCourse(launch: Json): Json {
  const context = objectAt(launch, CLAIM.context);
  const id = context['id'];
  if (typeof id !== 'string' && typeof id !== 'number') return launch;
  const original = String(id);
  const copy = anotherLike(original);
  const moved = mapLeaves(launch, (value) => (value === id ? (typeof id === 'number' ? Number(copy) : copy) : value));
  const custom = objectAt(moved, CLAIM.custom);
  const parameter = Object.keys(custom).find((name) => HISTORY.test(name)) ?? 'context_history';
  const earlier = objectAt(launch, CLAIM.custom)[parameter];
  const ancestors = typeof earlier === 'string' && earlier !== '' && !earlier.startsWith('$') ? `,${earlier}` : '';
  const history = encodeURIComponent(original) + ancestors;
  return { ...fillHistories(moved, history), [CLAIM.custom]: { ...custom, [parameter]: history } };
}

/** Some platforms send the history in a claim of their own, under the name of the variable. */
const fillHistories = (launch: Json, history: string): Json =>
  Object.fromEntries(
    Object.entries(launch).map(([claim, value]) => [
      claim,
      isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([field, inner]) => [field, HISTORY.test(field) ? history : inner]),
          )
        : value,
    ]),
  );

function hostileStrings(launch: Json): Json {
  const names = Object.fromEntries(NAMES.filter((name) => name in launch).map((name) => [name, HOSTILE.repeat(20)]));
  const context =
    CLAIM.context in launch ? { ...objectAt(launch, CLAIM.context), title: HOSTILE.repeat(20) } : undefined;
  const custom = objectAt(launch, CLAIM.custom);
  return {
    ...launch,
    ...names,
    ...(context === undefined ? {} : { [CLAIM.context]: { ...context, label: HOSTILE } }),
    [CLAIM.resourceLink]: { ...objectAt(launch, CLAIM.resourceLink), title: HOSTILE, description: null },
    [CLAIM.roles]: [...rolesOf(launch), 'http://evil.example/membership#Administrator', 'INSTRUCTOR', 7, null],
    [CLAIM.launchPresentation]: [1, 2],
    [CLAIM.custom]: { ...custom, context_history: '%E0%A4%A,$Context.id.history,,<b>,truncated,7,7', nested: { a: 1 } },
  };
}

/** Another id of the same shape. Not for secrecy: the same id always has the same neighbour. */
function anotherLike(id: string): string {
  const { replace } = createTokenMaker(Buffer.alloc(32), (made) => id.toLowerCase().includes(made));
  return id.replace(/[\p{L}\p{N}]+(?=[^\p{L}\p{N}]*$)/u, replace);
}

const rolesOf = (launch: Json): unknown[] => {
  const roles = launch[CLAIM.roles];
  return Array.isArray(roles) ? (roles as unknown[]) : typeof roles === 'string' ? roles.split(',') : [];
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (object: Json, field: string): Json => {
  const value = object[field];
  return isObject(value) ? value : {};
};
const without = (object: Json, fields: readonly string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));

function prune(object: Json, isUnwanted: (field: string, value: unknown) => boolean): Json {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([field, value]) => !isUnwanted(field, value))
      .map(([field, value]) => [field, isObject(value) ? prune(value, isUnwanted) : value]),
  );
}

function mapLeaves(object: Json, change: (leaf: unknown) => unknown): Json {
  const map = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(map);
    return isObject(value) ? mapLeaves(value, change) : change(value);
  };
  return Object.fromEntries(Object.entries(object).map(([field, value]) => [field, map(value)]));
}
