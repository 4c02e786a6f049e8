import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../../src/store/ports.js';
import { openLibsqlStore, type LibsqlStoreOptions } from '../../../src/store/libsql/store.js';
import { assertCode } from '../../support/assert-code.js';
import { makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { addTenant, aLaunch, aPlatform, CLI, NOW_MS, random } from '../../support/store-fixtures.js';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('libsql store', () => {
  let parent: string;
  let directory: string;
  let stores: Store[];

  const open = async (options: Partial<LibsqlStoreOptions> = {}): Promise<Store> => {
    const store = await openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS }, random, ...options });
    stores.push(store);
    return store;
  };

  beforeEach(() => {
    parent = makeDirectory();
    directory = join(parent, 'data', 'deep');
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    removeDirectory(parent);
  });

  it('makes its directory and its files for the owner alone', async () => {
    const store = await open();
    await addTenant(store);
    await store.launches.append([aLaunch(NOW_MS)]);
    assert.equal(modeOf(directory), 0o700);
    const files = readdirSync(directory).sort();
    assert.deepEqual(files, [
      'durable.db',
      'durable.db-shm',
      'durable.db-wal',
      'volatile.db',
      'volatile.db-shm',
      'volatile.db-wal',
    ]);
    for (const file of files) assert.equal(modeOf(join(directory, file)), 0o600, file);
  });

  it('tells the log once which migrations ran', async () => {
    const lines: object[] = [];
    const log = { info: (facts: object) => void lines.push(facts) };
    await open({ log });
    assert.equal(lines.length, 2);
    await open({ log });
    assert.equal(lines.length, 2);
  });

  it('keeps a store in memory apart from every other, and writes no file', async () => {
    const [one, two] = [await open({ directory: ':memory:' }), await open({ directory: ':memory:' })];
    await addTenant(one);
    assert.equal(await one.consumedStates.consume('s', NOW_MS + 1), true);
    assert.equal((await one.platforms.list()).length, 1);
    assert.deepEqual(await two.platforms.list(), []);
    assert.equal(existsSync(':memory:'), false);
  });

  it('tells STORE_UNAVAILABLE when the directory cannot be made', async () => {
    writeFileSync(join(parent, 'data'), '');
    await assertCode('STORE_UNAVAILABLE', () => open());
  });

  it('tells STORE_UNAVAILABLE for a damaged file', async () => {
    await (await open()).close();
    writeFileSync(join(directory, 'volatile.db'), 'x'.repeat(10_000));
    await assertCode('STORE_UNAVAILABLE', () => open());
  });

  it('refuses a database of a newer program', async () => {
    await (await open()).close();
    const raw = openRaw(directory, 'volatile.db');
    raw.exec("UPDATE meta SET value = value + 1 WHERE key = 'schema_version'");
    raw.close();
    await assertCode('STORE_SCHEMA_NEWER', () => open());
  });

  for (const [column, value] of [
    ['status', 'strange'],
    ['settings', '{"unmappedCourse":"play"}'],
    ['settings', 'not json'],
    ['accepted_issuers', '[1]'],
  ] as const) {
    it(`tells STORE_UNAVAILABLE when column ${column} holds ${value}`, async () => {
      const store = await open();
      const { id } = await store.platforms.add(aPlatform(), [], CLI);
      const raw = openRaw(directory, 'durable.db');
      raw.prepare(`UPDATE platforms SET ${column} = ?`).run([value]);
      raw.close();
      const error = await assertCode('STORE_UNAVAILABLE', () => store.platforms.findById(id));
      assert.match(error.reason ?? '', new RegExp(column));
      assert.doesNotMatch(error.message, /strange|not json/);
    });
  }

  it('leaves a directory that the operator made as it is', async () => {
    chmodSync(parent, 0o750);
    await open({ directory: parent });
    assert.equal(modeOf(parent), 0o750);
    assert.equal(modeOf(join(parent, 'durable.db')), 0o600);
  });
});
