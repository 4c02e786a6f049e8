/** A list of people as CSV, and how many of them Kaltura knows under which rule. */
import { parse } from 'csv-parse/sync';
import type { ViewerCandidates } from '../adapter-sdk/types.js';
import { AppError, isAppError } from '../errors/app-error.js';
import type { IdentityContext } from './default-rule.js';
import { evaluateRule, evaluateTemplate } from './evaluate-rule.js';
import { parseRule, RULE_CANDIDATES, type IdentityRule, type RuleCandidate } from './rule-text.js';

export interface Roster {
  people: ViewerCandidates[];
  /** The columns that say something, in our order. */
  columns: RuleCandidate[];
}

const BYTE_ORDER_MARK = '\uFEFF';
const DELIMITERS = [',', ';', '\t'];

/**
 * Reads a CSV with a header of `sub`, `username`, `email`, `sourcedid`, `lti1p1` in any order and case; other columns
 * are left alone. Comma, semicolon and tab are understood, whichever the header has. Values are taken letter by letter.
 *
 * @throws AppError `INPUT_INVALID` with the line, never with what stands there
 */
export function parseRoster(text: string): Roster {
  const [header, ...lines] = readCsv(text);
  const columnOf = new Map<RuleCandidate, number>();
  for (const [index, name] of (header ?? []).entries()) {
    const candidate = RULE_CANDIDATES.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (!candidate) continue;
    if (columnOf.has(candidate)) throw malformed(`the column ${candidate} stands there twice`);
    columnOf.set(candidate, index);
  }
  if (columnOf.size === 0) throw malformed(`the first line names none of the columns ${RULE_CANDIDATES.join(', ')}`);
  const people = lines.map((line): ViewerCandidates => {
    const found = [...columnOf].flatMap(([candidate, index]) => {
      const value = line[index] ?? '';
      return value === '' ? [] : [[candidate, value] as const];
    });
    return Object.fromEntries(found);
  });
  return { people, columns: RULE_CANDIDATES.filter((candidate) => columnOf.has(candidate)) };
}

function readCsv(text: string): string[][] {
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const [firstLine = ''] = content.split('\n', 1);
  const delimiter = DELIMITERS.find((candidate) => firstLine.includes(candidate)) ?? ',';
  try {
    return parse(content, { delimiter, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    // The library's message quotes the line.
    const { lines } = error as { lines?: unknown };
    throw malformed(typeof lines === 'number' ? `line ${lines} is not CSV` : 'it is not CSV');
  }
}

const malformed = (problem: string): AppError => new AppError('INPUT_INVALID', { reason: `The roster: ${problem}.` });

/** What KAF and its predecessors made ids of, as rules to try. */
const TRIED = [
  '{sub}',
  '{sub:lastSegment}',
  '{username}',
  '{username:lower}',
  '{email}',
  '{email:lower}',
  '{email:stripDomain}',
  '{sourcedId}',
  '{sourcedId:lower}',
  '{lti1p1}',
];

export interface MatchRule {
  text: string;
  rule: IdentityRule;
}

export interface MatchCandidate extends MatchRule {
  /** Ids that the rule gives these people, those without one left out. */
  ids: string[];
}

export interface MatchRow {
  text: string;
  /** People to whom the rule gives an id that Kaltura takes. */
  usable: number;
  /** How many of them exist in Kaltura under exactly this id. */
  exact: number;
  /** How many exist under an id that differs in capitals only. */
  otherCase: number;
  /** Up to three ids that exist, as Kaltura writes them. */
  examples: string[];
}

/**
 * The rules to try on a roster with these columns, each once, and those given besides. A transform that changes
 * nobody's id is left out.
 */
export function matchCandidates(
  roster: Roster,
  further: readonly MatchRule[],
  context: IdentityContext,
): MatchCandidate[] {
  const idsOf = (rule: IdentityRule): string[] => roster.people.flatMap((person) => idOf(rule, person, context));
  const tried = TRIED.flatMap((text): MatchCandidate[] => {
    const reading = parseRule(text);
    return reading.ok && usesOnly(reading.rule, roster.columns)
      ? [{ text, rule: reading.rule, ids: idsOf(reading.rule) }]
      : [];
  });
  const changes = tried.filter(({ text, ids }) => {
    const plain = tried.find((other) => other.text !== text && other.text === text.replace(/:.*/, '}'));
    return JSON.stringify(ids) !== JSON.stringify(plain?.ids);
  });
  const others = further.filter(({ text }) => !changes.some((each) => each.text === text));
  return [...changes, ...others.map(({ text, rule }) => ({ text, rule, ids: idsOf(rule) }))];
}

const usesOnly = (rule: IdentityRule, columns: readonly RuleCandidate[]): boolean =>
  rule.kind === 'template' &&
  rule.parts.every(
    (part) => part.kind === 'text' || part.alternatives.every(({ candidate }) => columns.includes(candidate)),
  );

function idOf(rule: IdentityRule, person: ViewerCandidates, context: IdentityContext): string[] {
  try {
    return [
      rule.kind === 'template'
        ? evaluateTemplate(rule, person, context.tenant)
        : evaluateRule(rule, person, context).viewerId,
    ];
  } catch (error) {
    if (isAppError(error)) return [];
    throw error;
  }
}

const EXAMPLES = 3;

/** @param existing ids as Kaltura writes them, from `Kaltura.existingViewerIds` */
export function matchRows(candidates: readonly MatchCandidate[], existing: ReadonlySet<string>): MatchRow[] {
  const byFolded = new Map([...existing].map((id) => [id.toLowerCase(), id]));
  return candidates.map(({ text, ids }) => {
    const exact = ids.filter((id) => existing.has(id));
    const otherCase = ids.filter((id) => !existing.has(id) && byFolded.has(id.toLowerCase()));
    const examples = [...exact, ...otherCase].slice(0, EXAMPLES).map((id) => byFolded.get(id.toLowerCase()) ?? id);
    return { text, usable: ids.length, exact: exact.length, otherCase: otherCase.length, examples };
  });
}
