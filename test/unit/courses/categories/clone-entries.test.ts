import assert from 'node:assert/strict';
import {
  assignedBy,
  CLONE_ENTRIES,
  createCloneJobs,
  UNCLONE_ENTRIES,
} from '../../../../src/courses/categories/clone-entries.js';
import { AppError } from '../../../../src/errors/app-error.js';
import type { EntryId } from '../../../../src/runtime/ids.js';
import { startCategoryWorld, type CategoryWorld } from '../../../support/category-world.js';
import { hasCode } from '../../../support/course-world.js';

const FROM = 'Campus>Library';
const TO = 'Campus>Departments>Biology';

describe('Videos of a copied course', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: CategoryWorld;

  beforeEach(async () => {
    world = await startCategoryWorld();
  });
  afterEach(() => world.close());

  const entriesIn = async (fullName: string) => {
    const all: EntryId[] = [];
    for await (const page of world.kaltura.categoryEntries(world.account, world.idOf(fullName))) all.push(...page);
    return all.toSorted();
  };
  const input = () => ({
    tenantId: world.tenant.id,
    courseKey: 'bio',
    fromCategoryId: world.idOf(FROM),
    toCategoryId: world.idOf(TO),
  });
  const clone = (job = {}, kaltura = world.kaltura) =>
    world.run(createCloneJobs({ ...world, kaltura })[CLONE_ENTRIES], input(), job);
  const assign = (entryId: string, fullName: string) =>
    world.kaltura.assignEntry(world.account, { entryId: entryId as EntryId, categoryId: world.idOf(fullName) });

  it('are assigned to the new category and stay in the old one', async () => {
    const before = await entriesIn(FROM);
    const { result } = await clone();
    assert.deepEqual(await entriesIn(TO), before);
    assert.deepEqual(await entriesIn(FROM), before);
    assert.deepEqual((result as { assigned: EntryId[] }).assigned.toSorted(), before);
  });

  it('that are there already, or in too many categories, are counted and left as they are', async () => {
    const { shared, recap, hostile, broken } = world.standIn.sample;
    await assign(shared, TO);
    const { kaltura } = world;
    const assignEntry: typeof kaltura.assignEntry = (account, assignment) => {
      if (assignment.entryId === hostile) return Promise.resolve('full');
      if (assignment.entryId === broken) {
        throw new AppError('KALTURA_REFUSED', { details: { kalturaCode: 'INVALID_ENTRY_ID' } });
      }
      return kaltura.assignEntry(account, assignment);
    };
    const { result } = await clone({}, { ...kaltura, assignEntry });
    assert.deepEqual(result, { assigned: [recap], assignedCount: 1, already: 1, full: 1, refused: 1 });
  });

  it('are taken out again: exactly those that the job put in', async () => {
    const { shared, recap } = world.standIn.sample;
    await assign(shared, TO);
    const { result } = await clone();
    const added = await world.store.jobs.add({
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      kind: CLONE_ENTRIES,
      tenantId: world.tenant.id,
      input: input(),
      actor: { kind: 'cli' },
      createdAtMs: 1,
    });
    const jobs = { find: () => Promise.resolve({ ...added, status: 'done' as const, result }) };
    await world.kaltura.unassignEntry(world.account, { entryId: recap as EntryId, categoryId: world.idOf(TO) });

    const handlers = createCloneJobs({ ...world, store: { ...world.store, jobs } });
    const undone = await world.run(handlers[UNCLONE_ENTRIES], {
      tenantId: world.tenant.id,
      courseKey: 'bio',
      cloneJobId: added.id,
    });
    assert.deepEqual(undone.result, { removed: 2, missing: 1 });
    assert.deepEqual(await entriesIn(TO), [shared]);
    assert.deepEqual(undone.saved.at(-1)?.done, 3);
  });

  it('are written down before the job fails, so that a half-done job can be taken back', async () => {
    const { kaltura } = world;
    const { broken } = world.standIn.sample;
    const assignEntry: typeof kaltura.assignEntry = (account, assignment) =>
      assignment.entryId === broken
        ? Promise.reject(new AppError('KALTURA_UNREACHABLE'))
        : kaltura.assignEntry(account, assignment);
    const saved: unknown[] = [];
    const handler = createCloneJobs({ ...world, kaltura: { ...kaltura, assignEntry } })[CLONE_ENTRIES];
    const job = { input: input(), done: 0 } as never;
    const progress = ({ state }: { state?: unknown }) => Promise.resolve(void saved.push(structuredClone(state)));
    await assert.rejects(Promise.resolve(handler?.run(job, { progress })), hasCode('KALTURA_UNREACHABLE'));
    const state = saved.at(-1);
    assert.deepEqual(assignedBy({ kind: CLONE_ENTRIES, state })?.toSorted(), await entriesIn(TO));
  });

  it('of a job that goes on are listed once, and nothing that it did before is forgotten', async () => {
    const { shared } = world.standIn.sample;
    await assign(shared, TO);
    const state = { assigned: [shared], assignedCount: 1, already: 2, full: 0, refused: 0 };
    const { result } = await clone({ state, done: 1 });
    const { assigned, already, assignedCount } = result as {
      assigned: string[];
      already: number;
      assignedCount: number;
    };
    assert.equal(assigned.filter((id) => id === shared).length, 1);
    assert.equal(assigned.length, 4);
    assert.deepEqual([assignedCount, already], [4, 0]);
  });

  it('are not assigned from a category to itself', async () => {
    const same = { ...input(), toCategoryId: world.idOf(FROM) };
    await assert.rejects(world.run(createCloneJobs(world)[CLONE_ENTRIES], same), hasCode('INPUT_INVALID'));
  });
});

describe('What a job assigned', () => {
  it('is read from its result, else from how far it came, and only of jobs that assign', () => {
    const assigned = ['0_abcd1234'];
    assert.deepEqual(assignedBy({ kind: CLONE_ENTRIES, result: { assigned } }), assigned);
    assert.deepEqual(assignedBy({ kind: CLONE_ENTRIES, state: { assigned } }), assigned);
    assert.equal(assignedBy({ kind: CLONE_ENTRIES, result: { assigned: [] } }), undefined);
    assert.equal(assignedBy({ kind: UNCLONE_ENTRIES, result: { assigned } }), undefined);
    assert.equal(assignedBy({ kind: CLONE_ENTRIES }), undefined);
  });
});
