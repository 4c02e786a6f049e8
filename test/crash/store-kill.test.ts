import assert from 'node:assert/strict';
import { checkContent } from '../../src/store/check.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { integrityOf, makeDirectory, removeDirectory } from '../support/libsql-probe.js';
import { addTenant, aMapping, NOW_MS, random } from '../support/store-fixtures.js';
import type { Write } from './jobs.js';
import { prepare } from './processes.js';

const ROUNDS = 10;
const PROCESSES = 2;
/** Fewer than this many acknowledged writes in a round would hit an idle process. */
const LEAST_WRITES = 25;

describe('a killed process', function () {
  this.timeout(90_000);

  let directory: string;
  let survivor: Store;
  const open = (): Promise<Store> => openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS }, random });

  beforeEach(async () => {
    directory = makeDirectory();
    survivor = await open();
  });
  afterEach(async () => {
    await survivor.close();
    removeDirectory(directory);
  });

  /** Runs two processes that write, and kills each in the middle of it. */
  async function killTwo(tenantId: Parameters<typeof aMapping>[0], round: number, written: Write[]): Promise<void> {
    const processes = await Promise.all(
      Array.from({ length: PROCESSES }, (_, index) =>
        prepare<'stream'>({ kind: 'stream', directory, input: { tenantId, name: `round-${round}-${index}` } }),
      ),
    );
    await Promise.all(
      processes.map(async (process, index) => {
        // Another number each time, so that the end meets other moments of a write.
        let left = LEAST_WRITES + round * 7 + index * 13;
        let enough = (): void => undefined;
        const reached = new Promise<void>((resolve) => (enough = resolve));
        const { done, kill } = process.go((write) => {
          written.push(write);
          if ((left -= 1) === 0) enough();
        });
        await Promise.race([reached, done]);
        await kill();
        assert.equal(await done, 'killed');
      }),
    );
  }

  it(`loses no acknowledged write in ${ROUNDS * PROCESSES} kills, and leaves a sound store that others go on with`, async () => {
    const { id: tenantId } = await addTenant(survivor);
    const written: Write[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await killTwo(tenantId, round, written);
      for (const file of ['durable.db', 'volatile.db'] as const) {
        assert.equal(integrityOf(directory, file), 'ok', `${file} after round ${round}`);
      }
      const goesOn = aMapping(tenantId, { courseKey: `survivor-${round}` });
      assert.equal((await survivor.mappings.createIfAbsent(goesOn, { kind: 'cli' })).created, true, 'no lock stays');
    }

    const reopened = await open();
    try {
      for (const write of written) assert.ok(await isThere(reopened, tenantId, write), `lost ${JSON.stringify(write)}`);
      assert.ok(written.length >= ROUNDS * PROCESSES * LEAST_WRITES);
      const { problems } = await checkContent({ transfer: reopened.transfer, accountIds: ['main'] });
      assert.deepEqual(problems, []);
    } finally {
      await reopened.close();
    }
  });
});

async function isThere(store: Store, tenantId: Parameters<typeof aMapping>[0], write: Write): Promise<boolean> {
  switch (write.kind) {
    case 'mapping':
      return (await store.mappings.find(tenantId, write.key)) !== undefined;
    case 'state':
      return store.consumedStates.has(write.key);
    case 'viewer':
      return (await store.viewers.find(tenantId, write.key)) !== undefined;
    case 'course':
      return (await store.courses.find(tenantId, write.key)) !== undefined;
    case 'launch':
      return (await store.launches.findByRequestId(write.requestId)) !== undefined;
    case 'change': {
      const [entry] = await store.mappings.changeSet(write.changeSetId, { limit: 2 });
      const mapping = await store.mappings.find(tenantId, write.key);
      return entry?.after?.version === write.version && (mapping?.version ?? 0) >= write.version;
    }
  }
}
