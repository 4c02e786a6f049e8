/** A course's story: what launches said of it, where it reports to and why, and what was done to it. */
import type { Course } from '../../adapter-sdk/types.js';
import { isAppError } from '../../errors/app-error.js';
import type { Kaltura } from '../../kaltura/types.js';
import type {
  Actor,
  AdminSession,
  CourseRecord,
  MappingHistoryRecord,
  PlatformRecord,
  Store,
  TenantRecord,
} from '../../store/ports.js';
import {
  courseUrl,
  listUrl,
  showCategory,
  showTime,
  toCourseRow,
  type CourseRow,
  type ShownCategory,
  type ShownTime,
} from './course-list.js';
import { platformMap, rowsOf, unlessKaltura, type CourseListDependencies } from './course-list-screen.js';
import { proposalsFor } from './course-proposals.js';
import type { CategoryResolver } from '../resolve-category.js';
import { isInScope } from '../scope.js';
import { playerOf, readCourseSettings } from '../settings.js';

const HISTORY_SHOWN = 20;

export interface CourseStoryDependencies extends CourseListDependencies {
  store: CourseListDependencies['store'] & Pick<Store, 'mappings'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName' | 'categoriesById'>;
  categories: Pick<CategoryResolver, 'preview'>;
}

/** What the next launch from the course would report. */
export type NextLaunch =
  /** This `playbackContext`; `found` when it would be looked up first and then stored. */
  | { kind: 'reports'; category: ShownCategory; found: boolean }
  /** The id of a category that it would make: its full name. */
  | { kind: 'creates'; fullName: string }
  /** It plays, and no course stands in the report. */
  | { kind: 'nothing' }
  /** The platform's policy refuses it. */
  | { kind: 'refused' }
  /** Nobody launched from it, so no platform's policy says. */
  | { kind: 'never-launched' }
  /** Kaltura did not answer; the code says how. */
  | { kind: 'unknown'; code: string };

export interface HistoryLine {
  changeSetId: string;
  summary: string;
  kind: Actor['kind'];
  who?: string;
  at: ShownTime;
  before?: ShownCategory;
  after?: ShownCategory;
}

/** A course that this one was copied from. */
export interface CopySource {
  key: string;
  title: string;
  url: string;
  category?: ShownCategory;
}

export interface CourseStory {
  row: CourseRow;
  tenantId: TenantRecord['id'];
  tenantName: string;
  /** Goes into forms; empty when there is no mapping. */
  version: string;
  sourcedId?: string;
  firstSeen: ShownTime;
  launchesUrl: string;
  /** Of this category; absent without one. */
  sameCategoryUrl?: string;
  copiedFrom: CopySource[];
  proposal?: { origin: 'matched' | 'inherited'; category: ShownCategory };
  next: NextLaunch;
  /** Where the category is now, when a check found it renamed or moved. */
  current?: ShownCategory;
  player?: number;
  /** The player of courses without one of their own. */
  defaultPlayer?: number;
  history: HistoryLine[];
}

/** Everything about one course that this admin may see. Without Kaltura's answers where it gives none. */
export async function tellStory(
  { tenant, course }: { tenant: TenantRecord; course: CourseRecord },
  session: AdminSession,
  deps: CourseStoryDependencies,
): Promise<CourseStory> {
  const { store } = deps;
  const { mapping } = course;
  const [platformList, rows, history, sources] = await Promise.all([
    store.platforms.list(),
    rowsOf([course], { session }, deps),
    store.mappings.history(course, { limit: HISTORY_SHOWN }),
    store.courses.findMany(tenant.id, course.previousKeys),
  ]);
  const platforms = platformMap(platformList);
  const platform = platformOf(course, session, platforms);
  const [next, proposal, current] = await Promise.all([
    nextLaunch({ tenant, course, platform }, deps.categories),
    proposalsFor({ tenant, courses: [course], platforms, who: session }, deps)
      .then((found) => found.get(course.courseKey))
      .catch(unlessKaltura),
    currentCategory(tenant, course, deps.kaltura).catch(unlessKaltura),
  ]);
  const settings = readCourseSettings(tenant.courseSettings);
  const player = playerOf(settings, course.courseKey);
  const defaultPlayer = platform?.settings.uiConfId ?? accountPlayer(tenant, deps.kaltura);
  const order = 'title';

  return {
    row: rows[0] ?? toCourseRow(course, [], 0),
    tenantId: tenant.id,
    tenantName: tenant.name,
    version: mapping ? String(mapping.version) : '',
    firstSeen: showTime(course.firstSeenAtMs),
    launchesUrl: `/admin/launches?${new URLSearchParams({ tenant: tenant.id, course: course.courseKey }).toString()}`,
    copiedFrom: sources.filter((source) => isInScope(session, source)).map(toSource),
    next,
    history: history.map(toLine),
    ...(course.sourcedId === undefined ? {} : { sourcedId: course.sourcedId }),
    ...(mapping
      ? { sameCategoryUrl: listUrl({ tenantId: tenant.id, search: '', order, categoryId: mapping.categoryId }) }
      : {}),
    ...(proposal ? { proposal: { origin: proposal.origin, category: showCategory(proposal) } } : {}),
    ...(current ? { current } : {}),
    ...(player === undefined ? {} : { player }),
    ...(defaultPlayer === undefined ? {} : { defaultPlayer }),
  };
}

/** The platform that launched the course last, of those that are still there and the admin's to see. */
function platformOf(
  { seenIn }: CourseRecord,
  { deployment }: AdminSession,
  platforms: ReadonlyMap<PlatformRecord['id'], PlatformRecord>,
): PlatformRecord | undefined {
  return seenIn
    .filter(({ platformId }) => !deployment || platformId === deployment.platformId)
    .map(({ platformId }) => platforms.get(platformId))
    .findLast((platform) => platform !== undefined);
}

export async function nextLaunch(
  {
    tenant,
    course,
    platform,
  }: { tenant: TenantRecord; course: CourseRecord; platform: Pick<PlatformRecord, 'settings'> | undefined },
  categories: Pick<CategoryResolver, 'preview'>,
): Promise<NextLaunch> {
  if (course.mapping) return { kind: 'reports', category: showCategory(course.mapping), found: false };
  if (!platform) return { kind: 'never-launched' };
  try {
    const found = await categories.preview({ platform, tenant, course: neutralCourse(course) });
    if (found.wouldCreate !== undefined) return { kind: 'creates', fullName: found.wouldCreate };
    if (found.categoryId === undefined) return { kind: 'nothing' };
    const { categoryId, categoryFullName = categoryId } = found;
    return { kind: 'reports', category: showCategory({ categoryId, categoryFullName }), found: true };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'MAPPING_MISSING') return { kind: 'refused' };
    return { kind: 'unknown', code: error.code };
  }
}

/** What a launch said, as far as it was kept. */
const neutralCourse = ({ courseKey, title, label, sourcedId, previousKeys, categoryNames }: CourseRecord): Course => ({
  key: courseKey,
  previousKeys,
  categoryNames,
  ...(title === undefined ? {} : { title }),
  ...(label === undefined ? {} : { label }),
  ...(sourcedId === undefined ? {} : { sourcedId }),
});

/** Undefined when there is no problem, or the category is gone. */
async function currentCategory(
  tenant: TenantRecord,
  { mapping, problem }: CourseRecord,
  kaltura: Pick<Kaltura, 'account' | 'categoriesById'>,
): Promise<ShownCategory | undefined> {
  if (!mapping || problem === undefined) return undefined;
  const found = await kaltura.categoriesById(kaltura.account(tenant.accountId), [mapping.categoryId]);
  const category = found.get(mapping.categoryId);
  return category && showCategory({ categoryId: category.id, categoryFullName: category.fullName });
}

function accountPlayer({ accountId }: TenantRecord, kaltura: Pick<Kaltura, 'account'>): number | undefined {
  try {
    return kaltura.account(accountId).uiConfId;
  } catch (error) {
    return unlessKaltura(error);
  }
}

const toSource = (source: CourseRecord): CopySource => ({
  key: source.courseKey,
  title: source.title ?? source.courseKey,
  url: courseUrl(source),
  ...(source.mapping ? { category: showCategory(source.mapping) } : {}),
});

const toLine = ({ changeSetId, summary, actor, atMs, before, after }: MappingHistoryRecord): HistoryLine => ({
  changeSetId,
  summary,
  kind: actor.kind,
  at: showTime(atMs),
  ...(actor.id === undefined ? {} : { who: actor.id.replace(/^link:/, '') }),
  ...(before ? { before: showCategory(before) } : {}),
  ...(after ? { after: showCategory(after) } : {}),
});
