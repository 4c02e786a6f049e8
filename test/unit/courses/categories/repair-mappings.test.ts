import assert from 'node:assert/strict';
import { CHECK_CATEGORIES } from '../../../../src/courses/categories/check-categories.js';
import { CLONE_ENTRIES, UNCLONE_ENTRIES } from '../../../../src/courses/categories/clone-entries.js';
import { createCloneScreens } from '../../../../src/courses/categories/clone-screens.js';
import { createRepairScreens, wantedRepairs } from '../../../../src/courses/categories/repair-mappings.js';
import type { ChangesWanted } from '../../../../src/courses/changes/stage-changes.js';
import type { WantedRow } from '../../../../src/courses/changes/changes-row.js';
import { systemRandom } from '../../../../src/runtime/random.js';
import type { AdminSession, CourseRecord, StagedChangeSet } from '../../../../src/store/ports.js';
import { DEPLOYMENT_ID, startCategoryWorld, type CategoryWorld } from '../../../support/category-world.js';
import { hasCode } from '../../../support/course-world.js';
import { aSeenCourse } from '../../../support/store-fixtures.js';
import { testScreen, testSession } from '../../admin/test-screen.js';
import { factsOf } from '../../ui/ui-kit.js';

const BIOLOGY = 'Campus>Departments>Biology';

describe('Mappings after a change in Kaltura', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: CategoryWorld;
  let staged: ChangesWanted[];
  let limited: AdminSession;

  beforeEach(async () => {
    world = await startCategoryWorld();
    staged = [];
    limited = testSession({ deployment: { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID } });
  });
  afterEach(() => world.close());

  const call = async (
    path: string,
    {
      params = {},
      form = {},
      session = testSession(),
    }: Partial<Record<'params' | 'form', Record<string, string>>> & {
      session?: AdminSession;
    },
  ) => {
    const deps = {
      ...world,
      staging: {
        stage(wanted: ChangesWanted) {
          staged.push(wanted);
          return Promise.resolve({ id: 'the-set' } as StagedChangeSet);
        },
      },
      changes: { poll: () => Promise.resolve() },
      random: systemRandom,
    };
    const route = [...createRepairScreens(deps), ...createCloneScreens(deps)].find((each) => each.path.endsWith(path));
    assert.ok(route, path);
    const facts = factsOf({
      method: 'POST',
      params,
      form: { get: (name) => form[name], count: (name) => (name in form ? 1 : 0), entries: () => Object.entries(form) },
    });
    return route.handler(facts, testScreen(session, facts));
  };
  const paramsOf = ({ tenantId, courseKey }: CourseRecord) => ({ tenantId, courseKey });
  const repair = (course: CourseRecord, form: Record<string, string>, session?: AdminSession) =>
    call('/:courseKey/repair', {
      params: paramsOf(course),
      form: { expectedVersion: String(course.mapping?.version), ...form },
      ...(session ? { session } : {}),
    });
  const clone = (course: CourseRecord, form: Record<string, string> = {}) =>
    call('/clone', {
      params: paramsOf(course),
      form: { expectedVersion: String(course.mapping?.version ?? ''), ...form },
    });

  it('take the new name over, and stay what they were: matched stays matched', async () => {
    const course = await world.addCourse('bio', BIOLOGY);
    world.standIn.categories.rename(Number(course.mapping?.categoryId), 'Life sciences');
    const answer = await repair(course, { action: 'accept-new-name' });
    assert.equal(answer.status, 303);
    const { mapping } = await world.course('bio');
    assert.deepEqual(
      [mapping?.categoryId, mapping?.categoryFullName, mapping?.origin],
      [course.mapping?.categoryId, 'Campus>Departments>Life sciences', 'matched'],
    );
  });

  it('get another category by hand, or none', async () => {
    const course = await world.addCourse('bio', BIOLOGY);
    await repair(course, { action: 'choose', categoryId: 'Departments>Chemistry' });
    const changed = await world.course('bio');
    assert.deepEqual(
      [changed.mapping?.categoryFullName, changed.mapping?.origin],
      ['Campus>Departments>Chemistry', 'manual'],
    );
    await repair(changed, { action: 'remove' });
    assert.equal((await world.course('bio')).mapping, undefined);
  });

  it('are not changed when the category is gone, when somebody was faster, or for nobody’s action', async () => {
    const course = await world.addCourse('bio', BIOLOGY);
    await assert.rejects(repair(course, { action: 'remove', expectedVersion: '7' }), hasCode('MAPPING_CONFLICT'));
    await assert.rejects(repair(course, { action: 'forget' }), hasCode('INPUT_INVALID'));
    world.standIn.categories.remove(Number(course.mapping?.categoryId));
    await assert.rejects(repair(course, { action: 'accept-new-name' }), hasCode('CATEGORY_UNKNOWN'));
    assert.equal((await world.course('bio')).mapping?.version, course.mapping?.version);
  });

  it('of a limited session do not follow a category out of its platform’s root', async () => {
    const course = await world.addCourse('bio', BIOLOGY);
    world.standIn.categories.move(Number(course.mapping?.categoryId), 0);
    await assert.rejects(repair(course, { action: 'accept-new-name' }, limited), hasCode('CATEGORY_UNKNOWN'));
  });

  it('are staged all at once, the broken ones only, each with its own category and origin', async () => {
    const bio = await world.addCourse('bio', BIOLOGY);
    await world.addCourse('chem', 'Campus>Departments>Chemistry');
    const { tenantId, courseKey } = bio;
    await world.store.courses.setProblem({ tenantId, courseKey, expectedVersion: 1, problem: 'renamed' }, 1);
    await call('/courses/repair', { form: { tenantId: world.tenant.id } });
    const [wanted] = staged;
    const rows: WantedRow[] = [];
    for await (const row of wanted?.rows ?? []) rows.push(row);
    assert.deepEqual(rows, [
      { row: 1, courseKey: 'bio', to: { categoryId: bio.mapping?.categoryId, origin: 'matched' } },
    ]);
    assert.deepEqual([wanted?.kind, wanted?.total], ['repair', 1]);
  });

  it('of a limited session are those of its deployment', async () => {
    const { tenantId, courseKey } = await world.addCourse('bio', BIOLOGY);
    await world.store.courses.setProblem({ tenantId, courseKey, expectedVersion: 1, problem: 'moved' }, 1);
    const rows = [];
    const seenIn = { platformId: world.platform.id, deploymentId: 'another' };
    for await (const row of wantedRepairs(world.store.courses, { tenantId, seenIn })) rows.push(row);
    assert.deepEqual(rows, []);
  });

  it('are checked on demand, once at a time', async () => {
    const first = await call('/check', { form: { tenantId: world.tenant.id } });
    const second = await call('/check', { form: { tenantId: world.tenant.id } });
    const jobs = await world.store.jobs.list({ limit: 5, kind: CHECK_CATEGORIES });
    assert.deepEqual(
      jobs.map(({ id }) => `/admin/jobs/${id}`),
      [first.headers?.['Location']],
    );
    assert.equal(second.headers?.['Location'], first.headers?.['Location']);
  });

  describe('a copied course', () => {
    const copied = async (mappedTo?: string) => {
      await world.addCourse('bio-2025', 'Campus>Archive>2025>Biology 101');
      return world.addCourse('bio-2026', mappedTo, ['bio-2025']);
    };
    const job = async (kind: string) => (await world.store.jobs.list({ limit: 5, kind })).map(({ input }) => input);

    it('gets a category of its own where its own would be, and the videos of the other', async () => {
      const course = await copied();
      const answer = await clone(course);
      const { mapping } = await world.course('bio-2026');
      assert.equal(mapping?.categoryFullName, 'Campus>site>channels>bio-2026');
      assert.deepEqual(await job(CLONE_ENTRIES), [
        {
          tenantId: world.tenant.id,
          courseKey: 'bio-2026',
          fromCategoryId: world.idOf('Campus>Archive>2025>Biology 101'),
          toCategoryId: mapping.categoryId,
        },
      ]);
      assert.match(String(answer.headers?.['Location']), /^\/admin\/jobs\//);
    });

    it('that inherited the category of the other gets another one', async () => {
      await clone(await copied('Campus>Archive>2025>Biology 101'));
      assert.equal((await world.course('bio-2026')).mapping?.categoryFullName, 'Campus>site>channels>bio-2026');
    });

    it('that has a category of its own keeps it', async () => {
      await clone(await copied(BIOLOGY));
      assert.equal((await world.course('bio-2026')).mapping?.version, 1);
      assert.equal((await job(CLONE_ENTRIES)).length, 1);
    });

    it('is left alone when no course before it has a category, or somebody was faster', async () => {
      const orphan = await world.addCourse('orphan', undefined, ['nobody']);
      await assert.rejects(clone(orphan), hasCode('INPUT_INVALID'));
      const course = await copied();
      await assert.rejects(clone(course, { expectedVersion: '3' }), hasCode('MAPPING_CONFLICT'));
      await assert.rejects(clone(course, { from: 'orphan' }), hasCode('INPUT_INVALID'));
      assert.deepEqual(await job(CLONE_ENTRIES), []);
    });

    it('is cleared again only of what an ended job of a visible course put in', async () => {
      await clone(await copied());
      const [added] = await world.store.jobs.list({ limit: 1, kind: CLONE_ENTRIES });
      assert.ok(added);
      const undo = (jobId: string, session = testSession()) => call('/undo-clone', { params: { jobId }, session });
      await assert.rejects(undo(added.id), hasCode('INPUT_INVALID'));
      await world.store.jobs.claim({ holder: 'me', kinds: [CLONE_ENTRIES], lifeMs: 1_000 }, world.clock.now);
      const result = { assigned: [world.standIn.sample.shared], assignedCount: 1 };
      await world.store.jobs.finish({ id: added.id, holder: 'me', status: 'done', result }, world.clock.now);

      const stranger = testSession({ deployment: { platformId: world.platform.id, deploymentId: '2' } });
      await assert.rejects(undo(added.id, stranger), hasCode('HTTP_NOT_FOUND'));
      await assert.rejects(undo('01890a5d-ac96-774b-bcce-b302099a8057'), hasCode('HTTP_NOT_FOUND'));
      await undo(added.id, limited);
      assert.deepEqual(await job(UNCLONE_ENTRIES), [
        { tenantId: world.tenant.id, courseKey: 'bio-2026', cloneJobId: added.id },
      ]);
    });

    it('of another deployment is as unknown as one that never was', async () => {
      await world.store.courses.noteSeen([aSeenCourse(world.tenant.id, { courseKey: 'theirs' })]);
      const course = await world.course('theirs');
      await assert.rejects(
        call('/clone', { params: paramsOf(course), form: { expectedVersion: '' }, session: limited }),
        hasCode('HTTP_NOT_FOUND'),
      );
      await assert.rejects(repair(course, { action: 'remove' }, limited), hasCode('HTTP_NOT_FOUND'));
    });
  });
});
