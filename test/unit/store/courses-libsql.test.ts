import assert from 'node:assert/strict';
import { join } from 'node:path';
import { courseCountQuery, courseListQuery } from '../../../src/store/libsql/course-query.js';
import { openDatabase, type Database } from '../../../src/store/libsql/database.js';
import { migrate } from '../../../src/store/libsql/migrations.js';
import { durableMigrations } from '../../../src/store/libsql/migrations/durable.js';
import type { CategoryId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { CourseFilter, DeploymentKey } from '../../../src/store/ports.js';
import { cursorAfter } from '../../../src/store/cursor.js';
import { assertCode } from '../../support/assert-code.js';
import { makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { openStoreTarget } from '../../support/store-targets.js';
import { addTenant, ADMIN, NOW_MS } from '../../support/store-fixtures.js';

const SEEN = { previousKeys: [], categoryNames: [], seenIn: [], firstSeenAtMs: 1 };

describe('courses in libsql', () => {
  let directory: string;
  let database: Database;

  beforeEach(async () => {
    directory = makeDirectory();
    database = await openDatabase({ file: join(directory, 'durable.db'), synchronous: 'normal' });
  });
  afterEach(() => {
    database.close();
    removeDirectory(directory);
  });

  const planOf = async ({ sql, parameters }: ReturnType<typeof courseListQuery>): Promise<string> => {
    const rows = await database.read((reader) => reader.all(`EXPLAIN QUERY PLAN ${sql}`, ...parameters));
    return rows.map(({ detail }) => String(detail)).join('\n');
  };
  const seenIn: DeploymentKey = { platformId: 'p' as PlatformId, deploymentId: '1' };
  const filters: CourseFilter[] = [{}, { tenantId: 't' as TenantId }, { state: 'unmapped' }, { state: 'rule' }];

  it('reads a page from the index of its order, without sorting, wherever it begins', async () => {
    await migrate(database, durableMigrations);
    const course = {
      tenantId: 't' as TenantId,
      courseKey: '15',
      previousKeys: [],
      categoryNames: [],
      seenIn: [],
      firstSeenAtMs: 1,
    };
    for (const filter of filters) {
      for (const [order, index] of [
        ['title', 'courses_by_title'],
        ['recent', 'courses_by_recency'],
      ] as const) {
        for (const after of [undefined, cursorAfter(order, course)]) {
          const query = { ...filter, order, limit: 50, ...(after === undefined ? {} : { after }) };
          const plan = await planOf(courseListQuery(query));
          assert.match(plan, new RegExp(`USING INDEX ${index}\\b`), JSON.stringify(query));
          assert.doesNotMatch(plan, /TEMP B-TREE/, JSON.stringify(query));
          if (after !== undefined) assert.match(plan, /SEARCH courses/);
        }
      }
    }
  });

  it('reads a page of one deployment from the index of that deployment and order, and looks up its courses only', async () => {
    await migrate(database, durableMigrations);
    const course = { tenantId: 't' as TenantId, courseKey: '15', lastLaunchAtMs: 5 };
    for (const filter of filters) {
      for (const order of ['title', 'recent'] as const) {
        for (const after of [undefined, cursorAfter(order, { ...SEEN, ...course })]) {
          const query = { ...filter, seenIn, order, limit: 50, ...(after === undefined ? {} : { after }) };
          const plan = await planOf(courseListQuery(query));
          const name = order === 'title' ? 'course_places_by_title' : 'course_places_by_recency';
          const first = order === 'title' ? 'title_order' : 'recency';
          assert.match(
            plan,
            new RegExp(
              `SEARCH course_places USING COVERING INDEX ${name} \\(place_id=\\?${after ? ' AND \\(' : '\\)'}`,
            ),
            JSON.stringify(query),
          );
          if (after !== undefined) assert.ok(plan.includes(`(${first},course_key,tenant_id)>(?,?,?)`), plan);
          assert.match(plan, /SEARCH courses USING INTEGER PRIMARY KEY/);
          assert.doesNotMatch(plan, /TEMP B-TREE|SCAN (?!CONSTANT)/, JSON.stringify(query));
        }
      }
      assert.match(
        await planOf(courseCountQuery({ ...filter, seenIn }, 100)),
        /SEARCH course_places USING COVERING INDEX/,
      );
    }
  });

  it('narrows searches and the lists of few courses down by looking each course up among its places', async () => {
    await migrate(database, durableMigrations);
    for (const filter of [{ search: 'a' }, { categoryId: '1' as CategoryId }, { state: 'broken' as const }]) {
      for (const plan of [
        await planOf(courseListQuery({ ...filter, seenIn, order: 'title', limit: 50 })),
        await planOf(courseCountQuery({ ...filter, seenIn }, 100)),
      ]) {
        assert.match(plan, /SEARCH course_places USING PRIMARY KEY \(course_id=\? AND place_id=\?\)/);
        assert.doesNotMatch(plan, /SCAN courses\b(?! USING INDEX courses_broken)/);
      }
    }
  });

  it('finds few courses by category or problem through an index of their own, and sorts those', async () => {
    await migrate(database, durableMigrations);
    const categoryId = '1' as CategoryId;
    const plan = (filter: CourseFilter) => planOf(courseListQuery({ ...filter, order: 'title', limit: 50 }));
    assert.match(await plan({ categoryId }), /SEARCH courses USING INDEX courses_by_category/);
    assert.match(await plan({ state: 'broken' }), /USING INDEX courses_broken/);
  });

  it('searches words first, then looks the courses up by id', async () => {
    await migrate(database, durableMigrations);
    for (const filter of filters) {
      const plan = await planOf(courseListQuery({ ...filter, search: 'a b', order: 'title', limit: 50 }));
      assert.match(plan, /SCAN course_search VIRTUAL TABLE/);
      assert.match(plan, /SEARCH courses USING INTEGER PRIMARY KEY/);
      assert.doesNotMatch(plan, /SCAN courses/);
    }
  });

  it('counts by an index', async () => {
    await migrate(database, durableMigrations);
    for (const filter of filters) {
      assert.match(await planOf(courseCountQuery(filter, 100)), /USING (COVERING )?INDEX/, JSON.stringify(filter));
    }
  });

  it('makes a course of each mapping of schema 1, and finds it by its words', async () => {
    await migrate(database, durableMigrations.slice(0, 1));
    await database.write((sql) => {
      sql.script(`
        INSERT INTO tenants (id, account_id, namespace, name, created_at_ms) VALUES ('t', 'main', 'law', 'Law', 1);
        INSERT INTO mappings (tenant_id, course_key, account_id, course_title, course_label, category_id,
            category_full_name, origin, version, created_at_ms, updated_at_ms)
          VALUES ('t', '15', 'main', 'Übung', NULL, '7', 'LTI>7', 'manual', 3, 10, 20),
                 ('t', '16', 'main', NULL, 'LAW 1', '8', 'LTI>8', 'automatic', 1, 11, 11);
      `);
    });
    database.close();

    const store = await openStoreTarget({ kind: 'libsql', directory }, { nowMs: () => NOW_MS });
    try {
      const tenantId = 't' as TenantId;
      assert.deepEqual(await store.tenants.list(), [
        { id: 't', accountId: 'main', namespace: 'law', name: 'Law', version: 1, createdAtMs: 1 },
      ]);
      const mapping = {
        tenantId,
        courseKey: '15',
        courseTitle: 'Übung',
        categoryId: '7' as CategoryId,
        categoryFullName: 'LTI>7',
        origin: 'manual' as const,
        version: 3,
        createdAtMs: 10,
        updatedAtMs: 20,
      };
      assert.deepEqual(await store.mappings.find(tenantId, '15'), mapping);
      assert.deepEqual(await store.courses.find(tenantId, '15'), {
        tenantId,
        courseKey: '15',
        title: 'Übung',
        previousKeys: [],
        categoryNames: [],
        seenIn: [],
        firstSeenAtMs: 10,
        mapping,
      });
      for (const [search, key] of [
        ['ubu', '15'],
        ['law', '16'],
      ] as const) {
        const { items } = await store.courses.list({ order: 'title', limit: 5, search });
        assert.deepEqual(
          items.map(({ courseKey }) => courseKey),
          [key],
        );
      }
      const { items } = await store.courses.list({ order: 'title', limit: 5 });
      assert.deepEqual(
        items.map(({ courseKey }) => courseKey),
        ['16', '15'],
      );
    } finally {
      await store.close();
    }
  });

  it('keeps the audit as it is, whoever asks', async () => {
    const store = await openStoreTarget({ kind: 'libsql', directory }, { nowMs: () => NOW_MS });
    await addTenant(store);
    await assertCode('INPUT_INVALID', () => store.audit.list({ limit: 0.5 }));
    await store.tenants.update((await store.tenants.list())[0]!.id, 1, { name: 'x' }, ADMIN, NOW_MS);
    const raw = openRaw(directory, 'durable.db');
    for (const sql of ["UPDATE audit SET action = 'x'", 'DELETE FROM audit']) {
      assert.throws(() => raw.exec(sql), /append-only/);
    }
    raw.close();
    assert.equal((await store.audit.list({ limit: 10 })).length, 3);
    await store.close();
  });
});
