/** Which tenants a platform's launches belong to. */
import { AppError } from '../errors/app-error.js';
import type { DeploymentRecord, PlatformRecord, Store, TenantRecord } from '../store/ports.js';

/** The tenants of these deployments, by name. */
export async function tenantsOfDeployments(
  deployments: readonly DeploymentRecord[],
  { tenants }: Pick<Store, 'tenants'>,
): Promise<TenantRecord[]> {
  const ids = [...new Set(deployments.flatMap(({ tenantId }) => (tenantId === undefined ? [] : [tenantId])))];
  const found = await Promise.all(ids.map((id) => tenants.find(id)));
  return found.filter((tenant) => tenant !== undefined).toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The tenant of that id, if launches of this platform belong to it. Throws `HTTP_NOT_FOUND`. */
export async function requireTenantOf(
  platform: PlatformRecord,
  tenantId: string,
  store: Pick<Store, 'deployments' | 'tenants'>,
): Promise<TenantRecord> {
  const deployments = await store.deployments.listByPlatform(platform.id);
  const known = deployments.find((deployment) => deployment.tenantId === tenantId)?.tenantId;
  const tenant = known && (await store.tenants.find(known));
  if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'the platform has no such tenant' });
  return tenant;
}

/**
 * The tenants that deployments of this platform may join: those of platforms that share an issuer and the account with
 * it, and those that no platform has any more.
 */
export async function joinableTenants(
  platform: PlatformRecord,
  store: Pick<Store, 'platforms' | 'deployments' | 'tenants'>,
): Promise<TenantRecord[]> {
  const issuers = new Set([platform.issuer, ...platform.acceptedIssuers]);
  const [tenants, platforms] = await Promise.all([store.tenants.list(), store.platforms.list()]);
  const holders = await Promise.all(
    platforms.map(async (holder) => ({
      fits: [holder.issuer, ...holder.acceptedIssuers].some((issuer) => issuers.has(issuer)),
      deployments: await store.deployments.listByPlatform(holder.id),
    })),
  );
  return tenants
    .filter(({ id, accountId }) => {
      const its = holders.filter(({ deployments }) => deployments.some(({ tenantId }) => tenantId === id));
      return accountId === platform.accountId && (its.length === 0 || its.some(({ fits }) => fits));
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
