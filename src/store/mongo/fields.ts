/**
 * What the stores of this folder may say to the database: filters and updates made of typed values. A value that came
 * from elsewhere stays a value: an object like `{"$gt":""}` in its place is refused, because only the functions below
 * make an operator.
 */
import { AppError } from '../../errors/app-error.js';
import { assertStorable } from '../storable.js';

export type Scalar = string | number | boolean | Date;

const OPERATORS = Symbol('operators');

/** A comparison other than "equals", made by one of the functions below. */
export interface Condition {
  readonly [OPERATORS]: Readonly<Record<string, unknown>>;
}

/** All fields must fit; `$or` and `$and` hold further filters. */
export interface Filter {
  readonly [path: string]: Scalar | Condition | readonly Filter[];
}

type Nested = Readonly<Record<string, Scalar | undefined>>;
/** Fields of a document. One that is undefined is left out, or with `set` removed. */
export type Fields = Readonly<Record<string, Scalar | readonly string[] | Nested | undefined>>;

export interface Update {
  set?: Fields;
  /** Only when the document is made by this update. */
  onInsert?: Fields;
  increase?: Readonly<Record<string, number>>;
  /** Where the value is higher than the one that is there. */
  raise?: Readonly<Record<string, number>>;
}

const condition = (operators: Record<string, unknown>): Condition => ({ [OPERATORS]: operators });

export const greaterThan = (value: string | number | Date): Condition => condition({ $gt: scalar(value) });
export const lessThan = (value: string | number | Date): Condition => condition({ $lt: scalar(value) });
export const atLeast = (value: string | number): Condition => condition({ $gte: scalar(value) });
export const atMost = (value: string | number | Date): Condition => condition({ $lte: scalar(value) });
export const oneOf = (values: readonly string[]): Condition => condition({ $in: values.map(scalar) });
export const present: Condition = condition({ $exists: true });
/** A list of so many members; one that is absent has no length. */
export const hasLength = (length: number): Condition => condition({ $size: scalar(length) });
export const absent: Condition = condition({ $exists: false });
/** Text that begins with `prefix`, letter by letter. Anchored, so that an index serves it. */
export const beginsWith = (prefix: string): Condition =>
  condition({ $regex: `^${String(scalar(prefix)).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}` });

const isCondition = (value: unknown): value is Condition =>
  typeof value === 'object' && value !== null && OPERATORS in value;

const invalid = (what: string): AppError =>
  new AppError('INPUT_INVALID', { reason: `${what} is not of the right kind` });

function scalar(value: unknown): Scalar {
  if (typeof value === 'string') {
    assertStorable(value);
    return value;
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  if (value instanceof Date && Number.isSafeInteger(value.getTime())) return value;
  throw invalid('a value');
}

/**
 * A filter as the driver takes it.
 *
 * @param trust marks the operators that we made, for mongoose's own check
 * @throws AppError `INPUT_INVALID` for a value that is no text, whole number, boolean or date; it is never passed on
 */
export function compileFilter(filter: Filter, trust: (operators: object) => object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(filter).map(([path, value]): [string, unknown] => {
      if (path === '$or' || path === '$and') {
        if (!Array.isArray(value)) throw invalid(path);
        return [path, (value as Filter[]).map((part) => compileFilter(part, trust))];
      }
      if (path.startsWith('$')) throw invalid('a filter');
      if (isCondition(value)) return [path, trust({ ...value[OPERATORS] })];
      return [path, scalar(value)];
    }),
  );
}

const isNested = (value: unknown): value is Nested =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function field(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scalar);
  return isNested(value) && !isCondition(value) ? compileFields(value) : scalar(value);
}

/** Fields as the driver takes them, as a copy, without those that are undefined. */
export function compileFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
      // Our own code names the fields; a name from elsewhere would have to be one of the schema.
      if (name.includes('$')) throw invalid('a field name');
      return value === undefined ? [] : [[name, field(value)]];
    }),
  );
}

/** An update as the driver takes it. */
export function compileUpdate({ set = {}, onInsert = {}, increase = {}, raise = {} }: Update): Record<string, object> {
  const removed = Object.keys(set).filter((name) => set[name] === undefined);
  const parts: [string, object][] = [
    ['$set', compileFields(set)],
    ['$unset', Object.fromEntries(removed.map((name) => [name, 1]))],
    ['$setOnInsert', compileFields(onInsert)],
    ['$inc', compileFields(increase)],
    ['$max', compileFields(raise)],
  ];
  return Object.fromEntries(parts.filter(([, part]) => Object.keys(part).length > 0));
}

/** One text from several, as the `_id` of a record that is unique by them: no two lists give the same. */
export const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts.map(scalar));
