import { coursesBeside } from '../changes.js';
import { answered, ask } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

export const courseKeyDistinct: Rule = {
  id: 'course-key-distinct',
  title: 'Different courses have different keys',
  whatToDo: 'Hand the whole id of the course through, letter by letter. Do not cut it, and do not use titles.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }): Problem[] => {
      if (launch.course === undefined) return [];
      const keys = new Set([launch.course.key]);
      for (const { payload: other } of coursesBeside(payload)) {
        const outcome = ask(subject.adapter, other);
        const key = outcome.kind === 'launch' ? outcome.launch.course?.key : undefined;
        if (key === undefined) continue;
        if (keys.has(key)) {
          return [{ fixture: name, path: 'context.id', message: 'Two courses that differ in this id have one key.' }];
        }
        keys.add(key);
      }
      return [];
    }),
};
