/** The launches like a log, newest first, and the way from a viewer's error page to the launch behind it. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.js';
import { catalogue } from '../../errors/catalogue.js';
import type { Parameters } from '../../http/types.js';
import type { Clock } from '../../runtime/clock.js';
import type { LaunchId, PlatformId, TenantId } from '../../runtime/ids.js';
import type { Keyring } from '../../runtime/keyring.js';
import type { LaunchFilter, LaunchRecord, PlatformRecord, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { ADMIN_PATHS } from '../paths.js';
import { blockedHints, BLOCKED_TEMPLATE, type BlockedHint } from './blocked-hint.js';
import { shownPerson, type ShownPerson } from './launch-person.js';
import { findLaunch, idIn, launchPath, scopeOf } from './launch-scope.js';
import { isAdminLaunch } from './launch-steps.js';

const TEMPLATE = fileURLToPath(new URL('./launch-list.eta', import.meta.url));
const SHOWN = 50;

export interface LaunchListDependencies {
  store: Pick<Store, 'launches' | 'platforms' | 'tenants' | 'blockedFrames'>;
  keyring: Keyring;
  clock: Clock;
}

/** A row of the list. Absent: the launch did not get so far. */
interface LaunchRow {
  url: string;
  iso: string;
  date: string;
  time: string;
  result: 'played' | 'failed' | 'admin';
  code: string | undefined;
  step: string;
  platform: string | undefined;
  person: ShownPerson | undefined;
  course: string | undefined;
  category: string | undefined;
  /** The course is known and has no category. */
  unmapped: boolean;
  application: string | undefined;
  entry: string | undefined;
}

/** What the list is narrowed to, as it stands in the address. */
interface ListQuery {
  outcome?: LaunchRecord['outcome'];
  platform?: PlatformId;
  code?: string;
  tenant?: TenantId;
  course?: string;
  before?: LaunchId;
}

export function createLaunchList({ store, keyring, clock }: LaunchListDependencies): AdminRoute {
  const visiblePlatforms = async ({ session: { deployment } }: AdminScreen): Promise<PlatformRecord[]> => {
    if (!deployment) return store.platforms.list();
    const platform = await store.platforms.findById(deployment.platformId);
    return platform ? [platform] : [];
  };

  return {
    method: 'GET',
    path: ADMIN_PATHS.launches,
    template: ADMIN_PATHS.launches,
    role: 'viewer',
    keepsToDeployment: true,
    async handler({ query }, screen) {
      const find = single(query, 'find');
      const id = find === undefined ? undefined : idIn(find);
      const found = id === undefined ? undefined : await findLaunch(screen.session, id, store.launches);
      if (found) return screen.redirect(launchPath(found.launchId));

      const wish = readQuery(query, find);
      const filter = { ...filterOf(wish), ...scopeOf(screen.session) };
      const [records, platforms] = await Promise.all([
        store.launches.list({ limit: SHOWN + 1, ...filter, ...(wish.before ? { before: wish.before } : {}) }),
        visiblePlatforms(screen),
      ]);
      const shown = records.slice(0, SHOWN);
      const tenants = await tenantsOfLaunches(shown, store);
      const blocked = screen.session.deployment ? [] : await store.blockedFrames.list(wish.platform);
      const { before: _before, ...lasting } = wish;
      return screen.page(TEMPLATE, {
        title: screen.messages.text('admin.launches.title'),
        section: 'launches',
        styles: ['inspector.css'],
        rows: shown.map((record) => toRow(record, { platforms, tenants, keyring })),
        path: ADMIN_PATHS.launches,
        wish,
        isFiltered: Object.keys(lasting).length > 0,
        courseTitle: wish.course === undefined ? undefined : (shown[0]?.courseTitle ?? wish.course),
        platforms: platforms.map(({ id, name }) => ({ id, name })),
        codes: Object.keys(catalogue),
        notFound: find !== undefined && wish.code === undefined ? find.slice(0, 100) : undefined,
        blockedTemplate: BLOCKED_TEMPLATE,
        blocked: blockedHints(blocked, platforms, clock) satisfies BlockedHint[],
        olderUrl: records.length > SHOWN ? addressOf({ ...lasting, before: shown.at(-1)?.launchId }) : undefined,
        newestUrl: wish.before === undefined ? undefined : addressOf(lasting),
        withoutCourseUrl: addressOf({ ...lasting, tenant: undefined, course: undefined }),
      });
    },
  };
}

function toRow(
  record: LaunchRecord,
  known: { platforms: readonly PlatformRecord[]; tenants: ReadonlyMap<TenantId, TenantRecord>; keyring: Keyring },
): LaunchRow {
  const { viewerId, tenantId } = record;
  const iso = new Date(record.atMs).toISOString();
  return {
    url: launchPath(record.launchId),
    iso,
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    result: isAdminLaunch(record) && record.outcome === 'played' ? 'admin' : record.outcome,
    code: record.code,
    step: record.step,
    platform:
      record.platformId && (known.platforms.find(({ id }) => id === record.platformId)?.name ?? record.platformId),
    person: viewerId && shownPerson(viewerId, tenantId && known.tenants.get(tenantId), known.keyring),
    course: record.courseTitle ?? record.courseKey,
    category: record.categoryId,
    unmapped: record.categoryOrigin === 'unmapped',
    application: record.applicationName,
    entry: record.entryId,
  };
}

async function tenantsOfLaunches(
  records: readonly LaunchRecord[],
  store: Pick<Store, 'tenants'>,
): Promise<Map<TenantId, TenantRecord>> {
  const ids = [...new Set(records.flatMap(({ tenantId }) => tenantId ?? []))];
  const tenants = await Promise.all(ids.map((id) => store.tenants.find(id)));
  return new Map(tenants.flatMap((tenant) => (tenant ? [[tenant.id, tenant] as const] : [])));
}

/** One value or none: a repeated or empty parameter is never half of a filter. */
function single(query: Parameters, name: string): string | undefined {
  if (query.count(name) > 1) throw new AppError('INPUT_INVALID', { reason: `${name} is repeated` });
  const value = query.get(name)?.trim();
  return value === '' ? undefined : value;
}

/** `find`: what stands in the search box; a code there is as good as in its own field. */
function readQuery(query: Parameters, find: string | undefined): ListQuery {
  const outcome = single(query, 'outcome');
  if (outcome !== undefined && outcome !== 'played' && outcome !== 'failed') {
    throw new AppError('INPUT_INVALID', { reason: 'outcome is played or failed' });
  }
  const code = single(query, 'code') ?? (find !== undefined && Object.hasOwn(catalogue, find) ? find : undefined);
  const platform = single(query, 'platform');
  const tenant = single(query, 'tenant');
  const course = single(query, 'course');
  const before = single(query, 'before');
  if (before !== undefined && idIn(before) !== before) {
    throw new AppError('INPUT_INVALID', { reason: 'before is not the id of a launch' });
  }
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(platform === undefined ? {} : { platform: platform as PlatformId }),
    ...(code === undefined ? {} : { code }),
    ...(tenant === undefined || course === undefined ? {} : { tenant: tenant as TenantId, course }),
    ...(before === undefined ? {} : { before: before as LaunchId }),
  };
}

const filterOf = ({ outcome, platform, code, tenant, course }: ListQuery): LaunchFilter => ({
  ...(outcome === undefined ? {} : { outcome }),
  ...(platform === undefined ? {} : { platformId: platform }),
  ...(code === undefined ? {} : { code }),
  ...(tenant === undefined || course === undefined ? {} : { course: { tenantId: tenant, courseKey: course } }),
});

function addressOf(wish: { [Name in keyof ListQuery]: ListQuery[Name] | undefined }): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? ADMIN_PATHS.launches : `${ADMIN_PATHS.launches}?${query.toString()}`;
}
