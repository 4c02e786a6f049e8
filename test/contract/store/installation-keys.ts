import assert from 'node:assert/strict';
import type { CurrentHarness } from './harness.js';

export function describeInstallationKeys(current: CurrentHarness): void {
  describe('installation keys', () => {
    it('keeps the first sealed key of a name', async () => {
      const { store, probe } = current();
      assert.equal(await store.installationKeys.getOrCreate('pseudonyms', 'first'), 'first');
      assert.equal(await store.installationKeys.getOrCreate('pseudonyms', 'second'), 'first');
      assert.equal(await store.installationKeys.getOrCreate('links', 'third'), 'third');
      assert.equal(await probe.count('installationKeys'), 2);
    });

    it('gives 20 callers at once the same key', async () => {
      const { store, openAgain } = current();
      const second = await openAgain();
      try {
        const keys = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (index % 2 ? store : second).installationKeys.getOrCreate('pseudonyms', `sealed-${index}`),
          ),
        );
        assert.equal(new Set(keys).size, 1);
      } finally {
        await second.close();
      }
    });
  });
}
