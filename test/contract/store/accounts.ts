import assert from 'node:assert/strict';
import { ADMIN, anAccount, CLI, NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeAccounts(current: CurrentHarness): void {
  describe('accounts', () => {
    it('adds an account that nobody has seen, at version 1', async () => {
      const { accounts } = current().store;
      const account = anAccount();
      const record = { ...account, version: 1 };
      assert.deepEqual(await accounts.put(account, undefined, CLI), { outcome: 'done', record });
      assert.deepEqual(await accounts.find(account.id), record);
      assert.deepEqual(await accounts.list(), [record]);
    });

    it('replaces an account of the version that was seen, and keeps when it was created', async () => {
      const { accounts } = current().store;
      const account = anAccount();
      await accounts.put(account, undefined, CLI);
      const changed = anAccount({ name: 'New', settings: {}, createdAtMs: 1, updatedAtMs: NOW_MS + 5 });
      const record = { ...changed, createdAtMs: NOW_MS, version: 2 };
      assert.deepEqual(await accounts.put(changed, 1, CLI), { outcome: 'done', record });
      assert.deepEqual(await accounts.find(account.id), record);
    });

    it('answers a conflict with what there is, and changes nothing', async () => {
      const { accounts } = current().store;
      const account = anAccount();
      assert.deepEqual(await accounts.put(account, 1, CLI), { outcome: 'conflict', current: undefined });
      assert.deepEqual(await accounts.list(), []);
      await accounts.put(account, undefined, CLI);
      const known = { ...account, version: 1 };
      for (const seen of [undefined, 0, 2]) {
        const other = anAccount({ name: 'Other' });
        assert.deepEqual(await accounts.put(other, seen, ADMIN), { outcome: 'conflict', current: known });
      }
      assert.deepEqual(await accounts.list(), [known]);
    });

    it('lets one of two editors win', async () => {
      const { store, openAgain } = current();
      const second = await openAgain();
      try {
        await store.accounts.put(anAccount(), undefined, CLI);
        const outcomes = await Promise.all(
          [store, second].map(({ accounts }, index) => accounts.put(anAccount({ name: `Editor ${index}` }), 1, ADMIN)),
        );
        assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ['conflict', 'done']);
        assert.equal((await store.accounts.find(anAccount().id))?.version, 2);
      } finally {
        await second.close();
      }
    });

    it('lists by name', async () => {
      const { accounts } = current().store;
      for (const name of ['b', 'c', 'a']) await accounts.put(anAccount({ id: name as never, name }), undefined, CLI);
      assert.deepEqual(
        (await accounts.list()).map(({ name }) => name),
        ['a', 'b', 'c'],
      );
    });
  });
}
