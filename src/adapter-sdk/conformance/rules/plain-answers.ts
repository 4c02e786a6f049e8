import { parseClaims } from '../../claims/parse-claims.js';
import { answered, ask, toComparable } from '../ask.js';
import { EXAMPLE_CONTEXT } from '../example-context.js';
import type { Problem, Rule } from '../rule.js';

export const plainAnswers: Rule = {
  id: 'plain-answers',
  title: 'Answers are plain data, and nobody can change a later answer through an earlier one',
  whatToDo:
    'Return strings, finite numbers, booleans, arrays and object literals, no dates, maps, classes, getters or functions. Make a new object for each answer, or freeze the one that you keep.',
  check(subject) {
    const { adapter } = subject;
    const defaults = Object.freeze(adapter.settings.parse({}));
    return answered(subject).flatMap(({ name, payload }): Problem[] => {
      const claims = parseClaims(payload);
      const calls: Record<string, () => unknown> = {
        viewer: () => adapter.viewer(claims, defaults),
        course: () => adapter.course(claims, defaults),
        roles: () => adapter.roles(claims, defaults),
        registration: () => adapter.registration(EXAMPLE_CONTEXT),
      };
      const problems = Object.entries(calls).flatMap(([call, answer]): Problem[] =>
        silently(() => problemOf(call, answer)).map((message) => ({ fixture: name, message })),
      );
      const outcome = ask(adapter, payload);
      if (outcome.kind === 'launch' && !isDeepFrozen(outcome.launch)) {
        problems.push({ fixture: name, message: 'The answer is not frozen.' });
      }
      return problems;
    });
  },
};

function problemOf(call: string, answer: () => unknown): string[] {
  const first = answer();
  const found = impurity(first, call, new Set());
  if (found !== undefined) return [found];
  const before = toComparable(first);
  // Answers that differ by themselves break another rule.
  if (toComparable(answer()) !== before) return [];
  spoil(first);
  return toComparable(answer()) === before
    ? []
    : [`\`${call}\` hands out an object that it keeps: a change of one answer shows in the next one.`];
}

/** What is not JSON in a value, or undefined. `undefined` itself is harmless: such fields vanish. */
function impurity(value: unknown, path: string, above: Set<unknown>): string | undefined {
  if (value === null || ['undefined', 'string', 'boolean'].includes(typeof value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `\`${path}\` is no finite number.`;
  if (typeof value !== 'object') return `\`${path}\` is a ${typeof value}.`;
  if (above.has(value)) return `\`${path}\` contains itself.`;
  const proto: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) ? proto === Array.prototype : proto === Object.prototype || proto === null;
  if (!isPlain) return `\`${path}\` is no plain object or array.`;
  if (Object.getOwnPropertySymbols(value).length > 0) return `\`${path}\` has a symbol for a name.`;
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (Array.isArray(value) && name === 'length') continue;
    const inner = `${path}.${name}`;
    if (!('value' in property)) return `\`${inner}\` is a getter.`;
    const found = impurity(property.value, inner, new Set([...above, value]));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Changes all that can be changed in an answer, as a careless caller might. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) spoil(inner);
  if (Array.isArray(value)) Reflect.set(value, value.length, 'spoiled');
  else Reflect.set(value, 'spoiled', 'spoiled');
}

const isDeepFrozen = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value as Record<string, unknown>).every(isDeepFrozen));

/** Throwing is the business of other rules. */
function silently(check: () => string[]): string[] {
  try {
    return check();
  } catch {
    return [];
  }
}
