import { idLike, type IdSeed } from './id-shapes.js';
import { fullName } from './campus.js';
import type { Activity, Course, LaunchWindow, Persona, Tool } from './types.js';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
export const CLAIM = {
  deploymentId: `${LTI}deployment_id`,
  targetLinkUri: `${LTI}target_link_uri`,
  context: `${LTI}context`,
  lis: `${LTI}lis`,
  roles: `${LTI}roles`,
  custom: `${LTI}custom`,
  resourceLink: `${LTI}resource_link`,
  launchPresentation: `${LTI}launch_presentation`,
  toolPlatform: `${LTI}tool_platform`,
} as const;

type Json = Record<string, unknown>;

export interface ClaimsInput {
  issuer: string;
  persona: Persona;
  course: Course;
  activity: Activity;
  window: LaunchWindow;
  tool: Tool;
  nonce: string;
  issuedAtS: number;
}

export interface ClaimsMaker {
  /** Life of the id_token in seconds, as the fixture has it (Moodle 60, Canvas 3600). */
  readonly lifeS: number;
  readonly clientIdTemplate: string;
  readonly deploymentIdTemplate: string;
  sub(persona: Persona): string;
  contextId(course: Course): string;
  /** The payload of an id_token for this launch, in the fixture's shape. */
  make(input: ClaimsInput): Json;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (value: Json, key: string): Json => {
  const found = value[key];
  return isObject(found) ? found : {};
};
const textAt = (value: Json, key: string): string | undefined => {
  const found = value[key];
  return typeof found === 'string' && found !== '' && !found.startsWith('$') ? found : undefined;
};

/** Every leaf of the fixture with its own key; unsubstituted `$Variables` and empty texts stay as they are. */
function* leaves(value: unknown, key = ''): Generator<{ key: string; text: string }> {
  if (Array.isArray(value)) for (const item of value) yield* leaves(item, key);
  else if (isObject(value)) for (const [name, item] of Object.entries(value)) yield* leaves(item, name);
  else if (typeof value === 'number') yield { key, text: String(value) };
  else if (typeof value === 'string' && value !== '' && !value.startsWith('$')) yield { key, text: value };
}

/** `BIO101` in "BIO101-2026F": what changes from course to course in labels and school ids. */
function courseCodeOf(fixture: Json): string | undefined {
  const context = objectAt(fixture, CLAIM.context);
  return [context['label'], context['id'], context['title']]
    .map((value) => (typeof value === 'string' ? /[A-Z]{2,}\d{2,}/.exec(value)?.[0] : undefined))
    .find((code) => code !== undefined);
}

function personSubstitutions(fixture: Json, persona: Persona): Map<string, string> {
  const seed: IdSeed = { kind: 'person', id: persona.id, ordinal: persona.ordinal };
  const guid = textAt(objectAt(fixture, CLAIM.toolPlatform), 'guid');
  // Brightspace puts the institution's guid in front of the person's number: that part is nobody's own.
  const personId = (template: string): string =>
    guid && template.includes(guid)
      ? template
          .split(guid)
          .map((part) => (/[0-9a-f]/i.test(part) ? idLike(part, seed) : part))
          .join(guid)
      : idLike(template, seed);
  const found = new Map<string, string>();
  const put = (template: string | undefined, value: string): void => {
    if (template !== undefined && !found.has(template)) found.set(template, value);
  };
  put(textAt(fixture, 'name'), fullName(persona));
  put(textAt(fixture, 'given_name'), persona.givenName);
  put(textAt(fixture, 'family_name'), persona.familyName);
  put(textAt(fixture, 'email'), persona.email);
  const all = [...leaves(fixture)];
  for (const { key, text } of all) if (/(username|login_id)$/.test(key)) put(text, persona.username);
  for (const { key, text } of all) if (/^(person_sourcedid|org_defined_id)$/.test(key)) put(text, persona.sisId);
  for (const { key, text } of all) if (key === 'sub' || /user_id$/.test(key)) put(text, personId(text));
  return found;
}

function courseSubstitutions(fixture: Json, course: Course): { all: Map<string, string>; ids: Map<string, string> } {
  const seed: IdSeed = { kind: 'course', id: course.id, ordinal: course.ordinal };
  const code = courseCodeOf(fixture);
  const byCode = (template: string): string | undefined =>
    code && template.includes(code) ? template.replaceAll(code, course.code) : undefined;
  const context = objectAt(fixture, CLAIM.context);
  const all = new Map<string, string>();
  const ids = new Map<string, string>();
  const put = (map: Map<string, string>, template: string | undefined, value: (template: string) => string): void => {
    if (template !== undefined && !map.has(template)) map.set(template, value(template));
  };
  const courseId = (template: string): string => byCode(template) ?? idLike(template, seed);
  put(ids, textAt(context, 'id'), courseId);
  for (const { key, text } of leaves(fixture)) if (/course_id$/.test(key) && !/sis/.test(key)) put(ids, text, courseId);
  for (const [template, value] of ids) all.set(template, value);
  put(all, textAt(context, 'title'), (template) => byCode(template) ?? course.title);
  put(all, textAt(context, 'label'), (template) => byCode(template) ?? course.code);
  for (const { key, text } of leaves(fixture)) {
    if (/^course_\w+_sourcedid$|sis_course_id$/.test(key)) put(all, text, courseId);
  }
  return { all, ids };
}

const VOCABULARY = /^https?:\/\/(purl|www)\.imsglobal\.org\b/;
const ORIGIN = /https?:\/\/[^/,\s?#]+/g;

/** Host names of the fixture's own LMS: nothing in a launch may send a tool to a machine that is not the demo's. */
function foreignHosts(fixture: Json): Set<string> {
  const hosts = new Set<string>();
  for (const { text } of leaves(fixture)) {
    if (VOCABULARY.test(text)) continue;
    for (const [origin] of text.matchAll(ORIGIN)) hosts.add(new URL(origin).host);
  }
  return hosts;
}

/** Swaps whole ids inside a URL (`/courses/4711/…`, `?course=15`), never a part of a longer word. */
function swapIds(url: string, ids: ReadonlyMap<string, string>): string {
  return url.replace(/[^/?&=]+/g, (segment) => ids.get(segment) ?? segment);
}

function rolesFor(template: unknown, persona: Persona): unknown {
  if (!Array.isArray(template)) return template;
  const [from, to] = persona.role === 'teacher' ? ['Learner', 'Instructor'] : ['Instructor', 'Learner'];
  return template.map((role: unknown) => {
    if (typeof role !== 'string') return role;
    if (role === from || role.endsWith(`membership#${from}`)) return role.slice(0, -from.length) + to;
    if (persona.role === 'teacher') return role.replace(/(institution\/person)#Student$/, '$1#Instructor');
    return role.replace(/(institution\/person)#(Instructor|Faculty)$/, '$1#Student');
  });
}

/** Turns a fixture into launches of the demo's people and courses. Pure: the same input gives the same claims. */
export function createClaimsMaker(template: Json, lmsUrl: string): ClaimsMaker {
  const { _source, ...fixture } = template;
  const lmsHost = new URL(lmsUrl).hostname;
  const hosts = foreignHosts(fixture);
  const numberAt = (key: string): number | undefined => {
    const value = fixture[key];
    return typeof value === 'number' ? value : undefined;
  };
  const lifeS = (numberAt('exp') ?? 3600) - (numberAt('iat') ?? 0);
  const aud = Array.isArray(fixture['aud']) ? (fixture['aud'] as unknown[])[0] : fixture['aud'];

  const rehost = (text: string, ids: ReadonlyMap<string, string>): string => {
    if (VOCABULARY.test(text)) return text;
    if (hosts.has(text)) return lmsHost;
    if (!/^https?:\/\//.test(text)) return text;
    return swapIds(text.replace(ORIGIN, lmsUrl), ids);
  };

  const sub = (persona: Persona): string => {
    const own = textAt(fixture, 'sub') ?? '';
    return rehost(
      personSubstitutions(fixture, persona).get(own) ?? idLike('1000', { kind: 'person', ...persona }),
      new Map(),
    );
  };
  const contextId = (course: Course): string => {
    const own = textAt(objectAt(fixture, CLAIM.context), 'id') ?? '';
    return rehost(courseSubstitutions(fixture, course).ids.get(own) ?? course.id, new Map());
  };

  const historyOf = ({ copyOf }: Course): string[] =>
    copyOf === undefined ? [] : [contextId(copyOf), ...historyOf(copyOf)];

  const make = ({ issuer, persona, course, activity, window, tool, nonce, issuedAtS }: ClaimsInput): Json => {
    const courseValues = courseSubstitutions(fixture, course);
    const values = new Map([...courseValues.all, ...personSubstitutions(fixture, persona)]);
    const replace = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(replace);
      if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
      if (typeof value === 'string') return rehost(values.get(value) ?? value, courseValues.ids);
      if (typeof value === 'number' && values.has(String(value))) return Number(values.get(String(value)));
      return value;
    };
    const claims = replace(fixture) as Json;
    const keep = (key: string, value: unknown): void => {
      if (key in fixture) claims[key] = value;
    };

    claims['iss'] = issuer;
    claims['aud'] = Array.isArray(fixture['aud']) ? [tool.clientId] : tool.clientId;
    keep('azp', tool.clientId);
    claims['sub'] = sub(persona);
    claims['iat'] = issuedAtS;
    keep('nbf', issuedAtS);
    claims['exp'] = issuedAtS + lifeS;
    claims['nonce'] = nonce;
    keep('jti', `${nonce}-token`);
    claims[CLAIM.deploymentId] = tool.deploymentId;
    claims[CLAIM.targetLinkUri] = tool.targetLinkUri;
    claims[CLAIM.roles] = rolesFor(fixture[CLAIM.roles], persona);
    claims[CLAIM.custom] = {
      ...objectAt(claims, CLAIM.custom),
      entry_id: activity.entryId,
      // As $Context.id.history is filled in: nearest first, percent-encoded, joined by commas; empty for a new course.
      context_history: historyOf(course).map(encodeURIComponent).join(','),
    };

    const link = objectAt(claims, CLAIM.resourceLink);
    const seed: IdSeed = { kind: 'activity', id: `${course.id}/${activity.id}`, ordinal: activity.ordinal };
    const linkCode = courseCodeOf(fixture);
    const linkId = (textAt(link, 'id') ?? '1000').replaceAll(linkCode ?? '\0', course.code);
    claims[CLAIM.resourceLink] = {
      ...link,
      id: idLike(linkId, seed),
      ...('title' in link ? { title: activity.title } : {}),
    };

    if (CLAIM.launchPresentation in fixture) {
      const presentation = objectAt(claims, CLAIM.launchPresentation);
      claims[CLAIM.launchPresentation] = {
        ...presentation,
        ...('document_target' in presentation ? { document_target: window === 'new' ? 'window' : 'iframe' } : {}),
        ...('return_url' in presentation ? { return_url: `${lmsUrl}/return?course=${course.id}` } : {}),
      };
    }
    return claims;
  };

  return {
    lifeS,
    clientIdTemplate: typeof aud === 'string' && aud !== '' ? aud : 'demo0000tool',
    deploymentIdTemplate: textAt(fixture, CLAIM.deploymentId) ?? '1',
    sub,
    contextId,
    make,
  };
}
