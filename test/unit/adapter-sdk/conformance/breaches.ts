/** Ways to break the rules that the broken adapters do not show. */
import { cleanApplicationName, genericBase, type LtiClaims, z } from '../../../../src/adapter-sdk/index.js';
import { type adapterWith, throwing } from './support.js';

type Parts = Parameters<typeof adapterWith>[0];

const viewerWith = (change: (claims: LtiClaims) => object) => (claims: LtiClaims) => {
  const viewer = genericBase.viewer(claims);
  return { ...viewer, candidates: { ...viewer.candidates, ...change(claims) } };
};
class Roles extends Array<string> {}

const kept = { key: 'C-100', previousKeys: [], categoryNames: [] };

/** Parts of an adapter that break a rule, and the words of the problem. */
export const BREACHES: readonly [rule: string, what: string, parts: Parts, message: RegExp][] = [
  ['metadata', 'an id that is taken', { id: 'rival' }, /The id rival is taken/],
  ['metadata', 'a title of 61 characters', { title: 'x'.repeat(61) }, /longer than 60/],
  ['metadata', 'a missing function', { viewer: undefined }, /`viewer` is not a function/],
  ['metadata', 'another proof', { proof: 'oidc' }, /`proof`/],
  ['settings', 'no zod object', { settings: {} }, /not a zod object/],
  [
    'settings',
    'a list',
    { settings: z.object({ a: z.array(z.string()).default([]).meta({ description: 'A' }) }) },
    /not a string/,
  ],
  [
    'settings',
    'a setting without a description',
    { settings: z.object({ a: z.string().default('x') }) },
    /no description/,
  ],
  ['settings', 'an optional setting', { settings: z.object({ a: z.string().optional() }) }, /no default/],
  ['capabilities', 'nothing', { capabilities: undefined }, /is not an object/],
  ['capabilities', 'a missing one', { capabilities: { deepLinking: true } }, /neither true nor false/],
  ['answers', 'a promise', { course: () => Promise.reject(new Error('late')) }, /`course` returned a promise/],
  ['answers', 'an unknown role', { roles: () => ['boss'] }, /`roles` returned a malformed `roles.0`/],
  ['answers', 'something thrown that is no error', { roles: throwing('x') }, /`roles` threw/],
  [
    'answers',
    'a tenant hint that throws',
    { tenantHint: throwing(new TypeError('x')) },
    /`tenantHint` threw a TypeError/,
  ],
  ['plain-answers', 'an object that it keeps', { course: () => kept }, /`course` hands out an object that it keeps/],
  [
    'plain-answers',
    'a getter',
    {
      course: () => ({
        ...kept,
        get title() {
          return 'x';
        },
      }),
    },
    /`course.title` is a getter/,
  ],
  ['plain-answers', 'NaN', { course: () => ({ ...kept, size: NaN }) }, /no finite number/],
  ['plain-answers', 'a function', { course: () => ({ ...kept, more: () => 1 }) }, /`course.more` is a function/],
  ['plain-answers', 'a class', { roles: () => new Roles() }, /`roles` is no plain object or array/],
  [
    'unchanged-input',
    'a new setting',
    {
      application: (_c: unknown, settings: object) => {
        Reflect.set(settings, 'x', 1);
        return 'Example LMS';
      },
    },
    /tried to change/,
  ],
  [
    'unchanged-input',
    'a removed claim',
    {
      tenantHint: (claims: LtiClaims) => {
        Reflect.deleteProperty(claims.raw, 'name');
        return claims.issuer;
      },
    },
    /tried to change/,
  ],
  [
    'no-outside-world',
    'the environment',
    { application: () => process.env['LMS_NAME'] ?? 'Example LMS' },
    /`application` used `process.env`/,
  ],
  [
    'no-outside-world',
    'the network, behind a catch',
    {
      tenantHint: (claims: LtiClaims) => {
        try {
          void fetch('http://127.0.0.1:9');
        } catch {
          /* hidden */
        }
        return claims.issuer;
      },
    },
    /used `fetch`/,
  ],
  ['no-outside-world', 'chance', { roles: () => (Math.random() > 2 ? ['learner'] : []) }, /`Math.random\(\)`/],
  [
    'no-outside-world',
    'the log',
    {
      recognise: () => {
        globalThis['console'].info('who is it?');
        return 0;
      },
    },
    /`console.info`/,
  ],
  [
    'viewer-id',
    'an id for those without one',
    { viewer: viewerWith(({ subject }) => ({ sub: subject ?? 'guest' })) },
    /though the LMS sent none/,
  ],
  ['viewer-id', 'no id at all', { viewer: () => ({ candidates: {} }) }, /The learner’s `sub` is missing/],
  [
    'viewer-id',
    'one id for two long ones',
    { viewer: viewerWith(({ subject }) => (subject ? { sub: subject.slice(0, 40) } : {})) },
    /Two people who differ/,
  ],
  [
    'viewer-id',
    'ids without what follows a blank',
    { viewer: viewerWith(({ subject }) => (subject ? { sub: subject.trim() } : {})) },
    /Two people who differ/,
  ],
  [
    'viewer-not-invented',
    'an address',
    { viewer: viewerWith(({ subject }) => ({ email: `${subject ?? 'x'}@school.example` })) },
    /`viewer.candidates.email` stands nowhere/,
  ],
  [
    'viewer-not-invented',
    'the name as SIS id',
    { viewer: viewerWith(({ name }) => ({ sourcedId: name ?? 'none' })) },
    /sourcedId` changes with the name/,
  ],
  [
    'private-viewer',
    'the e-mail address as id',
    { viewer: viewerWith(({ email, subject }) => ({ sub: email ?? subject })) },
    /not the one of `resource-link`/,
  ],
  [
    'private-viewer',
    'a course key with the viewer’s id',
    { course: (claims: LtiClaims) => ({ ...kept, key: claims.email ?? 'x' }) },
    /The course is not/,
  ],
  [
    'special-viewers',
    'a login name for visitors',
    { viewer: viewerWith(() => ({ username: 'guest' })) },
    /The visitor has the candidate username/,
  ],
  [
    'special-viewers',
    'a person',
    { viewer: (claims: LtiClaims) => ({ candidates: genericBase.viewer(claims).candidates }) },
    /taken for a person/,
  ],
  [
    'course-roles',
    'instructors as administrators',
    {
      roles: (claims: LtiClaims) =>
        genericBase.roles(claims).map((role) => (role === 'instructor' ? 'administrator' : role)),
    },
    /not exactly `instructor`/,
  ],
  [
    'least-role',
    'an instructor by default',
    { roles: (claims: LtiClaims) => (claims.roles.length === 0 ? ['instructor'] : genericBase.roles(claims)) },
    /With no roles, the viewer is instructor/,
  ],
  [
    'least-role',
    'whatever ends in Instructor',
    {
      roles: (claims: LtiClaims) =>
        claims.roles.some((role) => /Instructor$/.test(role)) ? ['instructor'] : ['learner'],
    },
    /With roles that nobody knows/,
  ],
  [
    'course-key-stable',
    'a key that teachers write',
    { course: (claims: LtiClaims) => ({ ...kept, key: String(claims.custom['username'] ?? 'x') }) },
    /changes with this claim/,
  ],
  ['copied-course', 'no course', { course: () => undefined }, /There is no course/],
  ['copied-course', 'one key for all', { course: () => ({ ...kept }) }, /The copy has the key of its original/],
  ['tenant-hint', 'an empty hint', { tenantHint: () => ' ' }, /`tenantHint` returned a malformed `tenantHint`/],
  [
    'tenant-hint',
    'the viewer',
    { tenantHint: (claims: LtiClaims) => `${claims.issuer}|${claims.subject}` },
    /The tenant changes with this claim/,
  ],
  ['application-name', 'nothing', { application: () => '' }, /is empty/],
  ['application-name', '61 characters', { application: () => 'x'.repeat(61) }, /longer than 60/],
  ['application-name', 'no string', { application: () => undefined }, /no string/],
  [
    'application-name',
    'the name of the site',
    { application: (claims: LtiClaims) => cleanApplicationName(claims.toolPlatform?.name) ?? 'LMS' },
    /The application changes with this claim/,
  ],
  ['accepted-issuers', 'anything', { acceptsIssuer: () => true }, /accepts an empty issuer/],
  ['accepted-issuers', 'a promise', { acceptsIssuer: async () => false }, /neither true nor false/],
  [
    'accepted-issuers',
    'an error for no address',
    { acceptsIssuer: (issuer: string) => new URL(issuer).host === 'x' },
    /`acceptsIssuer` threw a TypeError/,
  ],
  ['recognise', '2', { recognise: () => 2 }, /no number from 0 to 1/],
  [
    'recognise',
    'an error for no address',
    { recognise: ({ issuer }: { issuer: string }) => (new URL(issuer).host === 'x' ? 1 : 0) },
    /`recognise` threw a TypeError/,
  ],
  ['recognise', 'nothing', { recognise: () => 0 }, /Its own launch gets 0/],
  ['registration-guide', 'no step', { registration: () => [] }, /returned a malformed `registration`/],
  [
    'registration-guide',
    'an empty value',
    {
      registration: (context: Parameters<typeof genericBase.registration>[0]) => [
        ...genericBase.registration(context),
        { text: 'More', value: { label: 'More', text: ' ' } },
      ],
    },
    /A value to copy is empty/,
  ],
  ['bare-launch', 'a course', { course: () => ({ ...kept }) }, /There is a course/],
  ['bare-launch', 'a viewer', { viewer: viewerWith(() => ({ username: 'x' })) }, /The viewer has a username/],
  [
    'optional-claims',
    'a stronger role for those without a custom parameter',
    {
      roles: (claims: LtiClaims) =>
        claims.custom['context_history'] === undefined && claims.resourceLink
          ? ['instructor']
          : genericBase.roles(claims),
    },
    /stronger role than with it/,
  ],
  [
    'hostile-strings',
    'another course by its title',
    { course: (claims: LtiClaims) => ({ ...kept, key: /script/.test(claims.context?.title ?? '') ? 'B' : 'A' }) },
    /the course is another one/,
  ],
  [
    'mutations',
    'another viewer when claims are broken',
    { viewer: viewerWith(({ locale }) => (typeof locale === 'string' ? {} : { sub: 'nobody' })) },
    /`sub` is not the one/,
  ],
];
