import assert from 'node:assert/strict';
import { createChangeFeed } from '../../../src/store/change-feed.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { addTenant, aPlatform, CLI } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeChangeFeed(current: CurrentHarness): void {
  const fail = (error: unknown): never => {
    throw error;
  };

  describe('change feed', () => {
    it('tells whoever else has the store open with the next look', async () => {
      const { store, openAgain } = current();
      const second = await openAgain();
      try {
        const feed = createChangeFeed(second, fail);
        await feed.poll();
        let changes = 0;
        feed.subscribe(() => void (changes += 1));
        await feed.poll();
        assert.equal(changes, 0);
        await addTenant(store);
        await feed.poll();
        assert.equal(changes, 1);
      } finally {
        await second.close();
      }
    });

    it('tells another process by itself', async () => {
      const { store, target } = current();
      await withStoreWorkers(1, async ([worker]) => {
        assert.ok(worker);
        await worker.run('open', target);
        const watching = new Promise<void>((resolve) => worker.onAcknowledged(() => resolve()));
        const seen = worker.run('await-change', {});
        await watching;
        await store.platforms.add(aPlatform(), [], CLI);
        assert.equal(await seen, await store.changeNumber());
      });
    });
  });
}
