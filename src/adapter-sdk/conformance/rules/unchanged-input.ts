import { parseClaims } from '../../claims/parse-claims.js';
import { EXAMPLE_CONTEXT } from '../example-context.js';
import { ask } from '../ask.js';
import type { Problem, Rule } from '../rule.js';
import { watchWrites } from '../watch-writes.js';

export const unchangedInput: Rule = {
  id: 'unchanged-input',
  title: 'An adapter does not change what it is handed',
  whatToDo: 'Copy before you change: `[...claims.roles].sort()` instead of `claims.roles.sort()`.',
  check({ adapter, fixtures }) {
    const defaults = adapter.settings.parse({});
    return Object.entries(fixtures).flatMap(([fixture, payload]): Problem[] => {
      if (ask(adapter, payload).kind === 'refused') return [];
      const written = new Set<string>();
      const watched = <T extends object>(value: T, name: string): T =>
        watchWrites(value, name, (path) => written.add(path));
      const claims = watched(parseClaims(payload), 'claims');
      const settings = watched(defaults, 'settings');
      const calls = [
        () => adapter.recognise(watched({ issuer: claims.issuer, claims: parseClaims(payload) }, 'facts')),
        () => adapter.tenantHint(claims),
        () => adapter.viewer(claims, settings),
        () => adapter.course(claims, settings),
        () => adapter.roles(claims, settings),
        () => adapter.application(claims, settings),
        () => adapter.registration(watched(EXAMPLE_CONTEXT, 'context')),
      ];
      for (const call of calls) attempt(call);
      return [...written].map((path) => ({ fixture, path, message: 'The adapter tried to change this.' }));
    });
  },
};

/** A refused write throws; what counts is that it was noted. */
function attempt(call: () => unknown): void {
  try {
    call();
  } catch {
    return;
  }
}
