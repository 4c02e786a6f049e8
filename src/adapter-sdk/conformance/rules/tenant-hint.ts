import { dependences, otherCourse, otherLink, otherPerson } from '../changes.js';
import { ask } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

export const tenantHint: Rule = {
  id: 'tenant-hint',
  title: 'The tenant hint is never empty, and the same for all viewers and courses',
  whatToDo:
    'Build it from what belongs to the LMS installation: issuer, deployment or the platform’s guid. It must be a string of at most 1024 characters without controls.',
  check: (subject) => [
    ...Object.entries(subject.fixtures).flatMap(([fixture, payload]): Problem[] => {
      const outcome = ask(subject.adapter, payload);
      const malformed = outcome.kind === 'failed' && outcome.call === 'tenantHint' && !outcome.threw;
      return malformed ? [{ fixture, message: `${outcome.message}.` }] : [];
    }),
    ...dependences(subject, {
      changes: (payload) => [...otherPerson(payload), ...otherLink(payload), ...otherCourse(payload)],
      read: (launch) => launch.tenantHint,
      message: 'The tenant changes with this claim.',
    }),
  ],
};
