/**
 * Two kinds of strings come from an LMS. An id tells things apart, so it is taken letter by letter or not at all:
 * shortening or repairing it could make two people or two courses one. Text is shown to people, so it is repaired.
 */

const NOT_IN_IDS = /[\p{Cc}\p{Cs}]/u;
/** Control characters, line separators, and the marks that turn the direction of the text that follows them. */
const NOT_IN_TEXT = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** LTI 1.3 Core gives all its ids at most 255 characters (sections 5.3 and 5.4). */
export const ID_MAX_LENGTH = 255;
/** User ids of real platforms are longer than the specification allows now and then. */
export const VIEWER_ID_MAX_LENGTH = 1024;

/** Whether this can tell things apart: not blank, well-formed Unicode, no control characters, at most `maxLength`. */
export const isId = (value: unknown, maxLength = ID_MAX_LENGTH): value is string =>
  typeof value === 'string' && value.length <= maxLength && value.trim() !== '' && !NOT_IN_IDS.test(value);

/**
 * A number as the digits that the LMS wrote, else undefined: JSON turns whole numbers above 2^53 into their
 * neighbours, and two people would become one.
 */
export const numberAsText = (value: number): string | undefined =>
  Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)) ? String(value) : undefined;

/** Unpaired surrogates become U+FFFD, so that the string survives UTF-8. */
export const toWellFormed = (value: string): string => value.replace(/\p{Cs}/gu, '\uFFFD');

/** The first `maxLength` UTF-16 units at most, never half a code point. */
export function cutText(value: string, maxLength: number): string {
  if (value.length <= maxLength) return value;
  const cut = value.slice(0, maxLength);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** One line of well-formed text of at most `maxLength` UTF-16 units; undefined when nothing is left. */
export function cleanText(value: string, maxLength: number): string | undefined {
  const line = toWellFormed(value).replace(NOT_IN_TEXT, ' ').trim();
  return cutText(line, maxLength).trimEnd() || undefined;
}

/** Without repetitions; the first of each stays where it is. */
export const unique = (values: readonly string[]): string[] => [...new Set(values)];
