import assert from 'node:assert/strict';
import type { CategoryId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { StagedRow } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { aStagedRow, aStagedSet, NOW_MS, STORABLE_TEXTS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const TENANT = 't' as TenantId;
const ENDS_MS = NOW_MS + 1_000;
const NONE = { add: 0, change: 0, remove: 0, same: 0, error: 0 };

export function describeStagedChanges(current: CurrentHarness): void {
  const create = (changes: Parameters<typeof aStagedSet>[1] = {}) =>
    current().store.stagedChanges.create(aStagedSet(TENANT, changes));
  const rowsOf = async (id: string): Promise<StagedRow[]> => current().store.stagedChanges.rows(id, { limit: 500 });

  describe('prepared changes', () => {
    it('begin empty, and are being read', async () => {
      const { stagedChanges } = current().store;
      const deployment = { platformId: 'p' as PlatformId, deploymentId: '1' };
      const wish = aStagedSet(TENANT, { deployment, total: 5 });
      const expected = { ...wish, status: 'reading', counts: NONE, launches: 0, done: 0, updatedAtMs: NOW_MS };
      assert.deepEqual(await stagedChanges.create(wish), expected);
      assert.deepEqual(await stagedChanges.find(wish.id, NOW_MS), expected);
      const bare = await create();
      for (const field of ['deployment', 'total', 'jobId', 'reason']) assert.equal(field in bare, false, field);
      await assertCode('STORE_CONFLICT', () => stagedChanges.create(wish));
    });

    it('count their rows by effect, and the launches of those that change something', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create({ total: 100 });
      const effects = ['add', 'change', 'remove', 'same', 'error', 'add'] as const;
      const rows = effects.map((effect, index) => aStagedRow(index + 1, { effect, launches: 10 ** index }));
      await stagedChanges.append(id, rows.slice(0, 2), { done: 40 }, NOW_MS + 1);
      await stagedChanges.append(id, rows.slice(2), { done: 90, total: 95 }, NOW_MS + 2);
      const found = await stagedChanges.find(id, NOW_MS);
      assert.deepEqual(found?.counts, { add: 2, change: 1, remove: 1, same: 1, error: 1 });
      assert.deepEqual([found.launches, found.done, found.total], [100_111, 90, 95]);
      assert.equal(found.updatedAtMs, NOW_MS + 2);
      assert.deepEqual(await rowsOf(id), rows);
    });

    it('keep every field of a row, and any text that a file may hold', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      const target = { categoryId: '7' as CategoryId, categoryFullName: 'x', origin: 'manual' as const };
      const texts = [...Object.values(STORABLE_TEXTS), ...Object.values(UNSTORABLE_TEXTS)];
      const rows = texts.map((text, index) =>
        aStagedRow(index + 1, {
          courseKey: text,
          courseTitle: text,
          courseLabel: text,
          effect: 'error',
          expectedVersion: 3,
          before: { ...target, categoryFullName: text },
          to: { ...target, origin: 'rule' },
          problems: [{ column: text, problem: 'unknown-category', value: text }, { problem: 'twice' }],
        }),
      );
      const { to: _to, ...bare } = aStagedRow(1_000, { effect: 'remove' });
      const creates = aStagedRow(1_001, { to: { categoryFullName: 'LTI>new', origin: 'rule', create: true } });
      await stagedChanges.append(id, [...rows, bare, creates], { done: 1 }, NOW_MS);
      assert.deepEqual(await rowsOf(id), [...rows, bare, creates]);
    });

    it('take a batch as a whole or not at all: a row occurs once', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      await stagedChanges.append(id, [aStagedRow(2)], { done: 1 }, NOW_MS);
      const twice = [aStagedRow(1), aStagedRow(2)];
      await assertCode('STORE_CONFLICT', () => stagedChanges.append(id, twice, { done: 2 }, NOW_MS));
      const found = await stagedChanges.find(id, NOW_MS);
      assert.deepEqual([found?.counts.add, found?.done, (await rowsOf(id)).length], [1, 1, 1]);
    });

    it('take rows only while they are read', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      const append = (setId: string, nowMs = NOW_MS) =>
        stagedChanges.append(setId, [aStagedRow(1)], { done: 1 }, nowMs);
      await assertCode('STORE_CONFLICT', () => append('nobody'));
      await assertCode('STORE_CONFLICT', () => append(id, ENDS_MS));
      for (const [from, to] of [
        ['reading', 'ready'],
        ['ready', 'applying'],
        ['applying', 'applied'],
      ] as const) {
        await stagedChanges.setStatus(id, { from, to }, NOW_MS);
        await assertCode('STORE_CONFLICT', () => append(id));
      }
      assert.deepEqual(await rowsOf(id), []);
    });

    it('lose no count when two processes append', async () => {
      const { store, target } = current();
      const { id } = await create();
      await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        await Promise.all(
          workers.map((worker, index) => worker.run('append-rows', { setId: id, first: 1 + 100 * index, times: 20 })),
        );
      });
      const found = await store.stagedChanges.find(id, NOW_MS);
      assert.deepEqual([found?.counts.add, found?.launches, (await rowsOf(id)).length], [80, 40, 80]);
    });

    it('go from one status to the next for one caller only', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      const ready = await stagedChanges.setStatus(id, { from: 'reading', to: 'ready' }, NOW_MS + 1);
      assert.deepEqual([ready?.status, ready?.updatedAtMs], ['ready', NOW_MS + 1]);
      const apply = (jobId: string) =>
        stagedChanges.setStatus(id, { from: 'ready', to: 'applying', jobId }, NOW_MS + 2);
      const outcomes = await Promise.all(['1', '2', '3'].map(apply));
      const [winner, ...others] = outcomes.filter((outcome) => outcome !== undefined);
      assert.deepEqual(others, []);
      const failure = { errorCode: 'KALTURA_TIMEOUT', reason: 'no answer' };
      assert.deepEqual(
        await stagedChanges.setStatus(id, { from: 'applying', to: 'failed', ...failure }, NOW_MS + 3),
        { ...winner, status: 'failed', ...failure, updatedAtMs: NOW_MS + 3 },
        'what is not given stays',
      );
      assert.equal(await stagedChanges.setStatus('nobody', { from: 'ready', to: 'applying' }, NOW_MS), undefined);
    });

    it('keep the report that they were given until another one comes, with any text', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      const report = { creates: { count: 2, first: Object.values(UNSTORABLE_TEXTS) } };
      const ready = await stagedChanges.setStatus(id, { from: 'reading', to: 'ready', report }, NOW_MS);
      assert.deepEqual(ready?.report, report);
      await stagedChanges.setStatus(id, { from: 'ready', to: 'applying', jobId: 'j' }, NOW_MS);
      const applied = { applied: 3, conflicts: { count: 1, first: [{ courseKey: 'a\0' }] } };
      assert.deepEqual((await stagedChanges.find(id, NOW_MS))?.report, report);
      await stagedChanges.setStatus(id, { from: 'applying', to: 'applying', report: applied }, NOW_MS);
      const found = await stagedChanges.find(id, NOW_MS);
      assert.deepEqual([found?.report, found?.status, found?.jobId], [applied, 'applying', 'j']);
      assert.deepEqual((await stagedChanges.list(TENANT, NOW_MS))[0]?.report, applied);
    });

    it('are neither found, listed nor applied once they have expired, although they are still stored', async () => {
      const { store, probe } = current();
      const { stagedChanges } = store;
      const { id } = await create();
      assert.equal((await stagedChanges.list(TENANT, ENDS_MS - 1)).length, 1);
      assert.deepEqual(await stagedChanges.list(TENANT, ENDS_MS), []);
      assert.equal(await stagedChanges.find(id, ENDS_MS), undefined);
      assert.equal(await stagedChanges.setStatus(id, { from: 'reading', to: 'ready' }, ENDS_MS), undefined);
      assert.equal((await stagedChanges.find(id, NOW_MS))?.status, 'reading');
      assert.equal(await probe.count('stagedSets'), 1);
    });

    it('are listed by tenant, newest first, 100 at most', async () => {
      const { stagedChanges } = current().store;
      const ids: string[] = [];
      for (let index = 0; index < 101; index += 1) {
        const set = aStagedSet(TENANT, { id: `set-${String(index).padStart(3, '0')}` });
        ids.push((await stagedChanges.create(set)).id);
      }
      await stagedChanges.create(aStagedSet('other' as TenantId));
      const listed = (await stagedChanges.list(TENANT, NOW_MS)).map(({ id }) => id);
      assert.deepEqual(listed, ids.toReversed().slice(0, 100));
    });

    it('are read row by row in order, in whatever order the rows came, by effect too', async () => {
      const { stagedChanges } = current().store;
      const { id } = await create();
      const other = await create();
      const rows = Array.from({ length: 12 }, (_, index) =>
        aStagedRow(index + 1, { effect: (['add', 'error', 'same'] as const)[index % 3] ?? 'add' }),
      );
      await stagedChanges.append(other.id, [aStagedRow(1)], { done: 1 }, NOW_MS);
      await stagedChanges.append(id, rows.toReversed(), { done: 1 }, NOW_MS);
      const numbers = async (options: Parameters<typeof stagedChanges.rows>[1]) =>
        (await stagedChanges.rows(id, options)).map(({ row }) => row);
      assert.deepEqual(await numbers({ limit: 3 }), [1, 2, 3]);
      assert.deepEqual(await numbers({ limit: 3, after: 3 }), [4, 5, 6]);
      assert.deepEqual(await numbers({ limit: 3, after: 4, effects: ['error'] }), [5, 8, 11]);
      assert.deepEqual(await numbers({ limit: 4, after: 2, effects: ['same', 'add'] }), [3, 4, 6, 7]);
      assert.deepEqual(await numbers({ limit: 4, effects: ['change'] }), []);
      assert.deepEqual(await numbers({ limit: 4, effects: [] }), []);
    });

    it('are removed 500 rows at a time, and count as expired from the first call on', async () => {
      const { store, probe } = current();
      const { stagedChanges } = store;
      const [{ id }, other] = [await create(), await create()];
      for (const from of [1, 501, 1_001]) {
        const rows = Array.from({ length: from === 1_001 ? 1 : 500 }, (_, index) => aStagedRow(from + index));
        await stagedChanges.append(id, rows, { done: from }, NOW_MS);
      }
      await stagedChanges.append(other.id, [aStagedRow(1)], { done: 1 }, NOW_MS);
      assert.equal(await stagedChanges.remove(id), false);
      assert.equal(await stagedChanges.find(id, NOW_MS), undefined);
      assert.deepEqual(await stagedChanges.expired(NOW_MS, 10), [id], 'the sweeper finishes what was begun');
      for (let calls = 0; !(await stagedChanges.remove(id)); calls += 1) assert.ok(calls < 5);
      assert.deepEqual([await probe.count('stagedSets'), await probe.count('stagedRows')], [1, 1]);
      assert.equal(await stagedChanges.remove(id), true);
      assert.equal(await stagedChanges.remove(other.id), true);
      assert.equal(await probe.count('stagedRows'), 0);
    });

    it('tell which have expired, the first to end first', async () => {
      const { stagedChanges } = current().store;
      const later = await create({ expiresAtMs: ENDS_MS + 5 });
      const sooner = await create();
      await create({ expiresAtMs: ENDS_MS + 6 });
      assert.deepEqual(await stagedChanges.expired(ENDS_MS - 1, 10), []);
      assert.deepEqual(await stagedChanges.expired(ENDS_MS + 5, 10), [sooner.id, later.id]);
      assert.deepEqual(await stagedChanges.expired(ENDS_MS + 5, 1), [sooner.id]);
    });

    it('are no durable change: nothing is audited, and the change number stays', async () => {
      const { store, probe } = current();
      const before = [await store.changeNumber(), await probe.count('audit')];
      const { id } = await create();
      await store.stagedChanges.append(id, [aStagedRow(1)], { done: 1 }, NOW_MS);
      await store.stagedChanges.setStatus(id, { from: 'reading', to: 'ready' }, NOW_MS);
      await store.stagedChanges.remove(id);
      assert.deepEqual([await store.changeNumber(), await probe.count('audit')], before);
    });
  });
}
