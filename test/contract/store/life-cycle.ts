import assert from 'node:assert/strict';
import { assertCode } from '../../support/assert-code.js';
import {
  addTenant,
  aLaunch,
  aLink,
  aMapping,
  anAccount,
  anApiClient,
  aPin,
  aPlatform,
  aSeenCourse,
  aSession,
  aSigningKey,
  CLI,
  NOW_MS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeLifeCycle(current: CurrentHarness): void {
  describe('opening and closing', () => {
    it('keeps everything over close and open', async () => {
      const { store, openAgain } = current();
      const tenant = await addTenant(store);
      const { mapping } = await store.mappings.createIfAbsent(aMapping(tenant.id), CLI);
      const launch = aLaunch(NOW_MS);
      await store.launches.append([launch]);
      await store.consumedStates.consume('s', NOW_MS + 1);
      await store.signingKeys.addFirst([aSigningKey('k')]);
      await store.installationKeys.getOrCreate('name', 'sealed');
      await store.courses.noteSeen([aSeenCourse(tenant.id, { courseKey: 'seen', title: 'Torts' })]);
      await store.accounts.put(anAccount(), undefined, CLI);
      await store.viewers.pinIfAbsent(aPin(tenant.id, 's', 'v'));
      await store.admins.addLink(aLink('h'), CLI, NOW_MS);
      await store.admins.addSession(aSession('h'), NOW_MS);
      await store.apiClients.add(anApiClient('portal'), CLI);
      await store.leases.acquire({ name: 'l', holder: 'a', lifeMs: 60_000 }, NOW_MS);
      const course = { tenantId: tenant.id, courseKey: mapping.courseKey };
      const [audit, history] = [
        await store.audit.list({ limit: 100 }),
        await store.mappings.history(course, { limit: 9 }),
      ];
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
        assert.deepEqual(await reopened.audit.list({ limit: 100 }), audit);
        assert.deepEqual(await reopened.mappings.history(course, { limit: 9 }), history);
        const found = await reopened.courses.list({ order: 'title', limit: 5, search: 'tor' });
        assert.deepEqual(
          found.items.map(({ courseKey }) => courseKey),
          ['seen'],
        );
        assert.deepEqual(await reopened.accounts.list(), [{ ...anAccount(), version: 1 }]);
        assert.equal((await reopened.viewers.find(tenant.id, 's'))?.viewerId, 'v');
        assert.deepEqual(await reopened.admins.findSession('h', NOW_MS), aSession('h'));
        assert.equal((await reopened.apiClients.list()).length, 1);
        assert.equal(await reopened.leases.acquire({ name: 'l', holder: 'b', lifeMs: 1 }, NOW_MS), false);
        assert.equal(await reopened.changeNumber(), changeNumber);
        assert.deepEqual(await reopened.admins.consumeLink('h', NOW_MS), aLink('h'));
      } finally {
        await reopened.close();
      }
    });

    it('answers a ping while it is open', async () => {
      await current().store.ping();
    });

    it('refuses every command after close, and lets close be called again', async () => {
      const { store } = current();
      const { id } = await store.platforms.add(aPlatform(), [], CLI);
      assert.ok(await store.platforms.findById(id));
      await store.close();
      await store.close();
      for (const command of [
        () => store.platforms.findById(id),
        () => store.platforms.add(aPlatform(), [], CLI),
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
