import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { LaunchId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import { openDatabase, type Database } from '../../../src/store/libsql/database.js';
import { COUNT_OF_COURSE, launchListQuery } from '../../../src/store/libsql/launch-query.js';
import { migrate } from '../../../src/store/libsql/migrations.js';
import { volatileMigrations } from '../../../src/store/libsql/migrations/volatile.js';
import type { LaunchFilter } from '../../../src/store/ports.js';
import { makeDirectory, removeDirectory } from '../../support/libsql-probe.js';
import { openStoreTarget } from '../../support/store-targets.js';
import { NOW_MS } from '../../support/store-fixtures.js';

const platformId = 'p' as PlatformId;
const tenantId = 't' as TenantId;
const course = { tenantId, courseKey: '15' };

describe('launches in libsql', () => {
  let directory: string;
  let database: Database;

  beforeEach(async () => {
    directory = makeDirectory();
    database = await openDatabase({ file: join(directory, 'volatile.db'), synchronous: 'normal' });
  });
  afterEach(() => {
    database.close();
    removeDirectory(directory);
  });

  const planOf = async (sql: string, parameters: readonly (string | number | undefined)[]): Promise<string> => {
    const rows = await database.read((reader) => reader.all(`EXPLAIN QUERY PLAN ${sql}`, ...parameters));
    return rows.map(({ detail }) => String(detail)).join('\n');
  };

  it('reads a page from an index that is in order, wherever it begins, whatever is asked for', async () => {
    await migrate(database, volatileMigrations);
    const filters: [LaunchFilter, RegExp][] = [
      [{}, /sqlite_autoindex_launch_records_1/],
      [{ outcome: 'played' }, /sqlite_autoindex_launch_records_1/],
      [{ outcome: 'failed' }, /launch_records_failed/],
      [{ code: 'x' }, /launch_records_by_code \(code=\?/],
      [{ platformId }, /launch_records_by_platform \(platform_id=\?/],
      [{ platformId, outcome: 'failed' }, /launch_records_by_platform \(platform_id=\?/],
      [
        { platformId, deploymentId: '1', code: 'x' },
        /launch_records_by_deployment \(platform_id=\? AND deployment_id=\?/,
      ],
      [{ course, platformId, deploymentId: '1' }, /launch_records_by_course \(tenant_id=\? AND course_key=\?/],
    ];
    for (const [filter, index] of filters) {
      for (const before of [undefined, 'x' as LaunchId]) {
        const { sql, parameters } = launchListQuery({
          limit: 50,
          ...filter,
          ...(before === undefined ? {} : { before }),
        });
        const plan = await planOf(sql, parameters);
        assert.match(plan, index, JSON.stringify(filter));
        assert.doesNotMatch(plan, /TEMP B-TREE/, JSON.stringify(filter));
        if (before !== undefined) assert.match(plan, /SEARCH .*launch_id<\?/, JSON.stringify(filter));
      }
    }
  });

  it('counts the launches of a course in its index', async () => {
    await migrate(database, volatileMigrations);
    const plan = await planOf(COUNT_OF_COURSE, ['t', '15', 1]);
    assert.match(plan, /USING COVERING INDEX launch_records_by_course \(tenant_id=\? AND course_key=\?/);
  });

  it('finds what schema 2 stored by deployment, course and code, and keeps it as it was', async () => {
    await migrate(database, volatileMigrations.slice(0, 2));
    const details = {
      a: { step: 'page', steps: [], deploymentId: 'Ü 1', courseKey: '15' },
      b: { step: 'page', steps: [], code: 'MAPPING_MISSING' },
      c: { step: 'page', steps: [], deploymentId: 'Ü 1\0', courseKey: '15\uD83D' },
    };
    await database.write((sql) => {
      for (const [launchId, detail] of Object.entries(details)) {
        sql.run(
          `INSERT INTO launch_records (launch_id, request_id, tenant_id, platform_id, at_ms, outcome, detail)
            VALUES (?, 'r', 't', 'p', ?, 'played', ?)`,
          launchId,
          NOW_MS,
          JSON.stringify(detail),
        );
      }
    });
    database.close();

    const store = await openStoreTarget({ kind: 'libsql', directory }, { nowMs: () => NOW_MS });
    try {
      const ids = async (filter: LaunchFilter) =>
        (await store.launches.list({ limit: 9, ...filter })).map(({ launchId }) => launchId);
      assert.deepEqual(await ids({ platformId, deploymentId: 'Ü 1' }), ['a']);
      assert.deepEqual(await ids({ course }), ['a']);
      assert.deepEqual(await ids({ code: 'MAPPING_MISSING' }), ['b']);
      assert.deepEqual(await ids({ platformId }), ['c', 'b', 'a']);
      assert.deepEqual(await store.launches.countByCourse(tenantId, ['15'], 0), new Map([['15', 1]]));
      assert.deepEqual(await store.launches.find('c' as LaunchId), {
        launchId: 'c',
        requestId: 'r',
        tenantId,
        platformId,
        atMs: NOW_MS,
        outcome: 'played',
        ...details.c,
      });
    } finally {
      await store.close();
    }
  });
});
