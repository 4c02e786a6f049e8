import assert from 'node:assert/strict';
import type { TenantId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { addTenant, ADMIN, aPin, NOW_MS, STORABLE_TEXTS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeViewers(current: CurrentHarness): void {
  describe('viewers', () => {
    it('pins a viewer at first sight, and that stays', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const pin = { ...aPin(id, 's1', 'law_1'), kind: 'pin' as const };
      assert.equal(await store.viewers.find(id, 's1'), undefined);
      assert.deepEqual(await store.viewers.pinIfAbsent(aPin(id, 's1', 'law_1')), { outcome: 'pinned', pin });
      assert.deepEqual(await store.viewers.pinIfAbsent(aPin(id, 's1', 'law_2')), { outcome: 'known', pin });
      assert.deepEqual(await store.viewers.find(id, 's1'), pin);
    });

    it('gives no two subjects of a tenant one viewerId', async () => {
      const { store, probe } = current();
      const { id } = await addTenant(store);
      await store.viewers.pinIfAbsent(aPin(id, 's1', 'law_1'));
      assert.deepEqual(await store.viewers.pinIfAbsent(aPin(id, 's2', 'law_1')), { outcome: 'taken' });
      // Kaltura compares ids without case in places.
      assert.deepEqual(await store.viewers.pinIfAbsent(aPin(id, 's2', 'Law_1')), { outcome: 'taken' });
      assert.equal(await store.viewers.find(id, 's2'), undefined);
      await store.viewers.setAlias(aPin(id, 's3', 'law_3'), ADMIN);
      assert.deepEqual(await store.viewers.pinIfAbsent(aPin(id, 's4', 'law_3')), { outcome: 'taken' });
      assert.equal(await probe.count('viewers'), 2);
    });

    it('lets tenants of different namespaces have the same viewerId', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      for (const { id } of [law, arts]) {
        assert.equal((await store.viewers.pinIfAbsent(aPin(id, 's1', '7'))).outcome, 'pinned');
      }
    });

    it('lets one of 50 subjects at once have a viewerId', async () => {
      const { store, openAgain } = current();
      const { id } = await addTenant(store);
      const second = await openAgain();
      try {
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            (index % 2 ? store : second).viewers.pinIfAbsent(aPin(id, `s${index}`, 'law_1')),
          ),
        );
        assert.equal(outcomes.filter(({ outcome }) => outcome === 'pinned').length, 1);
        assert.equal(outcomes.filter(({ outcome }) => outcome === 'taken').length, 49);
      } finally {
        await second.close();
      }
    });

    it('gives each viewerId to one of two processes', async () => {
      const { store, target, probe } = current();
      const { id: tenantId } = await addTenant(store);
      const viewerIds = Array.from({ length: 40 }, (_, index) => `law_${index}`);
      const pinned = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(
          workers.map((worker, index) => worker.run('pin-each', { tenantId, name: `process-${index}`, viewerIds })),
        );
      });
      assert.deepEqual(pinned.flat().sort(), [...viewerIds].sort());
      assert.equal(await probe.count('viewers'), 40);
    });

    it('sets an alias over a pin and over another alias; two subjects may share it', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      await store.viewers.pinIfAbsent(aPin(id, 's1', 'law_1'));
      for (const [subject, viewerId] of [
        ['s1', 'ada'],
        ['s2', 'ada'],
        ['s1', 'grace'],
      ] as const) {
        const alias = { ...aPin(id, subject, viewerId), kind: 'alias' as const };
        assert.deepEqual(await store.viewers.setAlias(aPin(id, subject, viewerId), ADMIN), alias);
        assert.deepEqual(await store.viewers.find(id, subject), alias);
      }
      assert.equal((await store.viewers.find(id, 's2'))?.viewerId, 'ada');
      assert.equal((await store.viewers.pinIfAbsent(aPin(id, 's1', 'law_1'))).outcome, 'known');
    });

    it('removes a pin or alias once, and only of that tenant', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      for (const { id } of [law, arts]) await store.viewers.pinIfAbsent(aPin(id, 's1', '7'));
      assert.equal(await store.viewers.remove(law.id, 's1', ADMIN, NOW_MS), true);
      assert.equal(await store.viewers.remove(law.id, 's1', ADMIN, NOW_MS), false);
      assert.equal(await store.viewers.find(law.id, 's1'), undefined);
      assert.ok(await store.viewers.find(arts.id, 's1'));
      assert.equal((await store.viewers.pinIfAbsent(aPin(law.id, 's9', '7'))).outcome, 'pinned', 'free again');
    });

    it('pages through the subjects of one tenant, in order', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      for (const subject of ['d', 'a', 'c', 'b', 'B']) {
        await store.viewers.pinIfAbsent(aPin(law.id, subject, `law_${subject.charCodeAt(0)}`));
      }
      await store.viewers.pinIfAbsent(aPin(arts.id, 'z', 'arts_z'));
      const subjects = async (options: { limit: number; after?: string }) =>
        (await store.viewers.list(law.id, options)).map(({ subject }) => subject);
      assert.deepEqual(await subjects({ limit: 2 }), ['B', 'a']);
      assert.deepEqual(await subjects({ limit: 2, after: 'a' }), ['b', 'c']);
      assert.deepEqual(await subjects({ limit: 2, after: 'c' }), ['d']);
    });

    it('refuses a viewer of a tenant that does not exist', async () => {
      const { store, probe } = current();
      const pin = aPin('nobody' as TenantId, 's1', 'x');
      await assertCode('STORE_CONFLICT', () => store.viewers.pinIfAbsent(pin));
      await assertCode('STORE_CONFLICT', () => store.viewers.setAlias(pin, ADMIN));
      assert.equal(await probe.count('viewers'), 0);
    });

    it('tells hostile subjects apart, and refuses those that can’t be stored', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const subjects = Object.values(STORABLE_TEXTS);
      for (const [index, subject] of subjects.entries()) {
        assert.equal((await store.viewers.pinIfAbsent(aPin(id, subject, `law_${index}`))).outcome, 'pinned');
      }
      for (const [index, subject] of subjects.entries()) {
        assert.equal((await store.viewers.find(id, subject))?.viewerId, `law_${index}`);
      }
      for (const subject of Object.values(UNSTORABLE_TEXTS)) {
        await assertCode('INPUT_INVALID', () => store.viewers.pinIfAbsent(aPin(id, subject, 'x')));
        await assertCode('INPUT_INVALID', () => store.viewers.find(id, subject));
      }
    });
  });
}
