/** How text is cut into tokens for searching, the same for every store. */

const MAX_TOKENS = 100;
const MAX_TOKEN_CHARACTERS = 64;
const SEPARATORS = /[^\p{Letter}\p{Number}]+/u;

/**
 * Lower-case runs of letters and digits, without marks: `Übung 3/B` gives `ubung`, `3`, `b`. Bounded, without
 * repetitions. A search's words are cut the same way, and each must begin one of a record's tokens.
 */
export function searchTokens(...texts: readonly (string | undefined)[]): string[] {
  const tokens = new Set<string>();
  for (const text of texts) {
    if (text === undefined) continue;
    const plain = text
      .normalize('NFKD')
      .replace(/\p{Mark}+/gu, '')
      .toLowerCase();
    for (const token of plain.split(SEPARATORS)) {
      if (token === '') continue;
      tokens.add(Array.from(token).slice(0, MAX_TOKEN_CHARACTERS).join(''));
      if (tokens.size >= MAX_TOKENS) return [...tokens];
    }
  }
  return [...tokens];
}
