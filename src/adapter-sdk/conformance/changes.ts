/** The same launch with one thing changed, for rules that say what an answer may not depend on. */
import { CLAIM } from '../claims/claim-uris.js';
import { toText } from '../claims/groups/fields.js';
import type { NeutralLaunch } from '../types.js';
import { answered, ask, toComparable } from './ask.js';
import { isObject, optionalPaths, type Path, showPath, valueAt, without, withValue } from './claim-paths.js';
import type { Payload, Problem, Subject } from './rule.js';

export interface Change {
  path: Path;
  payload: Payload;
}

const INSTRUCTOR = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor';

const put = (payload: Payload, path: Path, value: unknown): Change => ({
  path,
  payload: withValue(payload, path, value),
});

/** Another person in the same place: one claim changed in each. */
export const otherPerson = (payload: Payload): Change[] => [
  put(payload, ['sub'], `${toText(payload['sub']) ?? ''}9`),
  ...renamed(payload),
  put(payload, [CLAIM.lis, 'person_sourcedid'], 'S-0000009'),
  put(payload, [CLAIM.roles], [INSTRUCTOR]),
  put(payload, ['locale'], 'he'),
];

/** The same person under other names: one claim changed in each. */
export const renamed = (payload: Payload): Change[] => [
  put(payload, ['name'], 'Renamed Person'),
  put(payload, ['given_name'], 'Renamed'),
  put(payload, ['family_name'], 'Person'),
  put(payload, ['email'], 'renamed.person@renamed.example'),
];

/** The same launch without names and addresses. */
export const nameless = (payload: Payload): Payload =>
  ['name', 'given_name', 'family_name', 'email'].reduce((rest, claim) => without(rest, [claim]), payload);

/** New titles for the same course; none is made where there is no course. */
export function retitled(payload: Payload): Change[] {
  if (!isObject(payload[CLAIM.context])) return [];
  return ['title', 'label'].flatMap((field) => [
    put(payload, [CLAIM.context, field], 'Renamed 9'),
    { path: [CLAIM.context, field], payload: without(payload, [CLAIM.context, field]) },
  ]);
}

/** Another link in the same course: one claim changed in each. Teachers can write custom parameters. */
export const otherLink = (payload: Payload): Change[] => [
  put(payload, [CLAIM.resourceLink, 'id'], 'link-9'),
  put(payload, [CLAIM.resourceLink, 'title'], 'Another link'),
  put(payload, [CLAIM.targetLinkUri], 'https://tool.example/another'),
  ...optionalPaths(payload)
    .filter(([claim, field]) => claim === CLAIM.custom && field !== undefined)
    .flatMap((path) => [put(payload, path, 'written-by-a-teacher'), { path, payload: without(payload, path) }]),
];

/** Another course on the same platform: one claim changed in each. */
export const otherCourse = (payload: Payload): Change[] => [
  ...retitled(payload),
  put(payload, [CLAIM.lis, 'course_section_sourcedid'], 'SECTION-9'),
  ...coursesBeside(payload),
];

/** The launch with ids of other courses. */
export function coursesBeside(payload: Payload): Change[] {
  const path = [CLAIM.context, 'id'];
  const id = valueAt(payload, path);
  if (typeof id !== 'string' && typeof id !== 'number') return [];
  return [`${String(id)}2`, `2${String(id)}`].map((other) => put(payload, path, other));
}

/** A problem for each change of a fixture that changes what `read` takes from the answers. */
export function dependences(
  subject: Subject,
  {
    changes,
    read,
    message,
  }: { changes(payload: Payload): Change[]; read(launch: NeutralLaunch): unknown; message: string },
): Problem[] {
  return answered(subject).flatMap(({ name, payload, launch }) =>
    changes(payload).flatMap(({ path, payload: other }) => {
      const outcome = ask(subject.adapter, other);
      // A launch that fails breaks another rule.
      const same = outcome.kind !== 'launch' || toComparable(read(outcome.launch)) === toComparable(read(launch));
      return same ? [] : [{ fixture: name, path: showPath(path), message }];
    }),
  );
}
