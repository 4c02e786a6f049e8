/** Mends mappings whose category was renamed, moved or deleted in Kaltura: one by one, or all new names at once. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.js';
import type { Parameters, RequestFacts, ResponseData } from '../../http/types.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { CategorySummary, Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { ChangeFeed } from '../../store/change-feed.js';
import type { CourseFilter, CourseRecord, MappingRecord, MappingTarget, Store } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { categoryScope, resolveCategoryInput } from './category-choice.js';
import type { WantedRow } from '../changes/changes-row.js';
import { startCheck } from './check-categories.js';
import { courseUrl, COURSES_PATH } from '../table/course-list.js';
import { requireCourse, requireTenant } from '../scope.js';
import type { Staging } from '../changes/stage-changes.js';

/** What is wrong with the course's category, and what to do about it; its head says how to include it. */
export const CATEGORY_PROBLEM = fileURLToPath(new URL('./category-problem.eta', import.meta.url));

const PAGE_SIZE = 500;
const MAX_COUNTED = 1_000_000;

/**
 * Every course whose mapping has a problem, each keeping its category under its present name. Kaltura is asked for the
 * name when the rows are staged; a category that is gone becomes an error of its row.
 */
export async function* wantedRepairs(
  courses: Pick<Store['courses'], 'list'>,
  filter: Pick<CourseFilter, 'tenantId' | 'seenIn'>,
): AsyncGenerator<WantedRow> {
  let row = 0;
  let after: string | undefined;
  do {
    const page = await courses.list({
      ...filter,
      state: 'broken',
      order: 'title',
      limit: PAGE_SIZE,
      ...(after === undefined ? {} : { after }),
    });
    for (const { courseKey, mapping } of page.items) {
      if (!mapping) continue;
      row += 1;
      yield { row, courseKey, to: { categoryId: mapping.categoryId, origin: mapping.origin } };
    }
    after = page.next;
  } while (after !== undefined);
}

export interface RepairDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'platforms' | 'courses' | 'mappings' | 'jobs'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesById' | 'categoriesByFullName'>;
  staging: Pick<Staging, 'stage'>;
  jobs: Pick<JobRunner, 'enqueue'>;
  /** So that the next launch in this process already reports the new category. */
  changes: Pick<ChangeFeed, 'poll'>;
  clock: Clock;
  random: Random;
}

export function createRepairScreens(deps: RepairDependencies): AdminRoute[] {
  const { store, kaltura, staging, changes, clock, random } = deps;

  async function check(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const tenant = await requireTenant(screen.session, field(request.form, 'tenantId'), store);
    const job = await startCheck(tenant, screen.actor, deps);
    return screen.redirect(`/admin/jobs/${job.id}`);
  }

  async function stageAll(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const tenant = await requireTenant(screen.session, field(request.form, 'tenantId'), store);
    const { deployment } = screen.session;
    const filter = { tenantId: tenant.id, ...(deployment === undefined ? {} : { seenIn: deployment }) };
    const set = await staging.stage({
      tenant,
      deployment,
      kind: 'repair',
      summary: screen.messages.text('courses.repair.allSummary'),
      rows: wantedRepairs(store.courses, filter),
      total: await store.courses.count({ ...filter, state: 'broken' }, MAX_COUNTED),
      by: screen.actor,
    });
    return screen.redirect(`${COURSES_PATH}/changes/${set.id}`);
  }

  async function repair(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const { tenantId = '', courseKey = '' } = request.params;
    const { tenant, course } = await requireCourse(screen.session, { tenantId, courseKey }, store);
    const { mapping } = course;
    const expectedVersion = Number(field(request.form, 'expectedVersion'));
    if (!mapping || mapping.version !== expectedVersion) throw conflict();
    const scope = await categoryScope(screen.session, tenant, deps);
    const resolve: Resolve = (text) => resolveCategoryInput(kaltura, scope.account, text, scope);
    const to = await wanted(request.form, mapping, resolve);

    const changeSetId = newUuid({ clock, random });
    const result = await store.mappings.apply(
      {
        changeSetId,
        summary: screen.messages.text(to ? 'courses.repair.summary' : 'courses.repair.summaryRemove', {
          course: courseName(course),
        }),
        changes: [{ tenantId: tenant.id, courseKey, expectedVersion, ...(to === undefined ? {} : { to }) }],
        atMs: clock.nowMs(),
      },
      screen.actor,
    );
    if (result.outcome === 'conflict') throw conflict();
    await changes.poll();
    return screen.redirect(courseUrl(course), {
      text: to
        ? screen.messages.text('courses.repair.done', { course: courseName(course), path: to.categoryFullName })
        : screen.messages.text('courses.repair.removed', { course: courseName(course) }),
      undo: changeSetId,
    });
  }

  const common = { role: 'editor', keepsToDeployment: true } as const;
  return [
    // Marks courses of every deployment of the LMS.
    {
      method: 'POST',
      path: `${COURSES_PATH}/check`,
      template: `${COURSES_PATH}/check`,
      role: 'editor',
      handler: check,
    },
    {
      method: 'POST',
      path: `${COURSES_PATH}/repair`,
      template: `${COURSES_PATH}/repair`,
      ...common,
      handler: stageAll,
    },
    {
      method: 'POST',
      path: `${COURSES_PATH}/:tenantId/:courseKey/repair`,
      template: `${COURSES_PATH}/:tenantId/:courseKey/repair`,
      ...common,
      handler: repair,
    },
  ];
}

type Resolve = (text: string) => Promise<CategorySummary>;

/** What the mapping becomes; undefined: it is removed. */
async function wanted(
  form: Parameters | undefined,
  mapping: MappingRecord,
  resolve: Resolve,
): Promise<MappingTarget | undefined> {
  switch (field(form, 'action')) {
    case 'accept-new-name': {
      const category = await resolve(mapping.categoryId);
      return { categoryId: category.id, categoryFullName: category.fullName, origin: mapping.origin };
    }
    case 'choose': {
      const category = await resolve(field(form, 'categoryId'));
      return { categoryId: category.id, categoryFullName: category.fullName, origin: 'manual' };
    }
    case 'remove':
      return undefined;
    default:
      throw new AppError('INPUT_INVALID', { reason: 'action is none of accept-new-name, choose, remove' });
  }
}

const conflict = (): AppError =>
  new AppError('MAPPING_CONFLICT', { reason: 'Somebody changed this course meanwhile. Look at it again.' });

const courseName = ({ title, label, courseKey }: CourseRecord): string => title ?? label ?? courseKey;

function field(form: Parameters | undefined, name: string): string {
  const value = form?.get(name);
  if (value === undefined) throw new AppError('INPUT_INVALID', { reason: `${name} is missing` });
  return value;
}
