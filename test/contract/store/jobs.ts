import assert from 'node:assert/strict';
import type { TenantId } from '../../../src/runtime/ids.js';
import type { JobRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { ADMIN, aJob, NOW_MS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const LIFE_MS = 100;
const TEST = { kind: 'test' };

export function describeJobs(current: CurrentHarness): void {
  const add = (offsetMs = 0, changes: Partial<JobRecord> = TEST): Promise<JobRecord> =>
    current().store.jobs.add(aJob(NOW_MS + offsetMs, changes));
  const claim = (holder: string, nowMs = NOW_MS, kinds = ['test']): Promise<JobRecord | undefined> =>
    current().store.jobs.claim({ holder, kinds, lifeMs: LIFE_MS }, nowMs);
  const finish = ({ id }: JobRecord, holder: string, nowMs = NOW_MS) =>
    current().store.jobs.finish({ id, holder, status: 'done' }, nowMs);
  const finishNew = async (index: number): Promise<void> => {
    await add(index);
    await finish((await claim('a')) ?? assert.fail(), 'a', NOW_MS + index);
  };

  describe('jobs', () => {
    it('wait with what they were given', async () => {
      const { jobs } = current().store;
      const wish = aJob(NOW_MS, { tenantId: 't' as TenantId, total: 7, input: { list: [1, null, ''] } });
      const expected = { ...wish, status: 'waiting', done: 0, cancelRequested: false };
      assert.deepEqual(await jobs.add(wish), expected);
      assert.deepEqual(await jobs.find(wish.id), expected);
      assert.equal(await jobs.find('nobody'), undefined);
      await assertCode('STORE_CONFLICT', () => jobs.add(wish));
    });

    it('keep any text in their JSON values', async () => {
      const { jobs } = current().store;
      const texts = Object.values(UNSTORABLE_TEXTS);
      const { id } = await add(0, { ...TEST, input: texts });
      await claim('a');
      await jobs.progress({ id, holder: 'a', done: 1, state: texts, lifeMs: LIFE_MS }, NOW_MS);
      await jobs.finish({ id, holder: 'a', status: 'done', result: texts }, NOW_MS);
      const found = await jobs.find(id);
      assert.deepEqual([found?.input, found?.state, found?.result], [texts, texts, texts]);
    });

    it('are claimed oldest first, by kind, one holder each', async () => {
      const [second, first] = [await add(2), await add(1)];
      await add(0, { kind: 'other' });
      assert.equal(await claim('a', NOW_MS, []), undefined);
      assert.equal(await claim('a', NOW_MS, ['nothing']), undefined);
      assert.deepEqual(await claim('a', NOW_MS + 5), { ...first, status: 'running', startedAtMs: NOW_MS + 5 });
      assert.equal((await claim('b', NOW_MS + 5))?.id, second.id);
      assert.equal(await claim('c', NOW_MS + 5), undefined);
      assert.equal((await claim('c', NOW_MS + 5, ['test', 'other']))?.kind, 'other');
    });

    it('go to one of two processes each', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 30; index += 1) ids.push((await add(index)).id);
      const claimed = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', current().target)));
        return Promise.all(
          workers.map((worker, index) => worker.run('claim-jobs', { holder: `process-${index}`, nowMs: NOW_MS })),
        );
      });
      assert.deepEqual(claimed.flat().sort(), ids.sort());
    });

    it('are claimed again when their holder let the lease end, and keep state, progress and first start', async () => {
      const { jobs } = current().store;
      const { id } = await add();
      await claim('a');
      await jobs.progress({ id, holder: 'a', done: 3, total: 9, state: { after: 'x' }, lifeMs: LIFE_MS }, NOW_MS + 50);
      assert.equal(await claim('b', NOW_MS + 149), undefined, 'progress prolonged the lease');
      const again = await claim('b', NOW_MS + 150);
      assert.deepEqual(
        [again?.id, again?.status, again?.done, again?.total, again?.state, again?.startedAtMs],
        [id, 'running', 3, 9, { after: 'x' }, NOW_MS],
      );
      const late = { id, holder: 'a', done: 4, state: 'late', lifeMs: LIFE_MS };
      assert.equal(await jobs.progress(late, NOW_MS + 151), 'lost');
      assert.equal(await jobs.finish({ id, holder: 'a', status: 'failed' }, NOW_MS + 151), false);
      assert.deepEqual(await jobs.find(id), again, 'the former holder changed nothing');
      assert.equal(await finish(again ?? assert.fail(), 'b', NOW_MS + 152), true);
    });

    it('keep state and total of before when progress does not give them', async () => {
      const { jobs } = current().store;
      const { id } = await add(0, { ...TEST, total: 9 });
      await claim('a');
      await jobs.progress({ id, holder: 'a', done: 1, state: 's', lifeMs: LIFE_MS }, NOW_MS);
      assert.equal(await jobs.progress({ id, holder: 'a', done: 2, lifeMs: LIFE_MS }, NOW_MS), 'go-on');
      const found = await jobs.find(id);
      assert.deepEqual([found?.done, found?.total, found?.state], [2, 9, 's']);
    });

    it('end once, with a result or a code, and are claimed no more', async () => {
      const { jobs } = current().store;
      const [done, failed] = [await add(0), await add(1)];
      await claim('a');
      await claim('a');
      const result = { applied: 3 };
      assert.equal(await jobs.finish({ id: done.id, holder: 'a', status: 'done', result }, NOW_MS + 7), true);
      const ended = { id: failed.id, holder: 'a', status: 'failed' as const, errorCode: 'KALTURA_TIMEOUT' };
      assert.equal(await jobs.finish(ended, NOW_MS + 8), true);
      assert.deepEqual(await jobs.find(done.id), {
        ...done,
        status: 'done',
        result,
        startedAtMs: NOW_MS,
        finishedAtMs: NOW_MS + 7,
      });
      const found = await jobs.find(failed.id);
      assert.deepEqual(
        [found?.status, found?.errorCode, found?.finishedAtMs],
        ['failed', 'KALTURA_TIMEOUT', NOW_MS + 8],
      );
      assert.equal(await finish(done, 'a'), false);
      assert.equal(await jobs.progress({ id: done.id, holder: 'a', done: 9, lifeMs: LIFE_MS }, NOW_MS), 'lost');
      assert.equal(await claim('b', NOW_MS + 10_000), undefined);
    });

    it('are cancelled at once while they wait', async () => {
      const { jobs } = current().store;
      const job = await add();
      assert.equal(await jobs.requestCancel(job.id, ADMIN, NOW_MS + 5), true);
      const cancelled = { ...job, status: 'cancelled', cancelRequested: true, finishedAtMs: NOW_MS + 5 };
      assert.deepEqual(await jobs.find(job.id), cancelled);
      assert.equal(await jobs.requestCancel(job.id, ADMIN, NOW_MS + 6), false);
      assert.equal(await jobs.requestCancel('nobody', ADMIN, NOW_MS), false);
      assert.equal(await claim('a'), undefined);
    });

    it('are told to stop while they run, whoever runs them next', async () => {
      const { store, probe } = current();
      const { jobs } = store;
      const { id } = await add();
      await claim('a');
      assert.equal(await jobs.requestCancel(id, ADMIN, NOW_MS), true);
      const audited = await probe.count('audit');
      assert.equal(await jobs.requestCancel(id, ADMIN, NOW_MS), true);
      assert.equal(await probe.count('audit'), audited, 'asking again changes nothing');
      assert.equal(await jobs.progress({ id, holder: 'a', done: 1, lifeMs: LIFE_MS }, NOW_MS), 'cancel');
      assert.equal((await jobs.find(id))?.done, 1);
      assert.equal((await claim('b', NOW_MS + LIFE_MS))?.cancelRequested, true);
      assert.equal(await jobs.finish({ id, holder: 'b', status: 'cancelled' }, NOW_MS + LIFE_MS), true);
    });

    it('are no change that a launch has in memory, and only a cancel is audited', async () => {
      const { store, probe } = current();
      const [number, audited] = [await store.changeNumber(), await probe.count('audit')];
      const { id } = await add();
      const job = (await claim('a')) ?? assert.fail();
      await store.jobs.progress({ id, holder: 'a', done: 1, lifeMs: LIFE_MS }, NOW_MS);
      await finish(job, 'a');
      await store.jobs.sweep(NOW_MS + 1, 10);
      assert.deepEqual([await store.changeNumber(), await probe.count('audit')], [number, audited]);
    });

    it('are listed newest first, page by page, by kind and tenant', async () => {
      const { jobs } = current().store;
      const tenantId = 't' as TenantId;
      const made = [];
      for (let index = 0; index < 6; index += 1) {
        made.push(await add(index, { kind: index % 2 ? 'odd' : 'even', ...(index < 3 ? { tenantId } : {}) }));
      }
      const newest = made.map(({ id }) => id).toReversed();
      const ids = async (options: Parameters<typeof jobs.list>[0]) => (await jobs.list(options)).map(({ id }) => id);
      assert.deepEqual(await ids({ limit: 100 }), newest);
      assert.deepEqual(await ids({ limit: 2, before: newest[1] ?? '' }), newest.slice(2, 4));
      assert.deepEqual(await ids({ limit: 9, kind: 'odd' }), [newest[0], newest[2], newest[4]]);
      assert.deepEqual(await ids({ limit: 9, tenantId }), newest.slice(3));
      assert.deepEqual(await ids({ limit: 9, tenantId, kind: 'odd' }), [newest[4]]);
    });

    it('are swept some time after they ended, at most `limit` at a time; open ones stay', async () => {
      const { store, probe } = current();
      for (let index = 0; index < 3; index += 1) await finishNew(index);
      const open = [await add(10), await add(11)];
      await claim('a');
      assert.equal(await store.jobs.sweep(NOW_MS, 500), 0);
      assert.equal(await store.jobs.sweep(NOW_MS + 2, 500), 2);
      assert.equal(await store.jobs.sweep(NOW_MS + 100, 1), 1);
      assert.equal(await store.jobs.sweep(NOW_MS + 10_000, 500), 0);
      assert.equal(await probe.count('jobs'), open.length);
    });
    it('hand out copies', async () => {
      const { jobs } = current().store;
      const wish = aJob(NOW_MS, { input: { list: [1] } });
      const added = await jobs.add(wish);
      (added.input as { list: number[] }).list.push(2);
      assert.deepEqual((await jobs.find(wish.id))?.input, { list: [1] });
    });
  });
}
