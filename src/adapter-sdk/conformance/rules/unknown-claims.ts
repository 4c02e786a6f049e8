import { CLAIM } from '../../claims/claim-uris.js';
import { answered, ask, differences } from '../ask.js';
import { isObject, type Path, showPath, valueAt, withValue } from '../claim-paths.js';
import type { Payload, Problem, Rule } from '../rule.js';

const NOISE: Readonly<Record<string, unknown>> = Object.freeze({
  text: 'unknown',
  number: 7,
  nothing: null,
  list: [{ id: '9' }],
  nested: { id: '9', roles: ['Instructor'], title: 'Unknown' },
});

export const unknownClaims: Rule = {
  id: 'unknown-claims',
  title: 'Claims that nobody knows change nothing',
  whatToDo: 'Read claims by their exact names. Do not search the payload for something that looks right.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }): Problem[] => {
      // One is enough: whoever counts claims would break the rule with each of them.
      for (const { path, value } of additions(payload)) {
        const found = { fixture: name, path: showPath(path) };
        const outcome = ask(subject.adapter, withValue(payload, path, value));
        if (outcome.kind !== 'launch') return [{ ...found, message: 'With this unknown claim, there are no answers.' }];
        const parts = differences(launch, outcome.launch);
        if (parts !== '') return [{ ...found, message: `This unknown claim changes \`${parts}\`.` }];
      }
      return [];
    }),
};

function additions(payload: Payload): { path: Path; value: unknown }[] {
  const inside = Object.entries(payload)
    .filter(([, value]) => isObject(value))
    .flatMap(([claim]) => [
      { path: [claim, 'x_unknown'], value: NOISE },
      { path: [claim, 'toString'], value: 'unknown' },
      { path: [claim, '__proto__'], value: NOISE },
    ]);
  const roles = valueAt(payload, [CLAIM.roles]);
  return [
    ...Object.entries(NOISE).map(([key, value]) => ({ path: [`https://unknown.example/claim/${key}`], value })),
    { path: ['toString'], value: 'unknown' },
    { path: ['__proto__'], value: NOISE },
    ...inside,
    ...(Array.isArray(roles) ? [{ path: [CLAIM.roles], value: [...(roles as unknown[]), 'urn:unknown:role'] }] : []),
  ];
}
