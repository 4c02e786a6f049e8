/** Mutations of a payload, the same in every run. Its own small generator, so that the package needs no other. */
import { optionalPaths, type Path, without, withValue } from './claim-paths.js';
import type { Payload } from './rule.js';

export interface Mutation {
  path: Path;
  apply(payload: Payload): Payload;
}

/** What real LMSs sent where a string, an object or a list belongs, and what a fuzzer would try. */
const VALUES: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  42,
  1e308,
  true,
  [],
  {},
  ['x'],
  [null],
  [[[]]],
  { id: {} },
  '$User.username',
  '@X@user.id@X@',
  '\ud800',
  '\u0000',
  'x'.repeat(5_000),
];

const MAX_STEPS = 4;

/** One to four mutations at once; `number` chooses them. */
export function mutationsOf(payload: Payload, seed: string, number: number): Mutation[] {
  const next = generator(hash(`${seed}:${number}`));
  const paths = optionalPaths(payload);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const steps = 1 + Math.floor(next() * MAX_STEPS);
  return Array.from({ length: steps }, () => {
    const path = pick(paths) ?? ['sub'];
    if (next() < 0.2) return { path, apply: (old: Payload) => without(old, path) };
    const value = pick(VALUES);
    return { path, apply: (old: Payload) => withValue(old, path, value) };
  });
}

export const mutate = (payload: Payload, mutations: readonly Mutation[]): Payload =>
  mutations.reduce((current, { apply }) => apply(current), payload);

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  return value >>> 0;
}

/** 0 ≤ x < 1; mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
