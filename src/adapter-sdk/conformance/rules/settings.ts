import type { Adapter } from '../../types.js';
import type { Problem, Rule } from '../rule.js';

const FLAT = ['string', 'number', 'boolean'];

export const settings: Rule = {
  id: 'settings',
  title: 'Settings are flat, each has a default and a description',
  whatToDo:
    'Make `settings` one `z.object` of strings, numbers and booleans. Give each field `.default(…)`, so that `{}` is a valid set, and `.meta({ description })`, which the admin form shows.',
  check({ adapter }) {
    const schema = adapter.settings as Partial<Adapter['settings']> | undefined;
    if (typeof schema?.safeParse !== 'function' || typeof schema.shape !== 'object') {
      return [{ message: '`settings` is not a zod object.' }];
    }
    const defaults = schema.safeParse({});
    if (!defaults.success) {
      const fields = new Set(defaults.error.issues.map(({ path }) => String(path[0] ?? '')));
      return [...fields].map((path) => ({ path, message: 'This setting has no default, so `{}` is not valid.' }));
    }
    return Object.entries(schema.shape).flatMap(([name, field]): Problem[] => {
      const value = defaults.data[name];
      if (value === undefined) return [{ path: name, message: 'This setting has no default.' }];
      if (!FLAT.includes(typeof value)) {
        return [{ path: name, message: 'This setting is not a string, a number or a boolean.' }];
      }
      const { description } = field as { description?: string };
      return description?.trim() ? [] : [{ path: name, message: 'This setting has no description.' }];
    });
  },
};
