/** Words that all reports share. */
import type { ReportedProblem, RuleResult } from './check-adapter.js';
import type { AdapterReport, Report } from './report.js';
import type { Rule } from './rule.js';
import { LOADS, RULES } from './rules/index.js';

const NAMES_SHOWN = 3;

/** Where a rule is described, from the root of the package. */
export const ruleLink = (id: string): string => `docs/reference/adapter-rules.md#${id}`;

/** `fixtures resource-link, deep-linking, anonymous and 4 more, context.title`; empty for the adapter as such. */
export function placeOf({ fixtures, path }: ReportedProblem): string {
  const shown = fixtures.slice(0, NAMES_SHOWN).join(', ');
  const more = fixtures.length > NAMES_SHOWN ? ` and ${fixtures.length - NAMES_SHOWN} more` : '';
  const names = fixtures.length === 0 ? [] : [`fixture${fixtures.length > 1 ? 's' : ''} ${shown}${more}`];
  return printable([...names, ...(path === undefined ? [] : [path])].join(', '));
}

/** Names of files and claims are other people's text: without what a terminal would obey. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, '?');

/** The id, or the path of an adapter without one. */
export const nameOf = ({ id, path }: AdapterReport): string => printable(id ?? path);

const PROBLEMS_SHOWN = 5;

/** The first problems of a rule, and a sentence about those that are left out. */
export function shownProblems({ problems }: RuleResult): { shown: ReportedProblem[]; more: string } {
  const left = problems.length - PROBLEMS_SHOWN;
  return {
    shown: problems.slice(0, PROBLEMS_SHOWN),
    more: left > 0 ? `${left} more like these; --json lists them.` : '',
  };
}

/** What a rule is called and how it is repaired. */
export const wordsOfRule = (id: string): Omit<Rule, 'check'> =>
  [LOADS, ...RULES].find((rule) => rule.id === id) ?? LOADS;

/** The whole result in one sentence. */
export function summaryOf({ adapters }: Report): string {
  const failed = adapters.filter(({ ok }) => !ok);
  const rules = RULES.length + 1;
  if (adapters.length === 0) return 'There is no adapter here.';
  if (failed.length === 0) {
    return adapters.length === 1
      ? `The adapter keeps all ${rules} rules.`
      : `All ${adapters.length} adapters keep all ${rules} rules.`;
  }
  const broken = new Set(failed.flatMap((one) => one.rules.filter(isBroken).map(({ id }) => id))).size;
  const who = adapters.length === 1 ? 'The adapter' : `${failed.length} of ${adapters.length} adapters`;
  return `${who} ${failed.length === 1 ? 'breaks' : 'break'} ${broken} of ${rules} rules.`;
}

export const isBroken = ({ outcome }: RuleResult): boolean => outcome === 'failed';
