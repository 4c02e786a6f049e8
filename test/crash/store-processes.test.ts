import assert from 'node:assert/strict';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import { integrityOf, makeDirectory, openRaw, removeDirectory } from '../support/libsql-probe.js';
import { withStoreWorkers } from '../support/store-processes.js';
import { addTenant, aMapping, NOW_MS } from '../support/store-fixtures.js';
import type { StoreTarget } from '../support/store-worker.js';

const LOAD_ROUNDS = 150;
const OPENING_ROUNDS = 5;

describe('two processes on one directory', function () {
  this.timeout(60_000);

  let target: StoreTarget;
  beforeEach(() => {
    target = { kind: 'libsql', directory: makeDirectory() };
  });
  afterEach(() => removeDirectory(target.directory));

  it('lose no update and meet no error under mixed load', async () => {
    const store = await openLibsqlStore({ directory: target.directory, clock: { nowMs: () => NOW_MS } });
    try {
      const { id: tenantId } = await addTenant(store);
      const before = await store.changeNumber();
      const [one, two] = await withStoreWorkers(2, async (workers) => {
        await Promise.all(workers.map((worker) => worker.run('open', target)));
        return Promise.all(
          workers.map((worker, index) =>
            worker.run('mixed-load', { tenantId, name: `process-${index}`, rounds: LOAD_ROUNDS }),
          ),
        );
      });
      assert.ok(one && two);
      assert.deepEqual([one.ownCreated, two.ownCreated], [LOAD_ROUNDS, LOAD_ROUNDS]);
      assert.equal(one.sharedCreated + two.sharedCreated, LOAD_ROUNDS);
      assert.equal(one.sharedConsumed + two.sharedConsumed, LOAD_ROUNDS);
      assert.equal(await store.changeNumber(), before + 3 * LOAD_ROUNDS, 'each created mapping counts once');
      assert.equal((await store.launches.list({ limit: 10_000 })).length, 2 * LOAD_ROUNDS);
      for (let round = 0; round < LOAD_ROUNDS; round += 1) {
        for (const name of ['process-0', 'process-1', 'shared']) {
          assert.ok(await store.mappings.find(tenantId, `${name}-${round}`));
        }
      }
      for (const file of ['durable.db', 'volatile.db'] as const)
        assert.equal(integrityOf(target.directory, file), 'ok');
    } finally {
      await store.close();
    }
  });

  it('both open an empty directory at once, and the migrations run once', async () => {
    for (let round = 0; round < OPENING_ROUNDS; round += 1) {
      const directory = `${target.directory}/round-${round}`;
      const numbers = await withStoreWorkers(2, (workers) =>
        Promise.all(workers.map((worker) => worker.run('open', { ...target, directory }))),
      );
      assert.deepEqual(numbers, [0, 0]);
      const raw = openRaw(directory, 'durable.db');
      assert.deepEqual(raw.prepare('SELECT key, value FROM meta ORDER BY key').all(), [
        { key: 'change_number', value: 0 },
        { key: 'schema_version', value: 1 },
      ]);
      raw.close();
      const store = await openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS } });
      const { id } = await addTenant(store);
      assert.equal((await store.mappings.createIfAbsent(aMapping(id))).created, true);
      await store.close();
    }
  });
});
