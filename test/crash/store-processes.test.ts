import assert from 'node:assert/strict';
import { checkContent } from '../../src/store/check.js';
import { durableMigrations } from '../../src/store/libsql/migrations/durable.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { integrityOf, makeDirectory, openRaw, removeDirectory } from '../support/libsql-probe.js';
import { addTenant, aMapping, NOW_MS, random } from '../support/store-fixtures.js';
import { prepare } from './processes.js';

const LOAD_ROUNDS = 60;
const OPENING_ROUNDS = 4;
const COURSE_KEYS = ['a', 'b', 'c', 'd'];

describe('two processes on one directory', function () {
  this.timeout(60_000);

  let directory: string;
  const open = (at = directory): Promise<Store> =>
    openLibsqlStore({ directory: at, clock: { nowMs: () => NOW_MS }, random });

  beforeEach(() => {
    directory = makeDirectory();
  });
  afterEach(() => removeDirectory(directory));

  it('lose no update and meet no error under mixed load', async () => {
    const store = await open();
    try {
      const { id: tenantId } = await addTenant(store);
      const before = await store.changeNumber();
      const processes = await Promise.all(
        ['one', 'two'].map((name) =>
          prepare<'count'>({
            kind: 'count',
            directory,
            input: { tenantId, name, courseKeys: COURSE_KEYS, rounds: LOAD_ROUNDS },
          }),
        ),
      );
      const results = await Promise.all(processes.map((process) => process.go().done));
      await Promise.all(processes.map((process) => process.kill()));

      const sums = { conflicts: 0, pinned: 0, leases: 0, consumed: 0 };
      for (const result of results) {
        assert.notEqual(result, 'killed');
        if (result === 'killed') continue;
        for (const key of ['conflicts', 'pinned', 'leases', 'consumed'] as const) sums[key] += result[key];
      }
      assert.equal(sums.pinned, LOAD_ROUNDS, 'each viewer was pinned once');
      assert.equal(sums.leases, LOAD_ROUNDS, 'each lease went to one process');
      assert.equal(sums.consumed, LOAD_ROUNDS, 'each state counted once');
      assert.ok(sums.conflicts > 0, 'the processes met');

      const raises = 2 * LOAD_ROUNDS;
      for (const courseKey of COURSE_KEYS) {
        const course = await store.courses.find(tenantId, courseKey);
        assert.deepEqual(
          [course?.mapping?.categoryId, course?.mapping?.version, course?.lastLaunchAtMs],
          [String(raises), raises, NOW_MS + LOAD_ROUNDS - 1],
          `no update of ${courseKey} was lost`,
        );
        const history = await store.mappings.history({ tenantId, courseKey }, { limit: 500 });
        assert.deepEqual(
          history.map(({ after }) => after?.version),
          Array.from({ length: raises }, (_, index) => raises - index),
        );
      }
      assert.equal((await store.transfer.counts())['launches'], raises);
      assert.equal(await store.changeNumber(), before + COURSE_KEYS.length * raises, 'a change counts once');
      const { problems } = await checkContent({ transfer: store.transfer, accountIds: ['main'] });
      assert.deepEqual(problems, []);
      for (const file of ['durable.db', 'volatile.db'] as const) assert.equal(integrityOf(directory, file), 'ok');
    } finally {
      await store.close();
    }
  });

  it('both open an empty directory at once, and the migrations run once', async () => {
    for (let round = 0; round < OPENING_ROUNDS; round += 1) {
      const at = `${directory}/round-${round}`;
      const processes = await Promise.all(
        [1, 2].map(() => prepare<'open'>({ kind: 'open', directory: at, input: {} })),
      );
      const numbers = await Promise.all(processes.map((process) => process.go().done));
      await Promise.all(processes.map((process) => process.kill()));
      assert.deepEqual(numbers, [0, 0]);
      const raw = openRaw(at, 'durable.db');
      assert.deepEqual(raw.prepare('SELECT key, value FROM meta ORDER BY key').all(), [
        { key: 'change_number', value: 0 },
        { key: 'schema_version', value: durableMigrations.length },
      ]);
      raw.close();
      const store = await open(at);
      const { id } = await addTenant(store);
      assert.equal((await store.mappings.createIfAbsent(aMapping(id), { kind: 'launch' })).created, true);
      await store.close();
    }
  });
});
