/** Rules that only show with many courses. They share one store, because filling it takes seconds. */
import assert from 'node:assert/strict';
import type { CategoryId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { CourseFilter, CourseQuery, MappingOrigin } from '../../../src/store/ports.js';
import { addTenant, aChange, aChangeSet, ADMIN, aSeenCourse, NOW_MS } from '../../support/store-fixtures.js';
import type { OpenStore, StoreHarness } from './harness.js';

const COURSES = 100_000;
const CHUNK = 500;
const ORIGINS: MappingOrigin[] = ['manual', 'automatic', 'rule'];
const SUBJECTS = ['Algebra', 'Biology', 'Chemie', 'Drama', 'Ethik', 'Fotografie', 'Größenlehre', 'History'];

/** Every second course was seen in this deployment, and each of those in one of 50 more. */
const HALF = { platformId: 'p' as PlatformId, deploymentId: 'half' };
const SEEN = COURSES / 2;

const titleOf = (index: number): string =>
  `${SUBJECTS[index % SUBJECTS.length]} ${String(index).padStart(6, '0')} section ${index % 7}`;

export function describeLargeStore(open: OpenStore): void {
  describe('100,000 mappings', function () {
    this.timeout(300_000);

    let harness: StoreHarness;
    let tenantId: TenantId;
    const list = (query: Partial<CourseQuery>) =>
      harness.store.courses.list({ order: 'title', limit: CHUNK, ...query });
    const count = (filter: CourseFilter, cap = COURSES) => harness.store.courses.count(filter, cap);

    before(async () => {
      harness = await open();
      const { store } = harness;
      ({ id: tenantId } = await addTenant(store));
      for (let from = 0; from < COURSES; from += CHUNK) {
        const changes = Array.from({ length: CHUNK }, (_, offset) => {
          const index = from + offset;
          return aChange(tenantId, {
            courseKey: `c${index}`,
            courseTitle: titleOf(index),
            to: {
              categoryId: String(1 + (index % 5_000)) as CategoryId,
              categoryFullName: `LTI>site>channels>${index}`,
              origin: ORIGINS[index % ORIGINS.length]!,
            },
          });
        });
        assert.equal((await store.mappings.apply(aChangeSet(changes), ADMIN)).outcome, 'applied');
      }
      const launched = Array.from({ length: CHUNK }, (_, index) =>
        aSeenCourse(tenantId, { courseKey: `c${index * 200}`, seenAtMs: NOW_MS + index }),
      );
      await store.courses.noteSeen(launched);
      for (let from = 0; from < COURSES; from += 2 * CHUNK) {
        const seen = Array.from({ length: CHUNK }, (_, offset) => {
          const index = from + 2 * offset;
          // Told late, so that it changes no other test's order.
          return aSeenCourse(tenantId, { courseKey: `c${index}`, seenIn: HALF, seenAtMs: 0 });
        });
        await store.courses.noteSeen(seen);
      }
    });
    after(() => harness.dispose());

    it('are all stored, each with its history', async () => {
      assert.equal(await harness.probe.count('mappings'), COURSES);
      assert.equal(await harness.probe.count('mappingHistory'), COURSES);
    });

    it('page by title through all of them without gap or repetition, in order', async () => {
      const seen = new Set<string>();
      let last = '';
      for (let after: string | undefined; ;) {
        const page = await list(after === undefined ? {} : { after });
        for (const { courseKey, title = '' } of page.items) {
          const plain = title
            .normalize('NFKD')
            .replace(/\p{Mark}/gu, '')
            .toLowerCase();
          assert.ok(plain > last, `${title} after ${last}`);
          last = plain;
          seen.add(courseKey);
        }
        if (page.next === undefined) break;
        after = page.next;
      }
      assert.equal(seen.size, COURSES);
    });

    it('page by last launch: the launched ones, newest first, then the others', async () => {
      const first = await list({ order: 'recent', limit: 300 });
      const second = await list({ order: 'recent', limit: 300, after: first.next ?? '' });
      const keys = [...first.items, ...second.items].map(({ courseKey }) => courseKey);
      const launched = Array.from({ length: CHUNK }, (_, index) => `c${(CHUNK - 1 - index) * 200}`);
      assert.deepEqual(keys.slice(0, CHUNK), launched);
      assert.equal(new Set(keys).size, 600);
      assert.equal(second.items.at(-1)?.lastLaunchAtMs, undefined);
    });

    it('are found by state and category, and counted up to the cap', async () => {
      assert.equal(await count({}), COURSES);
      assert.equal(await count({ tenantId }, 10_000), 10_000);
      assert.equal(await count({ state: 'rule' }), 33_333);
      assert.equal(await count({ state: 'unmapped' }), 0);
      assert.equal(await count({ categoryId: '7' as CategoryId }), 20);
      const page = await list({ categoryId: '7' as CategoryId, state: 'manual' });
      assert.ok(page.items.length > 0);
      for (const { mapping } of page.items) assert.deepEqual([mapping?.categoryId, mapping?.origin], ['7', 'manual']);
    });

    it('are paged through by deployment, by title and by last launch, and counted', async () => {
      assert.equal(await count({ seenIn: HALF }), SEEN);
      assert.equal(await count({ seenIn: HALF, state: 'rule' }, 10_000), 10_000);
      assert.equal(await count({ seenIn: HALF, search: '004246' }), 1);
      assert.equal(await count({ seenIn: HALF, search: '004247' }), 0);
      for (const order of ['title', 'recent'] as const) {
        const seen = new Set<string>();
        for (let after: string | undefined; ;) {
          const page = await list({ seenIn: HALF, order, ...(after === undefined ? {} : { after }) });
          for (const { courseKey } of page.items) seen.add(courseKey);
          if (page.next === undefined) break;
          after = page.next;
        }
        assert.equal(seen.size, SEEN, order);
      }
      const [first] = (await list({ seenIn: HALF, order: 'recent', limit: 1 })).items;
      assert.equal(first?.courseKey, `c${(CHUNK - 1) * 200}`);
    });

    it('are searched by the beginnings of words', async () => {
      assert.deepEqual((await list({ search: 'nothing 04' })).items, []);
      const found = await list({ search: 'groß 004246', order: 'recent' });
      assert.deepEqual(
        found.items.map(({ courseKey }) => courseKey),
        ['c4246'],
      );
      assert.equal(await count({ search: 'sec gro' }), COURSES / SUBJECTS.length);
      assert.equal(await count({ search: 'c99999' }), 1);
      assert.equal(await count({ search: 'algebra', state: 'unmapped' }), 0);
    });

    for (const order of ['title', 'recent'] as const) {
      it(`sort the first 1,000 hits by ${order} and page through those`, async () => {
        const keys: string[] = [];
        const titles: string[] = [];
        for (let after: string | undefined; ;) {
          const query = { search: 'section', order, ...(after === undefined ? {} : { after }) };
          const page = await list(query);
          keys.push(...page.items.map(({ courseKey }) => courseKey));
          titles.push(...page.items.map(({ title = '' }) => title));
          if (page.next === undefined) break;
          after = page.next;
        }
        assert.equal(keys.length, 1_000);
        assert.equal(new Set(keys).size, 1_000);
        if (order === 'title') assert.deepEqual(titles, titles.toSorted());
      });
    }
  });
}
