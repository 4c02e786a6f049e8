import { parseClaims } from '../../claims/parse-claims.js';
import { CLAIM } from '../../claims/claim-uris.js';
import { isApplicationName } from '../../application-name.js';
import { dependences, otherCourse, otherLink, otherPerson } from '../changes.js';
import { ask } from '../ask.js';
import { withValue } from '../claim-paths.js';
import type { Problem, Rule, Subject } from '../rule.js';

export const applicationName: Rule = {
  id: 'application-name',
  title: 'The application has 1 to 60 characters, no comma, and one name for all launches',
  whatToDo:
    'Return the name of the product, or clean what the LMS sent with `cleanApplicationName`. Kaltura’s reports separate names by commas and count each spelling on its own, so do not use the name of the site, which changes.',
  check: (subject) => [
    ...malformed(subject),
    ...dependences(subject, {
      changes: (payload) => [
        ...otherPerson(payload),
        ...otherLink(payload),
        ...otherCourse(payload),
        {
          path: [CLAIM.toolPlatform, 'name'],
          payload: withValue(payload, [CLAIM.toolPlatform, 'name'], 'Renamed site'),
        },
      ],
      read: (launch) => launch.application,
      message: 'The application changes with this claim.',
    }),
  ],
};

function malformed({ adapter, fixtures }: Subject): Problem[] {
  const defaults = Object.freeze(adapter.settings.parse({}));
  return Object.entries(fixtures).flatMap(([fixture, payload]): Problem[] => {
    if (ask(adapter, payload).kind === 'refused') return [];
    const name = nameOf(() => adapter.application(parseClaims(payload), defaults));
    if (name === undefined) return [];
    if (typeof name !== 'string') return [{ fixture, message: 'The application is no string.' }];
    if (isApplicationName(name)) return [];
    const why =
      name.trim() === ''
        ? 'empty'
        : name.length > 60
          ? 'longer than 60 characters'
          : 'not clean: it has a comma, `{{`, a control character or blanks too many';
    return [{ fixture, message: `The application is ${why}.` }];
  });
}

/** Undefined when the function throws, which breaks another rule. */
function nameOf(call: () => unknown): unknown {
  try {
    return call() ?? null;
  } catch {
    return undefined;
  }
}
