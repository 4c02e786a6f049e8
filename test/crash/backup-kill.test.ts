import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkContent } from '../../src/store/check.js';
import { restoreStore, verifyBackup } from '../../src/store/libsql/restore.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import type { TenantId } from '../../src/runtime/ids.js';
import { fillStore } from '../support/full-store.js';
import { integrityOf, makeDirectory, removeDirectory } from '../support/libsql-probe.js';
import { aMapping, NOW_MS, random } from '../support/store-fixtures.js';
import { prepare, runJob } from './processes.js';

/** Enough for a copy that takes a moment. */
const COURSES = 8_000;
/** More than a restore has. */
const MOST_STEPS = 40;

describe('a killed backup or restore', function () {
  this.timeout(90_000);

  let parent: string;
  const open = (directory: string): Promise<Store> =>
    openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS }, random });

  beforeEach(() => {
    parent = makeDirectory();
  });
  afterEach(() => removeDirectory(parent));

  it('leaves the source as it is and no half backup, at whatever moment it ends', async () => {
    const directory = join(parent, 'data');
    const target = join(parent, 'backup');
    const store = await open(directory);
    try {
      const { tenantId } = await fillStore(store, COURSES);
      let killed = 0;
      for (const [file, delayMs] of [
        ['volatile.db', 0],
        ['durable.db', 0],
        ['durable.db', 10],
        ['durable.db', 30],
        ['durable.db', 60],
      ] as const) {
        const process = await prepare<'backup'>({ kind: 'backup', directory, input: { target } });
        let reached = (): void => undefined;
        const moment = new Promise<void>((resolve) => (reached = resolve));
        const { done, kill } = process.go(undefined, (text) => {
          if (text.includes(file)) setTimeout(reached, delayMs);
        });
        await Promise.race([moment, done]);
        await kill();
        if ((await done) !== 'killed') continue;
        killed += 1;
        assert.equal(existsSync(target), false, `killed ${delayMs} ms into ${file}`);
        const goesOn = aMapping(tenantId, { courseKey: `after-${killed}` });
        assert.equal((await store.mappings.createIfAbsent(goesOn, { kind: 'cli' })).created, true, 'no lock stays');
      }
      assert.ok(killed >= 3, `only ${killed} backups were killed in the middle`);
      assert.equal(integrityOf(directory, 'durable.db'), 'ok');
      assert.deepEqual((await checkContent({ transfer: store.transfer, accountIds: ['main'] })).problems, []);

      assert.equal(await runJob<'backup'>({ kind: 'backup', directory, input: { target } }), null);
      await verifyBackup(target);
    } finally {
      await store.close();
    }
  });

  it('has the old data or the new at every step of a restore, and the old one for ever', async () => {
    const [original, backup] = [join(parent, 'original'), join(parent, 'backup')];
    const store = await open(original);
    const { tenantId } = await fillStore(store);
    assert.equal(await runJob<'backup'>({ kind: 'backup', directory: original, input: { target: backup } }), null);
    await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: 'later' }), { kind: 'launch' });
    await store.close();

    let finished = false;
    let places = new Set<string>();
    for (let step = 1; step < MOST_STEPS && !finished; step += 2) {
      const outcomes = await Promise.all([killAt(step), killAt(step + 1)]);
      finished = outcomes.some(({ outcome }) => outcome !== 'killed');
      for (const { place } of outcomes) places = places.add(place);
    }
    assert.ok(finished, 'a restore has fewer steps');
    assert.deepEqual([...places].sort(), ['aside', 'in place'], 'kills met both sides of the change');

    async function killAt(step: number): Promise<{ outcome: null | 'killed'; place: 'aside' | 'in place' }> {
      const directory = join(parent, `step-${step}`);
      cpSync(original, directory, { recursive: true });
      const outcome = await runJob<'restore'>({
        kind: 'restore',
        directory,
        input: { source: backup, killBefore: step },
      });
      const place = (await holds(directory, tenantId, 'later')) ? 'in place' : 'aside';
      // What a service that starts now finds: a whole store.
      assert.ok(await holds(directory, tenantId, 'course-0'), `step ${step}: the store is empty`);
      if (place === 'aside') assert.ok(await keepsAside(directory, tenantId), `step ${step}: the old data is lost`);

      await restoreStore({ directory, source: backup, clock: { nowMs: () => NOW_MS } });
      assert.equal(await holds(directory, tenantId, 'later'), false, `step ${step}: the second restore counts`);
      assert.ok(await keepsAside(directory, tenantId), `step ${step}: the second restore lost the old data`);
      return { outcome, place };
    }
  });

  /** Looks into a copy, so that no lock of this process is in the way of the next one. */
  async function holds(directory: string, tenantId: TenantId, courseKey: string): Promise<boolean> {
    const copy = join(makeDirectory(), 'copy');
    cpSync(directory, copy, { recursive: true });
    const store = await open(copy);
    try {
      assert.deepEqual((await checkContent({ transfer: store.transfer, accountIds: ['main'] })).problems, []);
      return (await store.mappings.find(tenantId, courseKey)) !== undefined;
    } finally {
      await store.close();
      removeDirectory(join(copy, '..'));
    }
  }

  async function keepsAside(directory: string, tenantId: TenantId): Promise<boolean> {
    for (const name of readdirSync(directory).filter((entry) => entry.startsWith('before-restore-'))) {
      if (await holds(join(directory, name), tenantId, 'later')) return true;
    }
    return false;
  }
});
