import assert from 'node:assert/strict';
import type { PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { PlatformRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { aPlatform, aTenant, anAssignment, NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const by = { kind: 'cli' } as const;

export function describeJoinTenant(current: CurrentHarness): void {
  const addPlatform = (deploymentIds: string[] = []): Promise<PlatformRecord> =>
    current().store.platforms.add(aPlatform(), deploymentIds, by);
  const join = (platformId: PlatformId, deploymentId: string, tenantId: TenantId, nowMs = NOW_MS) =>
    current().store.deployments.joinTenant({ platformId, deploymentId, tenantId }, by, nowMs);
  /** A platform with the deployment "1", which has a tenant. */
  const settled = async (namespace = 'law') => {
    const platform = await addPlatform(['1']);
    const assignment = anAssignment(platform.id, '1', { create: aTenant({ namespace }) });
    return { platform, tenant: await current().store.deployments.assignTenant(assignment) };
  };

  describe('joining a tenant', () => {
    it('approves a deployment of another platform into a tenant that exists', async () => {
      const { deployments, tenants } = current().store;
      const { tenant } = await settled();
      const other = await addPlatform();
      const expected = {
        platformId: other.id,
        deploymentId: '1',
        status: 'active',
        tenantId: tenant.id,
        firstSeenAtMs: NOW_MS,
      };
      assert.deepEqual(await join(other.id, '1', tenant.id), expected);
      assert.deepEqual(await deployments.find(other.id, '1'), expected);
      assert.equal((await tenants.list()).length, 1);
    });

    it('decides for the first launch, which then makes no tenant of its own', async () => {
      const { deployments, tenants } = current().store;
      const { tenant } = await settled();
      const other = await addPlatform();
      await join(other.id, '1', tenant.id);
      const assigned = await deployments.assignTenant(anAssignment(other.id, '1', { create: aTenant() }));
      assert.equal(assigned.id, tenant.id);
      assert.equal((await tenants.list()).length, 1);
    });

    it('approves a pending deployment and keeps when it was first seen', async () => {
      const { deployments } = current().store;
      const { tenant } = await settled();
      const other = await addPlatform();
      await deployments.notePending({ platformId: other.id, deploymentId: '1' }, { nowMs: 5, cap: 10 });
      const joined = await join(other.id, '1', tenant.id, 9);
      assert.deepEqual([joined.status, joined.firstSeenAtMs], ['active', 5]);
    });

    it('may be said twice', async () => {
      const { tenant } = await settled();
      const other = await addPlatform();
      const first = await join(other.id, '1', tenant.id);
      assert.deepEqual(await join(other.id, '1', tenant.id), first);
    });

    it('refuses to move a deployment out of its tenant, and leaves it there', async () => {
      const { deployments } = current().store;
      const one = await settled('law');
      const two = await settled('arts');
      await assertCode('STORE_CONFLICT', () => join(two.platform.id, '1', one.tenant.id));
      assert.equal((await deployments.find(two.platform.id, '1'))?.tenantId, two.tenant.id);
    });

    it('refuses a tenant and a platform that do not exist, and writes nothing', async () => {
      const { store, probe } = current();
      const { tenant } = await settled();
      const other = await addPlatform();
      await assertCode('STORE_CONFLICT', () => join(other.id, '1', 'nobody' as TenantId));
      await assertCode('STORE_CONFLICT', () => join('nobody' as PlatformId, '1', tenant.id));
      assert.equal(await store.deployments.find(other.id, '1'), undefined);
      assert.equal(await probe.count('deployments'), 1);
    });

    it('changes the change number', async () => {
      const { store } = current();
      const { tenant } = await settled();
      const other = await addPlatform();
      const before = await store.changeNumber();
      await join(other.id, '1', tenant.id);
      assert.notEqual(await store.changeNumber(), before);
    });
  });
}
