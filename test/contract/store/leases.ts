import assert from 'node:assert/strict';
import { withStoreWorkers } from '../../support/store-processes.js';
import { NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeLeases(current: CurrentHarness): void {
  const acquire = (name: string, holder: string, nowMs: number, lifeMs = 100): Promise<boolean> =>
    current().store.leases.acquire({ name, holder, lifeMs }, nowMs);

  describe('leases', () => {
    it('belong to one holder until they end, although nobody removes them', async () => {
      assert.equal(await acquire('sweep', 'a', NOW_MS), true);
      assert.equal(await acquire('sweep', 'b', NOW_MS + 99), false);
      assert.equal(await acquire('other', 'b', NOW_MS), true, 'another job has a lease of its own');
      assert.equal(await acquire('sweep', 'b', NOW_MS + 100), true);
      assert.equal(await acquire('sweep', 'a', NOW_MS + 100), false);
      assert.equal(await current().probe.count('leases'), 2);
    });

    it('are renewed by their holder', async () => {
      await acquire('sweep', 'a', NOW_MS);
      assert.equal(await acquire('sweep', 'a', NOW_MS + 50), true);
      assert.equal(await acquire('sweep', 'b', NOW_MS + 149), false);
      assert.equal(await acquire('sweep', 'b', NOW_MS + 150), true);
    });

    it('are free when their holder releases them, and stay when somebody else does', async () => {
      const { leases } = current().store;
      await acquire('sweep', 'a', NOW_MS);
      await leases.release('sweep', 'b');
      assert.equal(await acquire('sweep', 'b', NOW_MS), false);
      await leases.release('sweep', 'a');
      assert.equal(await acquire('sweep', 'b', NOW_MS), true);
      await leases.release('unknown', 'a');
    });

    it('go to one of two processes each', async () => {
      const names = Array.from({ length: 40 }, (_, index) => `job-${index}`);
      const held = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', current().target)));
        return Promise.all(
          workers.map((worker, index) => worker.run('acquire-leases', { names, holder: `process-${index}` })),
        );
      });
      assert.deepEqual(held.flat().sort(), [...names].sort());
    });
  });
}
