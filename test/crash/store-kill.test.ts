import assert from 'node:assert/strict';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { integrityOf, makeDirectory, removeDirectory } from '../support/libsql-probe.js';
import { withStoreWorkers } from '../support/store-processes.js';
import { addTenant, aMapping, NOW_MS } from '../support/store-fixtures.js';
import type { Acknowledged, StoreTarget } from '../support/store-worker.js';

const ROUNDS = 10;
const ENDS_AT_MS = NOW_MS + 600_000;

describe('a killed process', function () {
  this.timeout(60_000);

  let target: StoreTarget;
  let survivor: Store;
  const open = (): Promise<Store> => openLibsqlStore({ directory: target.directory, clock: { nowMs: () => NOW_MS } });

  beforeEach(async () => {
    target = { kind: 'libsql', directory: makeDirectory() };
    survivor = await open();
  });
  afterEach(async () => {
    await survivor.close();
    removeDirectory(target.directory);
  });

  it('loses no acknowledged write and leaves sound files that others go on with', async () => {
    const { id: tenantId } = await addTenant(survivor);
    const written: Acknowledged['acknowledged'][] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      await withStoreWorkers(1, async ([worker]) => {
        assert.ok(worker);
        await worker.run('open', target);
        const enough = new Promise<void>((resolve) => {
          // Another number each round, so that the end meets other moments of a write.
          let left = 30 + round * 17;
          worker.onAcknowledged((write) => {
            written.push(write);
            if ((left -= 1) === 0) resolve();
          });
        });
        const ended = assert.rejects(worker.run('stream-writes', { tenantId, name: `round-${round}` }), /ended/);
        await enough;
        await worker.kill();
        await ended;
      });

      for (const file of ['durable.db', 'volatile.db'] as const) {
        assert.equal(integrityOf(target.directory, file), 'ok', `${file} after round ${round}`);
      }
      const goesOn = await survivor.mappings.createIfAbsent(aMapping(tenantId, { courseKey: `survivor-${round}` }));
      assert.equal(goesOn.created, true, 'no lock stays behind');
    }

    const reopened = await open();
    try {
      for (const { kind, key } of written) {
        if (kind === 'mapping') assert.ok(await reopened.mappings.find(tenantId, key), `lost mapping ${key}`);
        else assert.equal(await reopened.consumedStates.consume(key, ENDS_AT_MS), false, `lost state ${key}`);
      }
    } finally {
      await reopened.close();
    }
    assert.ok(written.length >= ROUNDS * 30);
  });
});
