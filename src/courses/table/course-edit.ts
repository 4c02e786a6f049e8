/** Changes of one course in place: its category, or its player. Each says which version of the mapping was seen. */
import { AppError, isAppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';
import type { Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { ChangeFeed } from '../../store/change-feed.js';
import type { CourseRecord, MappingTarget, Store, TenantRecord } from '../../store/ports.js';
import type { AdminScreen } from '../../ui/admin-screen.js';
import { categoryScope, resolveCategoryInput } from '../categories/category-choice.js';
import { changeCourseSettings, readCourseSettings } from '../settings.js';

export interface CourseEditDependencies {
  store: Pick<Store, 'mappings' | 'platforms' | 'tenants'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesById' | 'categoriesByFullName'>;
  /** So that the next launch in this process already reports the new category. */
  changes: Pick<ChangeFeed, 'poll'>;
  clock: Clock;
  random: Random;
}

/** What is wrong with a category that was chosen. */
export type CategoryProblem = 'missing' | 'unknown' | 'unanswered';

export type EditResult =
  | { outcome: 'done'; changeSetId: string; target: MappingTarget | undefined }
  /** The mapping is another by now: the course as it is, and what was wished. */
  | { outcome: 'conflict'; course: CourseRecord; wish: MappingTarget | undefined }
  | { outcome: 'problem'; problem: CategoryProblem };

export interface CourseEdit {
  tenant: TenantRecord;
  course: CourseRecord;
  /** `map` reads `categoryId` of the form; both read `expectedVersion`: empty when there was no mapping. */
  wish: 'map' | 'remove';
  form: RequestFacts['form'];
}

/** Maps the course by hand, or removes its mapping. Throws `INPUT_INVALID` and `STORE_…`. */
export async function editCourse(
  { tenant, course, wish, form }: CourseEdit,
  screen: AdminScreen,
  deps: CourseEditDependencies,
): Promise<EditResult> {
  const { store, changes, clock, random } = deps;
  const { text } = screen.messages;
  const expectedVersion = readVersion(form);
  const target = wish === 'remove' ? undefined : await chosenCategory(form?.get('categoryId'), tenant, screen, deps);
  if (typeof target === 'string') return { outcome: 'problem', problem: target };

  const changeSetId = newUuid({ clock, random });
  const name = course.title ?? course.courseKey;
  const summary = target
    ? text('courses.edit.summaryMapped', { course: name, category: target.categoryFullName })
    : text('courses.edit.summaryRemoved', { course: name });
  const { tenantId, courseKey } = course;
  const applied = await store.mappings.apply(
    {
      changeSetId,
      summary,
      atMs: clock.nowMs(),
      changes: [
        {
          tenantId,
          courseKey,
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
          ...(target ? { to: target } : {}),
        },
      ],
    },
    screen.actor,
  );
  if (applied.outcome === 'conflict') {
    return { outcome: 'conflict', course: applied.conflicts[0] ?? course, wish: target };
  }
  await changes.poll();
  return { outcome: 'done', changeSetId, target };
}

function readVersion(form: RequestFacts['form']): number | undefined {
  const text = form?.get('expectedVersion');
  if (text === '') return undefined;
  if (text === undefined || !/^[1-9]\d{0,8}$/.test(text)) {
    throw new AppError('INPUT_INVALID', { reason: 'the form does not say which version it shows' });
  }
  return Number(text);
}

/** What was typed or chosen as a target, or what is wrong with it. Throws `STORE_…`. */
export async function chosenCategory(
  given: string | undefined,
  tenant: TenantRecord,
  { session }: AdminScreen,
  deps: Pick<CourseEditDependencies, 'store' | 'kaltura'>,
): Promise<MappingTarget | CategoryProblem> {
  const scope = await categoryScope(session, tenant, deps);
  try {
    const { id, fullName } = await resolveCategoryInput(deps.kaltura, scope.account, given ?? '', scope);
    return { categoryId: id, categoryFullName: fullName, origin: 'manual' };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'INPUT_INVALID') return 'missing';
    if (error.code === 'CATEGORY_UNKNOWN') return 'unknown';
    if (error.code.startsWith('KALTURA_')) return 'unanswered';
    throw error;
  }
}

/**
 * Gives the course a player of its own, or with an empty `uiConfId` that of the platform. Throws `INPUT_INVALID` and
 * `STORE_CONFLICT`.
 */
export async function editPlayer(
  { tenant, course, form }: Pick<CourseEdit, 'tenant' | 'course' | 'form'>,
  { actor }: Pick<AdminScreen, 'actor'>,
  { store, changes, clock }: Pick<CourseEditDependencies, 'store' | 'changes' | 'clock'>,
): Promise<number | undefined> {
  const text = form?.get('uiConfId')?.trim() ?? '';
  const uiConfId = text === '' ? undefined : Number(text);
  if (uiConfId !== undefined && !(Number.isSafeInteger(uiConfId) && uiConfId > 0)) {
    throw new AppError('INPUT_INVALID', { reason: 'a player is named by its number' });
  }
  const settings = readCourseSettings(tenant.courseSettings);
  const others = Object.entries(settings.players).filter(([key]) => key !== course.courseKey);
  const players = Object.fromEntries(uiConfId === undefined ? others : [...others, [course.courseKey, uiConfId]]);
  await changeCourseSettings(tenant, { ...settings, players }, { store, clock }, actor);
  await changes.poll();
  return uiConfId;
}
