/** The list of courses: one LMS at a time, filtered, searched, in pages. */
import { AppError, isAppError } from '../../errors/app-error.js';
import type { Kaltura } from '../../kaltura/types.js';
import type { Clock } from '../../runtime/clock.js';
import { isCategoryId, type PlatformId } from '../../runtime/ids.js';
import type { RequestFacts, ResponseData } from '../../http/types.js';
import type { CourseRecord, PlatformRecord, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import {
  COURSE_STATES,
  COURSES_PATH,
  courseDomId,
  courseUrl,
  listFilter,
  listUrl,
  platformNamesOf,
  readListPlace,
  showCategory,
  toCourseRow,
  type CourseRow,
  type ListPlace,
  type ListWish,
} from './course-list.js';
import { proposalsFor } from './course-proposals.js';
import { COURSE_SCREEN_ASSETS, COURSE_TEMPLATES } from './course-templates.js';
import { tenantsOf } from '../scope.js';

const SHOWN = 50;
/** More than this is "10,000+": a count never reads a whole large store. */
const COUNT_CAP = 10_000;
/** As many hits of a search as the store sorts; counting more of them takes longer than finding them. */
const SEARCH_COUNT_CAP = 1_000;
const DAY_MS = 24 * 60 * 60_000;
const LAUNCHES_SINCE_MS = 30 * DAY_MS;

export interface CourseListDependencies {
  store: Pick<Store, 'tenants' | 'deployments' | 'platforms' | 'courses' | 'mappings' | 'launches'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName'>;
  clock: Clock;
}

/** What every template of these screens needs besides its own data. */
export const shared = ({ session, messages }: AdminScreen) => ({
  parts: COURSE_TEMPLATES,
  mayEdit: session.role !== 'viewer',
  number: (value: number) => new Intl.NumberFormat(messages.lang).format(value),
});

/** Rows of these courses as this admin sees them, each with its launches of the last 30 days. */
export async function rowsOf(
  courses: readonly CourseRecord[],
  { session }: Pick<AdminScreen, 'session'>,
  { store, clock }: Pick<CourseListDependencies, 'store' | 'clock'>,
): Promise<CourseRow[]> {
  const [first] = courses;
  if (!first) return [];
  const keys = courses.map(({ courseKey }) => courseKey);
  const [platforms, launches] = await Promise.all([
    store.platforms.list(),
    store.launches.countByCourse(first.tenantId, keys, clock.nowMs() - LAUNCHES_SINCE_MS),
  ]);
  const names = new Map<PlatformId, string>(platforms.map(({ id, name }) => [id, name]));
  return courses.map((course) =>
    toCourseRow(course, platformNamesOf(course.seenIn, names, session), launches.get(course.courseKey) ?? 0),
  );
}

export function createCourseList(deps: CourseListDependencies): AdminRoute[] {
  const { store, kaltura } = deps;

  /** The LMS that the place names, else the first by name. Throws `HTTP_NOT_FOUND` for one that is not theirs. */
  async function tenantFor(
    place: ListWish,
    { session }: AdminScreen,
  ): Promise<{ tenants: TenantRecord[]; tenant: TenantRecord | undefined }> {
    const tenants = await tenantsOf(session, store);
    const { tenantId } = place;
    if (tenantId === undefined) return { tenants, tenant: tenants[0] };
    const tenant = tenants.find(({ id }) => id === tenantId);
    if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such LMS for this admin' });
    return { tenants, tenant };
  }

  const readPage = (place: ListPlace, tenant: TenantRecord, { session }: AdminScreen) =>
    store.courses.list({
      ...listFilter(place, tenant.id, session),
      order: place.order,
      limit: SHOWN,
      ...(place.after === undefined ? {} : { after: place.after }),
    });

  /** What the part below the search box shows. */
  async function tableData(place: ListPlace, tenant: TenantRecord, screen: AdminScreen): Promise<object> {
    const { items, next } = await readPage(place, tenant, screen);
    const { after, ...wish } = place;
    const narrowed = place.state !== undefined || place.search !== '' || place.categoryId !== undefined;
    return {
      ...shared(screen),
      rows: await rowsOf(items, screen, deps),
      tenantId: tenant.id,
      wish,
      address: listUrl(place),
      narrowed,
      // A number may be a key, or the id of a category that courses report to.
      otherCategoryUrl:
        isCategoryId(place.search) && place.categoryId === undefined
          ? listUrl({ ...wish, search: '', categoryId: place.search })
          : undefined,
      clearUrl: listUrl({ ...wishWithoutFilter(wish) }),
      withoutCategoryUrl: listUrl(omit(wish, 'categoryId')),
      orderUrls: { title: listUrl({ ...wish, order: 'title' }), recent: listUrl({ ...wish, order: 'recent' }) },
      firstUrl: after === undefined ? undefined : listUrl(wish),
      nextUrl: next === undefined ? undefined : listUrl({ ...wish, after: next }),
      states: stateLinks(wish),
      countsUrl: listUrl(wish, `${COURSES_PATH}/counts`),
      proposalsUrl: items.some(({ mapping }) => !mapping) ? listUrl(place, `${COURSES_PATH}/proposals`) : undefined,
    };
  }

  async function list(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const place = readListPlace(request.query);
    const { tenants, tenant } = await tenantFor(place, screen);
    const page = {
      title: screen.messages.text('courses.list.title'),
      section: 'courses' as const,
      ...COURSE_SCREEN_ASSETS,
      ownSearch: true,
    };
    if (!tenant) {
      const connected = screen.session.deployment !== undefined || (await store.platforms.list()).length > 0;
      return screen.page(COURSE_TEMPLATES.list, {
        ...page,
        ...shared(screen),
        tenants,
        connectUrl: !connected && screen.session.role === 'owner' ? '/admin/platforms/new' : undefined,
        connected,
      });
    }
    // The address names the LMS as soon as there is a choice, so that it means the same when another one is added.
    const named = tenants.length > 1 ? { ...place, tenantId: tenant.id } : place;
    const data = await tableData(named, tenant, screen);
    if (request.headers['hx-request'] === 'true') return screen.fragment(COURSE_TEMPLATES.table, data);
    const ofTenant = (path: string): string => listUrl({ search: '', order: 'title', tenantId: tenant.id }, path);
    return screen.page(COURSE_TEMPLATES.list, {
      ...page,
      ...data,
      tenants: tenants.map(({ id, name }) => ({ id, name, current: id === tenant.id })),
      searchPath: COURSES_PATH,
      tools: {
        changes: ofTenant(`${COURSES_PATH}/changes`),
        rules: ofTenant(`${COURSES_PATH}/rules`),
        import: ofTenant(`${COURSES_PATH}/import`),
        export: ofTenant(`${COURSES_PATH}/export`),
        // A check marks courses of every deployment of the LMS.
        check: screen.session.deployment ? undefined : `${COURSES_PATH}/check`,
      },
    });
  }

  async function counts(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const { after: _after, ...wish } = readListPlace(request.query);
    const { tenant } = await tenantFor(wish, screen);
    if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'there is no LMS yet' });
    const { state: _state, ...anyState } = listFilter(wish, tenant.id, screen.session);
    const cap = wish.search === '' ? COUNT_CAP : SEARCH_COUNT_CAP;
    const count = (filter: object) => store.courses.count({ ...anyState, ...filter }, cap + 1);
    const [all, ...byState] = await Promise.all([count({}), ...COURSE_STATES.map((state) => count({ state }))]);
    const { number } = shared(screen);
    const shown = (value: number): string => (value > cap ? `${number(cap)}+` : number(value));
    const numbers = [all, ...byState];
    const states = stateLinks(wish).map((link, index) => ({ ...link, value: numbers[index] ?? 0 }));
    const fitting = states.find(({ current }) => current)?.value ?? all;
    return screen.fragment(COURSE_TEMPLATES.states, {
      states: states.map(({ value, ...link }) => ({ ...link, count: shown(value) })),
      // Only who may change courses has the bar that says it.
      total:
        screen.session.role === 'viewer' || fitting === 0
          ? undefined
          : screen.messages.text('courses.bulk.allCounted', { count: fitting, shown: shown(fitting) }),
    });
  }

  async function proposals(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const place = readListPlace(request.query);
    const { tenant } = await tenantFor(place, screen);
    if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'there is no LMS yet' });
    const [{ items }, platforms] = await Promise.all([readPage(place, tenant, screen), store.platforms.list()]);
    const found = await proposalsFor(
      { tenant, courses: items, platforms: platformMap(platforms), who: screen.session },
      { store, kaltura },
    ).catch(unlessKaltura);
    return screen.fragment(COURSE_TEMPLATES.proposals, {
      ...shared(screen),
      unanswered: found === undefined,
      proposals: items.flatMap((course) => {
        const proposal = found?.get(course.courseKey);
        if (!proposal) return [];
        const { courseKey, title = courseKey } = course;
        return [
          {
            domId: courseDomId(courseKey),
            title,
            url: courseUrl(course),
            origin: proposal.origin,
            category: showCategory(proposal),
          },
        ];
      }),
    });
  }

  const screenRoute = (path: string, handler: AdminRoute['handler'], role: AdminRoute['role']): AdminRoute => ({
    method: 'GET',
    path,
    template: path,
    role,
    keepsToDeployment: true,
    handler,
  });
  return [
    screenRoute(COURSES_PATH, list, 'viewer'),
    screenRoute(`${COURSES_PATH}/counts`, counts, 'viewer'),
    screenRoute(`${COURSES_PATH}/proposals`, proposals, 'editor'),
  ];
}

export const platformMap = (platforms: readonly PlatformRecord[]): Map<PlatformId, PlatformRecord> =>
  new Map(platforms.map((platform) => [platform.id, platform]));

/** The list works without Kaltura; only its proposals are missing then. */
export function unlessKaltura(error: unknown): undefined {
  if (isAppError(error) && error.code.startsWith('KALTURA_')) return undefined;
  throw error;
}

const stateLinks = (wish: ListWish) =>
  [undefined, ...COURSE_STATES].map((state) => ({
    name: state ?? 'all',
    url: listUrl(state === undefined ? omit(wish, 'state') : { ...wish, state }),
    current: state === wish.state,
  }));

const wishWithoutFilter = (wish: ListWish): ListWish => ({
  search: '',
  order: wish.order,
  ...(wish.tenantId === undefined ? {} : { tenantId: wish.tenantId }),
});

function omit(wish: ListWish, name: 'state' | 'categoryId'): ListWish {
  const { [name]: _left, ...rest } = wish;
  return rest;
}
