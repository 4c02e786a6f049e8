/** Takes back a set of changes: as a set of its own, so that it can be looked at, and taken back again. */
import { AppError } from '../../errors/app-error.js';
import type {
  Actor,
  AdminSession,
  CourseRecord,
  MappingChange,
  MappingHistoryRecord,
  StagedChangeSet,
  Store,
} from '../../store/ports.js';
import type { ChangeApplier } from './apply-changes.js';
import { isInScope, requireTenant } from '../scope.js';
import type { ChangesWanted, Staging, WantedRow } from './stage-changes.js';
import { undoOf } from './undo.js';

const CHUNK = 500;

export interface UndoRequest {
  changeSetId: string;
  who: Pick<AdminSession, 'deployment'>;
  /** What the set that takes back is called, e.g. "Undo of …". */
  summaryOf(summary: string): string;
  by: Actor;
}

export interface UndoDependencies {
  store: Pick<Store, 'courses' | 'mappings' | 'tenants' | 'deployments'>;
  staging: Pick<Staging, 'stage' | 'stageNow'>;
  applier: Pick<ChangeApplier, 'fitsAtOnce' | 'applyAtOnce'>;
}

/**
 * A small set is taken back at once, and the answer is `applied` with its report; a large one is staged, to be looked
 * at first. Courses that this admin may not see are left alone, and what others did leads them to no category that they
 * may not choose. `HTTP_NOT_FOUND` when the set changed nothing of theirs.
 */
export async function undoChangeSet(
  { changeSetId, who, summaryOf, by }: UndoRequest,
  { store, staging, applier }: UndoDependencies,
): Promise<StagedChangeSet> {
  const history = await visibleHistory(changeSetId, who, store);
  const [first] = history;
  if (!first) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such change of this admin’s courses' });
  const tenant = await requireTenant(who, first.tenantId, store);
  const changes = undoOf(history);
  const wanted: ChangesWanted = {
    tenant,
    deployment: who.deployment,
    kind: 'undo',
    summary: summaryOf(first.summary),
    rows: rowsOf(changes, othersIn(history, by)),
    total: changes.length,
    by,
  };
  if (changes.length > CHUNK) return staging.stage(wanted);
  const set = await staging.stageNow(wanted);
  if (set.status !== 'ready' || !applier.fitsAtOnce(set)) return set;
  return (await applier.applyAtOnce(set, by)) ?? set;
}

/** All that the set did to courses that this admin may see. The changes of one set are all of one LMS. */
async function visibleHistory(
  changeSetId: string,
  who: UndoRequest['who'],
  store: UndoDependencies['store'],
): Promise<MappingHistoryRecord[]> {
  const visible: MappingHistoryRecord[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.mappings.changeSet(changeSetId, {
      limit: CHUNK,
      ...(after === undefined ? {} : { after }),
    });
    const courses = who.deployment === undefined ? undefined : await coursesOf(page, store);
    visible.push(
      ...page.filter(({ courseKey }) => {
        const course = courses?.get(courseKey);
        return courses === undefined || (course !== undefined && isInScope(who, course));
      }),
    );
    after = page.at(-1)?.id;
    if (page.length < CHUNK) return visible;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function coursesOf(
  [first, ...others]: readonly MappingHistoryRecord[],
  store: UndoDependencies['store'],
): Promise<Map<string, CourseRecord>> {
  if (!first) return new Map();
  const keys = [...new Set([first, ...others].map(({ courseKey }) => courseKey))];
  return new Map((await store.courses.findMany(first.tenantId, keys)).map((course) => [course.courseKey, course]));
}

/** Keys of courses that somebody else changed in this set. */
const othersIn = (history: readonly MappingHistoryRecord[], { kind, id }: Actor): ReadonlySet<string> =>
  new Set(history.filter(({ actor }) => actor.kind !== kind || actor.id !== id).map(({ courseKey }) => courseKey));

async function* rowsOf(changes: readonly MappingChange[], othersDoing: ReadonlySet<string>): AsyncGenerator<WantedRow> {
  for (const [index, { courseKey, expectedVersion, to }] of changes.entries()) {
    yield {
      row: index + 1,
      courseKey,
      to: to ?? 'remove',
      takesBack: expectedVersion ?? 'none',
      ...(othersDoing.has(courseKey) ? {} : { ownDoing: true }),
    };
  }
}
