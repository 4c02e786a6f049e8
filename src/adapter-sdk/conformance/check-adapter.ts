/** Runs the rules over one adapter. */
import { threw } from './ask.js';
import type { Problem, Rule, Subject } from './rule.js';
import { DEFINITION_RULES, RULES } from './rules/index.js';

/** The same problem, with every fixture that shows it. */
export interface ReportedProblem extends Omit<Problem, 'fixture'> {
  fixtures: string[];
}

export interface RuleResult {
  id: string;
  /** `not-run`: the adapter cannot be asked, because it breaks a rule of its definition. */
  outcome: 'passed' | 'failed' | 'not-run';
  problems: ReportedProblem[];
}

/** One result for each rule, in their order. Never throws because of the adapter. */
export function checkAdapter(subject: Subject): RuleResult[] {
  const definition = DEFINITION_RULES.map((rule) => checkRule(rule, subject));
  const askable = definition.every(({ outcome }) => outcome === 'passed');
  const rest = RULES.filter((rule) => !DEFINITION_RULES.includes(rule));
  return [
    ...definition,
    ...rest.map((rule): RuleResult =>
      askable ? checkRule(rule, subject) : { id: rule.id, outcome: 'not-run', problems: [] },
    ),
  ];
}

/** One rule alone. Never throws because of the adapter. */
export function checkRule(rule: Rule, subject: Subject): RuleResult {
  const problems = merge(problemsOf(rule, subject));
  return { id: rule.id, outcome: problems.length === 0 ? 'passed' : 'failed', problems };
}

/** An adapter may throw where no rule expects it, for example from a getter. */
function problemsOf(rule: Rule, subject: Subject): Problem[] {
  try {
    return rule.check(subject);
  } catch (error) {
    return [{ message: `The rule could not be checked: it ${threw(error)}.` }];
  }
}

function merge(problems: readonly Problem[]): ReportedProblem[] {
  const merged = new Map<string, ReportedProblem>();
  for (const { fixture, ...problem } of problems) {
    const key = JSON.stringify([problem.path, problem.message]);
    const known = merged.get(key) ?? { ...problem, fixtures: [] };
    if (fixture !== undefined && !known.fixtures.includes(fixture)) known.fixtures.push(fixture);
    merged.set(key, known);
  }
  return [...merged.values()];
}
