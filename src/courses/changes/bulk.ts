/** What a bulk action wants of each course that was chosen: by their keys, or as all that the list's filter finds. */
import { AppError } from '../../errors/app-error.js';
import type { Parameters } from '../../http/types.js';
import type { Kaltura } from '../../kaltura/types.js';
import type { CategoryId, PlatformId } from '../../runtime/ids.js';
import type {
  AdminSession,
  CourseFilter,
  CourseRecord,
  PlatformRecord,
  Store,
  TenantRecord,
} from '../../store/ports.js';
import type { WantedRow, WantedTarget } from './changes-row.js';
import { listFilter, readListPlace } from '../table/course-list.js';
import { proposalsFor } from '../table/course-proposals.js';
import { compileRules } from '../course-rules.js';
import { isInScope } from '../scope.js';
import { readCourseSettings } from '../settings.js';

const CHUNK = 500;
const BULK_ACTIONS = ['map', 'remove', 'use-proposal', 'apply-rules'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Which courses: by key in the order of the form, or by the list's filter. */
export type BulkChoice = { courseKeys: string[] } | { filter: CourseFilter };

export interface BulkWish {
  tenant: TenantRecord;
  who: Pick<AdminSession, 'deployment'>;
  choice: BulkChoice;
  action: Exclude<BulkAction, 'map'> | { map: CategoryId };
}

export interface BulkDependencies {
  store: Pick<Store, 'courses' | 'mappings' | 'platforms'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName'>;
}

/** @throws AppError `INPUT_INVALID` when the form names no known action */
export function readBulkAction(form: Parameters): BulkAction {
  const action = BULK_ACTIONS.find((known) => known === form.get('action'));
  if (!action) throw new AppError('INPUT_INVALID', { reason: `action is none of ${BULK_ACTIONS.join(', ')}` });
  return action;
}

/**
 * The courses of `courseKey` fields, or with `all=filter` those that the fields of the list's filter find.
 *
 * @throws AppError `INPUT_INVALID`
 */
export function readBulkChoice(form: Parameters, tenant: Pick<TenantRecord, 'id'>, who: BulkWish['who']): BulkChoice {
  if (form.get('all') !== 'filter') {
    const keys = form.entries().flatMap(([name, value]) => (name === 'courseKey' ? [value] : []));
    return { courseKeys: [...new Set(keys)] };
  }
  return { filter: listFilter(readListPlace(form), tenant.id, who) };
}

/** The rows to stage, a page of courses at a time. Fails with `STORE_…`, `KALTURA_…`, `COURSE_SETTINGS_INVALID`. */
export async function* bulkRows(wish: BulkWish, deps: BulkDependencies): AsyncGenerator<WantedRow> {
  const wantedOf = await createWanted(wish, deps);
  let row = 0;
  for await (const { keys, courses } of pagesOf(wish, deps.store.courses)) {
    const wanted = await wantedOf(courses);
    const known = new Map(courses.map((course) => [course.courseKey, course]));
    for (const courseKey of keys) {
      row += 1;
      const course = known.get(courseKey);
      // Staging says what is wrong with a course that is not known.
      const answer = course && wanted(course);
      // A row with a problem is not looked up again: it brings what people call the course, if they may see it.
      const isNamed = course && answer?.problems && isInScope(wish.who, course);
      yield { row, courseKey, ...(isNamed ? namesOf(course) : {}), ...answer };
    }
  }
}

const namesOf = ({ title, label }: CourseRecord): Pick<WantedRow, 'courseTitle' | 'courseLabel'> => ({
  ...(title === undefined ? {} : { courseTitle: title }),
  ...(label === undefined ? {} : { courseLabel: label }),
});

interface CoursePage {
  keys: string[];
  courses: CourseRecord[];
}

async function* pagesOf({ tenant, choice }: BulkWish, courses: Store['courses']): AsyncGenerator<CoursePage> {
  if ('courseKeys' in choice) {
    for (let from = 0; from < choice.courseKeys.length; from += CHUNK) {
      const keys = choice.courseKeys.slice(from, from + CHUNK);
      yield { keys, courses: await courses.findMany(tenant.id, keys) };
    }
    return;
  }
  let after: string | undefined;
  do {
    const { items, next } = await courses.list({
      ...choice.filter,
      order: 'title',
      limit: CHUNK,
      ...(after === undefined ? {} : { after }),
    });
    yield { keys: items.map(({ courseKey }) => courseKey), courses: items };
    after = next;
  } while (after !== undefined);
}

type Wanted = Pick<WantedRow, 'to' | 'problems'>;
type WantedOf = (courses: readonly CourseRecord[]) => Promise<(course: CourseRecord) => Wanted>;

async function createWanted(
  { tenant, who, action }: BulkWish,
  { store, kaltura }: BulkDependencies,
): Promise<WantedOf> {
  if (typeof action === 'object') {
    const to: WantedTarget = { categoryId: action.map, origin: 'manual' };
    return async () => () => ({ to });
  }
  if (action === 'remove') return async () => () => ({ to: 'remove' });

  const { deployment } = who;
  const own = (await store.platforms.list()).filter(({ id }) => !deployment || id === deployment.platformId);
  const platforms = new Map(own.map((platform) => [platform.id, platform]));
  if (action === 'use-proposal') {
    return async (courses) => {
      const proposals = await proposalsFor({ tenant, courses, platforms, who }, { store, kaltura });
      return ({ courseKey, mapping }) => {
        const to = proposals.get(courseKey);
        // A course that has a category keeps it.
        return to ? { to } : mapping ? {} : { problems: [{ problem: 'no-proposal' }] };
      };
    };
  }
  const rules = compileRules(readCourseSettings(tenant.courseSettings).rules);
  const { rootCategory } = kaltura.account(tenant.accountId);
  return async () => (course) => {
    const answer = rules.categoryFor({
      key: course.courseKey,
      label: course.label,
      title: course.title,
      sourcedId: course.sourcedId,
      rootCategory: rootOf(course, platforms) ?? rootCategory,
    });
    if (!answer) return {};
    const { categoryFullName, create } = answer;
    return { to: { categoryFullName, origin: 'rule', ...(create ? { create } : {}) } };
  };
}

/** Of the first platform that the course was seen in and that has a root category of its own. */
const rootOf = (
  { seenIn }: CourseRecord,
  platforms: ReadonlyMap<PlatformId, Pick<PlatformRecord, 'settings'>>,
): string | undefined =>
  seenIn.map(({ platformId }) => platforms.get(platformId)?.settings.rootCategory).find((root) => root !== undefined);
