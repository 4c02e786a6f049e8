import { genericBase } from '../../generic-base.js';
import type { Problem, Rule } from '../rule.js';

const NAMES = Object.keys(genericBase.capabilities);

export const capabilities: Rule = {
  id: 'capabilities',
  title: 'Capabilities are true or false',
  whatToDo: `Say true or false for ${NAMES.map((name) => `\`${name}\``).join(', ')}. What you leave out comes from the generic adapter.`,
  check({ adapter }) {
    const given = adapter.capabilities as unknown;
    if (typeof given !== 'object' || given === null) return [{ message: '`capabilities` is not an object.' }];
    const values = given as Record<string, unknown>;
    return [
      ...NAMES.filter((name) => typeof values[name] !== 'boolean').map((name): Problem => ({
        path: name,
        message: 'This capability is neither true nor false.',
      })),
      ...Object.keys(values)
        .filter((name) => !NAMES.includes(name))
        .map((name): Problem => ({ path: name, message: 'Nobody knows a capability of this name.' })),
    ];
  },
};
