import assert from 'node:assert/strict';
import type { CategoryId, TenantId } from '../../../src/runtime/ids.js';
import type { CourseFilter, CourseQuery, MappingOrigin } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import {
  addTenant,
  aChange,
  aChangeSet,
  ADMIN,
  aMapping,
  aSeenCourse,
  CLI,
  NOW_MS,
  STORABLE_TEXTS,
  UNSTORABLE_TEXTS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

export function describeCourses(current: CurrentHarness): void {
  const keysOf = async (query: Partial<CourseQuery> = {}): Promise<string[]> =>
    (await current().store.courses.list({ order: 'title', limit: 500, ...query })).items.map(
      ({ courseKey }) => courseKey,
    );
  /** Reads page by page. */
  const pagesOf = async (query: Omit<CourseQuery, 'after'>): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let after: string | undefined; ;) {
      const page = await current().store.courses.list({ ...query, ...(after === undefined ? {} : { after }) });
      pages.push(page.items.map(({ courseKey }) => courseKey));
      if (page.next === undefined) return pages;
      assert.ok(pages.length < 100, 'paging comes to an end');
      after = page.next;
    }
  };

  describe('courses', () => {
    it('become known by a launch, with what it said', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      const course = {
        tenantId,
        courseKey: '15',
        title: 'Torts',
        label: 'LAW 1',
        previousKeys: ['7', '3'],
        categoryNames: ['15', 'Torts'],
      };
      await store.courses.noteSeen([{ ...course, seenAtMs: NOW_MS }]);
      const expected = { ...course, seenIn: [], firstSeenAtMs: NOW_MS, lastLaunchAtMs: NOW_MS };
      assert.deepEqual(await store.courses.find(tenantId, '15'), expected);
      assert.deepEqual((await store.courses.list({ order: 'title', limit: 1 })).items, [expected]);
      assert.equal(await store.courses.find('nobody' as TenantId, '15'), undefined);
      assert.equal(await probe.count('courses'), 1);
    });

    it('leave out title and label that no launch gave', async () => {
      const { courses } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await courses.noteSeen([aSeenCourse(tenantId)]);
      const found = await courses.find(tenantId, '15');
      assert.ok(found);
      for (const field of ['title', 'label', 'sourcedId', 'mapping', 'problem'])
        assert.equal(field in found, false, field);
    });

    it('are refreshed by a later launch: what it did not give stays, and so does the first sight', async () => {
      const { courses } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await courses.noteSeen([aSeenCourse(tenantId, { title: 'Torts', label: 'LAW 1' })]);
      const renewed = { title: 'Torts II', previousKeys: ['9'], categoryNames: ['x'] };
      await courses.noteSeen([aSeenCourse(tenantId, { ...renewed, seenAtMs: NOW_MS + 5 })]);
      assert.deepEqual(await courses.find(tenantId, '15'), {
        tenantId,
        courseKey: '15',
        label: 'LAW 1',
        ...renewed,
        seenIn: [],
        firstSeenAtMs: NOW_MS,
        lastLaunchAtMs: NOW_MS + 5,
      });
      assert.deepEqual(await keysOf({ search: 'ii' }), ['15'], 'the search knows the new title');
    });

    it('are not set back by a launch that is told late', async () => {
      const { courses } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await courses.noteSeen([
        aSeenCourse(tenantId, { title: 'New', seenAtMs: NOW_MS + 5 }),
        aSeenCourse(tenantId, { title: 'Old', seenAtMs: NOW_MS }),
      ]);
      const found = await courses.find(tenantId, '15');
      assert.deepEqual([found?.title, found?.lastLaunchAtMs], ['New', NOW_MS + 5]);
    });

    it('are known from an import, without a launch', async () => {
      const { store } = current();
      const { id: tenantId } = await addTenant(store);
      const change = aChange(tenantId, { courseTitle: 'Torts', courseLabel: 'LAW 1' });
      await store.mappings.apply(aChangeSet([change]), ADMIN);
      const imported = {
        tenantId,
        courseKey: '15',
        title: 'Torts',
        label: 'LAW 1',
        previousKeys: [],
        categoryNames: [],
        seenIn: [],
        firstSeenAtMs: NOW_MS,
        mapping: await store.mappings.find(tenantId, '15'),
      };
      assert.deepEqual(await store.courses.find(tenantId, '15'), imported);
      await store.courses.noteSeen([aSeenCourse(tenantId, { title: 'Torts II', seenAtMs: NOW_MS + 5 })]);
      const launched = await store.courses.find(tenantId, '15');
      assert.deepEqual([launched?.title, launched?.lastLaunchAtMs], ['Torts II', NOW_MS + 5]);
      assert.equal((await store.mappings.find(tenantId, '15'))?.courseTitle, 'Torts II', 'course and mapping agree');
    });

    it('keep their mapping and its version when a launch refreshes them', async () => {
      const { store } = current();
      const { id: tenantId } = await addTenant(store);
      const { mapping } = await store.mappings.createIfAbsent(aMapping(tenantId, { courseTitle: 'Torts' }), CLI);
      await store.courses.noteSeen([aSeenCourse(tenantId, { seenAtMs: NOW_MS + 5 })]);
      assert.deepEqual((await store.courses.find(tenantId, '15'))?.mapping, mapping);
    });

    it('are kept apart by tenant', async () => {
      const { courses } = current().store;
      const [law, arts] = [await addTenant(current().store), await addTenant(current().store)];
      await courses.noteSeen([aSeenCourse(law.id, { title: 'L' }), aSeenCourse(arts.id, { title: 'A' })]);
      assert.equal((await courses.find(law.id, '15'))?.title, 'L');
      assert.equal((await courses.find(arts.id, '15'))?.title, 'A');
    });

    it('come 500 at a time at most, all or none', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      const many = Array.from({ length: 501 }, (_, index) => aSeenCourse(tenantId, { courseKey: `${index}` }));
      await assertCode('INPUT_INVALID', () => store.courses.noteSeen(many));
      await assertCode('INPUT_INVALID', () =>
        store.courses.noteSeen([aSeenCourse(tenantId), aSeenCourse(tenantId, { courseKey: 'a\0b' })]),
      );
      await assertCode('STORE_CONFLICT', () =>
        store.courses.noteSeen([aSeenCourse(tenantId), aSeenCourse('nobody' as TenantId)]),
      );
      assert.equal(await probe.count('courses'), 0);
      await store.courses.noteSeen(many.slice(1));
      assert.equal(await probe.count('courses'), 500);
      await store.courses.noteSeen([]);
    });
  });

  describe('lists of courses', () => {
    const see = async (tenantId: TenantId, courses: Record<string, { title?: string; at?: number }>) =>
      current().store.courses.noteSeen(
        Object.entries(courses).map(([courseKey, { title, at = 0 }]) =>
          aSeenCourse(tenantId, { courseKey, ...(title === undefined ? {} : { title }), seenAtMs: NOW_MS + at }),
        ),
      );

    it('are by title whatever its case and marks, and by key where titles are the same or missing', async () => {
      const { id } = await addTenant(current().store);
      await see(id, {
        1: { title: 'zoology' },
        2: { title: 'Übung' },
        3: { title: 'algebra' },
        5: { title: 'Algebra' },
        4: { title: 'ALGEBRA' },
        modern: {},
        6: { title: 'Nursing' },
      });
      assert.deepEqual(await keysOf(), ['3', '4', '5', 'modern', '6', '2', '1']);
    });

    it('are by last launch, those without a launch last', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      await see(id, { a: { at: 2 }, b: { at: 3 }, c: { at: 1 }, e: { at: 2 } });
      await store.mappings.apply(aChangeSet(['y', 'x'].map((courseKey) => aChange(id, { courseKey }))), ADMIN);
      assert.deepEqual(await keysOf({ order: 'recent' }), ['b', 'a', 'e', 'c', 'x', 'y']);
    });

    for (const order of ['title', 'recent'] as const) {
      it(`page by ${order} without gap or repetition, with equal titles and times of several tenants`, async () => {
        const { store } = current();
        const tenants = [await addTenant(store), await addTenant(store)];
        for (const { id } of tenants) {
          await see(
            id,
            Object.fromEntries(
              Array.from({ length: 9 }, (_, index) => [`k${index}`, { title: `T${index % 2}`, at: index % 3 }]),
            ),
          );
          await store.mappings.apply(aChangeSet(['i1', 'i2'].map((courseKey) => aChange(id, { courseKey }))), ADMIN);
        }
        const whole = await keysOf({ order });
        assert.equal(whole.length, 22);
        for (const limit of [1, 4, 21, 22]) {
          const pages = await pagesOf({ order, limit });
          assert.deepEqual(pages.flat(), whole);
          assert.equal(pages.length, Math.ceil(22 / limit), 'no empty page at the end');
        }
      });
    }

    it('go on behind the last course although it was renamed meanwhile', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      await see(id, { a: { title: 'a' }, b: { title: 'b' }, c: { title: 'c' } });
      const { next } = await store.courses.list({ order: 'title', limit: 2 });
      await see(id, { b: { title: 'zz', at: 1 } });
      assert.deepEqual(await keysOf({ after: next ?? '' }), ['c', 'b']);
    });

    it('take no place of another order, none made up, and no limit but 1 to 500', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await see(id, { a: {}, b: {} });
      const { next = '' } = await courses.list({ order: 'title', limit: 1 });
      for (const after of [next.slice(2), '', 'x', '{"$gt":""}', Buffer.from('["t",1,2,3]').toString('base64url')]) {
        await assertCode('INPUT_INVALID', () => courses.list({ order: 'title', limit: 1, after }));
      }
      await assertCode('INPUT_INVALID', () => courses.list({ order: 'recent', limit: 1, after: next }));
      for (const limit of [0, -1, 501, 1.5, Number.NaN]) {
        await assertCode('INPUT_INVALID', () => courses.list({ order: 'title', limit }));
      }
    });
  });

  describe('filters of courses', () => {
    const ORIGINS: MappingOrigin[] = ['manual', 'automatic', 'inherited', 'matched', 'rule'];

    /** One course per origin in one tenant, one without a mapping in each of two. */
    const fill = async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      const changes = ORIGINS.map((origin, index) =>
        aChange(law.id, {
          courseKey: origin,
          courseTitle: `Course ${origin}`,
          to: { categoryId: `${index % 2}1` as CategoryId, categoryFullName: 'x', origin },
        }),
      );
      await store.mappings.apply(aChangeSet(changes), ADMIN);
      await store.courses.noteSeen([
        aSeenCourse(law.id, { courseKey: 'new', title: 'Course' }),
        aSeenCourse(arts.id, { courseKey: 'other', title: 'Course' }),
      ]);
      return { law: law.id, arts: arts.id };
    };
    const bothWays = async (filter: CourseFilter, expected: string[]) => {
      for (const order of ['title', 'recent'] as const) {
        for (const search of [undefined, '', '  –  ', 'cou']) {
          const query = { ...filter, ...(search === undefined ? {} : { search }) };
          const what = JSON.stringify({ ...query, order });
          assert.deepEqual((await keysOf({ ...query, order })).sort(), expected.toSorted(), what);
          assert.equal(await current().store.courses.count(query, 1_000), expected.length, what);
        }
      }
    };

    it('narrow to a tenant, an origin, a category, and each together, with and without a search', async () => {
      const { law, arts } = await fill();
      await bothWays({}, [...ORIGINS, 'new', 'other']);
      await bothWays({ tenantId: law }, [...ORIGINS, 'new']);
      await bothWays({ tenantId: arts }, ['other']);
      for (const origin of ORIGINS) await bothWays({ state: origin }, [origin]);
      await bothWays({ state: 'manual', tenantId: arts }, []);
      await bothWays({ state: 'unmapped' }, ['new', 'other']);
      await bothWays({ state: 'unmapped', tenantId: law }, ['new']);
      await bothWays({ categoryId: '01' as CategoryId }, ['manual', 'inherited', 'rule']);
      await bothWays({ categoryId: '01' as CategoryId, state: 'rule' }, ['rule']);
      await bothWays({ categoryId: '{"$gt":""}' as CategoryId }, []);
    });

    it('find mappings with a problem, until it is cleared or the mapping changes', async () => {
      const { store } = current();
      const { law } = await fill();
      const set = (courseKey: string, problem?: 'deleted' | 'renamed', expectedVersion = 1) =>
        store.courses.setProblem(
          { tenantId: law, courseKey, expectedVersion, ...(problem === undefined ? {} : { problem }) },
          NOW_MS,
        );
      for (const key of ['manual', 'rule', 'matched']) assert.equal(await set(key, 'deleted'), true);
      await bothWays({ state: 'broken' }, ['manual', 'rule', 'matched']);
      await bothWays({ state: 'rule' }, ['rule']);
      assert.equal((await store.courses.find(law, 'manual'))?.problem, 'deleted');
      assert.equal((await store.courses.find(law, 'manual'))?.mapping?.version, 1);

      assert.equal(await set('manual'), true);
      const change = aChange(law, { courseKey: 'rule', expectedVersion: 1 });
      await store.mappings.apply(aChangeSet([change]), ADMIN);
      await store.mappings.apply(aChangeSet([{ tenantId: law, courseKey: 'matched', expectedVersion: 1 }]), ADMIN);
      await bothWays({ state: 'broken' }, []);
      for (const key of ['manual', 'rule', 'matched']) {
        assert.equal('problem' in ((await store.courses.find(law, key)) ?? {}), false);
      }
      assert.equal(await set('rule', 'renamed'), false, 'the check looked at an older mapping');
      assert.equal(await set('matched', 'renamed'), false, 'a removed mapping has no problem');
      assert.equal(await set('new', 'renamed', 0), false, 'nor has a course without one');
      assert.equal(await set('unknown', 'renamed'), false);
      await bothWays({ state: 'broken' }, []);
    });

    it('count up to the cap', async () => {
      await fill();
      const { courses } = current().store;
      assert.deepEqual(
        await Promise.all([courses.count({}, 3), courses.count({}, 7), courses.count({ search: 'course' }, 2)]),
        [3, 7, 2],
      );
    });
  });

  describe('search of courses', () => {
    it('finds a course by the beginnings of all words, in title, label and key, in any order', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await courses.noteSeen([
        aSeenCourse(id, { courseKey: 'moodle-15', title: 'Größe & Übung: Einführung', label: 'LAW-101/b' }),
        aSeenCourse(id, { courseKey: 'moodle-16', title: '課程 入門', label: 'ART 7' }),
        aSeenCourse(id, { courseKey: 'moodle-17', title: 'עברית למתחילים' }),
      ]);
      for (const [search, expected] of Object.entries({
        größ: ['moodle-15'],
        'EINFUHRUNG ubu': ['moodle-15'],
        'law 101 b': ['moodle-15'],
        'law art': [],
        ührung: [],
        課: ['moodle-16'],
        'עבר למת': ['moodle-17'],
        'moodle 1': ['moodle-17', 'moodle-16', 'moodle-15'].toSorted(),
        '  moodle   17 ': ['moodle-17'],
        grossere: [],
      })) {
        assert.deepEqual((await keysOf({ search })).sort(), expected, search);
        assert.equal(await courses.count({ search }, 10), expected.length, search);
      }
    });

    it('takes what means something to a database for plain text', async () => {
      const { courses } = current().store;
      const { id } = await addTenant(current().store);
      await courses.noteSeen([
        aSeenCourse(id, { title: 'near and or not tokens' }),
        aSeenCourse(id, { courseKey: 'b' }),
      ]);
      for (const search of ['NEAR', 'and OR not', 'tokens: near', '"near" AND', 'n*']) {
        assert.deepEqual(await keysOf({ search }), ['15'], search);
      }
      for (const text of [...Object.values(STORABLE_TEXTS), ...Object.values(UNSTORABLE_TEXTS)]) {
        await courses.list({ order: 'title', limit: 5, search: text });
        await courses.count({ search: text }, 5);
      }
    });

    it('finds a course by its new title only, once it was renamed', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      await store.courses.noteSeen([aSeenCourse(id, { title: 'Torts' })]);
      const change = aChange(id, { courseTitle: 'Contracts' });
      await store.mappings.apply(aChangeSet([change]), ADMIN);
      assert.deepEqual(await keysOf({ search: 'torts' }), []);
      assert.deepEqual(await keysOf({ search: 'contr' }), ['15']);
    });
  });
}
