import { answeredFixture } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

export const copiedCourse: Rule = {
  id: 'copied-course',
  title: 'A copied course names the course that it was copied from',
  whatToDo:
    'Fill `previousKeys` from the LMS’s own history, as a rule with `parseHistory` and the custom parameter `context_history=$Context.id.history`.',
  check(subject) {
    const fixture = 'copied-course';
    const original = answeredFixture(subject, 'resource-link');
    const copy = answeredFixture(subject, fixture);
    if (original === undefined || copy === undefined) return [];
    const [from, to] = [original.launch.course, copy.launch.course];
    const add = (message: string): Problem[] => [{ fixture, message }];
    if (from === undefined) return [{ fixture: 'resource-link', path: 'context', message: 'There is no course.' }];
    if (to === undefined) return [{ fixture, path: 'context', message: 'There is no course.' }];
    if (to.key === from.key) return add('The copy has the key of its original.');
    return to.previousKeys.includes(from.key) ? [] : add('`previousKeys` does not name the course of `resource-link`.');
  },
};
