import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { makeDirectory, removeDirectory } from '../support/libsql-probe.js';
import { addTenant, aJob, aStagedRow, aStagedSet, NOW_MS, random } from '../support/store-fixtures.js';
import { applyRunner } from './apply-worker.js';

const PROGRAM = fileURLToPath(new URL('./apply-worker.ts', import.meta.url));
const LEASE_LIFE_MS = 30_000;
const COURSES = 1_600;
const CHUNK = 500;

describe('a process that is killed while it applies changes', function () {
  this.timeout(120_000);

  let directory: string;
  let store: Store;
  /** The clock of the process that survives. */
  let nowMs = NOW_MS;

  beforeEach(async () => {
    directory = makeDirectory();
    nowMs = NOW_MS;
    store = await openLibsqlStore({ directory, clock: { nowMs: () => nowMs }, random });
  });
  afterEach(async () => {
    await store.close();
    removeDirectory(directory);
  });

  for (const killAfter of [1, 3]) {
    it(`leaves its job to another one, which does nothing twice (killed in chunk ${killAfter})`, async () => {
      const tenant = await addTenant(store);
      const { id } = await store.stagedChanges.create(aStagedSet(tenant.id, { expiresAtMs: NOW_MS + 1_000_000 }));
      for (let from = 0; from < COURSES; from += CHUNK) {
        const count = Math.min(CHUNK, COURSES - from);
        const rows = Array.from({ length: count }, (_, index) => aStagedRow(from + index + 1));
        await store.stagedChanges.append(id, rows, { done: from + count }, NOW_MS);
      }
      await store.stagedChanges.setStatus(id, { from: 'reading', to: 'ready' }, NOW_MS);
      const job = await store.jobs.add(aJob(NOW_MS, { input: { stagedId: id }, total: COURSES }));

      const worker = fork(PROGRAM, [directory, String(killAfter)], { execArgv: ['--import', 'tsx'] });
      const [, signal] = (await once(worker, 'exit')) as [number | null, string | null];
      assert.equal(signal, 'SIGKILL');
      const left = await store.jobs.find(job.id);
      assert.deepEqual([left?.status, left?.done], ['running', (killAfter - 1) * CHUNK]);

      nowMs = NOW_MS + LEASE_LIFE_MS;
      const survivor = applyRunner(store, { nowMs: () => nowMs });
      survivor.start();
      try {
        while ((await store.jobs.find(job.id))?.finishedAtMs === undefined) await wait(10);
      } finally {
        await survivor.stop();
      }

      assert.deepEqual((await store.jobs.find(job.id))?.result, { applied: COURSES, conflicts: 0 });
      const set = await store.stagedChanges.find(id, nowMs);
      assert.deepEqual([set?.status, set?.report], ['applied', { applied: COURSES }]);
      const changed: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await store.mappings.changeSet(id, { limit: CHUNK, ...(after === undefined ? {} : { after }) });
        changed.push(...page.map(({ courseKey }) => courseKey));
        after = page.at(-1)?.id;
        if (page.length < CHUNK) break;
      }
      assert.deepEqual([changed.length, new Set(changed).size], [COURSES, COURSES]);
    });
  }
});
