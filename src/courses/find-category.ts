/**
 * What a course without a mapping gets, found out without writing anything: a launch carries the plan out, a preview
 * shows it.
 */
import { toCategoryName } from '../kaltura/category-name.js';
import { createLookupCache } from '../kaltura/lookup-cache.js';
import type { CategoryRef, Kaltura, KalturaAccount } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { CategoryId } from '../runtime/ids.js';
import type { CourseStore, MappingRecord, UnmappedCoursePolicy } from '../store/ports.js';
import { compileRules, type CompiledRules, type RuleAnswer } from './course-rules.js';
import { CHANNELS, type CategoryProvisioner, type CourseInAccount } from './provision-category.js';
import { readCourseSettings, type CourseSettings } from './settings.js';

/** What is to be done for a course that has no mapping. */
export type CategoryPlan =
  /** A rule names a category that exists. */
  | { kind: 'rule'; category: CategoryRef }
  /** A rule names one that is to be made. */
  | { kind: 'make'; rule: RuleAnswer }
  /** The nearest course that it was copied from and that has a category lends it. */
  | { kind: 'inherit'; from: MappingRecord }
  /** Kaltura's own integration left one for it. */
  | { kind: 'match'; category: CategoryRef }
  /** It gets one of its own; the entries of `cloneFrom` are to be assigned to it. */
  | { kind: 'provision'; cloneFrom?: CategoryId }
  /** Nothing fits. */
  | { kind: 'none' };

export interface UnmappedCourse extends CourseInAccount {
  policy: UnmappedCoursePolicy;
}

export interface CategoryFinder {
  /** Throws `KALTURA_…`, `STORE_…`, `COURSE_SETTINGS_INVALID`. */
  plan(request: UnmappedCourse): Promise<CategoryPlan>;
  /** By exact full name, remembered for minutes: an unmapped course must not cost Kaltura a call per launch. */
  lookUp(account: KalturaAccount, fullName: string): Promise<CategoryRef | undefined>;
}

export interface CategoryFinderDependencies {
  courses: Pick<CourseStore, 'findMany'>;
  isFree: CategoryProvisioner['isFree'];
  kaltura: Pick<Kaltura, 'findCategory'>;
  clock: Clock;
}

const ABSENT_LIFE_MS = 5 * 60_000;
const FOUND_LIFE_MS = 60_000;
/** Adapters name one or two. */
const MAX_NAMES = 5;
/** Ancestors that are looked at, nearest first: a course copied each term has many. */
const MAX_ANCESTORS = 20;

export function createCategoryFinder({ courses, isFree, kaltura, clock }: CategoryFinderDependencies): CategoryFinder {
  const categories = createLookupCache<{ category: CategoryRef | undefined }>({
    clock,
    lifeMs: ({ category }) => (category ? FOUND_LIFE_MS : ABSENT_LIFE_MS),
  });
  const compiled = new WeakMap<CourseSettings, CompiledRules>();

  const rulesOf = (settings: CourseSettings): CompiledRules => {
    const known = compiled.get(settings);
    if (known) return known;
    const rules = compileRules(settings.rules);
    compiled.set(settings, rules);
    return rules;
  };

  const lookUp: CategoryFinder['lookUp'] = async (account, fullName) => {
    const key = JSON.stringify([account.id, fullName]);
    return (await categories(key, async () => ({ category: await kaltura.findCategory(account, fullName) }))).category;
  };

  const nearestAncestor = async ({ tenant, course }: UnmappedCourse): Promise<MappingRecord | undefined> => {
    if (course.previousKeys.length === 0) return undefined;
    const ancestors = await courses.findMany(tenant.id, course.previousKeys.slice(0, MAX_ANCESTORS));
    return ancestors.find(({ mapping, problem }) => mapping && problem !== 'deleted')?.mapping;
  };

  const freeByName = async (request: UnmappedCourse): Promise<CategoryRef | undefined> => {
    const { account, course, rootCategory } = request;
    for (const name of new Set(course.categoryNames.slice(0, MAX_NAMES).map((each) => toCategoryName(each)))) {
      const category = await lookUp(account, [rootCategory, ...CHANNELS, name].join('>'));
      if (category && (await isFree(request, category))) return category;
    }
    return undefined;
  };

  return {
    lookUp,
    async plan(request) {
      const { tenant, course, account, rootCategory, policy } = request;
      const settings = readCourseSettings(tenant.courseSettings);

      const rule = rulesOf(settings).categoryFor({ ...course, rootCategory });
      if (rule) {
        const category = await lookUp(account, rule.categoryFullName);
        if (category) return { kind: 'rule', category };
        if (rule.create) return { kind: 'make', rule };
      }

      const from = settings.copiedCourse === 'new' ? undefined : await nearestAncestor(request);
      if (from) {
        return settings.copiedCourse === 'clone' && policy === 'provision'
          ? { kind: 'provision', cloneFrom: from.categoryId }
          : { kind: 'inherit', from };
      }

      const category = await freeByName(request);
      if (category) return { kind: 'match', category };
      return { kind: policy === 'provision' ? 'provision' : 'none' };
    },
  };
}
