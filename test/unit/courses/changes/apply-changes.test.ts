import assert from 'node:assert/strict';
import type { JobControl } from '../../../../src/jobs/job.js';
import type { WantedRow } from '../../../../src/courses/changes/stage-changes.js';
import type { JobRecord, StagedChangeSet } from '../../../../src/store/ports.js';
import { hasCode } from '../../../support/course-world.js';
import { BIOLOGY, CHEMISTRY, startChangeWorld, type ChangeWorld } from '../../../support/change-world.js';
import { ADMIN, aChange, aChangeSet } from '../../../support/store-fixtures.js';

const OTHER = { kind: 'admin', id: 'grace' } as const;

describe('Applying prepared changes', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(60_000);
  let world: ChangeWorld;
  beforeEach(async () => {
    world = await startChangeWorld();
  });
  afterEach(() => world.close());

  const categoryOf = async (courseKey: string) => (await world.course(courseKey)).mapping?.categoryFullName;
  /** Somebody else maps the course to Chemistry meanwhile. */
  const changeBehind = async (courseKey: string): Promise<void> => {
    const { mapping } = await world.course(courseKey);
    const to = { categoryId: world.idOf(CHEMISTRY), categoryFullName: CHEMISTRY, origin: 'manual' as const };
    const change = aChange(world.tenant.id, {
      courseKey,
      to,
      ...(mapping ? { expectedVersion: mapping.version } : {}),
    });
    const { outcome } = await world.store.mappings.apply(aChangeSet([change]), OTHER);
    assert.equal(outcome, 'applied');
  };
  const jobOf = async (set: StagedChangeSet): Promise<JobRecord> =>
    world.jobs.enqueue(
      { kind: 'courses.apply-changes', input: { stagedId: set.id }, tenantId: world.tenant.id },
      ADMIN,
    );
  /** `count` unmapped courses, and rows that map them all to Biology. */
  const many = async (count: number): Promise<WantedRow[]> => {
    const keys = Array.from({ length: count }, (_, index) => `m${index}`);
    for (const key of keys) await world.addCourse(key);
    return keys.map((key, index) => world.mapTo(index + 1, key, BIOLOGY));
  };

  describe('at once', () => {
    it('does what was shown, as one change set with the id of the preview', async () => {
      await world.addCourse('new');
      await world.addCourse('other', CHEMISTRY);
      await world.addCourse('gone', CHEMISTRY);
      const rows: WantedRow[] = [world.mapTo(1, 'new', BIOLOGY), world.mapTo(2, 'other', BIOLOGY)];
      const set = await world.stage([...rows, { row: 3, courseKey: 'gone', to: 'remove' }]);
      assert.equal(world.applier.fitsAtOnce(set), true);
      const applied = await world.applier.applyAtOnce(set, ADMIN);
      assert.deepEqual([applied?.status, applied?.report], ['applied', { applied: 3 }]);
      assert.deepEqual(
        [await categoryOf('new'), await categoryOf('other'), await categoryOf('gone')],
        [BIOLOGY, BIOLOGY, undefined],
      );
      const history = await world.store.mappings.changeSet(set.id, { limit: 9 });
      assert.deepEqual(
        history.map(({ courseKey, summary, actor }) => [courseKey, summary, actor.id]),
        ['new', 'other', 'gone'].map((key) => [key, 'As the test wants it', 'ada']),
      );
      assert.equal(world.polls.count, 1);
    });

    it('leaves courses alone that somebody changed since, and names them', async () => {
      for (const key of ['a', 'b', 'c']) await world.addCourse(key);
      const set = await world.stage(['a', 'b', 'c'].map((key, index) => world.mapTo(index + 1, key, BIOLOGY)));
      await changeBehind('b');
      const applied = await world.applier.applyAtOnce(set, ADMIN);
      assert.deepEqual(applied?.report, {
        applied: 2,
        conflicts: { count: 1, first: [{ courseKey: 'b', courseTitle: 'Course b' }] },
      });
      assert.equal(await categoryOf('b'), CHEMISTRY);
    });

    it('does nothing twice when two people press the button', async () => {
      await world.addCourse('a');
      const set = await world.stage([world.mapTo(1, 'a', BIOLOGY)]);
      const [first, second] = [
        await world.applier.applyAtOnce(set, ADMIN),
        await world.applier.applyAtOnce(set, OTHER),
      ];
      assert.deepEqual([first?.report?.applied, second], [1, undefined]);
      assert.equal((await world.store.mappings.changeSet(set.id, { limit: 9 })).length, 1);
      assert.deepEqual((await world.find(set)).report, { applied: 1 });
    });

    it('is for at most 500 courses, and for no categories that are still to be created', async () => {
      const counts = { add: 300, change: 100, remove: 100, same: 9_999, error: 9_999 };
      const set = { counts } as StagedChangeSet;
      assert.equal(world.applier.fitsAtOnce(set), true);
      assert.equal(world.applier.fitsAtOnce({ ...set, counts: { ...counts, remove: 101 } }), false);
      assert.equal(world.applier.fitsAtOnce({ ...set, report: { creates: { count: 1, first: ['a'] } } }), false);
    });
  });

  describe('as a job', () => {
    const until = async (set: StagedChangeSet, status: StagedChangeSet['status']): Promise<StagedChangeSet> => {
      for (let attempt = 0; attempt < 3_000; attempt += 1) {
        const found = await world.find(set);
        if (found.status === status) return found;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error(`the set is ${(await world.find(set)).status}`);
    };

    it('applies thousands of courses in chunks, with progress, and ends with what became of them', async () => {
      const set = await world.stage(await many(1_100));
      await changeBehind('m700');
      const job = await world.runner.enqueue(
        { kind: 'courses.apply-changes', input: { stagedId: set.id }, total: 1_100 },
        ADMIN,
      );
      const applied = await until(set, 'applied');
      assert.deepEqual([applied.report?.applied, applied.report?.conflicts?.count, applied.jobId], [1_099, 1, job.id]);
      assert.equal(await categoryOf('m1099'), BIOLOGY);
      for (;;) {
        const ended = await world.store.jobs.find(job.id);
        if (ended?.finishedAtMs === undefined) continue;
        assert.deepEqual([ended.status, ended.done, ended.result], ['done', 1_100, { applied: 1_099, conflicts: 1 }]);
        break;
      }
    });

    it('goes on after its process died, and counts what was done without being noted', async () => {
      const set = await world.stage(await many(700));
      const job = await jobOf(set);
      // The process dies after the first chunk was applied, before that could be saved.
      const dying: JobControl = { progress: () => Promise.reject(new Error('SIGKILL')) };
      await assert.rejects(world.applier.handler.run(job, dying), /SIGKILL/);
      assert.equal((await world.store.mappings.changeSet(set.id, { limit: 500 })).length, 500);
      await changeBehind('m3');

      const { result } = await world.run(world.applier.handler, job.input, { ...job });
      assert.deepEqual(result, { applied: 700, conflicts: 0 });
      const history = await world.store.mappings.changeSet(set.id, { limit: 500 });
      const more = await world.store.mappings.changeSet(set.id, { limit: 500, after: history.at(-1)?.id ?? '' });
      assert.equal(history.length + more.length, 700);
      assert.equal(await categoryOf('m3'), CHEMISTRY);
    });

    it('goes on from the state that was saved', async () => {
      const set = await world.stage(await many(600));
      const job = await jobOf(set);
      let state: unknown;
      const dying: JobControl = {
        progress: (progress) => {
          state = progress.state;
          return Promise.reject(new Error('SIGKILL'));
        },
      };
      await assert.rejects(world.applier.handler.run(job, dying), /SIGKILL/);
      assert.deepEqual(state, { after: 500, applied: 500, conflicts: { count: 0, first: [] } });
      const { result, saved } = await world.run(world.applier.handler, job.input, { ...job, state });
      assert.deepEqual([result, saved.map(({ done }) => done)], [{ applied: 600, conflicts: 0 }, [600]]);
    });

    it('creates the categories that do not exist yet, each once', async () => {
      for (const key of ['a', 'b']) await world.addCourse(key);
      const to = { categoryFullName: 'Campus>Departments>Geology', origin: 'rule' as const, create: true };
      const set = await world.stage(['a', 'b'].map((courseKey, index) => ({ row: index + 1, courseKey, to })));
      const job = await jobOf(set);
      await world.run(world.applier.handler, job.input, { ...job });
      const id = world.idOf('Campus>Departments>Geology');
      const { mapping } = await world.course('b');
      assert.deepEqual(
        [mapping?.categoryId, mapping?.categoryFullName, mapping?.origin],
        [id, to.categoryFullName, 'rule'],
      );
      assert.deepEqual((await world.find(set)).report?.applied, 2);
    });

    it('is left to the job that has the set, unless that one has ended', async () => {
      const set = await world.stage(await many(1));
      const [first, second] = [await jobOf(set), await jobOf(set)];
      assert.equal(await world.applier.claim(set.id, first.id), true);
      assert.equal(await world.applier.claim(set.id, first.id), true);
      assert.equal(await world.applier.claim(set.id, second.id), false);
      assert.deepEqual(await world.run(world.applier.handler, second.input, { ...second }), {
        result: undefined,
        saved: [],
      });
      assert.equal(await categoryOf('m0'), undefined);

      await world.store.jobs.requestCancel(first.id, ADMIN, world.clock.nowMs());
      const { result } = await world.run(world.applier.handler, second.input, { ...second });
      assert.deepEqual(result, { applied: 1, conflicts: 0 });
    });

    it('leaves a set alone that was applied or discarded meanwhile', async () => {
      const set = await world.stage(await many(1));
      const job = await jobOf(set);
      await world.applier.applyAtOnce(set, ADMIN);
      assert.equal((await world.run(world.applier.handler, job.input, { ...job })).result, undefined);
      const gone = { ...job, input: { stagedId: 'cafe0000-0000-7000-8000-000000000009' } };
      assert.equal((await world.run(world.applier.handler, gone.input, gone)).result, undefined);
    });

    it('refuses a job that names no set', async () => {
      await assert.rejects(world.run(world.applier.handler, {}), hasCode('INTERNAL'));
    });
  });
});
