import { isAppError } from '../../../errors/app-error.js';
import { ADAPTER_API_VERSION, ADAPTER_CALLS, defineAdapter } from '../../define-adapter.js';
import type { Adapter } from '../../types.js';
import type { Problem, Rule } from '../rule.js';

const ID = /^[a-z][a-z0-9-]{1,30}$/;
const TITLE_MAX_LENGTH = 60;

export const metadata: Rule = {
  id: 'metadata',
  title: 'The adapter says who it is and has all functions',
  whatToDo:
    'Give it an id of its own (2 to 31 lower-case letters, digits and hyphens), the `apiVersion` of the SDK, a short title, `proof: "lti13"`, and plain functions without `async`.',
  check({ adapter, rivals }) {
    const problems = problemsOf(adapter, rivals);
    return problems.length > 0 ? problems : refusal(adapter);
  },
};

function problemsOf(adapter: Adapter, rivals: readonly Adapter[]): Problem[] {
  // Outside adapters are JavaScript, so the types promise nothing.
  const { id, apiVersion, title, proof } = adapter as Partial<Record<keyof Adapter, unknown>>;
  const problems: Problem[] = [];
  const add = (message: string): void => void problems.push({ message });
  if (typeof id !== 'string' || !ID.test(id)) add(`\`id\` does not have the form ${ID.source}.`);
  else if (rivals.some((rival) => rival !== adapter && rival.id === id)) add(`The id ${id} is taken.`);
  if (apiVersion !== ADAPTER_API_VERSION) add(`\`apiVersion\` is not ${ADAPTER_API_VERSION}.`);
  if (typeof title !== 'string' || title.trim() === '') add('`title` is missing.');
  else if (title.length > TITLE_MAX_LENGTH) add(`\`title\` is longer than ${TITLE_MAX_LENGTH} characters.`);
  if (proof !== 'lti13') add('`proof` is not lti13.');
  for (const call of ADAPTER_CALLS) {
    const answer: unknown = adapter[call];
    if (typeof answer !== 'function') add(`\`${call}\` is not a function.`);
    else if (answer.constructor.name !== 'Function') add(`\`${call}\` is not a plain synchronous function.`);
  }
  return problems;
}

/** Whatever else the program would refuse at its start. Settings and capabilities have rules of their own. */
function refusal(adapter: Adapter): Problem[] {
  try {
    defineAdapter(adapter);
    return [];
  } catch (error) {
    const reason = isAppError(error) ? (error.reason ?? error.code) : 'its properties cannot be read';
    return /\b(?:settings?|capability)\b/.test(reason) ? [] : [{ message: `The program refuses it: ${reason}.` }];
  }
}
