import assert from 'node:assert/strict';
import { assertCode } from '../../support/assert-code.js';
import { addTenant, ADMIN, anApiClient, NOW_MS, STORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeApiClients(current: CurrentHarness): void {
  describe('API clients', () => {
    it('keeps every field, and finds a client by the hash of its token', async () => {
      const { store } = current();
      const { id: tenantId } = await addTenant(store);
      const [open, bound] = [anApiClient('a'), anApiClient('b', { tenantId, scopes: ['embed', 'reports'] })];
      for (const client of [open, bound]) {
        await store.apiClients.add(client, ADMIN);
        assert.deepEqual(await store.apiClients.findByTokenHash(client.tokenHash), client);
      }
      assert.deepEqual(
        (await store.apiClients.list()).toSorted((a, b) => a.name.localeCompare(b.name)),
        [open, bound],
      );
    });

    it('does not find a revoked client, and still lists it', async () => {
      const { apiClients } = current().store;
      const client = anApiClient('a');
      await apiClients.add(client, ADMIN);
      assert.equal(await apiClients.revoke(client.id, ADMIN, NOW_MS + 5), true);
      assert.equal(await apiClients.revoke(client.id, ADMIN, NOW_MS + 9), false);
      assert.equal(await apiClients.revoke('unknown', ADMIN, NOW_MS), false);
      assert.equal(await apiClients.findByTokenHash(client.tokenHash), undefined);
      assert.deepEqual(await apiClients.list(), [{ ...client, revokedAtMs: NOW_MS + 5 }]);
    });

    it('refuses an id or a hash that is taken, also by a revoked client', async () => {
      const { store, probe } = current();
      const client = anApiClient('a');
      await store.apiClients.add(client, ADMIN);
      await store.apiClients.revoke(client.id, ADMIN, NOW_MS);
      const { id, tokenHash } = client;
      for (const taken of [{ id }, { tokenHash }]) {
        await assertCode('STORE_CONFLICT', () => store.apiClients.add(anApiClient('b', taken), ADMIN));
      }
      assert.equal(await probe.count('apiClients'), 1);
    });

    it('takes a query operator for a hash like any other', async () => {
      const { apiClients } = current().store;
      await apiClients.add(anApiClient('a'), ADMIN);
      for (const text of Object.values(STORABLE_TEXTS)) {
        assert.equal(await apiClients.findByTokenHash(text), undefined);
        assert.equal(await apiClients.revoke(text, ADMIN, NOW_MS), false);
      }
    });
  });
}
