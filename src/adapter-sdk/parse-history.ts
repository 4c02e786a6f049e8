import { isId, unique } from './text.js';

/** Canvas ends a list with one of these when it is not complete. */
const NOT_AN_ID = new Set(['truncated', 'timed out', 'timed_out']);
const MAX_ITEMS = 1_000;

/**
 * The ids in a `$Context.id.history` or `$ResourceLink.id.history` value, nearest ancestor first.
 * Items are joined by commas and percent-encoded (1EdTech, "LTI course copy"); unresolved variables, empty items and
 * notes of the LMS are dropped. An item that is not percent-encoded correctly is taken as it stands.
 */
export function parseHistory(value: string | undefined): string[] {
  if (value === undefined) return [];
  const items = value
    .split(',')
    .slice(0, MAX_ITEMS)
    .map((item) => decode(item.trim()));
  return unique(items.filter((item) => isId(item) && !item.startsWith('$') && !NOT_AN_ID.has(item.toLowerCase())));
}

function decode(item: string): string {
  try {
    return decodeURIComponent(item);
  } catch {
    return item;
  }
}
