import { ask, hasOwnRule } from '../ask.js';
import type { Rule } from '../rule.js';

export const answers: Rule = {
  id: 'answers',
  title: 'Every fixture gets complete, well-formed answers at once',
  whatToDo:
    'Return what the types of the SDK say, never a promise, and do not throw: leave out what the LMS did not say. The program would end this launch with ADAPTER_THREW or ADAPTER_RESULT_INVALID.',
  check: ({ adapter, fixtures }) =>
    Object.entries(fixtures).flatMap(([fixture, payload]) => {
      const outcome = ask(adapter, payload);
      const isMine = outcome.kind === 'failed' && !hasOwnRule(outcome);
      return isMine ? [{ fixture, message: `${outcome.message}.` }] : [];
    }),
};
