import assert from 'node:assert/strict';
import type { CategoryId } from '../../../src/runtime/ids.js';
import { checkContent } from '../../../src/store/check.js';
import { copyStore } from '../../../src/store/copy.js';
import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import type { Store } from '../../../src/store/ports.js';
import { aggregates } from '../../../src/store/transfer-records.js';
import { assertCode } from '../../support/assert-code.js';
import { fillStore } from '../../support/full-store.js';
import { makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { ACCOUNT, NOW_MS, random } from '../../support/store-fixtures.js';

async function contentOf(store: Store): Promise<Map<string, unknown[]>> {
  const content = new Map<string, unknown[]>();
  for await (const { aggregate, records } of store.transfer.read()) {
    assert.ok(records.length <= 500);
    content.set(aggregate, [...(content.get(aggregate) ?? []), ...records]);
  }
  return content;
}

describe('moving the content of a libsql store', () => {
  let directory: string;
  let stores: Store[];
  const open = async (at = ':memory:'): Promise<Store> => {
    const store = await openLibsqlStore({ directory: at, clock: { nowMs: () => NOW_MS }, random });
    stores.push(store);
    return store;
  };

  beforeEach(() => {
    directory = makeDirectory();
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    removeDirectory(directory);
  });

  it('reads every aggregate, and counts what it reads', async () => {
    const store = await open();
    await fillStore(store);
    const content = await contentOf(store);
    assert.deepEqual([...content.keys()], aggregates, 'in the order in which they can be written');
    assert.deepEqual(
      Object.fromEntries([...content].map(([aggregate, records]) => [aggregate, records.length])),
      await store.transfer.counts(),
    );
  });

  it('leaves no table of the databases out but those that say why', async () => {
    await open(directory);
    const left = {
      meta: 'the target has its own',
      leases: 'they end with their processes',
      staged_sets: 'they end within hours',
      staged_rows: 'they end with their set',
      course_search: 'is made',
      course_places: 'is made',
      places: 'is made',
    };
    const tables = (['durable.db', 'volatile.db'] as const).flatMap((file) => {
      const raw = openRaw(directory, file);
      const names = raw
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
        .all()
        .map((row) => (row as { name: string }).name);
      raw.close();
      return names.filter((name) => !name.startsWith('sqlite_') && !(name in left));
    });
    const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const known = aggregates.map((name) => (name === 'launches' ? 'launch_records' : snake(name)));
    assert.deepEqual(tables.sort(), known.sort());
  });

  it('gives another store the same content, and the same answers', async () => {
    const [from, to] = [await open(), await open()];
    const { tenantId, seenIn } = await fillStore(from, 1_203);
    await copyStore({ from, to, nowMs: NOW_MS });

    assert.deepEqual(await contentOf(to), await contentOf(from));
    const ask = async (store: Store) => ({
      platforms: await store.platforms.list(),
      tenants: await store.tenants.list(),
      accounts: await store.accounts.list(),
      audit: await store.audit.list({ limit: 100 }),
      found: await store.courses.list({ search: 'hist ear', order: 'title', limit: 10 }),
      titles: await store.courses.list({ order: 'title', limit: 500 }),
      broken: await store.courses.list({ state: 'broken', order: 'recent', limit: 10 }),
      history: await store.mappings.history({ tenantId, courseKey: 'removed' }, { limit: 10 }),
      byCategory: await store.mappings.findByCategory(ACCOUNT, '77' as CategoryId),
      viewers: await store.viewers.list(tenantId, { limit: 10 }),
      sessions: await store.admins.listSessions(NOW_MS),
      clients: await store.apiClients.list(),
      keys: await store.signingKeys.list(),
      launches: await store.launches.list({ limit: 10 }),
      ofDeployment: await store.launches.list({ limit: 10, ...seenIn }),
      seenIn: await store.courses.list({ seenIn, order: 'recent', limit: 10 }),
      persons: await store.adminPersons.list(),
      frames: await store.blockedFrames.list(),
      jobs: (await store.jobs.list({ limit: 10 })).map(({ status, ...job }) => ({
        ...job,
        status: status === 'running' ? 'waiting' : status,
      })),
      consumed: await store.consumedStates.has('state'),
    });
    const [expected, found] = [await ask(from), await ask(to)];
    assert.deepEqual(found, expected);
    assert.equal(found.found.items.length, 1, 'the search index came along');
    assert.equal(found.seenIn.items.length, 1, 'the index of places came along');
    assert.equal(found.ofDeployment.length, 1, 'the index of launches came along');
    assert.equal(found.byCategory.length, 1_203);
  });

  it('lets a job that was running wait in the copy, and go on from where it was', async () => {
    const [from, to] = [await open(), await open()];
    await fillStore(from);
    await copyStore({ from, to, nowMs: NOW_MS });
    const claim = () => to.jobs.claim({ holder: 'other', kinds: ['courses.apply-changes'], lifeMs: 5 }, NOW_MS + 9);
    const claimed = [await claim(), await claim(), await claim()];
    assert.deepEqual(
      claimed.map((job) => [job?.done, job?.state]),
      [
        [2, { after: 'course-2' }],
        [0, undefined],
        [undefined, undefined],
      ],
    );
  });

  it('lets the version of a removed mapping go on counting in the copy', async () => {
    const [from, to] = [await open(), await open()];
    const { tenantId } = await fillStore(from);
    await copyStore({ from, to, nowMs: NOW_MS });
    const change = {
      tenantId,
      courseKey: 'removed',
      to: { categoryId: '5' as CategoryId, categoryFullName: 'x', origin: 'manual' as const },
    };
    const result = await to.mappings.apply(
      { changeSetId: 'c', summary: '', changes: [change], atMs: NOW_MS },
      { kind: 'cli' },
    );
    assert.equal(result.outcome === 'applied' && result.mappings[0]?.version, 2);
  });

  it('keeps sealed values and hashes as they are', async () => {
    const store = await open();
    await fillStore(store);
    const content = await contentOf(store);
    const has = (aggregate: string, fields: object): boolean =>
      (content.get(aggregate) ?? []).some((record) =>
        Object.entries(fields).every(([key, value]) => (record as Record<string, unknown>)[key] === value),
      );
    assert.ok(has('accounts', { sealedCredentials: 'sealed-credentials' }));
    assert.ok(has('signingKeys', { kid: 'k-1', sealedPrivateJwk: 'sealed' }));
    assert.ok(has('installationKeys', { name: 'pseudonyms', sealed: 'sealed' }));
    assert.ok(has('adminSessions', { tokenHash: 'session' }));
  });

  it('raises the change number with durable records', async () => {
    const store = await open();
    const before = await store.changeNumber();
    await store.transfer.write({ aggregate: 'installationKeys', records: [{ name: 'a', sealed: 'b' }] });
    assert.ok((await store.changeNumber()) > before);
  });

  it('writes all records of a batch or none, and nothing twice', async () => {
    const store = await open();
    await store.transfer.write({ aggregate: 'installationKeys', records: [{ name: 'a', sealed: 'b' }] });
    const records = [
      { name: 'new', sealed: 'x' },
      { name: 'a', sealed: 'other' },
    ];
    await assertCode('STORE_CONFLICT', () => store.transfer.write({ aggregate: 'installationKeys', records }));
    assert.equal(await store.installationKeys.getOrCreate('a', 'new'), 'b');
    assert.equal((await store.transfer.counts())['installationKeys'], 1);
  });

  for (const [what, records] of Object.entries({
    'a missing field': [{ name: 'a' }],
    'an unknown field': [{ name: 'a', sealed: 'b', more: 1 }],
    'a wrong type': [{ name: 'a', sealed: 1 }],
    'a NUL character': [{ name: 'a\0b', sealed: 'b' }],
    'more than 500 records': Array.from({ length: 501 }, (_, index) => ({ name: String(index), sealed: 'b' })),
  })) {
    it(`refuses ${what}`, async () => {
      const store = await open();
      await assertCode('INPUT_INVALID', () => store.transfer.write({ aggregate: 'installationKeys', records }));
      assert.equal((await store.transfer.counts())['installationKeys'], 0);
    });
  }

  it('refuses an aggregate that it does not know', async () => {
    const store = await open();
    await assertCode('INPUT_INVALID', () => store.transfer.write({ aggregate: 'constructor', records: [] }));
  });

  it('names the table, and no value, where a record cannot be read', async () => {
    const store = await open(directory);
    await fillStore(store);
    const raw = openRaw(directory, 'durable.db');
    raw.exec("UPDATE accounts SET settings = 'private words'");
    raw.close();
    const error = await assertCode('STORE_UNAVAILABLE', () => contentOf(store));
    assert.match(error.message, /accounts/);
    assert.doesNotMatch(error.message, /private words/);
  });
});

describe('checking what a store holds', () => {
  let directory: string;
  let store: Store;

  beforeEach(async () => {
    directory = makeDirectory();
    store = await openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS }, random });
    await fillStore(store);
  });
  afterEach(async () => {
    await store.close();
    removeDirectory(directory);
  });

  const check = (accountIds = ['main']) => checkContent({ transfer: store.transfer, accountIds });
  const spoil = (sql: string, file: 'durable.db' | 'volatile.db' = 'durable.db'): void => {
    const raw = openRaw(directory, file);
    raw.exec('PRAGMA foreign_keys = OFF');
    raw.exec(sql);
    raw.close();
  };

  it('finds nothing in a sound store', async () => {
    const { problems, mappings, counts } = await check();
    assert.deepEqual(problems, []);
    assert.equal(mappings, 4);
    assert.equal(counts['courses'], 6);
  });

  it('tells how many records it reads', async () => {
    let [total, read] = [0, 0];
    await checkContent({
      transfer: store.transfer,
      accountIds: ['main'],
      onTotal: (records) => (total = records),
      onProgress: (records) => (read += records),
    });
    assert.ok(total > 30);
    assert.equal(read, total);
  });

  for (const [what, sql, expected] of [
    [
      'courses whose tenant is gone',
      "DELETE FROM tenants WHERE name = 'Größe'",
      /6 × courses of a tenant that does not exist/,
    ],
    [
      'deployments whose platform is gone',
      "DELETE FROM platforms WHERE name = 'Canvas'",
      /3 × deployments of a platform/,
    ],
    [
      'an account that nobody knows',
      "UPDATE platforms SET account_id = 'gone' WHERE name = 'Canvas'",
      /1 × platforms of account gone/,
    ],
    [
      'a mapping that its history does not know',
      "UPDATE courses SET category_id = '9' WHERE course_key = 'course-1'",
      /1 × mappings that are not what their history ends with/,
    ],
    [
      'a mapping that came back without history',
      "UPDATE courses SET version = 7 WHERE course_key = 'broken'",
      /1 × mappings that are not what/,
    ],
    ['two current signing keys', "UPDATE signing_keys SET status = 'current'", /signing key sets with 2 current keys/],
    [
      'a record of the wrong form',
      "UPDATE viewers SET kind = 'strange'",
      /2 × a record of viewers is not well formed \(kind\)/,
    ],
  ] as const) {
    it(`finds ${what}`, async () => {
      spoil(sql);
      const { problems } = await check();
      assert.match(problems.join('\n'), expected);
    });
  }

  it('takes accounts of the configuration and connected ones', async () => {
    spoil("UPDATE platforms SET account_id = 'library' WHERE name = 'Canvas'");
    assert.deepEqual((await check()).problems, []);
    assert.match((await check([])).problems.join('\n'), /account main, which is neither configured nor connected/);
  });
});
