/** What Kaltura takes as a `userId`. */

/** Kaltura's server keeps the first 100 bytes of a userId; two ids that differ only behind them become one person. */
export const MAX_BYTES = 100;

/** The pattern of Kaltura's `user.add` without braces and the comma, which have a reason of their own below. */
const TAKEN = /^[A-Za-z0-9!#$%&'*+?^_`|~.@-]$/;
/** What Kaltura calls viewers who have no id. */
const NOBODY = new Set(['0', 'kalanonym', 'unknown']);

/**
 * Why Kaltura cannot take this character in a userId, as the end of a sentence; undefined when it can. Single braces
 * would pass, but two of them are a template to the player, and where one part of an id ends the next may begin.
 */
export function whyNotCharacter(character: string): string | undefined {
  if (TAKEN.test(character)) return undefined;
  if (character === ',') return 'a comma, which separates user ids in Kaltura’s reports';
  if (character === '{' || character === '}') return 'a brace, and the player drops values with `{{`';
  return 'a character that Kaltura does not take in a user id';
}

/** Why this cannot be a userId, as the end of a sentence that does not hold the id; undefined when it can. */
export function whyUnusable(id: string): string | undefined {
  if (id === '') return 'is empty';
  for (const character of id) {
    const reason = whyNotCharacter(character);
    if (reason !== undefined) return `holds ${reason}`;
  }
  if (Buffer.byteLength(id) > MAX_BYTES) return `has more than ${MAX_BYTES} bytes`;
  if (NOBODY.has(id.toLowerCase())) return 'is what Kaltura calls viewers without an id';
  return undefined;
}
