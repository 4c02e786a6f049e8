import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { backUpStore, type BackupManifest } from '../../../src/store/libsql/backup.js';
import { openDatabase } from '../../../src/store/libsql/database.js';
import { restoreStore } from '../../../src/store/libsql/restore.js';
import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import type { Store } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { fillStore } from '../../support/full-store.js';
import { integrityOf, makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { aMapping, NOW_MS, random } from '../../support/store-fixtures.js';

setFlagsFromString('--expose-gc');
/** Of `NOW_MS`. */
const ASIDE = 'before-restore-2026-09-21T14-13-20-000Z';
const collectGarbage = runInNewContext('gc') as () => void;

describe('backing up and restoring a libsql store', () => {
  let parent: string;
  let directory: string;
  let target: string;
  let stores: Store[];
  const clock = { nowMs: () => NOW_MS };

  const open = async (at = directory): Promise<Store> => {
    const store = await openLibsqlStore({ directory: at, clock, random });
    stores.push(store);
    return store;
  };
  /** As the end of the service's process: the driver lets go of a file only when its connection is collected. */
  const stop = async (): Promise<void> => {
    for (const store of stores.splice(0)) await store.close();
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  const backUp = (to = target): Promise<BackupManifest> =>
    backUpStore({ directory, target: to, program: '1.2.3', clock });
  const restore = (source = target) => restoreStore({ directory, source, clock });
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  beforeEach(() => {
    parent = makeDirectory();
    directory = join(parent, 'data');
    target = join(parent, 'backup');
    stores = [];
  });
  afterEach(async () => {
    await stop();
    removeDirectory(parent);
  });

  describe('a backup', () => {
    it('holds everything that was acknowledged, while the store is open and written to', async () => {
      const store = await open();
      const { tenantId } = await fillStore(store);
      await backUp();
      await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: 'later' }), { kind: 'launch' });

      const copy = await open(target);
      assert.ok(await copy.mappings.find(tenantId, 'course-0'));
      assert.equal(await copy.mappings.find(tenantId, 'later'), undefined);
      assert.equal(await copy.consumedStates.has('state'), true);
      assert.equal((await copy.launches.list({ limit: 5 })).length, 2);
      assert.equal((await copy.courses.list({ search: 'histology', order: 'title', limit: 5 })).items.length, 1);
    });

    it('is two files and a manifest, for the owner alone', async () => {
      await fillStore(await open());
      await backUp();
      assert.deepEqual(readdirSync(target).sort(), ['durable.db', 'manifest.json', 'volatile.db']);
      assert.equal(modeOf(target), 0o700);
      for (const name of readdirSync(target)) assert.equal(modeOf(join(target, name)), 0o600, name);
      assert.deepEqual(readdirSync(parent).sort(), ['backup', 'data']);
    });

    it('says in its manifest what it holds', async () => {
      await fillStore(await open());
      const manifest = await backUp();
      assert.deepEqual(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')), manifest);
      assert.equal(manifest.program, '1.2.3');
      assert.equal(manifest.createdAt, new Date(NOW_MS).toISOString());
      const [durable, volatile] = manifest.files;
      assert.ok(durable && volatile);
      assert.deepEqual([durable.name, volatile.name], ['durable.db', 'volatile.db']);
      assert.equal(durable.counts['courses'], 6);
      assert.equal(volatile.counts['launch_records'], 2);
      assert.equal(durable.bytes, statSync(join(target, 'durable.db')).size);
      assert.ok(durable.schemaVersion >= 2);
    });

    it('never writes over something', async () => {
      await open();
      mkdirSync(target);
      await assertCode('STORE_TARGET_EXISTS', () => backUp());
      writeFileSync(join(parent, 'file'), 'mine');
      await assertCode('STORE_TARGET_EXISTS', () => backUp(join(parent, 'file')));
      assert.equal(readFileSync(join(parent, 'file'), 'utf8'), 'mine');
      assert.deepEqual(readdirSync(target), []);
    });

    it('is not made of a directory without a store, and makes no store there', async () => {
      await assertCode('STORE_UNAVAILABLE', () => backUp());
      assert.deepEqual(readdirSync(parent), []);
    });

    it('is not made under a folder that does not exist: a disk may not be mounted', async () => {
      await open();
      await assertCode('STORE_UNAVAILABLE', () => backUp(join(parent, 'missing', 'backup')));
      assert.equal(existsSync(join(parent, 'missing')), false);
    });

    it('is not kept when the copy is damaged', async () => {
      await fillStore(await open());
      const raw = openRaw(directory, 'durable.db');
      raw.exec('PRAGMA foreign_keys = OFF; DELETE FROM tenants');
      raw.close();
      const error = await assertCode('STORE_UNAVAILABLE', () => backUp());
      assert.match(error.reason ?? '', /durable\.db is damaged: .*without its record in tenants/);
      assert.deepEqual(readdirSync(parent), ['data']);
    });

    it('leaves the schema of the running service as it is', async () => {
      await open();
      const raw = openRaw(directory, 'volatile.db');
      raw.exec("UPDATE meta SET value = 1 WHERE key = 'schema_version'");
      raw.close();
      const { files } = await backUp();
      assert.equal(files[1]?.schemaVersion, 1);
    });
  });

  describe('a restore', () => {
    it('brings back what the backup holds, and keeps what was there before', async () => {
      const store = await open();
      const { tenantId } = await fillStore(store);
      await backUp();
      await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: 'later' }), { kind: 'launch' });
      await stop();

      const { setAside, manifest } = await restore();
      assert.equal(manifest.program, '1.2.3');
      assert.ok(setAside);
      assert.equal(setAside, join(directory, ASIDE));
      assert.deepEqual(readdirSync(directory).sort(), [ASIDE, 'durable.db', 'volatile.db']);
      for (const name of ['durable.db', 'volatile.db']) assert.equal(modeOf(join(directory, name)), 0o600);

      const restored = await open();
      assert.equal(await restored.mappings.find(tenantId, 'later'), undefined);
      assert.ok(await restored.mappings.find(tenantId, 'course-0'));
      assert.equal((await restored.courses.list({ search: 'histology', order: 'title', limit: 5 })).items.length, 1);
      const before = await open(setAside);
      assert.ok(await before.mappings.find(tenantId, 'later'));
    });

    it('works where there was no store', async () => {
      await fillStore(await open());
      await backUp();
      await stop();
      rmSync(directory, { recursive: true });
      const { setAside } = await restore();
      assert.equal(setAside, undefined);
      assert.equal(modeOf(directory), 0o700);
      assert.deepEqual(readdirSync(directory).sort(), ['durable.db', 'volatile.db']);
      assert.equal(integrityOf(directory, 'durable.db'), 'ok');
    });

    it('replaces a damaged file, with its write-ahead log, and keeps both', async () => {
      const { tenantId } = await fillStore(await open());
      await backUp();
      await stop();
      writeFileSync(join(directory, 'durable.db'), 'no database at all'.repeat(1_000));
      writeFileSync(join(directory, 'durable.db-wal'), 'of another file');
      const { setAside } = await restore();
      assert.match(readFileSync(join(setAside ?? '', 'durable.db'), 'utf8'), /^no database/);
      assert.equal(readFileSync(join(setAside ?? '', 'durable.db-wal'), 'utf8'), 'of another file');
      assert.ok(await (await open()).mappings.find(tenantId, 'course-0'));
    });

    it('may be repeated, and keeps the files of each time', async () => {
      await fillStore(await open());
      await backUp();
      await stop();
      for (let time = 0; time < 3; time += 1) {
        await stop();
        await restore();
      }
      const kept = readdirSync(directory).filter((name) => name.startsWith('before-restore-'));
      assert.deepEqual(kept.sort(), [ASIDE, `${ASIDE}-2`, `${ASIDE}-3`]);
    });

    it('is refused while the store is open, and changes nothing', async () => {
      const store = await open();
      const { tenantId } = await fillStore(store);
      await backUp();
      await assertCode('STORE_IN_USE', () => restore());
      assert.ok(await store.mappings.find(tenantId, 'course-0'));
      assert.equal((await store.mappings.createIfAbsent(aMapping(tenantId), { kind: 'cli' })).created, true);
      assert.deepEqual(
        readdirSync(directory).filter((name) => /restor/.test(name)),
        [],
      );
    });

    for (const [what, spoil] of Object.entries({
      'has no manifest': () => rmSync(join(target, 'manifest.json')),
      'has a manifest that is cut off': () => truncateSync(join(target, 'manifest.json'), 100),
      'lacks a file': () => rmSync(join(target, 'volatile.db')),
      'has a file that is cut off': () => truncateSync(join(target, 'durable.db'), 8_192),
      'has a longer file': () => appendFileSync(join(target, 'durable.db'), 'x'),
      'has a changed byte': () => {
        const bytes = readFileSync(join(target, 'volatile.db'));
        bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
        writeFileSync(join(target, 'volatile.db'), bytes);
      },
      'names a file twice': () =>
        changeManifest((manifest) => ({ ...manifest, files: [manifest.files[0]!, manifest.files[0]!] })),
      'names a file outside': () =>
        changeManifest((manifest) => ({
          ...manifest,
          files: [{ ...manifest.files[0]!, name: '../data/durable.db' as never }, manifest.files[1]!],
        })),
    })) {
      it(`refuses a backup that ${what}, and changes nothing`, async () => {
        const { tenantId } = await fillStore(await open());
        await backUp();
        await stop();
        spoil();
        await assertCode('STORE_BACKUP_INVALID', () => restore());
        assert.deepEqual(
          readdirSync(directory).filter((name) => /restor/.test(name)),
          [],
        );
        assert.ok(await (await open()).mappings.find(tenantId, 'course-0'));
      });
    }

    it('is not missed by a process that waited for the old file: it does not go on with it', async () => {
      await open();
      await stop();
      const file = join(directory, 'durable.db');
      cpSync(file, join(directory, 'incoming'));
      const raw = openRaw(directory, 'durable.db');
      raw.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
      const pause = async (): Promise<void> => {
        if (!raw.inTransaction) return;
        renameSync(join(directory, 'incoming'), file);
        raw.exec('ROLLBACK');
      };
      await assertCode('STORE_UNAVAILABLE', () => openDatabase({ file, synchronous: 'full', pause }));
      raw.close();
    });

    it('refuses a backup of a newer program', async () => {
      await open();
      await backUp();
      await stop();
      changeManifest((manifest) => ({
        ...manifest,
        files: manifest.files.map((file) => ({ ...file, schemaVersion: 99 })),
      }));
      await assertCode('STORE_SCHEMA_NEWER', () => restore());
    });
  });

  function changeManifest(change: (manifest: BackupManifest) => BackupManifest): void {
    const file = join(target, 'manifest.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as BackupManifest)));
  }
});
