import assert from 'node:assert/strict';
import type { AccountId, CategoryId, TenantId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import { ACCOUNT, addTenant, aMapping, STORABLE_TEXTS, UNSTORABLE_TEXTS, CLI } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const OTHER_CATEGORY = '99' as CategoryId;

export function describeMappings(current: CurrentHarness): void {
  describe('mappings', () => {
    it('stores the mapping of a course that has none, at version 1', async () => {
      const { store, probe } = current();
      const { id } = await addTenant(store);
      const mapping = aMapping(id, { courseTitle: 'Torts', courseLabel: 'LAW 101' });
      const expected = { ...mapping, version: 1 };
      assert.deepEqual(await store.mappings.createIfAbsent(mapping, CLI), { created: true, mapping: expected });
      assert.deepEqual(await store.mappings.find(id, mapping.courseKey), expected);
      assert.deepEqual(await probe.mappings(), [{ courseKey: '15', categoryId: '1234', accountId: ACCOUNT }]);
    });

    it('leaves out title and label that were not given', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const { mapping } = await store.mappings.createIfAbsent(aMapping(id), CLI);
      const found = await store.mappings.find(id, mapping.courseKey);
      for (const record of [mapping, found ?? {}]) {
        assert.equal('courseTitle' in record, false);
        assert.equal('courseLabel' in record, false);
      }
    });

    it('answers with the mapping that the course has, and keeps it', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const first = await store.mappings.createIfAbsent(aMapping(id), CLI);
      const second = await store.mappings.createIfAbsent(aMapping(id, { categoryId: OTHER_CATEGORY }), CLI);
      assert.deepEqual(second, { created: false, mapping: first.mapping });
      assert.deepEqual(await store.mappings.find(id, '15'), first.mapping);
    });

    it('lets one of 50 callers at once create; all get the same mapping', async () => {
      const { store, openAgain, probe } = current();
      const { id } = await addTenant(store);
      const second = await openAgain();
      try {
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            (index % 2 ? store : second).mappings.createIfAbsent(
              aMapping(id, { categoryId: String(1000 + index) as CategoryId }),
              CLI,
            ),
          ),
        );
        assert.equal(outcomes.filter(({ created }) => created).length, 1);
        for (const { mapping } of outcomes) assert.deepEqual(mapping, outcomes[0]?.mapping);
        assert.equal(await probe.count('mappings'), 1);
      } finally {
        await second.close();
      }
    });

    it('lets one of two processes create each mapping', async () => {
      const { store, target, probe } = current();
      const { id: tenantId } = await addTenant(store);
      const courseKeys = Array.from({ length: 50 }, (_, index) => `course-${index}`);
      const created = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(workers.map((worker) => worker.run('create-mappings', { tenantId, courseKeys })));
      });
      assert.deepEqual(created.flat().sort(), [...courseKeys].sort());
      assert.equal(await probe.count('mappings'), 50);
    });

    it('keeps the same course key of two tenants apart', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      await store.mappings.createIfAbsent(aMapping(law.id), CLI);
      assert.equal(await store.mappings.find(arts.id, '15'), undefined);
      const other = await store.mappings.createIfAbsent(aMapping(arts.id, { categoryId: OTHER_CATEGORY }), CLI);
      assert.equal(other.created, true);
      assert.equal((await store.mappings.find(law.id, '15'))?.categoryId, '1234');
      assert.equal((await store.mappings.find(arts.id, '15'))?.categoryId, OTHER_CATEGORY);
    });

    it('finds the mappings of a category within one account, of whatever tenant', async () => {
      const { store } = current();
      const [law, arts] = [await addTenant(store), await addTenant(store)];
      const elsewhere = await addTenant(store, { accountId: 'second' as AccountId });
      const expected = [
        (await store.mappings.createIfAbsent(aMapping(law.id, { courseKey: 'b', createdAtMs: 1 }), CLI)).mapping,
        (await store.mappings.createIfAbsent(aMapping(arts.id, { courseKey: 'a', createdAtMs: 2 }), CLI)).mapping,
      ];
      await store.mappings.createIfAbsent(aMapping(law.id, { courseKey: 'c', categoryId: OTHER_CATEGORY }), CLI);
      await store.mappings.createIfAbsent(aMapping(elsewhere.id), CLI);
      assert.deepEqual(await store.mappings.findByCategory(ACCOUNT, '1234' as CategoryId), expected);
      assert.deepEqual(await store.mappings.findByCategory(ACCOUNT, '12' as CategoryId), []);
    });

    it('refuses a mapping of a tenant that does not exist', async () => {
      const { store, probe } = current();
      const mapping = aMapping('nobody' as TenantId);
      await assertCode('STORE_CONFLICT', () => store.mappings.createIfAbsent(mapping, CLI));
      assert.equal(await probe.count('mappings'), 0);
    });

    it('hands out copies', async () => {
      const { store } = current();
      const { id } = await addTenant(store);
      const { mapping } = await store.mappings.createIfAbsent(aMapping(id), CLI);
      mapping.categoryId = OTHER_CATEGORY;
      assert.equal((await store.mappings.find(id, '15'))?.categoryId, '1234');
    });

    it('tells course keys apart that differ in one letter, and keeps each as it is', async () => {
      const { store, probe } = current();
      const { id } = await addTenant(store);
      const keys = ['a', 'A', 'a ', 'á', 'a\u0301', ...Object.values(STORABLE_TEXTS)];
      for (const courseKey of keys) {
        const texts = { courseKey, courseTitle: courseKey, courseLabel: courseKey, categoryFullName: courseKey };
        const { created, mapping } = await store.mappings.createIfAbsent(aMapping(id, texts), CLI);
        assert.equal(created, true);
        assert.deepEqual(await store.mappings.find(id, courseKey), mapping);
        assert.deepEqual({ ...mapping, ...texts }, mapping);
      }
      assert.deepEqual((await probe.mappings()).map(({ courseKey }) => courseKey).sort(), [...keys].sort());
    });

    for (const [what, courseKey] of Object.entries(UNSTORABLE_TEXTS)) {
      it(`refuses a course key with ${what}, to write and to look up`, async () => {
        const { store, probe } = current();
        const { id } = await addTenant(store);
        await assertCode('INPUT_INVALID', () => store.mappings.createIfAbsent(aMapping(id, { courseKey }), CLI));
        await assertCode('INPUT_INVALID', () => store.mappings.find(id, courseKey));
        assert.equal(await probe.count('mappings'), 0);
      });
    }
  });
}
