import assert from 'node:assert/strict';
import { withStoreWorkers } from '../../support/store-processes.js';
import { aSigningKey, NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const keySet = (name: string) => [
  aSigningKey(`${name}-current`),
  aSigningKey(`${name}-next`, { status: 'next', createdAtMs: NOW_MS + 1 }),
];

export function describeSigningKeys(current: CurrentHarness): void {
  describe('signing keys', () => {
    it('has none at first, then the whole first set', async () => {
      const { signingKeys } = current().store;
      assert.deepEqual(await signingKeys.list(), []);
      assert.deepEqual(await signingKeys.addFirst(keySet('a')), keySet('a'));
      assert.deepEqual(await signingKeys.list(), keySet('a'));
    });

    it('stores nothing of a second set and answers with the first', async () => {
      const { signingKeys } = current().store;
      await signingKeys.addFirst(keySet('a'));
      assert.deepEqual(await signingKeys.addFirst(keySet('b')), keySet('a'));
      assert.deepEqual(await signingKeys.list(), keySet('a'));
    });

    it('takes an empty set as no set', async () => {
      const { signingKeys } = current().store;
      assert.deepEqual(await signingKeys.addFirst([]), []);
      assert.deepEqual(await signingKeys.addFirst(keySet('a')), keySet('a'));
    });

    it('gives two processes that start at once the same set', async () => {
      const { store, target } = current();
      const answers = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(workers.map((worker, index) => worker.run('add-first-keys', keySet(`process-${index}`))));
      });
      const counts = await store.signingKeys.list();
      assert.equal(counts.length, 2);
      assert.deepEqual(answers, [counts, counts]);
    });
  });
}
