import assert from 'node:assert/strict';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { NOW_MS, STORABLE_TEXTS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const ENDS_AT_MS = NOW_MS + 600_000;

export function describeConsumedStates(current: CurrentHarness): void {
  describe('consumed states', () => {
    it('lets a state be consumed once', async () => {
      const { consumedStates } = current().store;
      assert.equal(await consumedStates.has('s'), false);
      assert.equal(await consumedStates.consume('s', ENDS_AT_MS), true);
      assert.equal(await consumedStates.has('s'), true);
      assert.equal(await consumedStates.consume('s', ENDS_AT_MS), false);
      assert.equal(await consumedStates.consume('s', ENDS_AT_MS + 1), false, 'whatever end the caller names');
      assert.equal(await consumedStates.consume('S', ENDS_AT_MS), true, 'another state is not affected');
    });

    it('answers true to exactly one of 100 callers at once', async () => {
      const { store, openAgain, probe } = current();
      const second = await openAgain();
      try {
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            (index % 2 ? store : second).consumedStates.consume('s', ENDS_AT_MS),
          ),
        );
        assert.equal(outcomes.filter(Boolean).length, 1);
        assert.equal(await probe.count('consumedStates'), 1);
      } finally {
        await second.close();
      }
    });

    it('answers true to exactly one of two processes, for each of 100 states', async () => {
      const { target, probe } = current();
      const stateIds = Array.from({ length: 100 }, (_, index) => `s${index}`);
      const consumed = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(workers.map((worker) => worker.run('consume-each', stateIds)));
      });
      assert.deepEqual(consumed.flat().sort(), [...stateIds].sort());
      assert.equal(await probe.count('consumedStates'), 100);
    });

    it('still refuses a consumed state that has ended, although the sweep is late', async () => {
      const { store, clock } = current();
      await store.consumedStates.consume('s', ENDS_AT_MS);
      clock.set(ENDS_AT_MS + 1);
      assert.equal(await store.consumedStates.consume('s', ENDS_AT_MS), false);
      assert.equal(await store.consumedStates.consume('s', ENDS_AT_MS + 600_000), false);
    });

    it('refuses a state that has ended, so a swept one never becomes fresh again', async () => {
      const { store, clock, probe } = current();
      await store.consumedStates.consume('s', ENDS_AT_MS);
      clock.set(ENDS_AT_MS);
      assert.equal(await store.consumedStates.sweep(ENDS_AT_MS, 10), 1);
      assert.equal(await store.consumedStates.has('s'), false);
      assert.equal(await store.consumedStates.consume('s', ENDS_AT_MS), false);
      assert.equal(await probe.count('consumedStates'), 0);
    });

    it('sweeps ended states only, the oldest first, at most `limit` at a time', async () => {
      const { consumedStates } = current().store;
      for (const [stateId, inMs] of [
        ['d', 40],
        ['a', 10],
        ['c', 30],
        ['b', 20],
      ] as const) {
        await consumedStates.consume(stateId, NOW_MS + inMs);
      }
      assert.equal(await consumedStates.sweep(NOW_MS + 9, 10), 0);
      assert.equal(await consumedStates.sweep(NOW_MS + 30, 2), 2);
      assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((id) => consumedStates.has(id))), [
        false,
        false,
        true,
        true,
      ]);
      assert.equal(await consumedStates.sweep(NOW_MS + 30, 2), 1);
      assert.equal(await consumedStates.has('d'), true);
    });

    it('sweeps 500 at a time at most', async () => {
      const { consumedStates } = current().store;
      for (const limit of [0, 501]) await assertCode('INPUT_INVALID', () => consumedStates.sweep(NOW_MS, limit));
      assert.equal(await consumedStates.sweep(NOW_MS, 500), 0);
    });

    it('tells hostile state ids apart', async () => {
      const { consumedStates } = current().store;
      for (const stateId of Object.values(STORABLE_TEXTS)) {
        assert.equal(await consumedStates.consume(stateId, ENDS_AT_MS), true);
        assert.equal(await consumedStates.consume(stateId, ENDS_AT_MS), false);
      }
    });

    for (const [what, stateId] of Object.entries(UNSTORABLE_TEXTS)) {
      it(`refuses a state id with ${what}`, async () => {
        const { consumedStates } = current().store;
        await assertCode('INPUT_INVALID', () => consumedStates.consume(stateId, ENDS_AT_MS));
        await assertCode('INPUT_INVALID', () => consumedStates.has(stateId));
      });
    }
  });
}
