import { dependences, otherLink, otherPerson, retitled } from '../changes.js';
import type { Rule } from '../rule.js';

export const courseKeyStable: Rule = {
  id: 'course-key-stable',
  title: 'The key of a course does not change with its title, the viewer or the link',
  whatToDo:
    'Use the id that the LMS keeps for the whole life of the course, as a rule `context.id`. Titles and labels are edited, and custom parameters can be written by teachers.',
  check: (subject) =>
    dependences(subject, {
      changes: (payload) => [...retitled(payload), ...otherPerson(payload), ...otherLink(payload)],
      read: ({ course }) => course?.key,
      message: 'The key of the course changes with this claim.',
    }),
};
