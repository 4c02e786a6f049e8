/** Made-up values of the same shape: a word for a word, a number for a number, hex for hex. */
import { createHmac } from 'node:crypto';

const DIGIT = /^\p{N}$/u;
const UPPER = /^\p{Lu}$/u;
const HEX = /^(?=.*[0-9])[0-9a-f]{6,}$/i;
const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';
/** How often another value is drawn when one is taken, before the value grows instead. */
const ATTEMPTS = 50;

export interface TokenMaker {
  /** The made-up form of a run of letters and digits: always the same for the same one, never one that was given. */
  replace(token: string): string;
}

/**
 * `forbidden` says which results would give something away. Results depend on the key and the token, so that two
 * captures with one key agree, and without the key nobody can try out which token makes a result.
 */
export function createTokenMaker(key: Buffer, forbidden: (token: string) => boolean): TokenMaker {
  const made = new Map<string, string>();
  const taken = new Set<string>();

  const make = (plain: string): string => {
    for (let attempt = 0; ; attempt += 1) {
      const longer = Math.max(0, attempt - ATTEMPTS);
      const candidate = shapeOf(plain, drawer(key, `${attempt} ${plain}`)) + '7'.repeat(longer);
      if (candidate !== plain && !taken.has(candidate) && !forbidden(candidate)) return candidate;
    }
  };

  return {
    replace(token) {
      const plain = token.toLowerCase();
      let plainResult = made.get(plain);
      if (plainResult === undefined) {
        plainResult = make(plain);
        made.set(plain, plainResult);
        taken.add(plainResult);
      }
      return withCaseOf(token, plainResult);
    },
  };
}

/** Draws one of the choices, again and again. */
type Draw = (choices: string) => string;

function drawer(key: Buffer, seed: string): Draw {
  let block = Buffer.alloc(0);
  let used = 0;
  let blocks = 0;
  return (choices) => {
    if (used === block.length) {
      block = createHmac('sha256', key).update(`${blocks} ${seed}`).digest();
      blocks += 1;
      used = 0;
    }
    const byte = block[used] ?? 0;
    used += 1;
    return choices[byte % choices.length] ?? '';
  };
}

function shapeOf(plain: string, draw: Draw): string {
  const isHex = HEX.test(plain);
  // Zeros in front stay: `0042` is an id of four digits. What remains begins with another digit, as numbers do.
  const zeros = /^\p{Nd}+$/u.test(plain) ? (/^0+(?=.)/.exec(plain)?.[0].length ?? 0) : 0;
  let result = '';
  let vowelNext = false;
  for (const character of plain.slice(zeros)) {
    // A character of two UTF-16 units becomes two, so that limits of length hold as before.
    for (let unit = 0; unit < character.length; unit += 1) {
      if (DIGIT.test(character)) {
        result += draw(result === '' ? '123456789' : '0123456789');
      } else {
        result += isHex ? draw('abcdef') : draw(vowelNext ? VOWELS : CONSONANTS);
        vowelNext = !vowelNext;
      }
    }
  }
  return '0'.repeat(zeros) + result;
}

/** "ADA" and "ada" become one word in two cases, as an LMS that changes the case would send it. */
function withCaseOf(token: string, plainResult: string): string {
  const units = Array.from(token).flatMap((character) => Array.from({ length: character.length }, () => character));
  return Array.from(plainResult)
    .map((character, index) => (UPPER.test(units[index] ?? '') ? character.toUpperCase() : character))
    .join('');
}
