import assert from 'node:assert/strict';
import { assertCode } from '../../support/assert-code.js';
import { addTenant, aLaunch, aMapping, aPlatform, aSigningKey, NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeLifeCycle(current: CurrentHarness): void {
  describe('opening and closing', () => {
    it('keeps everything over close and open', async () => {
      const { store, openAgain } = current();
      const tenant = await addTenant(store);
      const { mapping } = await store.mappings.createIfAbsent(aMapping(tenant.id));
      const launch = aLaunch(NOW_MS);
      await store.launches.append([launch]);
      await store.consumedStates.consume('s', NOW_MS + 1);
      await store.signingKeys.addFirst([aSigningKey('k')]);
      await store.installationKeys.getOrCreate('name', 'sealed');
      const platforms = await store.platforms.list();
      const changeNumber = await store.changeNumber();
      await store.close();

      const reopened = await openAgain();
      try {
        assert.deepEqual(await reopened.platforms.list(), platforms);
        assert.deepEqual(await reopened.tenants.list(), [tenant]);
        assert.deepEqual(await reopened.mappings.find(tenant.id, mapping.courseKey), mapping);
        assert.deepEqual(await reopened.launches.list({ limit: 1 }), [launch]);
        assert.equal(await reopened.consumedStates.consume('s', NOW_MS + 1), false);
        assert.deepEqual(await reopened.signingKeys.list(), [aSigningKey('k')]);
        assert.equal(await reopened.installationKeys.getOrCreate('name', 'other'), 'sealed');
        assert.equal(await reopened.changeNumber(), changeNumber);
      } finally {
        await reopened.close();
      }
    });

    it('answers a ping while it is open', async () => {
      await current().store.ping();
    });

    it('refuses every command after close, and lets close be called again', async () => {
      const { store } = current();
      const { id } = await store.platforms.add(aPlatform(), []);
      assert.ok(await store.platforms.findById(id));
      await store.close();
      await store.close();
      for (const command of [
        () => store.platforms.findById(id),
        () => store.platforms.add(aPlatform(), []),
        () => store.consumedStates.consume('s', NOW_MS + 1),
        () => store.launches.list({ limit: 1 }),
        () => store.changeNumber(),
        () => store.ping(),
      ]) {
        await assertCode('STORE_UNAVAILABLE', command);
      }
    });
  });
}
