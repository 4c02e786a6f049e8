import assert from 'node:assert/strict';
import { undoOf } from '../../../src/courses/changes/undo.js';
import type { AccountId, CategoryId, TenantId } from '../../../src/runtime/ids.js';
import type { MappingChange, MappingRecord, Store } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { withStoreWorkers } from '../../support/store-processes.js';
import {
  ACCOUNT,
  addTenant,
  aChange,
  aChangeSet,
  ADMIN,
  aMapping,
  CLI,
  NOW_MS,
  STORABLE_TEXTS,
  UNSTORABLE_TEXTS,
} from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const to = (categoryId: string, origin: MappingRecord['origin'] = 'manual') => ({
  categoryId: categoryId as CategoryId,
  categoryFullName: `LTI>site>channels>${categoryId}`,
  origin,
});

/** A change that takes the mapping away. */
const removal = (tenantId: TenantId, courseKey: string, expectedVersion: number): MappingChange => ({
  tenantId,
  courseKey,
  expectedVersion,
});

export function describeMappingChanges(current: CurrentHarness): void {
  const apply = (changes: MappingChange[], set: Parameters<typeof aChangeSet>[1] = {}, store = current().store) =>
    store.mappings.apply(aChangeSet(changes, set), ADMIN);
  const categoriesOf = async (tenantId: TenantId, keys: string[], { mappings }: Store = current().store) =>
    Promise.all(keys.map(async (key) => (await mappings.find(tenantId, key))?.categoryId));

  describe('mapping changes', () => {
    it('set, replace and remove mappings in one command', async () => {
      const { id: tenantId } = await addTenant(current().store);
      const { mappings } = current().store;
      await apply([aChange(tenantId, { courseKey: 'b' }), aChange(tenantId, { courseKey: 'c' })], { atMs: 1 });
      const applied = await apply(
        [
          aChange(tenantId, { courseKey: 'a', to: to('7'), courseTitle: 'Torts', courseLabel: 'LAW 1' }),
          aChange(tenantId, { courseKey: 'b', to: to('8', 'rule'), expectedVersion: 1 }),
          removal(tenantId, 'c', 1),
        ],
        { atMs: 2 },
      );
      const a = {
        tenantId,
        courseKey: 'a',
        courseTitle: 'Torts',
        courseLabel: 'LAW 1',
        ...to('7'),
        version: 1,
        createdAtMs: 2,
        updatedAtMs: 2,
      };
      const b = { tenantId, courseKey: 'b', ...to('8', 'rule'), version: 2, createdAtMs: 1, updatedAtMs: 2 };
      assert.deepEqual(applied, { outcome: 'applied', mappings: [a, b] });
      assert.deepEqual(await mappings.find(tenantId, 'a'), a);
      assert.deepEqual(await mappings.find(tenantId, 'b'), b);
      assert.equal(await mappings.find(tenantId, 'c'), undefined);
    });

    it('happen all or not at all, and answer with the courses that are another way than the caller saw', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      await apply([aChange(tenantId, { courseKey: 'a' }), aChange(tenantId, { courseKey: 'b', courseTitle: 'B' })]);
      const before = await store.changeNumber();
      const result = await apply(
        [
          aChange(tenantId, { courseKey: 'new', to: to('9') }),
          aChange(tenantId, { courseKey: 'a', to: to('9'), expectedVersion: 1 }),
          aChange(tenantId, { courseKey: 'b', to: to('9') }),
          removal(tenantId, 'unknown', 3),
        ],
        { atMs: NOW_MS + 9 },
      );
      const b = await store.courses.find(tenantId, 'b');
      assert.equal(b?.mapping?.version, 1);
      assert.deepEqual(result, {
        outcome: 'conflict',
        conflicts: [
          b,
          {
            tenantId,
            courseKey: 'unknown',
            previousKeys: [],
            categoryNames: [],
            seenIn: [],
            firstSeenAtMs: NOW_MS + 9,
          },
        ],
      });
      assert.deepEqual(await categoriesOf(tenantId, ['new', 'a', 'b']), [undefined, '1234', '1234']);
      assert.equal(await probe.count('mappingHistory'), 2);
      assert.equal(await probe.count('courses'), 2);
      assert.equal(await store.changeNumber(), before);
    });

    it('give the second of two editors a conflict that shows the first one’s mapping', async () => {
      const { store, openAgain } = current();
      const { id: tenantId } = await addTenant(store);
      await apply([aChange(tenantId)]);
      const second = await openAgain();
      try {
        const edits = [store, second].map((editor, index) =>
          apply([aChange(tenantId, { expectedVersion: 1, to: to(`${index + 1}`) })], {}, editor),
        );
        const results = await Promise.all(edits);
        const conflict = results.find(({ outcome }) => outcome === 'conflict');
        const winner = results.find(({ outcome }) => outcome === 'applied');
        assert.ok(conflict?.outcome === 'conflict' && winner?.outcome === 'applied');
        assert.deepEqual(conflict.conflicts[0]?.mapping, winner.mappings[0]);
        assert.equal(winner.mappings[0]?.version, 2);
      } finally {
        await second.close();
      }
    });

    it('lose no update when two processes change one course over and over', async () => {
      const { store, target } = current();
      const { id: tenantId } = await addTenant(store);
      const input = { tenantId, courseKey: 'counter', times: 30 };
      await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        await Promise.all(workers.map((worker) => worker.run('count-up', input)));
      });
      const counted = await store.mappings.find(tenantId, 'counter');
      assert.deepEqual([counted?.categoryId, counted?.version], ['60', 60]);
      const history = await store.mappings.history({ tenantId, courseKey: 'counter' }, { limit: 100 });
      assert.deepEqual(
        history.map(({ after }) => after?.version),
        Array.from({ length: 60 }, (_, index) => 60 - index),
      );
    });

    it('never use a version again, also after a removal', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await apply([aChange(tenantId)]);
      await apply([removal(tenantId, '15', 1)]);
      const again = await apply([aChange(tenantId, { expectedVersion: 1 })]);
      assert.equal(again.outcome, 'conflict', 'the removed mapping’s version fits no more');
      const renewed = await apply([aChange(tenantId)], { atMs: NOW_MS + 5 });
      assert.ok(renewed.outcome === 'applied');
      assert.deepEqual([renewed.mappings[0]?.version, renewed.mappings[0]?.createdAtMs], [2, NOW_MS + 5]);
      await apply([removal(tenantId, '15', 2)]);
      assert.equal((await mappings.createIfAbsent(aMapping(tenantId), CLI)).mapping.version, 3);
    });

    it('do nothing when there is nothing to do', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      const [number, audit] = [await store.changeNumber(), await probe.count('audit')];
      assert.deepEqual(await apply([]), { outcome: 'applied', mappings: [] });
      assert.deepEqual(await apply([{ tenantId, courseKey: '15' }]), { outcome: 'applied', mappings: [] });
      assert.equal(await store.changeNumber(), number);
      assert.equal(await probe.count('mappingHistory'), 0);
      assert.equal(await probe.count('audit'), audit);
    });

    it('are refused when a course occurs twice, or when they are more than 500', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      await assertCode('INPUT_INVALID', () => apply([aChange(tenantId), aChange(tenantId, { to: to('7') })]));
      const many = Array.from({ length: 501 }, (_, index) => aChange(tenantId, { courseKey: `${index}` }));
      await assertCode('INPUT_INVALID', () => apply(many));
      assert.equal(await probe.count('mappings'), 0);
      assert.equal((await apply(many.slice(1))).outcome, 'applied');
      assert.equal(await probe.count('mappings'), 500);
    });

    it('are refused for a tenant that does not exist, with all others of the command', async () => {
      const { store, probe } = current();
      const { id } = await addTenant(store);
      await assertCode('STORE_CONFLICT', () => apply([aChange(id), aChange('nobody' as TenantId)]));
      assert.equal(await probe.count('mappings'), 0);
      assert.equal(await probe.count('mappingHistory'), 0);
    });

    it('keep the account that a mapping was made in, when its tenant moves to another', async () => {
      const { store, probe } = current();
      const { id: tenantId } = await addTenant(store);
      await apply([aChange(tenantId, { courseKey: 'a' }), aChange(tenantId, { courseKey: 'b' })]);
      const second = 'second' as AccountId;
      await store.tenants.update(tenantId, 1, { accountId: second }, ADMIN, NOW_MS);
      await apply([aChange(tenantId, { courseKey: 'b', expectedVersion: 1 })]);
      assert.deepEqual(
        (await probe.mappings()).map(({ accountId }) => accountId),
        [ACCOUNT, second],
      );
      const keysIn = async (accountId: AccountId) =>
        (await store.mappings.findByCategory(accountId, '1234' as CategoryId)).map(({ courseKey }) => courseKey);
      assert.deepEqual([await keysIn(ACCOUNT), await keysIn(second)], [['a'], ['b']]);
    });

    it('keep hostile course keys and summaries letter by letter, and refuse those that can’t be stored', async () => {
      const { store } = current();
      const { id: tenantId } = await addTenant(store);
      for (const text of Object.values(STORABLE_TEXTS)) {
        const set = aChangeSet([aChange(tenantId, { courseKey: text, courseTitle: text })], { summary: text });
        await store.mappings.apply(set, ADMIN);
        assert.equal((await store.mappings.find(tenantId, text))?.courseTitle, text);
        const [record] = await store.mappings.history({ tenantId, courseKey: text }, { limit: 1 });
        assert.equal(record?.summary, text);
      }
      for (const courseKey of Object.values(UNSTORABLE_TEXTS)) {
        await assertCode('INPUT_INVALID', () => apply([aChange(tenantId, { courseKey })]));
      }
    });
  });

  describe('mapping history', () => {
    it('tells who did what, newest first, also within one millisecond', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await mappings.createIfAbsent(aMapping(tenantId), { kind: 'launch' });
      const change = aChangeSet([aChange(tenantId, { expectedVersion: 1, to: to('7') })]);
      await mappings.apply(change, ADMIN);
      const remove = aChangeSet([removal(tenantId, '15', 2)], { summary: 'Removed by hand', atMs: NOW_MS - 5 });
      await mappings.apply(remove, CLI);
      const history = await mappings.history({ tenantId, courseKey: '15' }, { limit: 10 });
      const states = [
        { categoryId: '1234', categoryFullName: 'LTI>site>channels>15', origin: 'automatic', version: 1 },
        { ...to('7'), version: 2 },
      ];
      assert.deepEqual(
        history.map(({ id: _id, ...record }) => record),
        [
          {
            changeSetId: remove.changeSetId,
            summary: 'Removed by hand',
            actor: CLI,
            atMs: NOW_MS - 5,
            tenantId,
            courseKey: '15',
            before: states[1],
          },
          {
            changeSetId: change.changeSetId,
            summary: 'Mapped by hand',
            actor: ADMIN,
            atMs: NOW_MS,
            tenantId,
            courseKey: '15',
            before: states[0],
            after: states[1],
          },
          {
            changeSetId: history[2]?.changeSetId,
            summary: 'Created',
            actor: { kind: 'launch' },
            atMs: NOW_MS,
            tenantId,
            courseKey: '15',
            after: states[0],
          },
        ],
      );
      assert.deepEqual(
        history.map(({ id }) => id),
        history
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      );
    });

    it('pages through one course without gap or repetition', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      for (let version = 0; version < 7; version += 1) {
        await apply([aChange(tenantId, version === 0 ? {} : { expectedVersion: version })]);
        await apply([aChange(tenantId, { courseKey: `other-${version}` })]);
      }
      const versions: (number | undefined)[] = [];
      let before: string | undefined;
      for (;;) {
        const options = { limit: 3, ...(before === undefined ? {} : { before }) };
        const page = await mappings.history({ tenantId, courseKey: '15' }, options);
        if (page.length === 0) break;
        versions.push(...page.map(({ after }) => after?.version));
        before = page.at(-1)?.id;
      }
      assert.deepEqual(versions, [7, 6, 5, 4, 3, 2, 1]);
    });

    it('answers with a change set that came in parts, in the order in which it happened', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      const changeSetId = aChangeSet([]).changeSetId;
      const keys = ['d', 'a', 'c', 'b', 'e'];
      await apply(
        keys.slice(0, 3).map((courseKey) => aChange(tenantId, { courseKey })),
        { changeSetId },
      );
      await apply([aChange(tenantId, { courseKey: 'not part of it' })]);
      await apply(
        keys.slice(3).map((courseKey) => aChange(tenantId, { courseKey })),
        { changeSetId },
      );
      const first = await mappings.changeSet(changeSetId, { limit: 2 });
      const rest = await mappings.changeSet(changeSetId, { limit: 9, after: first.at(-1)?.id ?? '' });
      assert.deepEqual(
        [...first, ...rest].map(({ courseKey }) => courseKey),
        keys,
      );
      assert.deepEqual(await mappings.changeSet('{"$gt":""}', { limit: 9 }), []);
    });

    it('can take a change set back, and that can be taken back too', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      await apply(['a', 'b'].map((courseKey) => aChange(tenantId, { courseKey, to: to('1') })));
      const set = aChangeSet([
        aChange(tenantId, { courseKey: 'a', expectedVersion: 1, to: to('2', 'rule') }),
        removal(tenantId, 'b', 1),
        aChange(tenantId, { courseKey: 'c', to: to('2', 'rule') }),
      ]);
      await mappings.apply(set, ADMIN);
      assert.deepEqual(await categoriesOf(tenantId, ['a', 'b', 'c']), ['2', undefined, '2']);

      const undo = aChangeSet(undoOf(await mappings.changeSet(set.changeSetId, { limit: 500 })));
      assert.equal((await mappings.apply(undo, ADMIN)).outcome, 'applied');
      assert.deepEqual(await categoriesOf(tenantId, ['a', 'b', 'c']), ['1', '1', undefined]);
      assert.equal((await mappings.find(tenantId, 'a'))?.version, 3);

      const redo = aChangeSet(undoOf(await mappings.changeSet(undo.changeSetId, { limit: 500 })));
      assert.equal((await mappings.apply(redo, ADMIN)).outcome, 'applied');
      assert.deepEqual(await categoriesOf(tenantId, ['a', 'b', 'c']), ['2', undefined, '2']);
      assert.equal((await mappings.find(tenantId, 'a'))?.origin, 'rule');
    });

    it('does not take back what somebody changed since', async () => {
      const { mappings } = current().store;
      const { id: tenantId } = await addTenant(current().store);
      const set = aChangeSet([aChange(tenantId, { to: to('1') })]);
      await mappings.apply(set, ADMIN);
      await apply([aChange(tenantId, { expectedVersion: 1, to: to('2') })]);
      const undo = aChangeSet(undoOf(await mappings.changeSet(set.changeSetId, { limit: 500 })));
      const result = await mappings.apply(undo, ADMIN);
      assert.ok(result.outcome === 'conflict');
      assert.equal(result.conflicts[0]?.mapping?.categoryId, '2');
      assert.deepEqual(await categoriesOf(tenantId, ['15']), ['2']);
    });
  });
}
