import { answered, ask } from '../ask.js';
import { without, withValue } from '../claim-paths.js';
import type { Problem, Rule } from '../rule.js';

export const viewerId: Rule = {
  id: 'viewer-id',
  title: 'No viewer has an empty id, and no two viewers share one',
  whatToDo:
    'Answer the claim `sub` letter by letter as `candidates.sub`, without changing its case, cutting or repairing it. Leave it out when the LMS sent none, or when many people share the account.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }): Problem[] => {
      const { sub } = launch.viewer.candidates;
      const sent = payload['sub'];
      const found = { fixture: name, path: 'sub' };
      const problems: Problem[] = [];
      if (sub !== undefined && sub !== String(sent)) {
        problems.push({ ...found, message: '`viewer.candidates.sub` is not what the LMS sent.' });
      }
      if (subOf(without(payload, ['sub'])) !== undefined) {
        problems.push({ ...found, message: 'There is a `sub` though the LMS sent none.' });
      }
      if (name === 'resource-link' && sub === undefined && typeof sent === 'string') {
        problems.push({ ...found, message: 'The learner’s `sub` is missing.' });
      }
      if (sub !== undefined && problems.length === 0) {
        const shared = others(sub).filter((other) => {
          const answer = subOf(withValue(payload, ['sub'], other));
          return answer !== undefined && answer !== other;
        });
        if (shared.length > 0) problems.push({ ...found, message: 'Two people who differ in `sub` are one viewer.' });
      }
      return problems;

      function subOf(changed: typeof payload): string | undefined {
        const outcome = ask(subject.adapter, changed);
        return outcome.kind === 'launch' ? outcome.launch.viewer.candidates.sub : undefined;
      }
    }),
};

/** Ids of other people that a careless comparison takes for the same. */
const others = (sub: string): string[] => [
  `${sub}2`,
  `2${sub}`,
  `${sub}-${'long'.repeat(40)}`,
  `0${sub}`,
  `${sub}%20`,
  `${sub} `,
  `https://other.example/user/${sub}`,
  sub.toUpperCase() === sub ? sub.toLowerCase() : sub.toUpperCase(),
  `${sub}é`,
  `${sub}e\u0301`,
];
