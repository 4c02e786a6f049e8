/** The list of courses as data: what its address asks for, and what its rows show. Pure. */
import { createHash } from 'node:crypto';
import { AppError } from '../../errors/app-error.js';
import type { Parameters } from '../../http/types.js';
import { isCategoryId, type CategoryId, type PlatformId, type TenantId } from '../../runtime/ids.js';
import type { AdminSession, CourseFilter, CourseQuery, CourseRecord, DeploymentKey } from '../../store/ports.js';

export const COURSES_PATH = '/admin/courses';

/** In the order of the filter bar. */
export const COURSE_STATES = [
  'unmapped',
  'manual',
  'matched',
  'rule',
  'automatic',
  'inherited',
  'broken',
] as const satisfies NonNullable<CourseFilter['state']>[];
export type CourseState = (typeof COURSE_STATES)[number];

/** Longer texts are nobody's words. */
const MAX_SEARCH_CHARACTERS = 200;

/** What the address of the list asks for, without its place. */
export interface ListWish {
  /** Absent: the first LMS by name. */
  tenantId?: string;
  state?: CourseState;
  /** Trimmed; empty: no search. */
  search: string;
  categoryId?: CategoryId;
  order: CourseQuery['order'];
}

/** The wish and where its page begins. */
export interface ListPlace extends ListWish {
  after?: string;
}

/**
 * Reads the query of the list. An empty parameter counts as absent, because a form sends its empty fields too.
 *
 * @throws AppError `INPUT_INVALID`
 */
export function readListPlace(query: Parameters): ListPlace {
  const one = (name: string): string | undefined => {
    if (query.count(name) > 1) throw new AppError('INPUT_INVALID', { reason: `${name} stands there more than once` });
    const value = query.get(name)?.trim();
    return value === '' ? undefined : value;
  };
  const tenantId = one('tenant');
  const state = one('state');
  const categoryId = one('category');
  const order = one('order') ?? 'title';
  const after = one('after');
  const search = one('q') ?? '';
  if (state !== undefined && !isState(state)) {
    throw new AppError('INPUT_INVALID', { reason: `state is none of ${COURSE_STATES.join(', ')}` });
  }
  if (categoryId !== undefined && !isCategoryId(categoryId)) {
    throw new AppError('INPUT_INVALID', { reason: 'category is not the id of a category' });
  }
  if (order !== 'title' && order !== 'recent') {
    throw new AppError('INPUT_INVALID', { reason: 'order is neither title nor recent' });
  }
  if (search.length > MAX_SEARCH_CHARACTERS) {
    throw new AppError('INPUT_INVALID', { reason: `a search has at most ${MAX_SEARCH_CHARACTERS} characters` });
  }
  return {
    search,
    order,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(state === undefined ? {} : { state }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(after === undefined ? {} : { after }),
  };
}

const isState = (value: string): value is CourseState => (COURSE_STATES as readonly string[]).includes(value);

/** `path` with what the place asks for; what is left out is the default. */
export function listUrl({ tenantId, state, search, categoryId, order, after }: ListPlace, path = COURSES_PATH): string {
  const query = new URLSearchParams();
  if (tenantId !== undefined) query.set('tenant', tenantId);
  if (state !== undefined) query.set('state', state);
  if (search !== '') query.set('q', search);
  if (categoryId !== undefined) query.set('category', categoryId);
  if (order !== 'title') query.set('order', order);
  if (after !== undefined) query.set('after', after);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What the store is asked for: the wish, and no more than what the admin may see. */
export const listFilter = (
  wish: Pick<ListWish, 'state' | 'search' | 'categoryId'>,
  tenantId: TenantId,
  { deployment }: Pick<AdminSession, 'deployment'>,
): CourseFilter => ({
  tenantId,
  ...(wish.state === undefined ? {} : { state: wish.state }),
  ...(wish.categoryId === undefined ? {} : { categoryId: wish.categoryId }),
  ...(wish.search === '' ? {} : { search: wish.search }),
  ...(deployment === undefined ? {} : { seenIn: deployment }),
});

/** Address of one course. Its parts follow as `/category`, `/remove`, …. */
export const courseUrl = ({ tenantId, courseKey }: Pick<CourseRecord, 'tenantId' | 'courseKey'>): string =>
  `${COURSES_PATH}/${encodeURIComponent(tenantId)}/${encodeURIComponent(courseKey)}`;

/** Names a course in the ids of a page: letters that no key of an LMS can break. */
export const courseDomId = (courseKey: string): string =>
  createHash('sha256').update(courseKey).digest('base64url').slice(0, 16);

/** A category as people read it. */
export interface ShownCategory {
  id: CategoryId;
  /** What stands above, e.g. `LTI>site>channels>`; empty for a category at the top. */
  parents: string;
  /** The last part. */
  name: string;
}

export function showCategory(category: { categoryId: CategoryId; categoryFullName: string }): ShownCategory {
  const cut = category.categoryFullName.lastIndexOf('>') + 1;
  return {
    id: category.categoryId,
    parents: category.categoryFullName.slice(0, cut),
    name: category.categoryFullName.slice(cut),
  };
}

/** A moment in UTC. */
export interface ShownTime {
  iso: string;
  date: string;
  /** Hours and minutes. */
  time: string;
}

export function showTime(atMs: number): ShownTime {
  const iso = new Date(atMs).toISOString();
  return { iso, date: iso.slice(0, 10), time: iso.slice(11, 16) };
}

export interface CourseRow {
  domId: string;
  key: string;
  /** The title, or the key where launches give none. */
  title: string;
  label?: string;
  url: string;
  platforms: string[];
  category?: ShownCategory;
  /** How the course came to its category. */
  how: CourseState;
  problem?: NonNullable<CourseRecord['problem']>;
  launches: number;
  lastLaunch?: ShownTime;
}

/** Names of the platforms that a course was seen in, each once; of those that the admin may see. */
export function platformNamesOf(
  seenIn: readonly DeploymentKey[],
  platforms: ReadonlyMap<PlatformId, string>,
  { deployment }: Pick<AdminSession, 'deployment'>,
): string[] {
  const own = seenIn.filter(({ platformId }) => !deployment || platformId === deployment.platformId);
  // A platform that was removed has no name any more.
  return [...new Set(own.flatMap(({ platformId }) => platforms.get(platformId) ?? []))];
}

/** @param launches of the last 30 days */
export function toCourseRow(course: CourseRecord, platforms: string[], launches: number): CourseRow {
  const { courseKey, title, label, mapping, problem, lastLaunchAtMs } = course;
  return {
    domId: courseDomId(courseKey),
    key: courseKey,
    title: title ?? courseKey,
    url: courseUrl(course),
    platforms,
    how: mapping?.origin ?? 'unmapped',
    launches,
    ...(label === undefined ? {} : { label }),
    ...(mapping === undefined ? {} : { category: showCategory(mapping) }),
    ...(problem === undefined ? {} : { problem }),
    ...(lastLaunchAtMs === undefined ? {} : { lastLaunch: showTime(lastLaunchAtMs) }),
  };
}
