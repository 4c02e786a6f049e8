/** All platforms with their health, and the check of one's keys. */
import type { LaunchRecord, PlatformRecord } from '../../store/ports.js';
import type { AdminRoute } from '../../ui/admin-screen.js';
import { readHealth, type PlatformHealth } from './health.js';
import { NEW_PLATFORM_PATH, PLATFORMS_PATH, platformPath } from './paths.js';
import {
  adapterTitle,
  isHtmx,
  isOwner,
  pageFrame,
  platformLinks,
  requirePlatform,
  template,
  timeView,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { tenantsOfDeployments } from '../tenants-of.js';

const LIST = template('list');
const KEYS = template('part-keys');
/** Each takes a few reads. */
const SHOWN = 25;

export const launchView = (launch: LaunchRecord | undefined) =>
  launch && {
    ...timeView(launch.atMs),
    played: launch.outcome === 'played',
    code: launch.code,
    url: `/admin/launches/${encodeURIComponent(launch.launchId)}`,
  };

export const healthView = ({ lastLaunch, failures, ...counts }: PlatformHealth) => ({
  ...counts,
  lastLaunch: launchView(lastLaunch),
  failures: failures.count,
  failuresText: `${failures.count}${failures.more ? '+' : ''}`,
});

export function keysView(platform: PlatformRecord, { keyChecks }: Pick<PlatformScreensDependencies, 'keyChecks'>) {
  const check = keyChecks.last(platform);
  return {
    id: platform.id,
    checkUrl: platformPath(platform.id, 'keys', 'check'),
    check: check && { ...check, ...timeView(check.atMs) },
  };
}

export function createListScreens(deps: PlatformScreensDependencies): AdminRoute[] {
  const { store, registry, clock } = deps;

  const rowOf = async (platform: PlatformRecord) => {
    const [health, tenants] = await Promise.all([
      readHealth(platform.id, clock.nowMs(), { store }),
      store.deployments.listByPlatform(platform.id).then((known) => tenantsOfDeployments(known, store)),
    ]);
    return {
      name: platform.name,
      url: platformPath(platform.id),
      adapter: adapterTitle(registry, platform.adapterId),
      status: platform.status,
      application: platform.settings.applicationName,
      tenants: tenants.map(({ namespace, name }) => ({ namespace, name })),
      pilot: platform.settings.pilot !== undefined,
      keys: keysView(platform, deps),
      persons: platformLinks(platform).persons,
      ...healthView(health),
    };
  };

  return [
    {
      method: 'GET',
      path: PLATFORMS_PATH,
      template: PLATFORMS_PATH,
      role: 'viewer',
      async handler({ query }, screen) {
        const platforms = await store.platforms.list();
        const pages = Math.max(1, Math.ceil(platforms.length / SHOWN));
        const page = Math.min(pages, Math.max(1, Number(/^\d{1,6}$/.exec(query.get('page') ?? '')?.[0] ?? 1)));
        const shown = platforms.slice((page - 1) * SHOWN, page * SHOWN);
        const pageUrl = (number: number) => (number < 1 || number > pages ? undefined : `?page=${number}`);
        return screen.page(LIST, {
          ...pageFrame,
          title: screen.messages.text('platforms.list.title'),
          rows: await Promise.all(shown.map(rowOf)),
          count: platforms.length,
          previousUrl: pageUrl(page - 1),
          nextUrl: pageUrl(page + 1),
          connectUrl: NEW_PLATFORM_PATH,
          mayChange: isOwner(screen),
          mayCheck: screen.session.role !== 'viewer',
        });
      },
    },
    {
      method: 'POST',
      path: `${PLATFORMS_PATH}/:platformId/keys/check`,
      template: `${PLATFORMS_PATH}/:platformId/keys/check`,
      role: 'editor',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const check = await deps.keyChecks.check(platform);
        if (isHtmx(request)) return screen.fragment(KEYS, { keys: keysView(platform, deps), mayCheck: true });
        const { text } = screen.messages;
        return screen.redirect(platformPath(platform.id), {
          text: check.ok
            ? text('platforms.keys.found', { keys: check.keys, usable: check.usable })
            : text(`platforms.keys.${check.problem}`),
        });
      },
    },
  ];
}
