import assert from 'node:assert/strict';
import type { LaunchId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { LaunchFilter, LaunchRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { aLaunch, NOW_MS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const [P, Q] = ['p' as PlatformId, 'q' as PlatformId];
const [T, U] = ['t' as TenantId, 'u' as TenantId];
const failed = (code: string): Partial<LaunchRecord> => ({ outcome: 'failed', code });

/** Named by their request. */
const LAUNCHES: Record<string, Partial<LaunchRecord>> = {
  plain: { platformId: P, deploymentId: '1', tenantId: T, courseKey: '15' },
  'other deployment': { platformId: P, deploymentId: '2', tenantId: T, courseKey: '15' },
  'other platform': { platformId: Q, deploymentId: '1', tenantId: U, courseKey: '15' },
  'other course': { platformId: P, deploymentId: '1', tenantId: T, courseKey: '16' },
  'mapping missing': { ...failed('MAPPING_MISSING'), platformId: P, deploymentId: '1', tenantId: T, courseKey: '15' },
  replayed: { ...failed('LAUNCH_REPLAYED'), platformId: Q },
  unknown: failed('LAUNCH_REPLAYED'),
};

const CASES: [LaunchFilter, string[]][] = [
  [{}, Object.keys(LAUNCHES)],
  [{ platformId: P }, ['plain', 'other deployment', 'other course', 'mapping missing']],
  [{ platformId: P, deploymentId: '1' }, ['plain', 'other course', 'mapping missing']],
  [{ platformId: Q, deploymentId: '2' }, []],
  [{ outcome: 'failed' }, ['mapping missing', 'replayed', 'unknown']],
  [{ outcome: 'played' }, ['plain', 'other deployment', 'other platform', 'other course']],
  [{ code: 'LAUNCH_REPLAYED' }, ['replayed', 'unknown']],
  [{ code: 'LAUNCH_REPLAYED', platformId: Q }, ['replayed']],
  [{ code: 'MAPPING_MISSING', platformId: P, deploymentId: '1', outcome: 'failed' }, ['mapping missing']],
  [{ outcome: 'played', code: 'MAPPING_MISSING' }, []],
  [{ platformId: P, outcome: 'failed' }, ['mapping missing']],
  [{ course: { tenantId: T, courseKey: '15' } }, ['plain', 'other deployment', 'mapping missing']],
  [{ course: { tenantId: T, courseKey: '15' }, platformId: P, deploymentId: '1' }, ['plain', 'mapping missing']],
  [{ course: { tenantId: U, courseKey: '16' } }, []],
];

export function describeLaunchFilters(current: CurrentHarness): void {
  const fill = async (): Promise<void> => {
    const records = Object.entries(LAUNCHES).map(([requestId, changes], index) =>
      aLaunch(NOW_MS + index, { requestId, ...changes }),
    );
    await current().store.launches.append(records);
  };

  describe('launches', () => {
    it('are narrowed down by everything that is asked for, newest first', async () => {
      await fill();
      const { launches } = current().store;
      for (const [filter, expected] of CASES) {
        const found = (await launches.list({ limit: 50, ...filter })).map(({ requestId }) => requestId);
        assert.deepEqual(found, expected.toReversed(), JSON.stringify(filter));
      }
    });

    it('are paged through by every filter without gap or repetition', async () => {
      await fill();
      const { launches } = current().store;
      for (const [filter, expected] of CASES) {
        const seen: string[] = [];
        for (let before: LaunchId | undefined; ;) {
          const page = await launches.list({ limit: 1, ...filter, ...(before === undefined ? {} : { before }) });
          const [record] = page;
          if (record === undefined) break;
          assert.ok(page.length === 1 && seen.length < 20);
          seen.push(record.requestId);
          before = record.launchId;
        }
        assert.deepEqual(seen, expected.toReversed(), JSON.stringify(filter));
      }
    });

    it('of a deployment are asked for together with its platform', async () => {
      await assertCode('INPUT_INVALID', () => current().store.launches.list({ limit: 5, deploymentId: '1' }));
    });

    it('are found by their id', async () => {
      const { launches } = current().store;
      const record = aLaunch(NOW_MS, { deploymentId: 'odd \u0000' });
      await launches.append([record, aLaunch(NOW_MS)]);
      assert.deepEqual(await launches.find(record.launchId), record);
      assert.equal(await launches.find('nobody' as LaunchId), undefined);
    });

    it('are counted by course since a time, courses without any left out', async () => {
      const { launches } = current().store;
      const of = (courseKey: string, offsetMs: number, tenantId = T) =>
        aLaunch(NOW_MS + offsetMs, { tenantId, courseKey });
      await launches.append([of('a', 0), of('a', 5), of('a', 9), of('b', 4), of('b', 5), of('c', 1), of('a', 9, U)]);
      const counted = await launches.countByCourse(T, ['a', 'b', 'c', 'd'], NOW_MS + 5);
      assert.deepEqual([...counted].sort(), [
        ['a', 2],
        ['b', 1],
      ]);
      assert.deepEqual(await launches.countByCourse(T, [], NOW_MS), new Map());
      const many = Array.from({ length: 501 }, (_, index) => `k${index}`);
      await assertCode('INPUT_INVALID', () => launches.countByCourse(T, many, NOW_MS));
      assert.equal((await launches.countByCourse(T, many.slice(1), NOW_MS)).size, 0);
    });

    it('with text that no key has are stored all the same, and found by everything else', async () => {
      const { launches } = current().store;
      const odd = Object.values(UNSTORABLE_TEXTS).map((text, index) =>
        aLaunch(NOW_MS + index, { platformId: P, deploymentId: text, tenantId: T, courseKey: text }),
      );
      await launches.append(odd);
      assert.deepEqual(await launches.list({ limit: 9, platformId: P }), odd.toReversed());
      assert.deepEqual(await launches.list({ limit: 9, platformId: P, deploymentId: 'a' }), []);
      assert.equal((await launches.countByCourse(T, ['a'], 0)).size, 0);
      for (const text of Object.values(UNSTORABLE_TEXTS)) {
        await assertCode('INPUT_INVALID', () => launches.list({ limit: 9, platformId: P, deploymentId: text }));
        await assertCode('INPUT_INVALID', () => launches.countByCourse(T, [text], 0));
      }
    });
  });
}
