/**
 * Assigns the entries of one category to another, as jobs: a copied course shows the same videos, which stay the same
 * entries. What a job assigned can be taken back, and nothing else.
 */
import { AppError, isAppError, toAppError } from '../../errors/app-error.js';
import type { JobControl, JobHandler, JobHandlers } from '../../jobs/job.js';
import type { Kaltura, KalturaAccount } from '../../kaltura/types.js';
import { isEntryId, type CategoryId, type EntryId, type TenantId } from '../../runtime/ids.js';
import type { JobRecord, Store } from '../../store/ports.js';

export const CLONE_ENTRIES = 'courses.clone-entries';
export const UNCLONE_ENTRIES = 'courses.unclone-entries';

/** Saved after each: what was assigned and not written down could not be taken back. */
const BATCH = 20;
const AT_ONCE = 4;
/** A job keeps no longer list; what it assigns beyond stays when it is taken back. */
const MAX_LISTED = 10_000;

export interface CloneInput {
  tenantId: TenantId;
  courseKey: string;
  fromCategoryId: CategoryId;
  toCategoryId: CategoryId;
}

export interface CloneResult {
  /** The entries that the job assigned, at most 10,000 of them. */
  assigned: EntryId[];
  assignedCount: number;
  /** Were in the category before. */
  already: number;
  /** Are in as many categories as Kaltura allows. */
  full: number;
  /** Kaltura did not take them, as those that are being deleted. */
  refused: number;
}

export interface UncloneInput {
  tenantId: TenantId;
  courseKey: string;
  /** The job whose assignments are taken back. */
  cloneJobId: string;
}

export interface UncloneResult {
  removed: number;
  /** Somebody had taken them out meanwhile. */
  missing: number;
}

interface CloneDependencies {
  store: { tenants: Pick<Store['tenants'], 'find'>; jobs: Pick<Store['jobs'], 'find'> };
  kaltura: Pick<Kaltura, 'account' | 'categoryEntries' | 'assignEntry' | 'unassignEntry'>;
}

/** What a job that assigned entries wrote down, ended or not; undefined when there is nothing to take back. */
export function assignedBy(job: Pick<JobRecord, 'kind' | 'result' | 'state'>): EntryId[] | undefined {
  if (job.kind !== CLONE_ENTRIES) return undefined;
  const { assigned } = (job.result ?? job.state ?? {}) as Partial<CloneResult>;
  const entries = Array.isArray(assigned) ? assigned.filter(isEntryId) : [];
  return entries.length > 0 ? entries : undefined;
}

export function createCloneJobs(deps: CloneDependencies): JobHandlers {
  return { [CLONE_ENTRIES]: createClone(deps), [UNCLONE_ENTRIES]: createUnclone(deps) };
}

function createClone({ store, kaltura }: CloneDependencies): JobHandler {
  return {
    words: {
      title: 'courses.clone.job',
      result: (result) => {
        const { assignedCount, already, full, refused } = result as CloneResult;
        return { key: 'courses.clone.result', params: { assigned: assignedCount, already, left: full + refused } };
      },
      undo: (job) => assignedBy(job) && { path: `/admin/jobs/${job.id}/undo-clone`, key: 'courses.clone.undo' },
    },

    async run(job, control) {
      const { tenantId, fromCategoryId, toCategoryId } = job.input as CloneInput;
      if (fromCategoryId === toCategoryId) throw new AppError('INPUT_INVALID', { reason: 'Both are one category.' });
      const account = await accountOf(tenantId, { store, kaltura });
      const saved = job.state as CloneResult | undefined;
      const result: CloneResult = saved ?? { assigned: [], assignedCount: 0, already: 0, full: 0, refused: 0 };
      // A job that goes on begins the list anew: entries may have come and gone. What it did is in its counts already.
      const known = new Set<EntryId>(result.assigned);
      if (saved) Object.assign(result, { already: 0, full: 0, refused: 0 });
      let done = 0;

      for await (const page of kaltura.categoryEntries(account, fromCategoryId)) {
        for (let start = 0; start < page.length; start += BATCH) {
          const batch = page.slice(start, start + BATCH);
          const settled = await inParallel(batch, async (entryId) => {
            if (known.has(entryId)) return;
            const outcome = await assign(account, { entryId, categoryId: toCategoryId });
            if (outcome !== 'assigned') result[outcome] += 1;
            else {
              result.assignedCount += 1;
              if (result.assigned.length < MAX_LISTED) result.assigned.push(entryId);
            }
          });
          done += batch.length;
          await control.progress({ done, state: result });
          if (settled.failure !== undefined) throw settled.failure;
        }
      }
      return result;
    },
  };

  async function assign(
    account: KalturaAccount,
    assignment: { entryId: EntryId; categoryId: CategoryId },
  ): Promise<'assigned' | 'already' | 'full' | 'refused'> {
    try {
      return await kaltura.assignEntry(account, assignment);
    } catch (error) {
      if (isAppError(error) && error.details['kalturaCode'] === 'INVALID_ENTRY_ID') return 'refused';
      throw error;
    }
  }
}

function createUnclone({ store, kaltura }: CloneDependencies): JobHandler {
  return {
    words: {
      title: 'courses.clone.undoJob',
      result: (result) => {
        const { removed, missing } = result as UncloneResult;
        return { key: 'courses.clone.undoResult', params: { removed, missing } };
      },
    },

    async run(job: JobRecord, control: JobControl) {
      const { tenantId, cloneJobId } = job.input as UncloneInput;
      const account = await accountOf(tenantId, { store, kaltura });
      const clone = await store.jobs.find(cloneJobId);
      const entries = (clone && assignedBy(clone)) ?? [];
      const { toCategoryId } = (clone?.input ?? {}) as CloneInput;
      const result = (job.state as UncloneResult | undefined) ?? { removed: 0, missing: 0 };
      const total = entries.length;
      for (let start = job.done; start < total; start += BATCH) {
        const batch = entries.slice(start, start + BATCH);
        const settled = await inParallel(batch, async (entryId) => {
          const removed = await kaltura.unassignEntry(account, { entryId, categoryId: toCategoryId });
          result[removed ? 'removed' : 'missing'] += 1;
        });
        if (settled.failure !== undefined) throw settled.failure;
        await control.progress({ done: start + batch.length, total, state: result });
      }
      return result;
    },
  };
}

async function accountOf(
  tenantId: TenantId,
  { store, kaltura }: { store: Pick<CloneDependencies['store'], 'tenants'>; kaltura: Pick<Kaltura, 'account'> },
): Promise<KalturaAccount> {
  const tenant = await store.tenants.find(tenantId);
  if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'The LMS is not there any more.' });
  return kaltura.account(tenant.accountId);
}

/** Lets each that has begun come to its end, so that nothing happens after it was written down. */
async function inParallel<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<void>,
): Promise<{ failure?: Error }> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(task));
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed) return { failure: toAppError(failed.reason) };
  }
  return {};
}
