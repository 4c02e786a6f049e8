import assert from 'node:assert/strict';
import type {
  AccountId,
  CategoryId,
  EntryId,
  LaunchId,
  PlatformId,
  TenantId,
  ViewerId,
} from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { aLaunch, NOW_MS, STORABLE_TEXTS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const FULL = {
  code: 'ENTRY_NOT_ALLOWED',
  reason: 'not in the course',
  accountId: 'main' as AccountId,
  platformId: 'p' as PlatformId,
  deploymentId: '1',
  tenantId: 't' as TenantId,
  adapterId: 'moodle',
  messageType: 'LtiResourceLinkRequest',
  viewerId: 'law_7' as ViewerId,
  roles: ['student'],
  courseKey: '15',
  courseTitle: 'Torts',
  categoryId: '1234' as CategoryId,
  categoryOrigin: 'unmapped',
  applicationName: 'Moodle',
  entryId: '1_abcdefgh' as EntryId,
  sealedPersonal: 'sealed',
} as const;

export function describeLaunches(current: CurrentHarness): void {
  const idsOf = async (options: { limit: number; before?: LaunchId }): Promise<LaunchId[]> =>
    (await current().store.launches.list(options)).map(({ launchId }) => launchId);

  describe('launch records', () => {
    it('keeps every field, and leaves out those that were not given', async () => {
      const { launches } = current().store;
      const full = aLaunch(NOW_MS + 1, { outcome: 'failed', ...FULL, roles: [...FULL.roles] });
      const bare = aLaunch(NOW_MS);
      await launches.append([bare, full]);
      assert.deepEqual(await launches.list({ limit: 10 }), [full, bare]);
    });

    it('lists newest first, in whatever order the records came', async () => {
      const records = [3, 1, 4, 2].map((offset) => aLaunch(NOW_MS + offset));
      await current().store.launches.append(records.slice(0, 2));
      await current().store.launches.append(records.slice(2));
      const newestFirst = records.toSorted((a, b) => b.atMs - a.atMs).map(({ launchId }) => launchId);
      assert.deepEqual(await idsOf({ limit: 10 }), newestFirst);
    });

    it('pages without gap or repetition, also while new launches arrive', async () => {
      const { launches } = current().store;
      const records = Array.from({ length: 7 }, (_, index) => aLaunch(NOW_MS + Math.floor(index / 3)));
      await launches.append(records);
      const whole = await idsOf({ limit: 100 });
      const seen: LaunchId[] = [];
      let page = await idsOf({ limit: 3 });
      while (page.length > 0 && seen.length <= whole.length) {
        seen.push(...page);
        await launches.append([aLaunch(NOW_MS + 1_000 + seen.length)]);
        page = await idsOf({ limit: 3, before: page.at(-1) as LaunchId });
      }
      assert.deepEqual(seen, whole);
      assert.equal(seen.length, 7);
    });

    it('finds a launch by its request id, and nothing for another one', async () => {
      const { launches } = current().store;
      const record = aLaunch(NOW_MS, { requestId: 'r1' });
      await launches.append([aLaunch(NOW_MS, { requestId: 'r0' }), record]);
      assert.deepEqual(await launches.findByRequestId('r1'), record);
      assert.equal(await launches.findByRequestId('R1'), undefined);
    });

    it('takes a batch twice without doubling or changing it', async () => {
      const { store, probe } = current();
      const batch = [aLaunch(NOW_MS), aLaunch(NOW_MS + 1)];
      await store.launches.append(batch);
      await store.launches.append(batch.map((record) => ({ ...record, step: 'changed' })));
      assert.equal(await probe.count('launches'), 2);
      assert.deepEqual(await store.launches.list({ limit: 10 }), batch.toReversed());
    });

    it('takes an empty batch', async () => {
      await current().store.launches.append([]);
      assert.equal(await current().probe.count('launches'), 0);
    });

    it('keeps any text that an LMS may send: one strange launch never costs the batch', async () => {
      const { launches } = current().store;
      const texts = [...Object.values(STORABLE_TEXTS), ...Object.values(UNSTORABLE_TEXTS)];
      const batch = texts.map((text, index) =>
        aLaunch(NOW_MS + index, {
          deploymentId: text,
          courseKey: text,
          courseTitle: text,
          applicationName: text,
          messageType: text,
          reason: text,
          roles: [text],
        }),
      );
      await launches.append(batch);
      assert.deepEqual(await launches.list({ limit: 100 }), batch.toReversed());
    });

    it('sweeps records older than a time, the oldest first, at most `limit` at a time', async () => {
      const { launches } = current().store;
      await launches.append([4, 1, 3, 2].map((offset) => aLaunch(NOW_MS + offset)));
      const left = async () => (await launches.list({ limit: 10 })).map(({ atMs }) => atMs - NOW_MS);
      assert.equal(await launches.sweep(NOW_MS + 1, 10), 0);
      assert.equal(await launches.sweep(NOW_MS + 4, 2), 2);
      assert.deepEqual(await left(), [4, 3]);
      assert.equal(await launches.sweep(NOW_MS + 4, 500), 1);
      assert.deepEqual(await left(), [4]);
    });

    it('come and go 500 at a time at most', async () => {
      const { launches } = current().store;
      const many = Array.from({ length: 501 }, () => aLaunch(NOW_MS));
      await assertCode('INPUT_INVALID', () => launches.append(many));
      for (const limit of [0, 501]) await assertCode('INPUT_INVALID', () => launches.sweep(NOW_MS, limit));
      assert.deepEqual(await launches.list({ limit: 1 }), []);
      await launches.append(many.slice(1));
      assert.equal(await launches.sweep(NOW_MS + 1, 500), 500);
    });

    it('hands out copies', async () => {
      const { launches } = current().store;
      const given = aLaunch(NOW_MS, { roles: ['student'] });
      const expected = structuredClone(given);
      await launches.append([given]);
      given.roles?.push('teacher');
      (await launches.list({ limit: 1 }))[0]?.steps.pop();
      assert.deepEqual(await launches.list({ limit: 1 }), [expected]);
    });
  });
}
