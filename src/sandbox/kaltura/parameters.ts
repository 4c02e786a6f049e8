/** Request parameters in every form that Kaltura takes: JSON, `a:b=`, `a[b]=` and `/a/b` in the path. */
import { ApiException } from './api-error.js';

/** Without a prototype, so that a parameter named `__proto__` is just a parameter. */
export type Parameters = Record<string, unknown>;

export const emptyParameters = (): Parameters => Object.create(null) as Parameters;

export const isObject = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MAX_DEPTH = 8;

/** Puts `filter:idEqual` or `filter[idEqual]` where `filter.idEqual` would be in JSON. */
export function setNested(target: Parameters, name: string, value: string): void {
  const path = name
    .replaceAll(']', '')
    .split(/[:[]/)
    .filter((part) => part !== '');
  if (path.length > MAX_DEPTH) return;
  const last = path.pop();
  if (last === undefined) return;
  let at = target;
  for (const part of path) {
    const next = at[part];
    if (isObject(next)) at = next;
    else at = at[part] = emptyParameters();
  }
  at[last] = value;
}

export function fromPairs(pairs: Iterable<readonly [string, string]>): Parameters {
  const target = emptyParameters();
  for (const [name, value] of pairs) setNested(target, name, value);
  return target;
}

/** Copies parsed JSON into objects without prototypes. */
export function fromJson(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return depth > MAX_DEPTH ? [] : value.map((each) => fromJson(each, depth + 1));
  if (!isObject(value)) return value;
  const target = emptyParameters();
  if (depth > MAX_DEPTH) return target;
  for (const [name, each] of Object.entries(value)) target[name] = fromJson(each, depth + 1);
  return target;
}

export function text(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function needText(parameters: Parameters, name: string): string {
  const value = text(parameters, name);
  if (value === undefined || value === '') throw new ApiException('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: name });
  return value;
}

export function integer(parameters: Parameters, name: string): number | undefined {
  const value = Number(text(parameters, name) ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function needInteger(parameters: Parameters, name: string): number {
  const value = integer(parameters, name);
  if (value === undefined) throw new ApiException('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: name });
  return value;
}

export function object(parameters: Parameters, name: string): Parameters {
  const value = parameters[name];
  return isObject(value) ? value : emptyParameters();
}

export function needObject(parameters: Parameters, name: string): Parameters {
  const value = parameters[name];
  if (!isObject(value)) throw new ApiException('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: name });
  return value;
}

/** `1,2,3` as a set; undefined when the filter doesn't name it. */
export function list(parameters: Parameters, name: string): Set<string> | undefined {
  const value = text(parameters, name);
  return value === undefined || value === '' ? undefined : new Set(value.split(',').map((part) => part.trim()));
}

export interface ListReply {
  objects: unknown[];
  totalCount: number;
  objectType: string;
}

const MAX_PAGE = 500;

/** One page of rows, as every `list` action answers. */
export function page(parameters: Parameters, rows: readonly unknown[], objectType: string): ListReply {
  const pager = object(parameters, 'pager');
  const size = Math.min(Math.max(integer(pager, 'pageSize') ?? 30, 1), MAX_PAGE);
  const index = Math.max(integer(pager, 'pageIndex') ?? 1, 1);
  return { objects: rows.slice((index - 1) * size, index * size), totalCount: rows.length, objectType };
}
