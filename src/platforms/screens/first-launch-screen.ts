/** After connecting, and whenever somebody wants to see what a launch brings: waits for the next one and shows it. */
import { catalogue } from '../../errors/catalogue.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import type { RequestFacts } from '../../http/types.js';
import type { LaunchRecord, PlatformRecord } from '../../store/ports.js';
import { viewerByEachRule } from './identity-preview.js';
import { launchView } from './list-screen.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import {
  adapterTitle,
  isHtmx,
  isOwner,
  pageFrame,
  platformLinks,
  requirePlatform,
  template,
  type PlatformScreensDependencies,
} from './screen-parts.js';
import { toolEndpoints } from '../tool-endpoints.js';

const PAGE = template('first-launch');
const PART = template('part-first-launch');
const GUIDE = template('guide');

/** Epoch milliseconds since which a launch counts; 0 without any. */
const sinceOf = ({ query }: Pick<RequestFacts, 'query'>): number =>
  Number(/^\d{1,15}$/.exec(query.get('since') ?? '')?.[0] ?? 0);

export function createFirstLaunchScreens(deps: PlatformScreensDependencies): AdminRoute[] {
  const { store, registry, openViewer, pseudonymKey, publicUrl, clock } = deps;

  /** Who it was by, under each rule. Personal values are opened, so only an owner sees it and the audit has it. */
  const viewerOf = async (launch: LaunchRecord, screen: AdminScreen) => {
    const tenant = launch.tenantId && (await store.tenants.find(launch.tenantId));
    const candidates = isOwner(screen) && tenant ? openViewer(launch) : undefined;
    if (!tenant || !candidates) return undefined;
    await store.audit.note({
      atMs: clock.nowMs(),
      actor: screen.actor,
      action: 'launch.open',
      target: launch.launchId,
      tenantId: tenant.id,
    });
    if (candidates.sub === undefined) return { rules: [] };
    return { rules: viewerByEachRule(candidates, { tenant, pseudonymKey }) };
  };

  const stateOf = async (platform: PlatformRecord, since: number, screen: AdminScreen) => {
    const [newest] = await store.launches.list({ platformId: platform.id, limit: 1 });
    const launch = newest && newest.atMs >= since ? newest : undefined;
    const recognised = registry.recognise({ issuer: platform.issuer, authorizationUrl: platform.authorizationUrl });
    return {
      name: platform.name,
      /** Not the first one: somebody wants to see another. */
      next: since > 0,
      pollUrl: `${platformPath(platform.id, 'first-launch')}?since=${since}`,
      launch: launch && {
        ...launchView(launch),
        hint:
          launch.code !== undefined && Object.hasOwn(catalogue, launch.code) ? `error.${launch.code}.admin` : undefined,
        reason: launch.reason,
        course: launch.courseTitle ?? launch.courseKey,
        courseKey: launch.courseKey,
        category: launch.categoryId,
        origin: launch.categoryOrigin,
        /** May be a login name: who may not open the launch does not read it here either. */
        person: isOwner(screen) ? launch.viewerId : undefined,
        roles: launch.roles ?? [],
        application: launch.applicationName,
        entry: launch.entryId,
        adapter: adapterTitle(registry, launch.adapterId ?? platform.adapterId),
        viewer: await viewerOf(launch, screen),
        /** A launch from somewhere that nobody has approved: an owner can do it here. */
        pending:
          launch.code === 'PLATFORM_DEPLOYMENT_PENDING' && launch.deploymentId !== undefined
            ? {
                deploymentId: launch.deploymentId,
                approveUrl: platformPath(platform.id, 'deployments', launch.deploymentId, 'approve'),
              }
            : undefined,
      },
      recognised: recognised.id === platform.adapterId || recognised.id === 'generic' ? undefined : recognised.title,
      chosen: adapterTitle(registry, platform.adapterId),
      mayApprove: isOwner(screen),
      links: platformLinks(platform),
    };
  };

  return [
    {
      method: 'GET',
      path: `${PLATFORMS_PATH}/:platformId/first-launch`,
      template: `${PLATFORMS_PATH}/:platformId/first-launch`,
      role: 'viewer',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const state = await stateOf(platform, sinceOf(request), screen);
        if (isHtmx(request)) return screen.fragment(PART, state);
        return screen.page(PAGE, {
          ...pageFrame,
          ...state,
          part: PART,
          title: screen.messages.text(state.next ? 'platforms.first.titleNext' : 'platforms.first.title', {
            name: platform.name,
          }),
          againUrl: `${platformPath(platform.id, 'first-launch')}?since=${clock.nowMs()}`,
        });
      },
    },
    {
      method: 'GET',
      path: `${PLATFORMS_PATH}/:platformId/guide`,
      template: `${PLATFORMS_PATH}/:platformId/guide`,
      role: 'viewer',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const known = registry.list().some(({ id }) => id === platform.adapterId);
        return screen.page(GUIDE, {
          ...pageFrame,
          title: screen.messages.text('platforms.guide.title', { name: platform.name }),
          name: platform.name,
          links: platformLinks(platform),
          steps: known ? registry.registrationSteps(platform.adapterId, toolEndpoints(publicUrl, platform.ref)) : [],
        });
      },
    },
  ];
}
