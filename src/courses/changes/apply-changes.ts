/**
 * Makes a prepared set of changes happen. A course that somebody changed since stays as it is. Everything may be done
 * twice: what this set has done already counts as done, so a process that dies in between loses nothing.
 */
import { AppError } from '../../errors/app-error.js';
import type { JobHandler } from '../../jobs/job.js';
import type { Kaltura, KalturaAccount } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import type { ChangeFeed } from '../../store/change-feed.js';
import type {
  Actor,
  JobRecord,
  MappingChange,
  MappingTarget,
  StagedChangeSet,
  StagedReport,
  StagedRow,
  Store,
  TenantRecord,
} from '../../store/ports.js';
import { changeCount } from './stage-changes.js';

export const APPLY_JOB = 'courses.apply-changes';
export const CHANGES_PATH = '/admin/courses/changes';
export const changeSetPath = (id: string): string => `${CHANGES_PATH}/${id}`;

/** The store's limit for one command, and what a request may do by itself. */
const CHUNK = 500;
const MAX_NAMED = 100;
/** Of a course's history: whether this set is among the newest changes. */
const HISTORY = 20;
const CHANGING = ['add', 'change', 'remove'] as const;

/** What a job has done so far, and what it ends with. */
interface Applied {
  applied: number;
  conflicts: NonNullable<StagedReport['conflicts']>;
}
type State = Applied & { after: number };

export interface ChangeApplier {
  /** True when the set is small enough to be applied while the admin waits. */
  fitsAtOnce(set: StagedChangeSet): boolean;
  /** Applies a ready set that fits; answers with the set and its report. Undefined when somebody was faster. */
  applyAtOnce(set: StagedChangeSet, by: Actor): Promise<StagedChangeSet | undefined>;
  /** Marks the set as this job's. False when another job that has not ended has it, or it was applied or discarded. */
  claim(setId: string, jobId: string): Promise<boolean>;
  /** The job `courses.apply-changes` with the input `{ stagedId }`. */
  handler: JobHandler;
}

export interface ChangeApplierDependencies {
  store: Pick<Store, 'mappings' | 'stagedChanges' | 'jobs' | 'tenants'>;
  kaltura: Pick<Kaltura, 'account' | 'ensureCategory'>;
  /** So that the next launch in this process already reports the new categories. */
  changes: Pick<ChangeFeed, 'poll'>;
  clock: Clock;
}

/** True for a job that nobody works on any more, or that is not known any more. */
export const hasEnded = (job: Pick<JobRecord, 'status'> | undefined): boolean =>
  job === undefined || (job.status !== 'waiting' && job.status !== 'running');

export function createChangeApplier({ store, kaltura, changes, clock }: ChangeApplierDependencies): ChangeApplier {
  const { mappings, stagedChanges } = store;

  async function claim(setId: string, jobId: string): Promise<boolean> {
    const set = await stagedChanges.find(setId, clock.nowMs());
    if (!set) return false;
    if (set.status === 'applying') {
      if (set.jobId === jobId) return true;
      if (set.jobId !== undefined && !hasEnded(await store.jobs.find(set.jobId))) return false;
    } else if (set.status !== 'ready') return false;
    const { status } = set;
    return (await stagedChanges.setStatus(setId, { from: status, to: 'applying', jobId }, clock.nowMs())) !== undefined;
  }

  /** What the set has done to this course is the latest or nearly the latest of its history. */
  async function isDone(set: StagedChangeSet, { courseKey }: StagedRow): Promise<boolean> {
    const history = await mappings.history({ tenantId: set.tenantId, courseKey }, { limit: HISTORY });
    return history.some(({ changeSetId }) => changeSetId === set.id);
  }

  /** Applies all rows but those whose course was changed since. */
  async function applyRows(set: StagedChangeSet, rows: readonly ResolvedRow[], by: Actor, sum: Applied): Promise<void> {
    let open = rows;
    while (open.length > 0) {
      const answer = await mappings.apply(
        { changeSetId: set.id, summary: set.summary, changes: open.map(toChange(set)), atMs: clock.nowMs() },
        by,
      );
      if (answer.outcome === 'applied') {
        sum.applied += open.length;
        return;
      }
      const changed = new Set(answer.conflicts.map(({ courseKey }) => courseKey));
      const conflicts = open.filter(({ row }) => changed.has(row.courseKey));
      if (conflicts.length === 0) throw new AppError('INTERNAL', { reason: 'a conflict names no course of the set' });
      for (const { row } of conflicts) {
        if (await isDone(set, row)) sum.applied += 1;
        else noteConflict(sum, row);
      }
      open = open.filter(({ row }) => !changed.has(row.courseKey));
    }
  }

  const reportOf = (set: StagedChangeSet, { applied, conflicts }: Applied): StagedReport => ({
    ...set.report,
    applied,
    ...(conflicts.count === 0 ? {} : { conflicts }),
  });

  async function run(job: JobRecord, progress: (done: number, state?: State) => Promise<void>): Promise<unknown> {
    const stagedId = stagedIdOf(job);
    if (!(await claim(stagedId, job.id))) return undefined;
    const set = await stagedChanges.find(stagedId, clock.nowMs());
    const tenant = set && (await store.tenants.find(set.tenantId));
    if (!set || !tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'the prepared changes are gone' });

    const state = stateOf(job.state);
    const done = (): number => state.applied + state.conflicts.count;
    const resolve = createTargets(kaltura, tenant, () => progress(done()));
    for (;;) {
      const rows = await stagedChanges.rows(set.id, { limit: CHUNK, after: state.after, effects: CHANGING });
      const last = rows.at(-1);
      if (!last) break;
      const resolved: ResolvedRow[] = [];
      for (const row of rows) resolved.push(await resolve(row));
      await applyRows(set, resolved, job.actor, state);
      state.after = last.row;
      await progress(done(), state);
    }
    await stagedChanges.setStatus(
      set.id,
      { from: 'applying', to: 'applied', report: reportOf(set, state) },
      clock.nowMs(),
    );
    await changes.poll();
    return { applied: state.applied, conflicts: state.conflicts.count };
  }

  return {
    fitsAtOnce: (set) => changeCount(set) <= CHUNK && set.report?.creates === undefined,

    async applyAtOnce(set, by) {
      const rows = await stagedChanges.rows(set.id, { limit: CHUNK, effects: CHANGING });
      const sum = stateOf(undefined);
      await applyRows(set, rows.map(asItStands), by, sum);
      await changes.poll();
      return stagedChanges.setStatus(
        set.id,
        { from: set.status, to: 'applied', report: reportOf(set, sum) },
        clock.nowMs(),
      );
    },

    claim,

    handler: {
      run: (job, control) =>
        run(job, (done, state) => control.progress({ done, ...(state === undefined ? {} : { state }) })),
      words: {
        title: 'courses.changes.job',
        result: (result) => {
          const { applied, conflicts } = { applied: 0, conflicts: 0, ...(result as object | undefined) };
          return { key: 'courses.changes.jobResult', params: { count: applied, conflicts } };
        },
        more: (job) => ({ href: changeSetPath(stagedIdOf(job)), key: 'courses.changes.jobMore' }),
      },
    },
  };
}

/** A row whose target has an id by now. */
interface ResolvedRow {
  row: StagedRow;
  to?: MappingTarget;
}

const asItStands = (row: StagedRow): ResolvedRow => {
  if (row.to === undefined) return { row };
  if ('create' in row.to) throw new AppError('INTERNAL', { reason: 'the set creates categories' });
  return { row, to: row.to };
};

const toChange =
  ({ tenantId }: StagedChangeSet) =>
  ({ row, to }: ResolvedRow): MappingChange => ({
    tenantId,
    courseKey: row.courseKey,
    // Launches name their course by themselves; a name of a file counts for a course that is new.
    ...(row.effect === 'add' && row.courseTitle !== undefined ? { courseTitle: row.courseTitle } : {}),
    ...(row.effect === 'add' && row.courseLabel !== undefined ? { courseLabel: row.courseLabel } : {}),
    ...(row.expectedVersion === undefined ? {} : { expectedVersion: row.expectedVersion }),
    ...(to === undefined ? {} : { to }),
  });

function noteConflict({ conflicts }: Applied, { courseKey, courseTitle }: StagedRow): void {
  conflicts.count += 1;
  if (conflicts.first.length >= MAX_NAMED) return;
  conflicts.first.push({ courseKey, ...(courseTitle === undefined ? {} : { courseTitle }) });
}

/** Finds or creates the categories that do not exist yet, each once. `afterEach` is called after each of them. */
function createTargets(
  kaltura: ChangeApplierDependencies['kaltura'],
  tenant: TenantRecord,
  afterEach: () => Promise<void>,
): (row: StagedRow) => Promise<ResolvedRow> {
  const account = kaltura.account(tenant.accountId);
  const made = new Map<string, Pick<MappingTarget, 'categoryId' | 'categoryFullName'>>();

  return async (row) => {
    if (row.to === undefined || !('create' in row.to)) return asItStands(row);
    const { categoryFullName, origin } = row.to;
    let category = made.get(categoryFullName);
    if (!category) {
      const { id, fullName } = await kaltura.ensureCategory(account, pathOf(categoryFullName, account));
      category = { categoryId: id, categoryFullName: fullName };
      made.set(categoryFullName, category);
      await afterEach();
    }
    return { row, to: { ...category, origin } };
  };
}

/** Only what stands below the account's root is created; elsewhere, all but the first category. */
function pathOf(fullName: string, { rootCategory }: KalturaAccount): { parentFullName: string; names: string[] } {
  if (fullName.startsWith(`${rootCategory}>`)) {
    return { parentFullName: rootCategory, names: fullName.slice(rootCategory.length + 1).split('>') };
  }
  const [parentFullName = '', ...names] = fullName.split('>');
  return { parentFullName, names };
}

function stagedIdOf({ input }: Pick<JobRecord, 'input'>): string {
  const { stagedId } = (input ?? {}) as { stagedId?: unknown };
  if (typeof stagedId !== 'string') throw new AppError('INTERNAL', { reason: 'the job names no set of changes' });
  return stagedId;
}

/** What a job saved, or the beginning. A job's own state: its form is what `run` wrote. */
function stateOf(saved: unknown): State {
  const { after = 0, applied = 0, conflicts = { count: 0, first: [] } } = (saved ?? {}) as Partial<State>;
  return { after, applied, conflicts: { count: conflicts.count, first: [...conflicts.first] } };
}
