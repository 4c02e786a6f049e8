/**
 * Looks whether the categories that courses are mapped to are still what they were. A category is called deleted only
 * when Kaltura answers, for the right account, that it has none of that id.
 */
import { AppError } from '../../errors/app-error.js';
import type { JobHandler, PeriodicTask } from '../../jobs/job.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { CategorySummary, Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import type { AccountId, CategoryId, TenantId } from '../../runtime/ids.js';
import type { Actor, CourseRecord, JobRecord, MappingRecord, Store, TenantRecord } from '../../store/ports.js';
import { COURSES_PATH } from '../table/course-list.js';

export const CHECK_CATEGORIES = 'courses.check-categories';

const PAGE_SIZE = 500;
const EVERY_MS = 12 * 60 * 60_000;
const MAX_COUNTED = 1_000_000;
/** So many categories, and Kaltura has not one of them: it is another account. */
const TOO_MANY_TO_BE_GONE = 10;

export type CategoryProblem = NonNullable<CourseRecord['problem']>;

/** What is wrong with a mapping whose category Kaltura now shows so. A path tells; the parent's id is not stored. */
export function problemOf(
  { categoryFullName }: Pick<MappingRecord, 'categoryFullName'>,
  now: Pick<CategorySummary, 'fullName'> | undefined,
): CategoryProblem | undefined {
  if (now === undefined) return 'deleted';
  if (now.fullName === categoryFullName) return undefined;
  return parentOf(now.fullName) === parentOf(categoryFullName) ? 'renamed' : 'moved';
}

const parentOf = (fullName: string): string => fullName.slice(0, Math.max(fullName.lastIndexOf('>'), 0));

/** Courses with each finding; how many were looked at. */
export interface CheckResult {
  checked: number;
  deleted: number;
  renamed: number;
  moved: number;
  /** Had a problem before and are fine again. */
  mended: number;
}

interface CheckInput {
  tenantId: TenantId;
  /** The tenant's account when the check was asked for. */
  accountId: AccountId;
}

interface CheckState {
  /** Cursor of the next page; absent at the start. */
  after?: string;
  result: CheckResult;
  /** Some category was found, so the account is the right one. */
  anyFound: boolean;
}

export interface CheckDependencies {
  store: Pick<Store, 'courses' | 'tenants' | 'platforms'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesById' | 'categoriesByFullName'>;
  clock: Clock;
}

type MappedCourse = CourseRecord & { mapping: MappingRecord };
const isMapped = (course: CourseRecord): course is MappedCourse => course.mapping !== undefined;

/**
 * Marks each mapped course of a tenant with what is wrong with its category. Fails without marking anything more when
 * Kaltura fails, when its account lacks every root category (`KALTURA_ROOT_MISSING`), and when the tenant got another
 * account meanwhile or the account has none of the categories (`KALTURA_ACCOUNT_CHANGED`).
 */
export function createCategoryCheck({ store, kaltura, clock }: CheckDependencies): JobHandler {
  async function tenantOf({ tenantId, accountId }: CheckInput): Promise<TenantRecord> {
    const tenant = await store.tenants.find(tenantId);
    if (tenant?.accountId !== accountId) {
      throw new AppError('KALTURA_ACCOUNT_CHANGED', { reason: 'The LMS has another account than when this began.' });
    }
    return tenant;
  }

  async function requireRoot(tenant: TenantRecord): Promise<void> {
    const account = kaltura.account(tenant.accountId);
    const platforms = await store.platforms.list();
    const roots = platforms
      .filter(({ accountId }) => accountId === account.id)
      .flatMap(({ settings }) => settings.rootCategory ?? []);
    const known = await kaltura.categoriesByFullName(account, [account.rootCategory, ...roots]);
    if (known.size === 0) {
      throw new AppError('KALTURA_ROOT_MISSING', { reason: `No category "${account.rootCategory}".` });
    }
  }

  async function checkPage(courses: readonly MappedCourse[], input: CheckInput, state: CheckState): Promise<void> {
    const ids = [...new Set(courses.map(({ mapping }) => mapping.categoryId))];
    const tenant = await tenantOf(input);
    const found = await kaltura.categoriesById(kaltura.account(tenant.accountId), ids);
    // Read again: what Kaltura said holds for the account that was asked.
    await tenantOf(input);
    if (found.size > 0) state.anyFound = true;
    if (!state.anyFound && ids.length >= TOO_MANY_TO_BE_GONE) {
      throw new AppError('KALTURA_ACCOUNT_CHANGED', { reason: `Kaltura has none of ${ids.length} categories.` });
    }
    for (const course of courses) await mark(course, found, state.result);
  }

  async function mark(
    { tenantId, courseKey, mapping, problem: before }: MappedCourse,
    found: ReadonlyMap<CategoryId, CategorySummary>,
    result: CheckResult,
  ): Promise<void> {
    const problem = problemOf(mapping, found.get(mapping.categoryId));
    result.checked += 1;
    if (problem !== undefined) result[problem] += 1;
    else if (before !== undefined) result.mended += 1;
    if (problem === before) return;
    await store.courses.setProblem(
      { tenantId, courseKey, expectedVersion: mapping.version, ...(problem === undefined ? {} : { problem }) },
      clock.nowMs(),
    );
  }

  return {
    words: {
      title: 'courses.check.job',
      result: (result) => {
        const { checked, deleted, renamed, moved } = result as CheckResult;
        return { key: 'courses.check.result', params: { checked, problems: deleted + renamed + moved } };
      },
      more: ({ tenantId = '' }) => ({
        href: `${COURSES_PATH}?tenant=${encodeURIComponent(tenantId)}&state=broken`,
        key: 'courses.check.more',
      }),
    },

    async run(job, control) {
      const input = job.input as CheckInput;
      const state = (job.state as CheckState | undefined) ?? {
        result: { checked: 0, deleted: 0, renamed: 0, moved: 0, mended: 0 },
        anyFound: false,
      };
      await requireRoot(await tenantOf(input));
      const total = await store.courses.count({ tenantId: input.tenantId }, MAX_COUNTED);
      let done = job.done;
      for (;;) {
        const { items, next } = await store.courses.list({
          tenantId: input.tenantId,
          order: 'title',
          limit: PAGE_SIZE,
          ...(state.after === undefined ? {} : { after: state.after }),
        });
        await checkPage(items.filter(isMapped), input, state);
        done += items.length;
        if (next === undefined) return state.result;
        state.after = next;
        await control.progress({ done, total, state });
      }
    },
  };
}

export interface CheckStartDependencies {
  store: { jobs: Pick<Store['jobs'], 'list'> };
  jobs: Pick<JobRunner, 'enqueue'>;
}

/** Starts the check of one tenant, or answers the one that waits or runs already. */
export async function startCheck(
  { id: tenantId, accountId }: Pick<TenantRecord, 'id' | 'accountId'>,
  by: Actor,
  { store, jobs }: CheckStartDependencies,
): Promise<JobRecord> {
  const [last] = await store.jobs.list({ kind: CHECK_CATEGORIES, tenantId, limit: 1 });
  if (last?.status === 'waiting' || last?.status === 'running') return last;
  return jobs.enqueue({ kind: CHECK_CATEGORIES, tenantId, input: { tenantId, accountId } satisfies CheckInput }, by);
}

/** Checks every tenant twice a day. */
export function createCheckTask({
  store,
  jobs,
}: {
  store: CheckStartDependencies['store'] & {
    tenants: Pick<Store['tenants'], 'list'>;
    courses: Pick<Store['courses'], 'count'>;
  };
  /** Called when it runs: the runner is made with its periodic tasks. */
  jobs: () => Pick<JobRunner, 'enqueue'>;
}): PeriodicTask {
  return {
    name: CHECK_CATEGORIES,
    everyMs: EVERY_MS,
    async run() {
      for (const tenant of await store.tenants.list()) {
        if ((await store.courses.count({ tenantId: tenant.id }, 1)) === 0) continue;
        await startCheck(tenant, { kind: 'job', id: CHECK_CATEGORIES }, { store, jobs: jobs() });
      }
    },
  };
}
