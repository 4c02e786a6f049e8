import assert from 'node:assert/strict';
import type { CategoryId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { CourseQuery, DeploymentKey } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import {
  addTenant,
  aChange,
  aChangeSet,
  ADMIN,
  aSeenCourse,
  CLI,
  NOW_MS,
  STORABLE_TEXTS,
  UNSTORABLE_TEXTS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const at = (deploymentId: string, platformId = 'p'): DeploymentKey => ({
  platformId: platformId as PlatformId,
  deploymentId,
});

export function describeSeenIn(current: CurrentHarness): void {
  const addCourses = async (tenantId: TenantId, ...seen: [courseKey: string, seenIn: DeploymentKey, atMs: number][]) =>
    current().store.courses.noteSeen(
      seen.map(([courseKey, seenIn, seenAtMs]) =>
        aSeenCourse(tenantId, { courseKey, title: `Title ${courseKey}`, seenIn, seenAtMs }),
      ),
    );
  const keysOf = async (query: Partial<CourseQuery>): Promise<string[]> =>
    (await current().store.courses.list({ order: 'title', limit: 500, ...query })).items.map(
      ({ courseKey }) => courseKey,
    );

  describe('where courses were seen', () => {
    it('is kept in the order of the first sights, each once', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await addCourses(id, ['15', at('1'), NOW_MS + 1], ['15', at('2'), NOW_MS + 2], ['15', at('1'), NOW_MS + 3]);
      assert.deepEqual((await courses.find(id, '15'))?.seenIn, [at('1'), at('2')]);
      await courses.noteSeen([aSeenCourse(id, { seenAtMs: NOW_MS + 4 })]);
      assert.deepEqual((await courses.find(id, '15'))?.seenIn, [at('1'), at('2')], 'a launch that names none');
    });

    it('joins also when the launch is told late, which changes nothing else', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await addCourses(id, ['15', at('1'), NOW_MS + 5]);
      const before = await courses.find(id, '15');
      await courses.noteSeen([aSeenCourse(id, { title: 'Old', seenIn: at('2'), seenAtMs: NOW_MS })]);
      assert.deepEqual(await courses.find(id, '15'), { ...before, seenIn: [at('1'), at('2')] });
    });

    it('is kept for at most 20 deployments', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      for (let index = 0; index < 22; index += 1) await addCourses(id, ['15', at(`d${index}`), NOW_MS + index]);
      const seenIn = (await courses.find(id, '15'))?.seenIn;
      assert.deepEqual(
        seenIn,
        Array.from({ length: 20 }, (_, index) => at(`d${index}`)),
      );
      assert.deepEqual(await keysOf({ seenIn: at('d19') }), ['15']);
      assert.deepEqual(await keysOf({ seenIn: at('d20') }), []);
    });

    it('narrows a list, a count and a search to the courses of one deployment of one platform', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const mixed: [string, DeploymentKey, number][] = [
        ['a', at('1'), NOW_MS],
        ['b', at('1', 'q'), NOW_MS],
        ['c', at('2'), NOW_MS],
        ['c', at('1'), NOW_MS],
      ];
      await addCourses(id, ...mixed);
      await store.courses.noteSeen([aSeenCourse(id, { courseKey: 'd' })]);
      const seenIn = at('1');
      assert.deepEqual(await keysOf({ seenIn }), ['a', 'c']);
      assert.equal(await store.courses.count({ seenIn }, 10), 2);
      assert.equal(await store.courses.count({ seenIn }, 1), 1);
      assert.deepEqual(await keysOf({ seenIn, search: 'title' }), ['a', 'c']);
      assert.deepEqual(await keysOf({ seenIn, search: 'c' }), ['c']);
      assert.equal(await store.courses.count({ seenIn, search: 'tit' }, 10), 2);
      assert.deepEqual(await keysOf({ seenIn: at('3') }), []);
      assert.equal(await store.courses.count({ seenIn: at('3') }, 10), 0);
      assert.deepEqual(await keysOf({ seenIn, tenantId: 'other' as TenantId }), []);
    });

    it('goes together with every other filter, before and after the mapping changes', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      await addCourses(id, ['a', at('1'), NOW_MS], ['b', at('1'), NOW_MS], ['c', at('2'), NOW_MS]);
      const seenIn = at('1');
      const categoryId = '1234' as CategoryId;
      assert.deepEqual(await keysOf({ seenIn, state: 'unmapped', tenantId: id }), ['a', 'b']);
      const changes = ['b', 'c'].map((courseKey) => aChange(id, { courseKey }));
      await store.mappings.apply(aChangeSet(changes), ADMIN);
      assert.deepEqual(await keysOf({ seenIn, state: 'unmapped' }), ['a']);
      assert.deepEqual(await keysOf({ seenIn, state: 'manual' }), ['b']);
      assert.equal(await store.courses.count({ seenIn, state: 'manual' }, 10), 1);
      assert.deepEqual(await keysOf({ seenIn, categoryId }), ['b']);
      assert.equal(await store.courses.count({ seenIn, categoryId }, 10), 1);
      for (const courseKey of ['b', 'c']) {
        await store.courses.setProblem({ tenantId: id, courseKey, expectedVersion: 1, problem: 'moved' }, NOW_MS);
      }
      assert.deepEqual(await keysOf({ seenIn, state: 'broken' }), ['b']);
      assert.equal(await store.courses.count({ seenIn, state: 'broken' }, 10), 1);
      await store.mappings.apply(aChangeSet([{ tenantId: id, courseKey: 'b', expectedVersion: 1 }]), ADMIN);
      assert.deepEqual(await keysOf({ seenIn, state: 'unmapped' }), ['a', 'b']);
    });

    for (const order of ['title', 'recent'] as const) {
      it(`pages by ${order} without gap or repetition, as it is after courses got other titles and launches`, async () => {
        const { store } = current();
        const { id } = await addTenant(store);
        const keys = Array.from({ length: 9 }, (_, index) => `k${index}`);
        await addCourses(id, ...keys.map((key): [string, DeploymentKey, number] => [key, at('1'), NOW_MS]));
        await addCourses(id, ['elsewhere', at('2'), NOW_MS]);
        const changed = keys.map((courseKey, index) =>
          aSeenCourse(id, { courseKey, title: `New ${9 - index}`, seenAtMs: NOW_MS + 1 + index }),
        );
        await store.courses.noteSeen(changed.slice(0, 5));
        const whole = await keysOf({ seenIn: at('1'), order });
        assert.equal(whole.length, 9);
        const everywhere = (await keysOf({ order })).filter((key) => key !== 'elsewhere');
        assert.deepEqual(whole, everywhere, 'the order is that of the whole list');
        const paged: string[] = [];
        for (let after: string | undefined; ;) {
          const query: CourseQuery = { seenIn: at('1'), order, limit: 2, ...(after === undefined ? {} : { after }) };
          const { items, next } = await store.courses.list(query);
          paged.push(...items.map(({ courseKey }) => courseKey));
          if (next === undefined) break;
          after = next;
        }
        assert.deepEqual(paged, whole);
      });
    }

    it('stays when the platform is removed', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const [platform] = await store.platforms.list();
      const place = at('1', platform?.id);
      await addCourses(id, ['15', place, NOW_MS]);
      await store.platforms.remove(platform?.id ?? assert.fail(), 1, CLI, NOW_MS);
      assert.deepEqual(await keysOf({ seenIn: place }), ['15']);
    });

    it('is kept letter by letter, or refused', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      for (const text of Object.values(STORABLE_TEXTS)) {
        await addCourses(id, ['15', at(text), NOW_MS]);
        assert.deepEqual(await keysOf({ seenIn: at(text) }), ['15']);
      }
      assert.deepEqual(
        (await courses.find(id, '15'))?.seenIn,
        Object.values(STORABLE_TEXTS).map((text) => at(text)),
      );
      for (const text of Object.values(UNSTORABLE_TEXTS)) {
        await assertCode('INPUT_INVALID', () => addCourses(id, ['15', at(text), NOW_MS]));
        await assertCode('INPUT_INVALID', () => keysOf({ seenIn: at(text) }));
      }
    });
  });

  describe('the institution’s own id of a course', () => {
    it('is kept until a launch says another, and is searched for', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await courses.noteSeen([aSeenCourse(id, { sourcedId: 'SIS-2026-LAW' })]);
      await courses.noteSeen([aSeenCourse(id, { seenAtMs: NOW_MS + 1 })]);
      assert.equal((await courses.find(id, '15'))?.sourcedId, 'SIS-2026-LAW');
      assert.deepEqual(await keysOf({ search: 'sis 2026' }), ['15']);
      await courses.noteSeen([aSeenCourse(id, { sourcedId: 'ART-7', seenAtMs: NOW_MS + 2 })]);
      assert.equal((await courses.find(id, '15'))?.sourcedId, 'ART-7');
      assert.deepEqual([await keysOf({ search: 'sis' }), await keysOf({ search: 'art' })], [[], ['15']]);
      await current().store.mappings.apply(aChangeSet([aChange(id, { courseTitle: 'Torts' })]), ADMIN);
      assert.equal((await courses.find(id, '15'))?.sourcedId, 'ART-7');
      assert.deepEqual(await keysOf({ search: 'art torts' }), ['15']);
    });
  });

  describe('several courses', () => {
    it('are found in the order of the keys, without those that nobody knows', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await addCourses(id, ['a', at('1'), NOW_MS], ['b', at('1'), NOW_MS], ['c', at('1'), NOW_MS]);
      const found = await courses.findMany(id, ['c', 'x', 'a']);
      assert.deepEqual(found, [await courses.find(id, 'c'), await courses.find(id, 'a')]);
      assert.deepEqual(await courses.findMany(id, []), []);
      assert.deepEqual(await courses.findMany('other' as TenantId, ['a']), []);
      const many = Array.from({ length: 501 }, (_, index) => `k${index}`);
      await assertCode('INPUT_INVALID', () => courses.findMany(id, many));
      assert.deepEqual(await courses.findMany(id, many.slice(1)), []);
    });
  });
}
