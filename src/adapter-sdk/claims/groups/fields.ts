/** What optional fields have in common: null, "", and the wrong type all mean that the LMS did not say. */
import { z } from 'zod';
import { ID_MAX_LENGTH, isId, numberAsText, toWellFormed } from '../../text.js';

/** An object type without `undefined` values: such keys may be missing instead. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops the keys whose value is undefined, so that "absent" has one form. */
export const compact = <T extends object>(object: T): Compact<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Compact<T>;

const asString = (value: unknown): string | undefined => {
  if (typeof value === 'number') return numberAsText(value);
  return typeof value === 'string' ? value : undefined;
};

export const toText = (value: unknown): string | undefined => {
  const text = asString(value);
  return text === undefined || text.trim() === '' ? undefined : toWellFormed(text);
};

/** A string or number that can tell things apart, letter by letter as sent; else undefined. */
export const toId = (value: unknown, maxLength = ID_MAX_LENGTH): string | undefined => {
  const id = asString(value);
  return isId(id, maxLength) ? id : undefined;
};

/** A list from an array, from one string, or from one string of items joined by commas. */
export const toTextList = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .flatMap((item) => (typeof item === 'string' ? item.split(',') : []))
    .map((item) => item.trim())
    .filter((item) => item !== '');

const anything = z.unknown().optional();

export const optionalText = anything.transform(toText);
export const optionalId = anything.transform((value) => toId(value));
export const textList = anything.transform(toTextList);
export const optionalNumber = anything.transform((value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
});
