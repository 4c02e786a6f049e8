/**
 * Prepares changes of mappings so that somebody can look at them before they happen: reads what is wanted, course by
 * course, compares it with what is there, and keeps the difference. Nothing is changed here.
 */
import { toAppError } from '../../errors/app-error.js';
import type { Log } from '../../http/log.js';
import type { CategorySummary, Kaltura, KalturaAccount } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid, type CategoryId } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type {
  Actor,
  CourseRecord,
  DeploymentKey,
  StagedChangeSet,
  StagedReport,
  StagedRow,
  Store,
  TenantRecord,
} from '../../store/ports.js';
import { categoryScope } from '../categories/category-choice.js';
import { stagedRowOf, type WantedRow } from './changes-row.js';
import { isInScope } from '../scope.js';

export type { WantedRow, WantedTarget } from './changes-row.js';

const CHUNK = 500;
const DAY_MS = 24 * 60 * 60_000;
const LIFE_MS = 14 * DAY_MS;
/** Whose launches a change touches. */
export const LAUNCHES_MS = 30 * DAY_MS;
const MAX_SUMMARY = 200;
const MAX_NAMED = 100;
/** A set that was being read and has not moved for so long was left by a process that ended. */
const ABANDONED_MS = 2 * 60_000;

export interface ChangesWanted {
  tenant: TenantRecord;
  /** Of a session that is limited to a deployment: courses that were not seen there are errors. */
  deployment?: DeploymentKey | undefined;
  kind: StagedChangeSet['kind'];
  /** For people. What stands after 200 characters is cut. */
  summary: string;
  rows: AsyncIterable<WantedRow>;
  total?: number;
  by: Actor;
}

export interface Staging {
  /** Answers at once with a set that is being read; the rows are read on behind it. Throws `STORE_…`. */
  stage(wanted: ChangesWanted): Promise<StagedChangeSet>;
  /** Answers once all rows are read: for a few hundred of them. The set is ready, or has failed and says why. */
  stageNow(wanted: ChangesWanted): Promise<StagedChangeSet>;
  /** Resolves once everything that this process reads is read. */
  idle(): Promise<void>;
  /** Lets the present chunks end. Sets that are not read to their end stay so, and count as abandoned soon. */
  stop(): Promise<void>;
}

export interface StagingDependencies {
  store: Pick<Store, 'courses' | 'launches' | 'mappings' | 'platforms' | 'stagedChanges'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesById' | 'categoriesByFullName'>;
  clock: Clock;
  random: Random;
  log: Pick<Log, 'warn'>;
}

/** True for a set that is still being read, but by nobody any more. */
export const isAbandoned = ({ status, updatedAtMs }: StagedChangeSet, nowMs: number): boolean =>
  status === 'reading' && nowMs - updatedAtMs > ABANDONED_MS;

/** How many courses applying the set changes. */
export const changeCount = ({ counts }: Pick<StagedChangeSet, 'counts'>): number =>
  counts.add + counts.change + counts.remove;

export function createStaging(deps: StagingDependencies): Staging {
  const { store, clock, random, log } = deps;
  const flights = new Set<Promise<void>>();
  const stopping = new AbortController();
  const idle = async (): Promise<void> => {
    await Promise.all(flights);
  };

  const create = ({ tenant, deployment, kind, summary, total, by }: ChangesWanted): Promise<StagedChangeSet> => {
    const nowMs = clock.nowMs();
    return store.stagedChanges.create({
      id: newUuid({ clock, random }),
      tenantId: tenant.id,
      ...(deployment === undefined ? {} : { deployment }),
      kind,
      summary: Array.from(summary).slice(0, MAX_SUMMARY).join(''),
      ...(total === undefined ? {} : { total }),
      createdBy: by,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + LIFE_MS,
    });
  };

  async function read(set: StagedChangeSet, wanted: ChangesWanted): Promise<void> {
    try {
      const report = await readRows(set, wanted, deps, stopping.signal);
      if (stopping.signal.aborted) return;
      await store.stagedChanges.setStatus(set.id, { from: 'reading', to: 'ready', report }, clock.nowMs());
    } catch (thrown) {
      const { code, reason } = toAppError(thrown);
      // Somebody discarded the set while it was read.
      if (code === 'STORE_CONFLICT') return;
      log.warn({ changeSetId: set.id, kind: set.kind, code, err: thrown }, 'changes could not be prepared');
      const failed = { from: 'reading', to: 'failed', errorCode: code, ...(reason === undefined ? {} : { reason }) };
      await store.stagedChanges.setStatus(set.id, failed as { from: 'reading'; to: 'failed' }, clock.nowMs());
    }
  }

  return {
    async stage(wanted) {
      const set = await create(wanted);
      const flight = read(set, wanted)
        .catch((error: unknown) => log.warn({ changeSetId: set.id, err: error }, 'a set of changes was left half read'))
        .finally(() => flights.delete(flight));
      flights.add(flight);
      return set;
    },
    async stageNow(wanted) {
      const set = await create(wanted);
      await read(set, wanted);
      return (await store.stagedChanges.find(set.id, clock.nowMs())) ?? set;
    },
    idle,
    async stop() {
      stopping.abort();
      await idle();
    },
  };
}

async function readRows(
  set: StagedChangeSet,
  { tenant, deployment, kind, rows, total }: ChangesWanted,
  { store, kaltura, clock }: StagingDependencies,
  stopping: AbortSignal,
): Promise<StagedReport> {
  const account = kaltura.account(tenant.accountId);
  const categories = createCategoryLookup(kaltura, account);
  const scope = deployment && (await categoryScope({ deployment }, tenant, { store, kaltura }));
  const foreign = new Map<CategoryId, boolean>();
  const seen = new Set<string>();
  const creates = new Set<string>();
  let done = 0;

  for await (const chunk of inChunks(rows)) {
    const courses = await coursesOf(chunk);
    const staged: StagedRow[] = [];
    // What is taken back was there before: Kaltura need not know it any more.
    const find = kind === 'undo' ? fromHistory : await categories.load(chunk);
    await lookForOthers(chunk.map(find));
    for (const wanted of chunk) {
      const course = courses.get(wanted.courseKey);
      const category = find(wanted);
      staged.push(
        stagedRowOf(wanted, {
          course,
          isTwice: seen.has(wanted.courseKey),
          isForeign: deployment !== undefined && !(course && isInScope({ deployment }, course)),
          mustBeKnown: kind !== 'import',
          category,
          rootFullName: wanted.ownDoing ? undefined : scope?.within,
          isOthers: !wanted.ownDoing && category !== undefined && foreign.get(category.id) === true,
        }),
      );
      seen.add(wanted.courseKey);
    }
    await countLaunches(staged);
    for (const { to } of staged) if (to && 'create' in to) creates.add(to.categoryFullName);
    done = chunk.at(-1)?.step ?? done + chunk.length;
    await store.stagedChanges.append(
      set.id,
      staged,
      { done, ...(total === undefined ? {} : { total }) },
      clock.nowMs(),
    );
    await nextTurn();
    if (stopping.aborted) break;
  }
  return creates.size === 0 ? {} : { creates: { count: creates.size, first: [...creates].slice(0, MAX_NAMED) } };

  async function coursesOf(chunk: readonly WantedRow[]): Promise<Map<string, CourseRecord>> {
    // A row that can't be read may hold a key that no store looks up.
    const readable = chunk.filter(({ problems }) => !problems?.length);
    const keys = [...new Set(readable.map(({ courseKey }) => courseKey))];
    return new Map((await store.courses.findMany(tenant.id, keys)).map((course) => [course.courseKey, course]));
  }

  /** Asks about each category of the set once. */
  async function lookForOthers(found: readonly (Category | undefined)[]): Promise<void> {
    if (!scope?.isForeign) return;
    for (const category of found) {
      if (category && !foreign.has(category.id)) foreign.set(category.id, await scope.isForeign(category.id));
    }
  }

  async function countLaunches(staged: StagedRow[]): Promise<void> {
    const changing = staged.filter(({ effect }) => effect === 'add' || effect === 'change' || effect === 'remove');
    if (changing.length === 0) return;
    const keys = changing.map(({ courseKey }) => courseKey);
    const counts = await store.launches.countByCourse(tenant.id, keys, clock.nowMs() - LAUNCHES_MS);
    for (const row of changing) row.launches = counts.get(row.courseKey) ?? 0;
  }
}

type Category = Pick<CategorySummary, 'id' | 'fullName'>;
type FindCategory = (wanted: WantedRow) => Category | undefined;

const fromHistory: FindCategory = ({ to }) =>
  to === undefined || to === 'remove' || to.categoryId === undefined || to.categoryFullName === undefined
    ? undefined
    : { id: to.categoryId, fullName: to.categoryFullName };

/** Asks Kaltura once for each category of a set: most rows share theirs with others. */
function createCategoryLookup(
  kaltura: StagingDependencies['kaltura'],
  account: KalturaAccount,
): { load(rows: readonly WantedRow[]): Promise<FindCategory> } {
  const byId = new Map<CategoryId, Category | undefined>();
  const byFullName = new Map<string, Category | undefined>();

  return {
    async load(rows) {
      const ids = new Set<CategoryId>();
      const fullNames = new Set<string>();
      for (const { to, problems } of rows) {
        if (to === undefined || to === 'remove' || problems?.length) continue;
        if (to.categoryId !== undefined) {
          if (!byId.has(to.categoryId)) ids.add(to.categoryId);
        } else if (to.categoryFullName !== undefined && !byFullName.has(to.categoryFullName)) {
          fullNames.add(to.categoryFullName);
        }
      }
      if (ids.size > 0) {
        const found = await kaltura.categoriesById(account, [...ids]);
        for (const id of ids) byId.set(id, found.get(id));
      }
      if (fullNames.size > 0) {
        const found = await kaltura.categoriesByFullName(account, [...fullNames]);
        for (const name of fullNames) byFullName.set(name, found.get(name));
      }
      return ({ to }) => {
        if (to === undefined || to === 'remove') return undefined;
        if (to.categoryId !== undefined) return byId.get(to.categoryId);
        return to.categoryFullName === undefined ? undefined : byFullName.get(to.categoryFullName);
      };
    },
  };
}

async function* inChunks<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Lets requests of this process have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
