/** What rules would make of courses that launches have shown. Reads only. */
import type { Kaltura, KalturaAccount } from '../../kaltura/types.js';
import type { PlatformId } from '../../runtime/ids.js';
import type { CourseRecord, PlatformRecord, Store, TenantRecord } from '../../store/ports.js';
import { unlessKaltura } from '../table/course-list-screen.js';
import { compileRules, type CourseRule } from '../course-rules.js';
import { ruleSubjectOf } from '../rule-subject.js';
import type { WantedRow } from '../changes/stage-changes.js';

const SHOWN = 20;
const PAGE = 500;

interface TrialDependencies {
  store: Pick<Store, 'courses' | 'platforms'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName'>;
}

export interface TriedCourse {
  course: CourseRecord;
  /** Of the first rule that fits. */
  answer?: {
    position: number;
    categoryFullName: string;
    create: boolean;
    /** Whether Kaltura has the category now; absent when Kaltura did not answer. */
    exists?: boolean;
  };
  /** Positions of further rules that fit. */
  alsoFits: number[];
  /** Positions of rules whose pattern fits, but a group of the path captured nothing. */
  noCapture: number[];
}

export interface Trial {
  courses: TriedCourse[];
  /** By position of the rule: how many courses it decides, and how many its pattern fits. */
  counts: { decides: number; fits: number }[];
}

/**
 * The first 20 courses by title, or of those that the words find, with what each rule makes of them. Positions count
 * from 1. Fails with `STORE_…`, `KALTURA_ACCOUNT_UNKNOWN`, `COURSE_SETTINGS_INVALID` for rules that nobody has checked.
 */
export async function tryRules(
  { tenant, rules, search }: { tenant: TenantRecord; rules: readonly CourseRule[]; search: string },
  { store, kaltura }: TrialDependencies,
): Promise<Trial> {
  const compiled = compileRules(rules);
  const account = kaltura.account(tenant.accountId);
  const words = search.trim();
  const [{ items }, platforms] = await Promise.all([
    store.courses.list({
      tenantId: tenant.id,
      order: 'title',
      limit: SHOWN,
      ...(words === '' ? {} : { search: words }),
    }),
    platformsById(store),
  ]);

  const counts = rules.map(() => ({ decides: 0, fits: 0 }));
  const courses = items.map((course): TriedCourse => {
    const tried: TriedCourse = { course, alsoFits: [], noCapture: [] };
    for (const [index, reading] of compiled.readings(ruleSubjectOf(course, platforms, account)).entries()) {
      const position = index + 1;
      if (reading.outcome === 'no-capture') tried.noCapture.push(position);
      if (reading.outcome !== 'fits') continue;
      const count = counts[index];
      if (count) count.fits += 1;
      if (tried.answer) tried.alsoFits.push(position);
      else {
        const { categoryFullName, create } = reading;
        tried.answer = { position, categoryFullName, create };
        if (count) count.decides += 1;
      }
    }
    return tried;
  });
  await lookUpCategories(courses, account, kaltura);
  return { courses, counts };
}

/** The trial is worth something without Kaltura too. */
async function lookUpCategories(
  courses: readonly TriedCourse[],
  account: KalturaAccount,
  kaltura: TrialDependencies['kaltura'],
): Promise<void> {
  const answers = courses.flatMap(({ answer }) => answer ?? []);
  if (answers.length === 0) return;
  try {
    const names = new Set(answers.map(({ categoryFullName }) => categoryFullName));
    const found = await kaltura.categoriesByFullName(account, [...names]);
    for (const answer of answers) answer.exists = found.has(answer.categoryFullName);
  } catch (error) {
    unlessKaltura(error);
  }
}

/**
 * What the stored rules want of all recorded courses without a category, and with `again` of those that a rule mapped
 * earlier. Courses that no rule fits are left out. Fails as `tryRules` does.
 */
export async function* ruleRows(
  { tenant, rules, again }: { tenant: TenantRecord; rules: readonly CourseRule[]; again: boolean },
  { store, kaltura }: Pick<TrialDependencies, 'store'> & { kaltura: Pick<Kaltura, 'account'> },
): AsyncGenerator<WantedRow> {
  const compiled = compileRules(rules);
  const account = kaltura.account(tenant.accountId);
  const platforms = await platformsById(store);
  let row = 0;
  let step = 0;
  for (const state of again ? (['unmapped', 'rule'] as const) : (['unmapped'] as const)) {
    let after: string | undefined;
    do {
      const page = await store.courses.list({
        tenantId: tenant.id,
        state,
        order: 'title',
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const course of page.items) {
        step += 1;
        const answer = compiled.categoryFor(ruleSubjectOf(course, platforms, account));
        if (!answer) continue;
        row += 1;
        const { categoryFullName, create } = answer;
        yield {
          row,
          step,
          courseKey: course.courseKey,
          ...(course.title === undefined ? {} : { courseTitle: course.title }),
          ...(course.label === undefined ? {} : { courseLabel: course.label }),
          to: { categoryFullName, origin: 'rule', ...(create ? { create } : {}) },
        };
      }
      after = page.next;
    } while (after !== undefined);
  }
}

const platformsById = async (store: Pick<Store, 'platforms'>): Promise<Map<PlatformId, PlatformRecord>> =>
  new Map((await store.platforms.list()).map((platform) => [platform.id, platform]));
