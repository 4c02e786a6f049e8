/** Which installations and institutions of an LMS count: approve, refuse, join to a tenant. */
import { AppError, isAppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';
import type { DeploymentRecord, PlatformRecord } from '../../store/ports.js';
import type { AdminRoute } from '../../ui/admin-screen.js';
import { findTenantToJoin, joinTenant } from '../join-tenant.js';
import { PLATFORMS_PATH, platformPath } from './paths.js';
import { platformFields } from '../platform-fields.js';
import type { ShowPlatform } from './platform-screen.js';
import { formOf, requirePlatform, timeView, type PlatformScreensDependencies } from './screen-parts.js';
import { joinableTenants, tenantsOfDeployments } from '../tenants-of.js';

const STATUS_ORDER = ['pending', 'active', 'disabled'] as const;

/** Deployments by status, with what an owner can do about each. */
export async function deploymentViews(
  platform: PlatformRecord,
  deployments: readonly DeploymentRecord[],
  { store }: Pick<PlatformScreensDependencies, 'store'>,
) {
  const waits = deployments.some(({ tenantId }) => tenantId === undefined);
  const [tenants, joinable] = await Promise.all([
    tenantsOfDeployments(deployments, store),
    waits ? joinableTenants(platform, store) : [],
  ]);
  const url = (deploymentId: string, action: string) => platformPath(platform.id, 'deployments', deploymentId, action);
  return deployments
    .toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
    .map(({ deploymentId, status, tenantId, firstSeenAtMs }) => ({
      deploymentId,
      status,
      ...timeView(firstSeenAtMs),
      namespace: tenants.find(({ id }) => id === tenantId)?.namespace,
      approveUrl: url(deploymentId, 'approve'),
      disableUrl: url(deploymentId, 'disable'),
      /** Nobody has a tenant taken away: its viewers would become others. */
      choices: tenantId === undefined ? joinable.map(({ namespace, name }) => ({ namespace, name })) : [],
    }));
}

export function createDeploymentRoutes(deps: PlatformScreensDependencies, show: ShowPlatform): AdminRoute[] {
  const { store, clock, config } = deps;
  const base = `${PLATFORMS_PATH}/:platformId/deployments`;

  const requireDeployment = async ({ params }: Pick<RequestFacts, 'params'>, platform: PlatformRecord) => {
    const found = await store.deployments.find(platform.id, params['deploymentId'] ?? '');
    if (!found) throw new AppError('HTTP_NOT_FOUND', { reason: 'the platform has no such deployment' });
    return found;
  };

  return [
    {
      method: 'POST',
      path: base,
      template: base,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const form = formOf(request);
        const read = platformFields(config).deploymentId.safeParse(form.get('deploymentId') ?? '');
        if (!read.success) {
          const problems = [{ field: 'deploymentId', problem: 'missing' as const }];
          return show(platform, screen, { id: 'deployments', form, problems });
        }
        await store.deployments.approve(platform.id, read.data, screen.actor, clock.nowMs());
        return screen.redirect(`${platformPath(platform.id)}#deployments`, {
          text: screen.messages.text('platforms.deployments.approved', { id: read.data }),
        });
      },
    },
    {
      method: 'POST',
      path: `${base}/:deploymentId/approve`,
      template: `${base}/:deploymentId/approve`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const { deploymentId } = await requireDeployment(request, platform);
        const form = formOf(request);
        const namespace = form.get('tenant') ?? '';
        const { text } = screen.messages;
        const backUrl = `${platformPath(platform.id)}#deployments`;
        if (namespace === '') {
          await store.deployments.approve(platform.id, deploymentId, screen.actor, clock.nowMs());
          return screen.redirect(backUrl, { text: text('platforms.deployments.approved', { id: deploymentId }) });
        }
        try {
          const { issuer, acceptedIssuers, accountId } = platform;
          const wish = { namespace, issuers: [issuer, ...acceptedIssuers], accountId };
          const tenant = await findTenantToJoin(wish, store);
          await joinTenant({ platform, deploymentIds: [deploymentId], tenant }, screen.actor, { store, clock });
        } catch (error) {
          if (!isAppError(error) || error.code !== 'INPUT_INVALID') throw error;
          const problems = [{ field: 'tenant', problem: 'tenant' as const, detail: error.reason ?? '' }];
          return show(platform, screen, { id: 'deployments', form, problems });
        }
        return screen.redirect(backUrl, {
          text: text('platforms.deployments.joined', { id: deploymentId, tenant: namespace }),
        });
      },
    },
    {
      method: 'POST',
      path: `${base}/:deploymentId/disable`,
      template: `${base}/:deploymentId/disable`,
      role: 'owner',
      async handler(request, screen) {
        const platform = await requirePlatform(request, store);
        const { deploymentId } = await requireDeployment(request, platform);
        const change = { platformId: platform.id, deploymentId, status: 'disabled' as const };
        await store.deployments.setStatus(change, screen.actor, clock.nowMs());
        return screen.redirect(`${platformPath(platform.id)}#deployments`, {
          text: screen.messages.text('platforms.deployments.disabled', { id: deploymentId }),
        });
      },
    },
  ];
}
