import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { PlatformId, TenantId } from '../../../src/runtime/ids.js';
import { openDatabase } from '../../../src/store/libsql/database.js';
import { migrate } from '../../../src/store/libsql/migrations.js';
import { durableMigrations } from '../../../src/store/libsql/migrations/durable.js';
import type { Store } from '../../../src/store/ports.js';
import { makeDirectory, removeDirectory } from '../../support/libsql-probe.js';
import { openStoreTarget } from '../../support/store-targets.js';
import { aSeenCourse, NOW_MS } from '../../support/store-fixtures.js';

const ENDS_MS = NOW_MS + 1_000;
const tenantId = 't' as TenantId;

/** What a program that knew two migrations has left. */
const CONTENT = `
  INSERT INTO platforms (id, ref, account_id, name, adapter_id, issuer, accepted_issuers, client_id, authorization_url,
      jwks_url, status, settings, version, created_at_ms, updated_at_ms)
    VALUES ('p', 'ref', 'main', 'Moodle', 'moodle', 'https://moodle.example.edu', '[]', 'c', 'https://a', 'https://j',
      'active', '{"unmappedCourse":"play","entryPolicy":"course","frameOrigins":[],"adapter":{}}', 1, 1, 1);
  INSERT INTO tenants (id, account_id, namespace, name, created_at_ms) VALUES ('t', 'main', 'law', 'Law', 1);
  INSERT INTO courses (tenant_id, course_key, title, title_order, previous_keys, category_names, first_seen_at_ms,
      last_launch_at_ms, version, origin, account_id, category_id, category_full_name, mapped_at_ms, updated_at_ms)
    VALUES ('t', '15', 'Torts', 'torts', '["7"]', '[]', 1, 5, 2, 'manual', 'main', '7', 'LTI>7', 3, 4);
  INSERT INTO course_search (rowid, tokens) VALUES (1, 'torts 15');
  INSERT INTO admin_links (token_hash, role, name, expires_at_ms) VALUES ('link', 'owner', 'Ada', ${ENDS_MS});
  INSERT INTO admin_sessions (token_hash, admin_id, name, role, platform_id, created_at_ms, idle_expires_at_ms,
      expires_at_ms)
    VALUES ('free', 'ada', 'Ada', 'owner', NULL, 1, ${ENDS_MS}, ${ENDS_MS}),
           ('restricted', 'bo', 'Bo', 'owner', 'p', 1, ${ENDS_MS}, ${ENDS_MS});
`;

describe('a libsql store of schema 2', () => {
  let directory: string;
  let store: Store;

  beforeEach(async () => {
    directory = makeDirectory();
    const database = await openDatabase({ file: join(directory, 'durable.db'), synchronous: 'normal' });
    await migrate(database, durableMigrations.slice(0, 2));
    await database.write((sql) => sql.script(CONTENT));
    database.close();
    store = await openStoreTarget({ kind: 'libsql', directory }, { nowMs: () => NOW_MS });
  });
  afterEach(async () => {
    await store.close();
    removeDirectory(directory);
  });

  it('keeps platforms, tenants and courses as they were', async () => {
    assert.equal((await store.platforms.findById('p' as PlatformId))?.name, 'Moodle');
    assert.deepEqual(await store.tenants.list(), [
      { id: 't', accountId: 'main', namespace: 'law', name: 'Law', version: 1, createdAtMs: 1 },
    ]);
    const found = await store.courses.find(tenantId, '15');
    assert.deepEqual(
      [found?.title, found?.previousKeys, found?.seenIn, found?.lastLaunchAtMs, found?.mapping?.categoryId],
      ['Torts', ['7'], [], 5, '7'],
    );
    assert.equal((await store.courses.list({ order: 'title', limit: 5, search: 'tor' })).items.length, 1);
  });

  it('notes from now on where its courses are seen', async () => {
    const seenIn = { platformId: 'p' as PlatformId, deploymentId: '1' };
    await store.courses.noteSeen([aSeenCourse(tenantId, { seenIn, sourcedId: 'SIS-7' })]);
    for (const order of ['title', 'recent'] as const) {
      const { items } = await store.courses.list({ order, limit: 5, seenIn, state: 'manual' });
      assert.deepEqual(
        items.map(({ title, sourcedId }) => [title, sourcedId]),
        [['Torts', 'SIS-7']],
      );
    }
  });

  it('keeps links and free sessions, and ends those that were restricted in a way that no longer is', async () => {
    const sessions = (await store.admins.listSessions(NOW_MS)).map(({ tokenHash }) => tokenHash);
    assert.deepEqual(sessions, ['free']);
    assert.deepEqual(await store.admins.consumeLink('link', NOW_MS), {
      tokenHash: 'link',
      role: 'owner',
      name: 'Ada',
      expiresAtMs: ENDS_MS,
    });
  });
});
