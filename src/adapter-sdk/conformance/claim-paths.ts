/** Walks through payloads and changes copies of them, one claim at a time. */
import { CLAIM } from '../claims/claim-uris.js';
import type { Payload } from './rule.js';

/** Names from the outside in: the claim, then its fields. */
export type Path = readonly string[];

/** Without these a message is no launch, and no adapter is asked. */
export const REQUIRED_CLAIMS: readonly string[] = ['iss', CLAIM.deploymentId, CLAIM.messageType, CLAIM.version];

const MAX_DEPTH = 4;
const SHORT_NAMES = new Map<string, string>(
  Object.values(CLAIM).map((uri) => [uri, uri.slice(uri.lastIndexOf('/') + 1)]),
);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As people write it: `context.title` for the field of a claim whose name is a long address. */
export const showPath = ([claim = '', ...fields]: Path): string =>
  [SHORT_NAMES.get(claim) ?? claim, ...fields].join('.');

/** Every optional claim and every field of the claims that are objects, outer ones first. */
export function optionalPaths(payload: Payload): Path[] {
  return pathsIn(payload, []).filter(([claim = '']) => !REQUIRED_CLAIMS.includes(claim));
}

function pathsIn(object: Payload, above: Path): Path[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = [...above, name];
    return isObject(value) && path.length < MAX_DEPTH ? [path, ...pathsIn(value, path)] : [path];
  });
}

export function valueAt(payload: Payload, path: Path): unknown {
  let value: unknown = payload;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** A copy without this claim or field. */
export const without = (payload: Payload, path: Path): Payload => changed(payload, path, undefined);

/** A copy in which this claim or field has another value; it and what is around it are made when they are missing. */
export const withValue = (payload: Payload, path: Path, value: unknown): Payload => changed(payload, path, { value });

function changed(object: Payload, [name = '', ...fields]: Path, put: { value: unknown } | undefined): Payload {
  const old = Object.hasOwn(object, name) ? object[name] : undefined;
  // Entries, because an assignment to `__proto__` would not make a field.
  const others = Object.entries(object);
  if (fields.length > 0) {
    if (put === undefined && !isObject(old)) return object;
    return Object.fromEntries([...others, [name, changed(isObject(old) ? old : {}, fields, put)]]);
  }
  return put === undefined
    ? Object.fromEntries(others.filter(([key]) => key !== name))
    : Object.fromEntries([...others, [name, put.value]]);
}
