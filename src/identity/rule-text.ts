/**
 * The text form of an identity rule: `default`, `pseudonym`, or a template such as `{username}`,
 * `{namespace}-{sourcedId:lower|sub}` or `{email:stripDomain:lower}`. Characters outside braces stand for themselves.
 */
import type { ViewerCandidates } from '../adapter-sdk/types.js';
import { didYouMean, nearest } from '../config/nearest.js';
import { whyNotCharacter } from './limits.js';
import { TEMPLATE_MARK } from './namespace.js';

export const RULE_MAX_LENGTH = 500;

export type RuleCandidate = keyof ViewerCandidates;
export const RULE_CANDIDATES = ['sub', 'username', 'email', 'sourcedId', 'lti1p1'] as const satisfies RuleCandidate[];
const NAMESPACE = 'namespace';

/** Each turns one value into another, the empty text included, which makes the next alternative count. */
export const RULE_TRANSFORMS = {
  /** ASCII only: other letters are refused anyway, and some of them become ASCII letters in lower case. */
  lower: (value: string) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  /** Without the last `@` and what follows. */
  stripDomain: (value: string) => (value.includes('@') ? value.slice(0, value.lastIndexOf('@')) : value),
  /** What follows the last `/`: the user id inside the subject URLs of Sakai. */
  lastSegment: (value: string) => value.slice(value.lastIndexOf('/') + 1),
} as const;
export type RuleTransform = keyof typeof RULE_TRANSFORMS;
const TRANSFORM_NAMES = Object.keys(RULE_TRANSFORMS) as RuleTransform[];

export interface RuleAlternative {
  candidate: RuleCandidate;
  transforms: RuleTransform[];
}

export type RulePart =
  | { kind: 'text'; text: string }
  /** The first alternative whose value is not empty. `source` is the part as written, e.g. `{username|email}`. */
  | { kind: 'value'; source: string; alternatives: RuleAlternative[] };

export type IdentityRule =
  | { kind: 'default' }
  | { kind: 'pseudonym' }
  /** `namespaced`: the id is the tenant's namespace, `-`, and the parts; else the parts alone. */
  | { kind: 'template'; namespaced: boolean; parts: RulePart[] };

/** `position` counts characters from 1. */
export interface RuleProblem {
  position: number;
  problem: string;
  fix: string;
}

export type RuleReading = { ok: true; rule: IdentityRule } | { ok: false; problem: RuleProblem };

/** Reads a rule. Never throws. */
export function parseRule(text: string): RuleReading {
  if (text === 'default' || text === 'pseudonym') return { ok: true, rule: { kind: text } };
  try {
    return { ok: true, rule: readTemplate(text) };
  } catch (thrown) {
    if (thrown instanceof Problem) return { ok: false, problem: thrown.told };
    throw thrown;
  }
}

/** One sentence for the person who wrote the rule. */
export const describeProblem = ({ position, problem, fix }: RuleProblem): string =>
  `At position ${position}: ${problem}. ${fix}`;

class Problem extends Error {
  readonly told: RuleProblem;

  constructor(at: number, problem: string, fix: string) {
    super(problem);
    this.told = { position: at + 1, problem, fix };
  }
}

function readTemplate(text: string): IdentityRule {
  if (text.length > RULE_MAX_LENGTH) {
    throw new Problem(RULE_MAX_LENGTH, `a rule has at most ${RULE_MAX_LENGTH} characters`, 'Shorten it.');
  }
  const parts: RulePart[] = [];
  let namespaced = false;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '{') {
      const literal = readText(text, at);
      parts.push({ kind: 'text', text: literal });
      at += literal.length;
      continue;
    }
    const end = endOfPart(text, at);
    if (text.slice(at + 1, end - 1).trim() === NAMESPACE) {
      checkNamespacePlace(text, at, end);
      namespaced = true;
      at = end + TEMPLATE_MARK.length;
    } else {
      parts.push({ kind: 'value', source: text.slice(at, end), alternatives: readAlternatives(text, at + 1, end - 1) });
      at = end;
    }
  }
  if (!parts.some(({ kind }) => kind === 'value')) throw sameForAll(text);
  return { kind: 'template', namespaced, parts };
}

function sameForAll(text: string): Problem {
  const meant = nearest(text, ['default', 'pseudonym', ...RULE_CANDIDATES]);
  const fix =
    meant === undefined
      ? 'Name a candidate in braces, e.g. {username}.'
      : `Did you mean ${meant === 'default' || meant === 'pseudonym' ? meant : `{${meant}}`}?`;
  return new Problem(0, 'this rule gives every viewer the same user id', fix);
}

function readText(text: string, from: number): string {
  let literal = '';
  for (const character of text.slice(from)) {
    if (character === '{') break;
    const at = from + literal.length;
    if (character === '}')
      throw new Problem(at, 'this } closes nothing', 'Leave it out, or write { before the candidate.');
    if (character === '|') {
      throw new Problem(at, 'this | stands outside braces', 'Write alternatives in one pair: {username|email}.');
    }
    const reason = whyNotCharacter(character);
    if (reason !== undefined) throw new Problem(at, `this is ${reason}`, 'Leave it out.');
    literal += character;
  }
  return literal;
}

/** Where the part that begins at `from` is over. */
function endOfPart(text: string, from: number): number {
  const inner = text.slice(from + 1).search(/[{}]/);
  if (inner < 0) throw new Problem(from, 'this { is never closed', 'Write } behind the last candidate.');
  const at = from + 1 + inner;
  if (text[at] === '{') throw new Problem(at, 'a { stands inside braces', 'Write each part in one pair of braces.');
  return at + 1;
}

function checkNamespacePlace(text: string, from: number, end: number): void {
  if (from !== 0) {
    throw new Problem(
      from,
      '{namespace} stands behind other parts',
      `Begin the rule with {namespace}${TEMPLATE_MARK}.`,
    );
  }
  if (text[end] !== TEMPLATE_MARK) {
    throw new Problem(
      end,
      `${TEMPLATE_MARK} is missing behind {namespace}`,
      `Write {namespace}${TEMPLATE_MARK} at the beginning. Ids with another character there belong to other rules.`,
    );
  }
}

function readAlternatives(text: string, from: number, end: number): RuleAlternative[] {
  let at = from;
  return text
    .slice(from, end)
    .split('|')
    .map((alternative) => {
      const read = readAlternative(alternative, at);
      at += alternative.length + 1;
      return read;
    });
}

function readAlternative(text: string, from: number): RuleAlternative {
  let at = from;
  const words = text.split(':').map((word) => {
    const found = { word: word.trim(), at: at + (word.length - word.trimStart().length) };
    at += word.length + 1;
    return found;
  });
  const [name, ...transforms] = words;
  return { candidate: readCandidate(name!), transforms: transforms.map(readTransform) };
}

function readCandidate({ word, at }: { word: string; at: number }): RuleCandidate {
  const found = RULE_CANDIDATES.find((name) => name === word);
  if (found) return found;
  if (word === NAMESPACE) {
    throw new Problem(at, 'namespace is no candidate', `Begin the rule with {namespace}${TEMPLATE_MARK}.`);
  }
  const names = RULE_CANDIDATES.join(', ');
  if (word === '') throw new Problem(at, 'a candidate is missing', `The candidates are ${names}.`);
  throw new Problem(
    at,
    `there is no candidate of this name${didYouMean(word, RULE_CANDIDATES)}`,
    `The candidates are ${names}.`,
  );
}

function readTransform({ word, at }: { word: string; at: number }): RuleTransform {
  const found = TRANSFORM_NAMES.find((name) => name === word);
  if (found) return found;
  throw new Problem(
    at,
    `there is no transform of this name${didYouMean(word, TRANSFORM_NAMES)}`,
    `The transforms are ${TRANSFORM_NAMES.join(', ')}.`,
  );
}
