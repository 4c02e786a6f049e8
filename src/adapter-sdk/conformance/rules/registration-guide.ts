import { createAdapterRegistry } from '../../registry.js';
import type { RegistrationContext, RegistrationStep } from '../../types.js';
import { failureOf } from '../ask.js';
import { EXAMPLE_CONTEXT } from '../example-context.js';
import type { Problem, Rule } from '../rule.js';

const ADDRESSES = [
  'loginUrl',
  'redirectUrl',
  'jwksUrl',
  'targetLinkUrl',
] as const satisfies (keyof RegistrationContext)[];

export const registrationGuide: Rule = {
  id: 'registration-guide',
  title: 'The guide tells an LMS admin what to paste where, with our addresses to copy',
  whatToDo:
    'Return steps in the words of the LMS. Each address of the context must stand in a `value`, alone or inside a document, so that nobody has to type it.',
  check({ adapter }) {
    let steps: readonly RegistrationStep[];
    try {
      steps = createAdapterRegistry([adapter]).registrationSteps(adapter.id, EXAMPLE_CONTEXT);
    } catch (error) {
      return [{ message: `${failureOf(error)}.` }];
    }
    const values = steps.flatMap(({ value }) => (value === undefined ? [] : [value.text]));
    const problems = ADDRESSES.filter((name) => !values.some((text) => text.includes(EXAMPLE_CONTEXT[name]))).map(
      (name): Problem => ({ path: name, message: 'This address is no value to copy in any step.' }),
    );
    if (values.some((text) => text.trim() === '')) problems.push({ message: 'A value to copy is empty.' });
    if (steps.some(({ text }) => text.trim() === '')) problems.push({ message: 'A step has no text.' });
    return problems;
  },
};
