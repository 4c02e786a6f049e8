import { answered, ask, differences } from '../ask.js';
import type { Problem, Rule } from '../rule.js';

export const sameAnswers: Rule = {
  id: 'same-answers',
  title: 'The same launch always gets the same answers',
  whatToDo:
    'Compute each answer from the arguments alone: no counters, no memory of earlier launches, no clock, no chance.',
  check(subject) {
    const first = answered(subject);
    // In the other direction: what one launch leaves behind would show in another one.
    return first.toReversed().flatMap(({ name, payload, launch }): Problem[] => {
      const again = ask(subject.adapter, structuredClone(payload));
      if (again.kind !== 'launch') return [{ fixture: name, message: 'The second launch got no answers.' }];
      const parts = differences(launch, again.launch);
      return parts === '' ? [] : [{ fixture: name, message: `The second launch got other answers: \`${parts}\`.` }];
    });
  },
};
