import assert from 'node:assert/strict';
import type { PlatformId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';
import { aPlatform, CLI, NOW_MS, STORABLE_TEXTS, UNSTORABLE_TEXTS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const PORTAL = 'https://portal.example.edu';

export function describeBlockedFrames(current: CurrentHarness): void {
  const addPlatform = async (): Promise<PlatformId> => (await current().store.platforms.add(aPlatform(), [], CLI)).id;
  const note = (platformId: PlatformId, origin: string, nowMs = NOW_MS, cap = 100) =>
    current().store.blockedFrames.note({ platformId, origin }, { nowMs, cap });

  describe('blocked frames', () => {
    it('are counted by platform and origin, with the first and the last time', async () => {
      const { store } = current();
      const [one, other] = [await addPlatform(), await addPlatform()];
      const number = await store.changeNumber();
      await note(one, PORTAL);
      await note(other, PORTAL, NOW_MS + 1);
      assert.equal(await note(one, PORTAL, NOW_MS + 5), 'noted');
      assert.equal(await note(one, PORTAL, NOW_MS + 3), 'noted');
      assert.deepEqual(await store.blockedFrames.list(one), [
        { platformId: one, origin: PORTAL, count: 3, firstAtMs: NOW_MS, lastAtMs: NOW_MS + 5 },
      ]);
      assert.deepEqual(
        (await store.blockedFrames.list()).map(({ platformId, count }) => [platformId, count]),
        [
          [one, 3],
          [other, 1],
        ],
        'most recent first',
      );
      assert.equal(await store.changeNumber(), number);
    });

    it('take no new origin once the platform has as many as the cap, and go on counting the known ones', async () => {
      const { blockedFrames } = current().store;
      const [one, other] = [await addPlatform(), await addPlatform()];
      for (const index of [1, 2]) await note(one, `https://${index}.example`);
      assert.equal(await note(one, 'https://3.example', NOW_MS, 2), 'full');
      assert.equal(await note(one, 'https://1.example', NOW_MS, 2), 'noted');
      assert.equal(await note(other, 'https://3.example', NOW_MS, 2), 'noted');
      assert.equal((await blockedFrames.list(one)).length, 2);
    });

    it('lose no count and stay below the cap when many come at once', async () => {
      const { store, openAgain } = current();
      const platformId = await addPlatform();
      const second = await openAgain();
      try {
        await Promise.all(
          Array.from({ length: 30 }, (_, index) =>
            (index % 2 ? store : second).blockedFrames.note(
              { platformId, origin: `https://${index % 6}.example` },
              { nowMs: NOW_MS, cap: 4 },
            ),
          ),
        );
      } finally {
        await second.close();
      }
      const found = await store.blockedFrames.list(platformId);
      assert.deepEqual(
        found.map(({ count }) => count),
        [5, 5, 5, 5],
      );
    });

    it('are removed one by one', async () => {
      const { blockedFrames } = current().store;
      const platformId = await addPlatform();
      await note(platformId, PORTAL);
      assert.equal(await blockedFrames.remove(platformId, `${PORTAL}/`), false);
      assert.equal(await blockedFrames.remove(platformId, PORTAL), true);
      assert.equal(await blockedFrames.remove(platformId, PORTAL), false);
      assert.deepEqual(await blockedFrames.list(), []);
    });

    it('belong to a platform that exists, and keep their origin letter by letter or refuse it', async () => {
      await assertCode('STORE_CONFLICT', () => note('nobody' as PlatformId, PORTAL));
      const platformId = await addPlatform();
      for (const text of Object.values(UNSTORABLE_TEXTS))
        await assertCode('INPUT_INVALID', () => note(platformId, text));
      for (const text of Object.values(STORABLE_TEXTS)) await note(platformId, text);
      const kept = (await current().store.blockedFrames.list(platformId)).map(({ origin }) => origin);
      assert.deepEqual(kept.sort(), Object.values(STORABLE_TEXTS).sort());
    });
  });
}
