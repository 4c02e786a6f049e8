/**
 * Platforms, deployments and tenants as a launch reads them: through bounded caches that forget everything when the
 * store's change number moves, so that each process sees a change within seconds and a launch costs no read.
 */
import type { PlatformId, PlatformRef, TenantId } from '../runtime/ids.js';
import { cachedLookup, type ChangeFeed } from '../store/change-feed.js';
import type { DeploymentRecord, PlatformRecord, Store, TenantAssignment, TenantRecord } from '../store/ports.js';

export interface PlatformDirectory {
  findByRef(ref: PlatformRef): Promise<PlatformRecord | undefined>;
  findById(id: PlatformId): Promise<PlatformRecord | undefined>;
  findByIssuer(issuer: string, clientId?: string): Promise<PlatformRecord[]>;
  findDeployment(platformId: PlatformId, deploymentId: string): Promise<DeploymentRecord | undefined>;
  findTenant(id: TenantId): Promise<TenantRecord | undefined>;
  /** The tenant of an approved deployment; its first launch writes it down. */
  tenantOf(
    deployment: DeploymentRecord,
    proposal: Omit<TenantAssignment, 'platformId' | 'deploymentId'>,
  ): Promise<TenantRecord>;
}

export function createPlatformDirectory({ store, changes }: { store: Store; changes: ChangeFeed }): PlatformDirectory {
  const byRef = cachedLookup(changes, (ref: PlatformRef) => store.platforms.findByRef(ref));
  const byId = cachedLookup(changes, (id: PlatformId) => store.platforms.findById(id));
  const byIssuer = cachedLookup(changes, (key: string) => {
    const [issuer, clientId] = JSON.parse(key) as [string, string?];
    return store.platforms.findByIssuer(issuer, clientId);
  });
  const deployments = cachedLookup(changes, (key: string) => {
    const [platformId, deploymentId] = JSON.parse(key) as [PlatformId, string];
    return store.deployments.find(platformId, deploymentId);
  });
  const tenants = cachedLookup(changes, (id: TenantId) => store.tenants.find(id));

  return {
    findByRef: byRef.get,
    findById: byId.get,
    findByIssuer: async (issuer, clientId) =>
      (await byIssuer.get(JSON.stringify(clientId === undefined ? [issuer] : [issuer, clientId]))) ?? [],
    findDeployment: (platformId, deploymentId) => deployments.get(JSON.stringify([platformId, deploymentId])),
    findTenant: tenants.get,
    async tenantOf({ platformId, deploymentId, tenantId }, proposal) {
      const known = tenantId && (await tenants.get(tenantId));
      if (known) return known;
      const tenant = await store.deployments.assignTenant({ platformId, deploymentId, ...proposal });
      deployments.forget(JSON.stringify([platformId, deploymentId]));
      return tenant;
    },
  };
}
