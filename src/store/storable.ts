import { AppError } from '../errors/app-error.js';

const UNPAIRED_SURROGATE = /\p{Surrogate}/u;

/** False for text that `assertStorable` refuses. */
export const isStorable = (text: string): boolean => !text.includes('\0') && !UNPAIRED_SURROGATE.test(text);

/**
 * Refuses text that not every database keeps letter by letter: with a NUL character (a C string ends there, so
 * `a\0b` would come back as `a`) or an unpaired surrogate (written as U+FFFD, so two different keys would become
 * one). The rule is the same for every store, for keys that are looked up as well.
 *
 * @throws AppError `INPUT_INVALID`; the reason never holds the text.
 */
export function assertStorable(text: string): void {
  if (text.includes('\0')) throw new AppError('INPUT_INVALID', { reason: 'text holds a NUL character' });
  if (UNPAIRED_SURROGATE.test(text))
    throw new AppError('INPUT_INVALID', { reason: 'text holds an unpaired surrogate' });
}

/**
 * A value as JSON text. Unlike plain columns it may hold any string: `JSON.stringify` escapes what
 * `assertStorable` refuses, so it comes back as it was.
 */
export const toJson = (value: unknown): string => JSON.stringify(value);

/** As `toJson`; nothing for a value that is not there. */
export const optionalToJson = (value: unknown): string | undefined => (value === undefined ? undefined : toJson(value));
