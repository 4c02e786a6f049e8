import assert from 'node:assert/strict';
import { createRetention } from '../../../src/jobs/retention.js';
import { startJobWorld, type JobWorld } from '../../support/job-world.js';
import {
  ADMIN,
  aJob,
  aLaunch,
  anAssignment,
  aPlatform,
  aStagedRow,
  aStagedSet,
  aTenant,
  CLI,
} from '../../support/store-fixtures.js';

const DAY_MS = 24 * 60 * 60_000;

describe('Retention', () => {
  let world: JobWorld;
  beforeEach(async () => {
    world = await startJobWorld();
  });
  afterEach(() => world.close());

  const runAll = async (launchesDays = 30): Promise<void> => {
    for (const { run } of createRetention({ store: world.store, clock: world.clock, launchesDays })) await run();
  };

  it('keeps launch records for the days that the configuration says, however many there are', async () => {
    const { store, clock } = world;
    const old = Array.from({ length: 500 }, () => aLaunch(clock.now - 8 * DAY_MS));
    await store.launches.append(old);
    await store.launches.append([
      ...Array.from({ length: 200 }, () => aLaunch(clock.now - 8 * DAY_MS)),
      aLaunch(clock.now - 6 * DAY_MS),
    ]);
    await runAll(7);
    assert.equal((await store.launches.list({ limit: 500 })).length, 1);
  });

  it('removes jobs that ended 30 days ago, and leaves those that wait', async () => {
    const { store, clock } = world;
    const add = (id: string) => store.jobs.add(aJob(clock.nowMs(), { id }));
    await add('cafe0000-0000-7000-8000-000000000001');
    await store.jobs.requestCancel('cafe0000-0000-7000-8000-000000000001', ADMIN, clock.nowMs());
    await add('cafe0000-0000-7000-8000-000000000002');
    clock.now += 30 * DAY_MS;
    await runAll();
    assert.equal((await store.jobs.list({ limit: 9 })).length, 2);
    clock.now += 1;
    await runAll();
    assert.deepEqual(
      (await store.jobs.list({ limit: 9 })).map(({ id }) => id),
      ['cafe0000-0000-7000-8000-000000000002'],
    );
  });

  it('removes previews that have expired, with all their rows', async () => {
    const { store, clock } = world;
    const platform = await store.platforms.add(aPlatform(), ['1'], CLI);
    const tenant = await store.deployments.assignTenant(anAssignment(platform.id, '1', { create: aTenant() }));
    const id = 'cafe0000-0000-7000-8000-000000000003';
    const life = { createdAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + DAY_MS };
    await store.stagedChanges.create(aStagedSet(tenant.id, { id, ...life }));
    for (const from of [0, 500, 1_000]) {
      const rows = Array.from({ length: 500 }, (_, index) => aStagedRow(from + index + 1));
      await store.stagedChanges.append(id, rows, { done: from + 500 }, clock.nowMs());
    }
    clock.now += DAY_MS;
    await runAll();
    assert.deepEqual(await store.stagedChanges.rows(id, { limit: 500 }), []);
    assert.deepEqual(await store.stagedChanges.expired(clock.nowMs(), 10), []);
  });

  it('forgets states that have ended', async () => {
    const { store, clock } = world;
    await store.consumedStates.consume('state-1', clock.nowMs() + 1_000);
    clock.now += 1_001;
    await runAll();
    assert.equal(await store.consumedStates.has('state-1'), false);
  });
});
