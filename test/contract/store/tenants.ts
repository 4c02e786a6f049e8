import assert from 'node:assert/strict';
import type { AccountId, TenantId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { addTenant, ADMIN, NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeTenantChanges(current: CurrentHarness): void {
  describe('changes of a tenant', () => {
    it('change what they hold and raise the version by one', async () => {
      const { store } = current();
      const tenant = await addTenant(store);
      const changes = { name: 'Arts', namespace: 'arts', accountId: 'second' as AccountId };
      const record = { ...tenant, ...changes, version: 2 };
      const update = await store.tenants.update(tenant.id, 1, changes, ADMIN, NOW_MS);
      assert.deepEqual(update, { outcome: 'done', record });
      assert.deepEqual(await store.tenants.find(tenant.id), record);
    });

    it('set the identity rule, leave it, and go back to the default', async () => {
      const { tenants } = current().store;
      const tenant = await addTenant(current().store);
      assert.equal('identityRule' in tenant, false);
      const identityRule = { from: 'email', nested: [1, null, 'x'] };
      await tenants.update(tenant.id, 1, { identityRule }, ADMIN, NOW_MS);
      assert.deepEqual((await tenants.find(tenant.id))?.identityRule, identityRule);
      await tenants.update(tenant.id, 2, { name: 'Other' }, ADMIN, NOW_MS);
      assert.deepEqual((await tenants.find(tenant.id))?.identityRule, identityRule);
      await tenants.update(tenant.id, 3, { identityRule: null }, ADMIN, NOW_MS);
      assert.deepEqual(await tenants.find(tenant.id), { ...tenant, name: 'Other', version: 4 });
    });

    it('keep the settings of courses until others are given, or none', async () => {
      const { tenants } = current().store;
      const tenant = await addTenant(current().store);
      assert.equal('courseSettings' in tenant, false);
      const courseSettings = { rules: [{ id: 'r', pattern: '^(.+)$' }], players: { '15': 7 } };
      await tenants.update(tenant.id, 1, { courseSettings }, ADMIN, NOW_MS);
      await tenants.update(tenant.id, 2, { identityRule: { from: 'sub' } }, ADMIN, NOW_MS);
      const found = { ...tenant, courseSettings, identityRule: { from: 'sub' }, version: 3 };
      assert.deepEqual(await tenants.find(tenant.id), found);
      assert.deepEqual(await tenants.list(), [found]);
      await tenants.update(tenant.id, 3, { courseSettings: null, identityRule: null }, ADMIN, NOW_MS);
      assert.deepEqual(await tenants.find(tenant.id), { ...tenant, version: 4 });
    });

    it('answer a conflict with what there is', async () => {
      const { tenants } = current().store;
      const tenant = await addTenant(current().store);
      const changes = { name: 'Other' };
      assert.deepEqual(await tenants.update(tenant.id, 2, changes, ADMIN, NOW_MS), {
        outcome: 'conflict',
        current: tenant,
      });
      assert.deepEqual(await tenants.update('nobody' as TenantId, 1, changes, ADMIN, NOW_MS), {
        outcome: 'conflict',
        current: undefined,
      });
      assert.deepEqual(await tenants.list(), [tenant]);
    });

    it('let one of two editors win', async () => {
      const { store, openAgain } = current();
      const tenant = await addTenant(store);
      const second = await openAgain();
      try {
        const outcomes = await Promise.all(
          [store, second].map(({ tenants }, index) =>
            tenants.update(tenant.id, 1, { name: `Editor ${index}` }, ADMIN, NOW_MS),
          ),
        );
        assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['conflict', 'done']);
      } finally {
        await second.close();
      }
    });

    it('refuse a namespace that another tenant has, or that has another form', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store, { namespace: 'arts' })];
      const rename = (namespace: string) => store.tenants.update(arts.id, 1, { namespace }, ADMIN, NOW_MS);
      await assertCode('STORE_CONFLICT', () => rename(law.namespace));
      await assertCode('INPUT_INVALID', () => rename('Arts'));
      assert.deepEqual(await store.tenants.find(arts.id), arts);
    });
  });
}
