import { CLAIM } from './claim-uris.js';

/**
 * A frozen copy of what the LMS sent, small enough to walk through: a signature says who sent a payload, not that it
 * is harmless. What goes over a limit is left out.
 */
const MAX_DEPTH = 12;
const MAX_CHILDREN = 1_000;
const MAX_VALUES = 10_000;

/** Names that reach prototypes when somebody copies the object key by key. */
const UNSAFE_KEYS = ['__proto__', 'constructor', 'prototype'];
/** Credentials that an LMS hands out unasked. Nobody needs them, so nobody shall be able to keep or log them. */
const CREDENTIALS: readonly string[] = [CLAIM.blackboardSessionToken];

const LEFT_OUT = new Set([...UNSAFE_KEYS, ...CREDENTIALS]);

interface Budget {
  valuesLeft: number;
}

/** Undefined when the payload is not a JSON object. */
export function copyPayload(payload: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
  return copyValue(payload, 0, { valuesLeft: MAX_VALUES }) as Readonly<Record<string, unknown>>;
}

function copyValue(value: unknown, depth: number, budget: Budget): unknown {
  if (budget.valuesLeft <= 0) return undefined;
  budget.valuesLeft -= 1;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  return Object.freeze(Array.isArray(value) ? copyArray(value, depth, budget) : copyObject(value, depth, budget));
}

function copyArray(values: readonly unknown[], depth: number, budget: Budget): unknown[] {
  return values
    .slice(0, MAX_CHILDREN)
    .map((value) => copyValue(value, depth + 1, budget))
    .filter((value) => value !== undefined);
}

function copyObject(object: object, depth: number, budget: Budget): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object).slice(0, MAX_CHILDREN)) {
    if (LEFT_OUT.has(key)) continue;
    const copied = copyValue(value, depth + 1, budget);
    if (copied !== undefined) copy[key] = copied;
  }
  return copy;
}
