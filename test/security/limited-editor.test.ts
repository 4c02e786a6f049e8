/** What an editor of one deployment could try, to get at categories above the root of their platform. */
import assert from 'node:assert/strict';
import { CLONE_ENTRIES } from '../../src/courses/categories/clone-entries.js';
import { systemClock } from '../../src/runtime/clock.js';
import { newUuid, type CategoryId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { SignedIn } from '../support/admin-world.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';
import { ADMIN } from '../support/store-fixtures.js';
import { codeOf } from '../support/tool-world.js';

type Category = Awaited<ReturnType<CourseScreensWorld['category']>>;

describe('an editor of one deployment', function () {
  this.timeout(20_000);

  let world: CourseScreensWorld;
  let limited: SignedIn;
  /** `site>channels` below the account’s root is above the platform’s own root. */
  let foreign: Category;
  let own: Category;

  beforeEach(async () => {
    world = await startCourseScreensWorld();
    const { store, platform } = world.tool;
    foreign = await world.category('Of somebody else');
    const law = await world.category('Law');
    own = await world.category('Law child');
    // The stand-in keeps `Law child` beside `Law`; only the name that is stored counts below.
    own = { ...own, fullName: `${law.fullName}>Torts` };
    const settings = { ...platform.settings, rootCategory: law.fullName };
    const changed = await store.platforms.update(platform.id, platform.version, { settings }, ADMIN);
    assert.equal(changed.outcome, 'done');
    await world.seeCourses([{ courseKey: 'torts', title: 'Torts' }]);
    limited = await world.signInLimited(world.deployment);
  });
  afterEach(() => world.close());

  const undo = (changeSet: string): Promise<Response> => world.post('/admin/courses/undo', { changeSet }, limited);
  const mappedTo = async (courseKey = 'torts'): Promise<CategoryId | undefined> =>
    (await world.course(courseKey)).mapping?.categoryId;
  const versionOf = async (courseKey = 'torts'): Promise<string> =>
    String((await world.course(courseKey)).mapping?.version ?? '');

  describe('maps to no category of another LMS below a root that both share', () => {
    let taken: Category;
    beforeEach(async () => {
      // Below the root by its name, and some other LMS already uses it.
      const { store, platform } = world.tool;
      taken = await world.category('Taken');
      const current = await store.platforms.findById(platform.id);
      assert.ok(current);
      const settings = { ...current.settings, rootCategory: taken.fullName.split('>').slice(0, -1).join('>') };
      await store.platforms.update(current.id, current.version, { settings }, ADMIN);
      const other = await world.addTenant('Arts', 'arts-1');
      await world.seeCourses([{ courseKey: 'painting' }], other.id);
      const to = { categoryId: taken.id, categoryFullName: taken.fullName, origin: 'manual' as const };
      const changes = [{ tenantId: other.id, courseKey: 'painting', to }];
      const changeSetId = newUuid({ clock: systemClock, random: systemRandom });
      await store.mappings.apply({ changeSetId, summary: 'theirs', changes, atMs: systemClock.nowMs() }, ADMIN);
      limited = await world.signInLimited(world.deployment);
    });
    const path = (): string => `/admin/courses/${world.tenant.id}/torts`;

    it('by hand', async () => {
      const form = { categoryId: taken.id, expectedVersion: '' };
      assert.equal((await world.post(`${path()}/category`, form, limited)).status, 422);
      assert.equal(await mappedTo(), undefined);
      const free = await world.category('Free');
      assert.equal((await world.post(`${path()}/category`, { ...form, categoryId: free.id }, limited)).status, 303);
    });

    it('with many at once', async () => {
      const bulk = { tenantId: world.tenant.id, courseKey: 'torts', action: 'map', categoryId: taken.id };
      const answer = await world.post('/admin/courses/bulk', bulk, limited);
      assert.equal(answer.status, 422);
      assert.equal(await mappedTo(), undefined);
    });
  });

  describe('takes back', () => {
    it('nothing of others that would lead a course to a category they may not choose', async () => {
      await world.map('torts', foreign);
      const mended = await world.map('torts', own);
      await undo(mended);
      assert.equal(await mappedTo(), own.id);
    });

    it('what others did when it leads to a category that they may choose', async () => {
      const changed = await world.map('torts', own);
      await undo(changed);
      assert.equal(await mappedTo(), undefined);
    });

    it('what they did themselves, wherever the course was before', async () => {
      await world.map('torts', foreign);
      const expectedVersion = await versionOf();
      const removed = await world.post(`/admin/courses/${world.tenant.id}/torts/remove`, { expectedVersion }, limited);
      assert.equal(removed.status, 303);
      assert.equal(await mappedTo(), undefined);
      const [last] = await world.tool.store.mappings.history(
        { tenantId: world.tenant.id, courseKey: 'torts' },
        { limit: 1 },
      );
      await undo(last?.changeSetId ?? '');
      assert.equal(await mappedTo(), foreign.id);
    });
  });

  describe('copies the videos of another course', () => {
    const jobs = (kind: string) => world.tool.store.jobs.list({ kind, tenantId: world.tenant.id, limit: 5 });

    beforeEach(async () => {
      await world.seeCourses([
        { courseKey: 'source', title: 'Source' },
        { courseKey: 'copy', title: 'Copy', previousKeys: ['source'] },
      ]);
      await world.map('source', own);
    });

    it('never into a category that they may not choose, though the course reports to it', async () => {
      await world.map('copy', foreign);
      const answer = await world.post(
        `/admin/courses/${world.tenant.id}/copy/clone`,
        { expectedVersion: await versionOf('copy'), from: 'source' },
        limited,
      );
      assert.deepEqual([answer.status, await codeOf(answer)], [422, 'CATEGORY_UNKNOWN']);
      assert.deepEqual(await jobs(CLONE_ENTRIES), []);
    });

    it('and takes out no videos that somebody else copied', async () => {
      const { store } = world.tool;
      const ids = { clock: systemClock, random: systemRandom };
      const nowMs = systemClock.nowMs();
      const job = await store.jobs.add({
        id: newUuid(ids),
        kind: CLONE_ENTRIES,
        tenantId: world.tenant.id,
        input: { tenantId: world.tenant.id, courseKey: 'copy', fromCategoryId: own.id, toCategoryId: foreign.id },
        actor: { ...ADMIN, id: 'link:Grace Hopper' },
        createdAtMs: nowMs,
      });
      const page = await world.get(`/admin/jobs/${job.id}`, limited);
      const answer = await world.post(`/admin/jobs/${job.id}/undo-clone`, {}, limited);
      assert.deepEqual([page.status, answer.status, await codeOf(answer)], [404, 404, 'HTTP_NOT_FOUND']);
    });
  });

  it('reads no name of a category below the root of another platform that shares the course', async () => {
    const { kaltura, platform } = world.tool;
    await world.tool.addPlatform({ clientId: 'beside', settings: { ...platform.settings } }, ['beside']);
    const [beside] = await world.tool.store.platforms.findByIssuer(platform.issuer, 'beside');
    assert.ok(beside);
    assert.equal(foreign.fullName, `${kaltura.rootCategory}>site>channels>Of somebody else`);
    const seenIn = { platformId: beside.id, deploymentId: 'beside' };
    await world.seeCourses([{ courseKey: 'torts', categoryNames: ['Of somebody else'], seenIn }]);

    const read = async (path: string, who: SignedIn): Promise<string> =>
      (await world.get(path, who, { 'hx-request': 'true' })).text();
    assert.match(await read('/admin/courses/proposals', await world.signIn('owner')), /Of somebody else/);
    for (const path of ['/admin/courses/proposals', `/admin/courses/${world.tenant.id}/torts`]) {
      assert.doesNotMatch(await read(path, limited), /Of somebody else/, path);
    }
  });
});
