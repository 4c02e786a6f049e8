/** Several registrations of one LMS: an admin says that their deployments share viewers and courses. */
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { AccountId } from '../runtime/ids.js';
import type { Actor, PlatformRecord, Store, TenantRecord } from '../store/ports.js';

export interface TenantWish {
  namespace: string;
  /** All issuers of the registration that wants to join. */
  issuers: readonly string[];
  accountId: AccountId;
}

/**
 * The tenant of that namespace, if this registration may be of the same LMS: it must share an issuer with one that is
 * in the tenant. Viewers are known by ids that only one LMS keeps unique, so the student 42 of another LMS would become
 * the one of this. An LMS that has moved names its old address among the accepted issuers.
 *
 * @throws AppError `INPUT_INVALID`
 */
export async function findTenantToJoin(
  { namespace, issuers, accountId }: TenantWish,
  store: Pick<Store, 'tenants' | 'platforms' | 'deployments'>,
): Promise<TenantRecord> {
  const tenants = await store.tenants.list();
  const tenant = tenants.find((candidate) => candidate.namespace === namespace);
  if (!tenant) {
    const known = tenants.map((candidate) => candidate.namespace).join(', ');
    const reason = `no tenant is called ${namespace}. There are: ${known || 'none yet, the first launch makes one'}`;
    throw new AppError('INPUT_INVALID', { reason });
  }
  if (tenant.accountId !== accountId) {
    throw new AppError('INPUT_INVALID', { reason: `tenant ${namespace} uses the account ${tenant.accountId}` });
  }
  const members = await platformsOf(tenant, store);
  const shared = members.some((member) =>
    [member.issuer, ...member.acceptedIssuers].some((iss) => issuers.includes(iss)),
  );
  if (members.length > 0 && !shared) {
    const theirs = [...new Set(members.map(({ issuer }) => issuer))].join(', ');
    throw new AppError('INPUT_INVALID', {
      reason: `tenant ${namespace} is of ${theirs}. If that LMS has moved here, accept its old issuer too`,
    });
  }
  return tenant;
}

/** Approves the deployments as members of the tenant. Throws STORE_CONFLICT when one has another tenant. */
export async function joinTenant(
  { platform, deploymentIds, tenant }: { platform: PlatformRecord; deploymentIds: string[]; tenant: TenantRecord },
  by: Actor,
  { store, clock }: { store: Pick<Store, 'deployments'>; clock: Clock },
): Promise<void> {
  for (const deploymentId of deploymentIds) {
    const join = { platformId: platform.id, deploymentId, tenantId: tenant.id };
    await store.deployments.joinTenant(join, by, clock.nowMs());
  }
}

async function platformsOf(
  tenant: TenantRecord,
  { platforms, deployments }: Pick<Store, 'platforms' | 'deployments'>,
): Promise<PlatformRecord[]> {
  const members: PlatformRecord[] = [];
  for (const platform of await platforms.list()) {
    const its = await deployments.listByPlatform(platform.id);
    if (its.some(({ tenantId }) => tenantId === tenant.id)) members.push(platform);
  }
  return members;
}
