import type { Adapter } from '../../types.js';
import { answered, ask, isSubOf, strength } from '../ask.js';
import { showPath } from '../claim-paths.js';
import { mutate, type Mutation, mutationsOf } from '../mutate.js';
import type { Payload, Problem, Rule } from '../rule.js';

const CASES = 80;
const PROBLEMS_PER_FIXTURE = 3;

export const mutations: Rule = {
  id: 'mutations',
  title: 'Broken claims end no launch, change no viewer and give no role',
  whatToDo:
    'Believe no form: LMSs send null, "", numbers, lists and unresolved variables. The parsed claims are safe; check what you read from `raw`, `ext` and `custom` with `toId`, `customId` or `customValue`.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }) => {
      const problems: Problem[] = [];
      const expected = { strongest: strength(launch), truthful: isSubOf(payload, launch) };
      const breachOf = (steps: readonly Mutation[]): string | undefined =>
        breach(subject.adapter, mutate(payload, steps), expected);
      for (let number = 0; number < CASES && problems.length < PROBLEMS_PER_FIXTURE; number += 1) {
        const all = mutationsOf(payload, name, number);
        if (breachOf(all) === undefined) continue;
        const steps = shrink(all, (fewer) => breachOf(fewer) !== undefined);
        const message = breachOf(steps) ?? '';
        const path = [...new Set(steps.map((step) => showPath(step.path)))].join(', ');
        const isKnown = problems.some((problem) => problem.path === path && problem.message === message);
        if (!isKnown) problems.push({ fixture: name, path, message });
      }
      return problems;
    }),
};

/** `truthful`: whether the unbroken launch has the right `sub`; otherwise that is the breach of another rule. */
function breach(
  adapter: Adapter,
  payload: Payload,
  { strongest, truthful }: { strongest: number; truthful: boolean },
): string | undefined {
  const outcome = ask(adapter, payload);
  if (outcome.kind === 'refused') return undefined;
  if (outcome.kind === 'failed') return `With a broken value here, ${outcome.message}.`;
  if (truthful && !isSubOf(payload, outcome.launch)) {
    return 'With a broken value here, the viewer’s `sub` is not the one that the LMS sent.';
  }
  return strength(outcome.launch) > strongest ? 'With a broken value here, the viewer has a stronger role.' : undefined;
}

/** The steps without those that the breach does not need. */
function shrink(steps: readonly Mutation[], breaks: (fewer: readonly Mutation[]) => boolean): readonly Mutation[] {
  for (const step of steps) {
    const fewer = steps.filter((other) => other !== step);
    if (fewer.length > 0 && breaks(fewer)) return shrink(fewer, breaks);
  }
  return steps;
}
