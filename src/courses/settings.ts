/** A tenant's settings of courses: what stands in `TenantRecord.courseSettings`. */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { Actor, Store, TenantRecord } from '../store/ports.js';
import { PATH_MAX_LENGTH } from './category-path.js';
import { findRuleProblem, PATTERN_MAX_LENGTH, RULE_FIELDS, type CourseRule } from './course-rules.js';

export type { CourseRule };

export const MAX_RULES = 200;
const MAX_PLAYERS = 500;

/** What a course gets that was copied from one with a category. */
export const COPIED_COURSE = [
  /** The category of the course that it was copied from. */
  'inherit',
  /** A category of its own with the same entries assigned to it, where the platform's policy makes categories. */
  'clone',
  /** What any new course gets. */
  'new',
] as const;
export type CopiedCourse = (typeof COPIED_COURSE)[number];

export interface CourseSettings {
  /** In the order in which they are tried. */
  rules: CourseRule[];
  copiedCourse: CopiedCourse;
  /** Course key → Kaltura id of the player. */
  players: Record<string, number>;
}

/** What can be wrong, for the reason of an error. A screen has a sentence of its own for each. */
const PROBLEMS = {
  malformed: 'the settings are malformed',
  'rule-id': 'the id of a rule is 1 to 40 letters, digits, _ or -, and no other rule has it',
  'rules-many': `there are more than ${MAX_RULES} rules`,
  field: `the field is one of ${RULE_FIELDS.join(', ')}`,
  'pattern-missing': 'the pattern is missing',
  'pattern-long': `the pattern is longer than ${PATTERN_MAX_LENGTH} characters`,
  pattern: 'the pattern is wrong',
  'pattern-large': 'the pattern is too large; repeat less often',
  'patterns-large': 'the patterns up to this one are too large together',
  'path-missing': 'the category path is missing',
  'path-long': `the category path is longer than ${PATH_MAX_LENGTH} characters`,
  'path-empty-level': 'the category path has an empty level',
  'path-deep': 'the category path has too many levels',
  'path-group': 'the category path names a group that the pattern does not have',
  'path-dollar': 'a single $ stands in the category path; write $1 or ${name} for a group, $$ for a dollar sign',
  player: 'a player is the whole number that Kaltura gave it',
  'players-many': `more than ${MAX_PLAYERS} courses have a player of their own`,
} as const;

export type CourseSettingsProblem = {
  problem: keyof typeof PROBLEMS;
  /** What exactly, e.g. `$3`, or what the pattern's compiler says (English). */
  detail?: string;
  /** Position of the rule, from 0. */
  rule?: number;
};

const says = (problem: keyof typeof PROBLEMS) => problem;

const ruleSchema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,40}$/, says('rule-id')),
  field: z.enum(RULE_FIELDS, says('field')),
  pattern: z
    .string(says('pattern-missing'))
    .min(1, says('pattern-missing'))
    .max(PATTERN_MAX_LENGTH, says('pattern-long')),
  categoryPath: z
    .string(says('path-missing'))
    .trim()
    .min(1, says('path-missing'))
    .max(PATH_MAX_LENGTH, says('path-long')),
  create: z.boolean().default(false),
});

const settingsSchema = z.strictObject({
  rules: z
    .array(ruleSchema)
    .max(MAX_RULES, says('rules-many'))
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, says('rule-id'))
    .default([]),
  copiedCourse: z.enum(COPIED_COURSE).default('inherit'),
  players: z
    .record(z.string().min(1), z.int(says('player')).positive(says('player')))
    .refine((players) => Object.keys(players).length <= MAX_PLAYERS, says('players-many'))
    .default({}),
});

const DEFAULTS: CourseSettings = Object.freeze({ rules: [], copiedCourse: 'inherit', players: {} });

/** What somebody wrote, checked: the settings, or the first thing that is wrong. */
export function parseCourseSettings(
  wish: unknown,
): { ok: true; settings: CourseSettings } | ({ ok: false } & CourseSettingsProblem) {
  const checked = settingsSchema.safeParse(wish);
  if (!checked.success) return { ok: false, ...problemOf(checked.error) };
  const wrong = findRuleProblem(checked.data.rules);
  if (!wrong) return { ok: true, settings: checked.data };
  const { index, ...problem } = wrong;
  return { ok: false, ...problem, rule: index };
}

/**
 * The same for callers who have nothing else to say.
 *
 * @throws AppError `INPUT_INVALID`; the reason names the rule by its position, from 1, and what is wrong with it
 */
export function checkCourseSettings(wish: unknown): CourseSettings {
  const parsed = parseCourseSettings(wish);
  if (parsed.ok) return parsed.settings;
  throw new AppError('INPUT_INVALID', { reason: describe(parsed) });
}

const known = new WeakMap<object, CourseSettings>();

/**
 * What a tenant has stored; without anything, the defaults. An object is read once, so that a launch does not parse
 * what the launch before has parsed. Don't change the answer.
 *
 * @throws AppError `COURSE_SETTINGS_INVALID`
 */
export function readCourseSettings(stored: unknown): CourseSettings {
  if (stored === undefined || stored === null) return DEFAULTS;
  const read = typeof stored === 'object' ? known.get(stored) : undefined;
  if (read) return read;
  const checked = settingsSchema.safeParse(stored);
  if (!checked.success) throw new AppError('COURSE_SETTINGS_INVALID', { reason: describe(problemOf(checked.error)) });
  if (typeof stored === 'object') known.set(stored, checked.data);
  return checked.data;
}

/** The player of one course, if it has its own. */
export const playerOf = ({ players }: CourseSettings, courseKey: string): number | undefined =>
  Object.hasOwn(players, courseKey) ? players[courseKey] : undefined;

/**
 * Stores a tenant's settings of courses, all of them.
 *
 * @throws AppError `INPUT_INVALID`, `STORE_CONFLICT` when the tenant was changed since it was read
 */
export async function changeCourseSettings(
  tenant: Pick<TenantRecord, 'id' | 'version'>,
  wish: unknown,
  { store, clock }: { store: { tenants: Pick<Store['tenants'], 'update'> }; clock: Clock },
  by: Actor,
): Promise<TenantRecord> {
  const courseSettings = checkCourseSettings(wish);
  const changed = await store.tenants.update(tenant.id, tenant.version, { courseSettings }, by, clock.nowMs());
  if (changed.outcome === 'done') return changed.record;
  throw new AppError('STORE_CONFLICT', { reason: 'the LMS was changed in the meantime; look again and repeat' });
}

function problemOf({ issues: [issue] }: z.ZodError): CourseSettingsProblem {
  const [part, place] = issue?.path ?? [];
  const problem = Object.keys(PROBLEMS).find((known) => known === issue?.message) as keyof typeof PROBLEMS | undefined;
  return { problem: problem ?? 'malformed', ...(part === 'rules' && typeof place === 'number' ? { rule: place } : {}) };
}

function describe({ rule, problem, detail }: CourseSettingsProblem): string {
  const sentence = detail === undefined ? PROBLEMS[problem] : `${PROBLEMS[problem]}: ${detail}`;
  return rule === undefined ? sentence : `rule ${rule + 1}: ${sentence}`;
}
