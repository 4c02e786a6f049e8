import assert from 'node:assert/strict';
import { undoChangeSet } from '../../../../src/courses/changes/changes-undo.js';
import type { AdminSession, StagedChangeSet } from '../../../../src/store/ports.js';
import { DEPLOYMENT_ID } from '../../../support/category-world.js';
import { BIOLOGY, CHEMISTRY, startChangeWorld, type ChangeWorld } from '../../../support/change-world.js';
import { hasCode } from '../../../support/course-world.js';
import { aChange, aChangeSet, addTenant, ADMIN, aSeenCourse } from '../../../support/store-fixtures.js';

describe('Undo of a change set', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(60_000);
  let world: ChangeWorld;
  beforeEach(async () => {
    world = await startChangeWorld();
  });
  afterEach(() => world.close());

  const undo = (changeSetId: string, who: Pick<AdminSession, 'deployment'> = {}): Promise<StagedChangeSet> =>
    undoChangeSet({ changeSetId, who, summaryOf: (summary) => `Undo of ${summary}`, by: ADMIN }, world);
  const mappingOf = async (courseKey: string) => {
    const { mapping } = await world.course(courseKey);
    return mapping && [mapping.categoryFullName, mapping.origin];
  };
  /** Maps both to Biology: `a` had nothing, `b` had Chemistry, matched. */
  const applied = async (): Promise<StagedChangeSet> => {
    await world.addCourse('a');
    await world.addCourse('b', CHEMISTRY);
    const set = await world.stage([world.mapTo(1, 'a', BIOLOGY), world.mapTo(2, 'b', BIOLOGY)]);
    return (await world.applier.applyAtOnce(set, ADMIN)) ?? assert.fail();
  };

  it('brings each course back to where it was, and how it had come about', async () => {
    const undone = await undo((await applied()).id);
    assert.deepEqual([undone.status, undone.report, undone.kind], ['applied', { applied: 2 }, 'undo']);
    assert.equal(undone.summary, 'Undo of As the test wants it');
    assert.deepEqual([await mappingOf('a'), await mappingOf('b')], [undefined, [CHEMISTRY, 'matched']]);
  });

  it('can be undone itself', async () => {
    const undone = await undo((await applied()).id);
    await undo(undone.id);
    assert.deepEqual(
      [await mappingOf('a'), await mappingOf('b')],
      [
        [BIOLOGY, 'manual'],
        [BIOLOGY, 'manual'],
      ],
    );
  });

  it('does not ask Kaltura whether the old category still is there', async () => {
    const set = await applied();
    world.standIn.categories.remove(Number(world.idOf(CHEMISTRY)));
    await undo(set.id);
    assert.deepEqual(await mappingOf('b'), [CHEMISTRY, 'matched']);
  });

  it('leaves a course alone that somebody changed since, and says which', async () => {
    const set = await applied();
    const { mapping } = await world.course('b');
    const changes = [aChange(world.tenant.id, { courseKey: 'b', expectedVersion: mapping?.version ?? 0 })];
    const { to: _to, ...removal } = changes[0] ?? assert.fail();
    await world.store.mappings.apply(aChangeSet([removal]), ADMIN);
    const undone = await undo(set.id);
    assert.deepEqual([undone.report?.applied, undone.counts.error], [1, 1]);
    const [left] = await world.rows(undone, 'error');
    assert.deepEqual([left?.courseKey, left?.problems[0]?.problem], ['b', 'changed-since']);
    assert.equal(await mappingOf('b'), undefined);
  });

  it('has nothing to do a second time', async () => {
    const set = await applied();
    await undo(set.id);
    const again = await undo(set.id);
    assert.deepEqual([again.counts.error, again.report?.applied], [2, 0]);
  });

  it('of more than 500 courses is prepared and shown first', async () => {
    const keys = Array.from({ length: 501 }, (_, index) => `m${index}`);
    for (const key of keys) await world.addCourse(key);
    const set = await world.stage(keys.map((key, index) => world.mapTo(index + 1, key, BIOLOGY)));
    const job = await world.jobs.enqueue({ kind: 'courses.apply-changes', input: { stagedId: set.id } }, ADMIN);
    await world.run(world.applier.handler, job.input, { ...job });
    const staged = await undo(set.id);
    assert.equal(staged.status, 'reading');
    await world.staging.idle();
    const ready = await world.find(staged);
    assert.deepEqual([ready.status, ready.counts.remove], ['ready', 501]);
    assert.deepEqual(await mappingOf('m500'), [BIOLOGY, 'manual']);
  });

  it('is not found for a set that nobody made', async () => {
    await assert.rejects(undo('cafe0000-0000-7000-8000-000000000009'), hasCode('HTTP_NOT_FOUND'));
  });

  it('touches only courses of the deployment that a session is limited to', async () => {
    const deployment = { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID };
    const elsewhere = { platformId: world.platform.id, deploymentId: '2' };
    await world.store.courses.noteSeen([aSeenCourse(world.tenant.id, { courseKey: 'theirs', seenIn: elsewhere })]);
    await world.addCourse('own');
    const both = await world.stage([world.mapTo(1, 'own', BIOLOGY), world.mapTo(2, 'theirs', BIOLOGY)]);
    await world.applier.applyAtOnce(both, ADMIN);
    const undone = await undo(both.id, { deployment });
    assert.deepEqual([undone.report?.applied, undone.counts.error], [1, 0]);
    assert.deepEqual([await mappingOf('own'), await mappingOf('theirs')], [undefined, [BIOLOGY, 'manual']]);

    const theirs = await world.stage([{ row: 1, courseKey: 'theirs', to: 'remove' }]);
    await world.applier.applyAtOnce(theirs, ADMIN);
    await assert.rejects(undo(theirs.id, { deployment }), hasCode('HTTP_NOT_FOUND'));
  });

  it('is not found for a course of another LMS by a limited session', async () => {
    const other = await addTenant(world.store, { namespace: 'arts' });
    const deployment = { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID };
    await world.store.courses.noteSeen([aSeenCourse(other.id, { courseKey: 'x', seenIn: deployment })]);
    const set = aChangeSet([aChange(other.id, { courseKey: 'x' })]);
    await world.store.mappings.apply(set, ADMIN);
    await assert.rejects(undo(set.changeSetId, { deployment }), hasCode('HTTP_NOT_FOUND'));
  });
});
