/**
 * Rules that say which category a course gets: a pattern over one field of the course, and the category's path. Patterns
 * are RE2 syntax (https://github.com/google/re2/wiki/Syntax) and run in time linear to the text, so that none can stop
 * the launches. A pattern must fit the whole field; `.*` stands for the rest of it. The first rule that fits wins.
 */
import { RE2JS } from 're2js';
import { AppError } from '../errors/app-error.js';
import { fillCategoryPath, parseCategoryPath, type CategoryPath, type PathProblem } from './category-path.js';

export const RULE_FIELDS = ['key', 'label', 'title', 'sourcedId'] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

export interface CourseRule {
  /** Unique among the tenant's rules. */
  id: string;
  field: RuleField;
  pattern: string;
  /** Below the root category, see `category-path.ts`. */
  categoryPath: string;
  /** Whether a category that does not exist is made. Without it, the rule counts for existing ones only. */
  create: boolean;
}

/** What a rule may look at. */
export interface RuleSubject {
  key: string;
  label?: string | undefined;
  title?: string | undefined;
  sourcedId?: string | undefined;
  /** Full name of the category that paths begin below. */
  rootCategory: string;
}

export interface RuleAnswer {
  ruleId: string;
  /** From the root category down, as Kaltura would write it. */
  categoryFullName: string;
  create: boolean;
}

/** What one rule makes of one course. */
export type RuleReading =
  | ({ outcome: 'fits' } & RuleAnswer)
  /** `no-field`: the LMS did not say it. `no-capture`: the pattern fits, but a group of the path captured nothing. */
  | { outcome: 'no-field' | 'too-long' | 'other' | 'no-capture'; ruleId: string };

export interface CompiledRules {
  /** The answer of the first rule that fits. */
  categoryFor(course: RuleSubject): RuleAnswer | undefined;
  /** What each rule by itself makes of the course, in their order. */
  readings(course: RuleSubject): RuleReading[];
}

/** Characters. */
export const PATTERN_MAX_LENGTH = 500;
/** UTF-16 units. Ids and texts of a launch are at most 255; imported ones may be longer. */
const FIELD_MAX_LENGTH = 1_000;
/** Matching costs at most (steps of the program × length of the text): repeats like `\w{900}` are what makes it large. */
const MAX_PROGRAM = 2_000;
const MAX_PROGRAMS = 40_000;

interface Program {
  rule: CourseRule;
  pattern: RE2JS;
  path: CategoryPath;
}

export type RuleProblem = PathProblem | { problem: 'pattern' | 'pattern-large' | 'patterns-large'; detail?: string };

/** @throws AppError `COURSE_SETTINGS_INVALID` for rules in which `findRuleProblem` finds something */
export function compileRules(rules: readonly CourseRule[]): CompiledRules {
  const programs = rules.map((rule, index): Program => {
    const compiled = compile(rule);
    if ('problem' in compiled) {
      throw new AppError('COURSE_SETTINGS_INVALID', { reason: `rule ${index + 1}: ${compiled.problem}` });
    }
    return compiled;
  });
  return {
    categoryFor(course) {
      for (const program of programs) {
        const reading = read(program, course);
        if (reading.outcome === 'fits') {
          const { ruleId, categoryFullName, create } = reading;
          return { ruleId, categoryFullName, create };
        }
      }
      return undefined;
    },
    readings: (course) => programs.map((program) => read(program, course)),
  };
}

/** The first thing that is wrong with rules of the right form, with the position of the rule. */
export function findRuleProblem(rules: readonly CourseRule[]): (RuleProblem & { index: number }) | undefined {
  let steps = 0;
  for (const [index, rule] of rules.entries()) {
    const compiled = compile(rule);
    if ('problem' in compiled) return { index, ...compiled };
    steps += compiled.pattern.programSize();
    if (steps > MAX_PROGRAMS) return { index, problem: 'patterns-large' };
  }
  return undefined;
}

function compile(rule: CourseRule): Program | RuleProblem {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(rule.pattern);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: 'pattern', detail: message.replace(/^error parsing regexp: /, '') };
  }
  if (pattern.programSize() > MAX_PROGRAM) return { problem: 'pattern-large' };
  const path = parseCategoryPath(rule.categoryPath, { count: pattern.groupCount(), names: pattern.namedGroups() });
  return 'problem' in path ? path : { rule, pattern, path };
}

function read({ rule, pattern, path }: Program, course: RuleSubject): RuleReading {
  const ruleId = rule.id;
  const text = course[rule.field];
  if (text === undefined || text === '') return { outcome: 'no-field', ruleId };
  if (text.length > FIELD_MAX_LENGTH) return { outcome: 'too-long', ruleId };
  const matcher = pattern.matcher(text);
  if (!matcher.matches()) return { outcome: 'other', ruleId };
  const names = fillCategoryPath(path, (group) => matcher.group(group));
  if (!names) return { outcome: 'no-capture', ruleId };
  return {
    outcome: 'fits',
    ruleId,
    categoryFullName: [course.rootCategory, ...names].join('>'),
    create: rule.create,
  };
}
