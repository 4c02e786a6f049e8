import { createHash } from 'node:crypto';
import type { Random } from '../../runtime/random.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const HEX_RUN = /(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])/gi;
const DIGITS = /\d+/g;

export interface IdSeed {
  kind: 'person' | 'course' | 'activity';
  id: string;
  /** Keeps short numbers of one kind distinct, which a hash alone would not. */
  ordinal: number;
}

const sameCase = (value: string, template: string): string =>
  template === template.toUpperCase() ? value.toUpperCase() : value;

function hexFor({ kind, id }: IdSeed, length: number): string {
  let hex = '';
  for (let block = 0; hex.length < length; block += 1) {
    hex += createHash('sha256').update(`${kind}:${id}:${block}`).digest('hex');
  }
  return hex.slice(0, length);
}

function uuidFor(seed: IdSeed): string {
  const hex = hexFor(seed, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** 7 has no common factor with 9·10^n, so up to nine ordinals never meet, however few digits there are. */
function digitsFor({ kind, ordinal }: IdSeed, length: number): string {
  const lowest = 10 ** (length - 1);
  const range = 9 * lowest;
  const start = Number.parseInt(createHash('sha256').update(kind).digest('hex').slice(0, 8), 16);
  return String(lowest + ((start + ordinal * 7) % range));
}

/**
 * An id that looks like `template`: a UUID stays a UUID, hex stays hex of the same length and case, digits stay digits.
 * The same seed always gives the same id. A template with none of these gets the seed's id as an ending.
 */
export function idLike(template: string, seed: IdSeed): string {
  const withUuids = template.replace(UUID, (match) => sameCase(uuidFor(seed), match));
  if (withUuids !== template) return withUuids;
  const withHex = template.replace(HEX_RUN, (match) =>
    /[a-f]/i.test(match) ? sameCase(hexFor(seed, match.length), match) : match,
  );
  if (withHex !== template) return withHex;
  const withDigits = template.replace(DIGITS, (match) => digitsFor(seed, Math.min(match.length, 15)));
  return withDigits === template ? `${template}-${seed.id}` : withDigits;
}

const ALPHABETS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as const;

const pick = (random: Random, alphabet: string): string => alphabet[random.bytes(4).readUInt32BE() % alphabet.length]!;

const HEX_PART = new RegExp(`(${UUID.source}|${HEX_RUN.source})`, 'gi');

/** A random id of the same layout as `template`: hex stays hex, other digits, small and capital letters are drawn anew. */
export function randomLike(template: string, random: Random): string {
  const drawHex = (part: string): string =>
    sameCase(
      part.replace(/[0-9a-f]/gi, () => pick(random, '0123456789abcdef')),
      part,
    );
  const drawPlain = (part: string): string =>
    part.replace(/[0-9a-z]/gi, (character, index: number) => {
      const alphabet = ALPHABETS.find((candidate) => candidate.includes(character)) ?? ALPHABETS[0];
      // No leading zero: such a number would not survive being read as one.
      return pick(random, index === 0 && alphabet === ALPHABETS[0] ? '123456789' : alphabet);
    });
  // A split by a pattern with one group puts what matched at the odd places.
  return template
    .split(HEX_PART)
    .map((part, index) => (index % 2 === 1 && /[a-f]/i.test(part) ? drawHex(part) : drawPlain(part)))
    .join('');
}
