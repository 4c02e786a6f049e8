import { answered, ask, strength } from '../ask.js';
import { optionalPaths, showPath, without } from '../claim-paths.js';
import type { Problem, Rule } from '../rule.js';

export const optionalClaims: Rule = {
  id: 'optional-claims',
  title: 'A launch works without any one of its optional claims, and never gains by it',
  whatToDo:
    'Treat every claim and field but `iss`, deployment id, message type and version as possibly absent: privacy settings, guests and other versions leave them out.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }) =>
      optionalPaths(payload).flatMap((path): Problem[] => {
        const found = { fixture: name, path: showPath(path) };
        const outcome = ask(subject.adapter, without(payload, path));
        if (outcome.kind === 'failed') return [{ ...found, message: `Without this claim, ${outcome.message}.` }];
        if (outcome.kind === 'launch' && strength(outcome.launch) > strength(launch)) {
          return [{ ...found, message: 'Without this claim, the viewer has a stronger role than with it.' }];
        }
        return [];
      }),
    ),
};
