import { parseClaims } from '../../claims/parse-claims.js';
import { ask } from '../ask.js';
import { EXAMPLE_CONTEXT } from '../example-context.js';
import type { Problem, Rule } from '../rule.js';
import { TRAPPED, usesOf } from '../traps.js';

export const noOutsideWorld: Rule = {
  id: 'no-outside-world',
  title: 'An adapter uses nothing but its arguments',
  whatToDo: `Remove the use. Watched during each call are: ${TRAPPED.join(', ')}. Imports (\`node:fs\`, \`node:http\`) are not seen here, and are forbidden all the same.`,
  check({ adapter, fixtures }) {
    const defaults = Object.freeze(adapter.settings.parse({}));
    return Object.entries(fixtures).flatMap(([fixture, payload]): Problem[] => {
      if (ask(adapter, payload).kind === 'refused') return [];
      const claims = parseClaims(payload);
      const calls: Record<string, () => unknown> = {
        recognise: () => adapter.recognise({ issuer: claims.issuer, claims }),
        tenantHint: () => adapter.tenantHint(claims),
        viewer: () => adapter.viewer(claims, defaults),
        course: () => adapter.course(claims, defaults),
        roles: () => adapter.roles(claims, defaults),
        application: () => adapter.application(claims, defaults),
        registration: () => adapter.registration(EXAMPLE_CONTEXT),
      };
      return Object.entries(calls).flatMap(([call, run]) =>
        usesOf(run).map((name): Problem => ({ fixture, message: `\`${call}\` used \`${name}\`.` })),
      );
    });
  },
};
