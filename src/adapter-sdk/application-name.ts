import { cleanText, cutText } from './text.js';

export const APPLICATION_NAME_MAX_LENGTH = 60;

/**
 * A name that Kaltura takes as `applicationName`: 1–60 characters on one line, no comma (Kaltura's report filters
 * separate names by commas), no `{{` or `}}` (the player drops values that look like its templates). Undefined when
 * nothing is left.
 */
export function cleanApplicationName(name: string | undefined): string | undefined {
  const words = cleanText((name ?? '').replace(/,|\{\{+|\}\}+/g, ' '), Number.MAX_SAFE_INTEGER)?.replace(/\s+/g, ' ');
  return cutText(words ?? '', APPLICATION_NAME_MAX_LENGTH).trim() || undefined;
}

export const isApplicationName = (name: string): boolean => cleanApplicationName(name) === name;
