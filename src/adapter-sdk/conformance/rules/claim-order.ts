import { answered, ask, differences } from '../ask.js';
import { isObject } from '../claim-paths.js';
import { CLAIM } from '../../claims/claim-uris.js';
import type { Payload, Problem, Rule } from '../rule.js';

export const claimOrder: Rule = {
  id: 'claim-order',
  title: 'The order of claims and roles means nothing',
  whatToDo: 'Find claims by name and roles by value, never by their place.',
  check: (subject) =>
    answered(subject).flatMap(({ name, payload, launch }): Problem[] => {
      for (const order of [reversed, halved]) {
        const outcome = ask(subject.adapter, reordered(payload, order));
        if (outcome.kind !== 'launch') return [{ fixture: name, message: 'In another order, there are no answers.' }];
        const parts = differences(launch, outcome.launch);
        if (parts !== '') return [{ fixture: name, message: `In another order, the answers differ: \`${parts}\`.` }];
      }
      return [];
    }),
};

type Order = <T>(list: readonly T[]) => T[];

const reversed: Order = (list) => list.toReversed();
/** The second half first: what was in the middle comes to the ends. */
const halved: Order = (list) => {
  const middle = Math.ceil(list.length / 2);
  return [...list.slice(middle), ...list.slice(0, middle)];
};

/** All claims and fields in another order, and the roles too. Other lists have a meaning of their own. */
function reordered(payload: Payload, order: Order): Payload {
  const visit = (value: unknown): unknown =>
    isObject(value)
      ? Object.fromEntries(order(Object.entries(value)).map(([key, inner]) => [key, visit(inner)]))
      : value;
  const all = visit(payload) as Payload;
  const roles = payload[CLAIM.roles];
  return Array.isArray(roles) ? { ...all, [CLAIM.roles]: order(roles as unknown[]) } : all;
}
