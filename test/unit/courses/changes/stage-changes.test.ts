import assert from 'node:assert/strict';
import { AppError } from '../../../../src/errors/app-error.js';
import { isAbandoned, type WantedRow } from '../../../../src/courses/changes/stage-changes.js';
import type { TenantId } from '../../../../src/runtime/ids.js';
import { DEPLOYMENT_ID } from '../../../support/category-world.js';
import { BIOLOGY, CHEMISTRY, startChangeWorld, type ChangeWorld } from '../../../support/change-world.js';
import { aLaunch, aPlatform, aSeenCourse, ADMIN, CLI } from '../../../support/store-fixtures.js';

const DAY_MS = 24 * 60 * 60_000;

describe('Preparing changes', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: ChangeWorld;
  beforeEach(async () => {
    world = await startChangeWorld();
  });
  afterEach(() => world.close());

  const launches = async (courseKey: string, count: number, atMs: number): Promise<void> => {
    const of = { tenantId: world.tenant.id, courseKey };
    await world.store.launches.append(Array.from({ length: count }, () => aLaunch(atMs, of)));
  };

  it('compares what is wanted with what is there, and changes nothing', async () => {
    await world.addCourse('new');
    await world.addCourse('other', CHEMISTRY);
    await world.addCourse('same', BIOLOGY);
    await world.addCourse('gone', BIOLOGY);
    const set = await world.stage([
      world.mapTo(1, 'new', BIOLOGY),
      world.mapTo(2, 'other', BIOLOGY),
      world.mapTo(3, 'same', BIOLOGY),
      { row: 4, courseKey: 'gone', to: 'remove' },
      world.mapTo(5, 'nobody knows this', BIOLOGY),
    ]);
    assert.equal(set.status, 'ready');
    assert.deepEqual(set.counts, { add: 1, change: 1, remove: 1, same: 1, error: 1 });
    const rows = await world.rows(set);
    assert.deepEqual(
      rows.map(({ effect, to }) => [effect, to?.categoryFullName]),
      [
        ['add', BIOLOGY],
        ['change', BIOLOGY],
        ['same', undefined],
        ['remove', undefined],
        ['error', undefined],
      ],
    );
    assert.equal((await world.course('other')).mapping?.categoryFullName, CHEMISTRY);
  });

  it('counts the launches of the last 30 days, of courses that change', async () => {
    for (const key of ['a', 'b', 'same']) await world.addCourse(key, key === 'same' ? BIOLOGY : undefined);
    const nowMs = world.clock.nowMs();
    await launches('a', 3, nowMs - DAY_MS);
    await launches('a', 2, nowMs - 31 * DAY_MS);
    await launches('b', 1, nowMs - 29 * DAY_MS);
    await launches('same', 5, nowMs - DAY_MS);
    const set = await world.stage(['a', 'b', 'same'].map((key, index) => world.mapTo(index + 1, key, BIOLOGY)));
    assert.deepEqual(
      (await world.rows(set)).map(({ launches: count }) => count),
      [3, 1, 0],
    );
    assert.equal(set.launches, 4);
  });

  it('finds a course twice, also thousands of rows later', async () => {
    await world.addCourse('a');
    const rows: WantedRow[] = Array.from({ length: 1_200 }, (_, index) => ({ row: index + 1, courseKey: `x${index}` }));
    const [first, last] = [world.mapTo(1, 'a', BIOLOGY), world.mapTo(1_201, 'a', CHEMISTRY)];
    const set = await world.stage([first, ...rows.slice(1), last], { kind: 'import' });
    assert.deepEqual(set.counts, { add: 1, change: 0, remove: 0, same: 1_199, error: 1 });
    const [error] = await world.rows(set, 'error');
    assert.deepEqual([error?.row, error?.problems[0]?.problem], [1_201, 'course-twice']);
  });

  it('asks Kaltura once for a category that many courses share, whatever the number of chunks', async () => {
    let calls = 0;
    const kaltura = {
      ...world.kaltura,
      categoriesById: (...args: Parameters<typeof world.kaltura.categoriesById>) => {
        calls += 1;
        return world.kaltura.categoriesById(...args);
      },
    };
    const { createStaging } = await import('../../../../src/courses/changes/stage-changes.js');
    const staging = createStaging({
      ...world,
      kaltura,
      random: { bytes: () => Buffer.alloc(16, 7) },
      log: { warn: () => undefined },
    });
    const to = { categoryId: world.idOf(BIOLOGY), origin: 'manual' as const };
    await staging.stageNow({
      tenant: world.tenant,
      kind: 'import',
      summary: 'many',
      rows: (async function* () {
        for (let row = 1; row <= 1_100; row += 1) yield { row, courseKey: `c${row}`, to };
      })(),
      by: ADMIN,
    });
    assert.equal(calls, 1);
  });

  it('says which categories applying will create, each once', async () => {
    for (const key of ['a', 'b', 'c']) await world.addCourse(key);
    const make = (row: number, courseKey: string, categoryFullName: string): WantedRow => ({
      row,
      courseKey,
      to: { categoryFullName, origin: 'rule', create: true },
    });
    const set = await world.stage([
      make(1, 'a', 'Campus>Departments>Geology'),
      make(2, 'b', 'Campus>Departments>Geology'),
      make(3, 'c', BIOLOGY),
    ]);
    assert.deepEqual(set.report, { creates: { count: 1, first: ['Campus>Departments>Geology'] } });
    assert.deepEqual(
      (await world.rows(set)).map(({ to }) => to && 'create' in to),
      [true, true, false],
    );
  });

  it('is limited to the courses of the deployment, and does not tell which others there are', async () => {
    await world.addCourse('own');
    const elsewhere = { platformId: world.platform.id, deploymentId: '2' };
    await world.store.courses.noteSeen([aSeenCourse(world.tenant.id, { courseKey: 'theirs', seenIn: elsewhere })]);
    const deployment = { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID };
    const keys = ['own', 'theirs', 'unknown'];
    const set = await world.stage(
      keys.map((key, index) => world.mapTo(index + 1, key, BIOLOGY)),
      { kind: 'import', deployment },
    );
    const rows = await world.rows(set);
    assert.deepEqual(
      rows.map(({ effect }) => effect),
      ['add', 'error', 'error'],
    );
    const [, theirs, unknown] = rows;
    assert.deepEqual(
      { ...theirs, row: 0, courseKey: '', problems: [] },
      { ...unknown, row: 0, courseKey: '', problems: [] },
    );
    assert.deepEqual(set.deployment, deployment);
  });

  it('is limited to categories below the root of the deployment’s platform', async () => {
    const platform = await world.store.platforms.add(
      aPlatform({ settings: { ...world.platform.settings, rootCategory: 'Campus>Departments' } }),
      ['9'],
      CLI,
    );
    const deployment = { platformId: platform.id, deploymentId: '9' };
    await world.store.courses.noteSeen(
      ['a', 'b'].map((courseKey) => aSeenCourse(world.tenant.id, { courseKey, seenIn: deployment })),
    );
    const set = await world.stage([world.mapTo(1, 'a', BIOLOGY), world.mapTo(2, 'b', 'Campus>Library')], {
      deployment,
    });
    const problems = (await world.rows(set)).map((row) => row.problems.map(({ problem }) => problem));
    assert.deepEqual(problems, [[], ['category-outside']]);
  });

  it('answers at once, reads on behind it, and says how far it is in the unit of the total', async () => {
    let go = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    const set = await world.staging.stage({
      tenant: world.tenant,
      kind: 'import',
      summary: 'courses.csv',
      total: 9_000,
      rows: (async function* () {
        for (let row = 1; row <= 500; row += 1) yield { row, courseKey: `c${row}`, step: row * 10 };
        await waiting;
        yield { row: 501, courseKey: 'last', step: 9_000 };
      })(),
      by: ADMIN,
    });
    assert.equal(set.status, 'reading');
    for (;;) {
      const { done } = await world.find(set);
      if (done === 5_000) break;
      assert.equal(done, 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    go();
    await world.staging.idle();
    const { status, done, total } = await world.find(set);
    assert.deepEqual([status, done, total], ['ready', 9_000, 9_000]);
  });

  it('fails with the reason when its rows can’t be read to the end', async () => {
    await world.addCourse('a');
    const set = await world.staging.stageNow({
      tenant: world.tenant,
      kind: 'import',
      summary: 'courses.csv',
      rows: (async function* () {
        yield world.mapTo(1, 'a', BIOLOGY);
        throw new AppError('INPUT_INVALID', { reason: 'the file has more than 9 rows' });
      })(),
      by: ADMIN,
    });
    assert.deepEqual(
      [set.status, set.errorCode, set.reason],
      ['failed', 'INPUT_INVALID', 'the file has more than 9 rows'],
    );
    assert.deepEqual(world.logged, ['changes could not be prepared']);
  });

  it('ends quietly when the set is discarded while it is read', async () => {
    const set = await world.staging.stage({
      tenant: world.tenant,
      kind: 'import',
      summary: 'courses.csv',
      rows: (async function* (): AsyncGenerator<WantedRow> {
        await world.store.stagedChanges.remove(
          (await world.store.stagedChanges.list(world.tenant.id, world.clock.now))[0]?.id ?? '',
        );
        yield { row: 1, courseKey: 'a' };
      })(),
      by: ADMIN,
    });
    await world.staging.idle();
    assert.equal(await world.store.stagedChanges.find(set.id, world.clock.nowMs()), undefined);
    assert.deepEqual(world.logged, []);
  });

  it('stops after the present chunk when the process ends, and what was not read to its end is not ready', async () => {
    let read = 0;
    const set = await world.staging.stage({
      tenant: world.tenant,
      kind: 'import',
      summary: 'courses.csv',
      rows: (async function* (): AsyncGenerator<WantedRow> {
        for (; read < 5_000; read += 1) yield { row: read + 1, courseKey: `c${read}` };
      })(),
      by: ADMIN,
    });
    await world.staging.stop();
    assert.equal((await world.find(set)).status, 'reading');
    assert.ok(read <= 500, String(read));
    world.clock.now += 121_000;
    assert.equal(isAbandoned(await world.find(set), world.clock.nowMs()), true);
  });

  it('refuses an account that is not configured by failing, not by throwing in the background', async () => {
    const set = await world.stage([], { tenant: { ...world.tenant, accountId: 'other' as never } });
    assert.deepEqual([set.status, set.errorCode], ['failed', 'KALTURA_ACCOUNT_UNKNOWN']);
  });

  it('does not look up the key of a row that can’t be read', async () => {
    const set = await world.stage([{ row: 1, courseKey: 'a\0b', problems: [{ problem: 'unreadable' }] }], {
      kind: 'import',
    });
    assert.deepEqual([set.status, set.counts.error], ['ready', 1]);
  });
});

describe('A set that is being read', () => {
  const set = (updatedAtMs: number, status = 'reading') =>
    ({ status, updatedAtMs, tenantId: 't' as TenantId }) as Parameters<typeof isAbandoned>[0];

  it('counts as abandoned when nothing was added for more than two minutes', () => {
    assert.equal(isAbandoned(set(0), 120_000), false);
    assert.equal(isAbandoned(set(0), 120_001), true);
    assert.equal(isAbandoned(set(0, 'ready'), 120_001), false);
  });
});
