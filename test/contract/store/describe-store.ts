import { describeChangeNumber } from './change-number.js';
import { describeConsumedStates } from './consumed-states.js';
import { describeDeployments } from './deployments.js';
import type { OpenStore, StoreHarness } from './harness.js';
import { describeInstallationKeys } from './installation-keys.js';
import { describeLaunches } from './launches.js';
import { describeLifeCycle } from './life-cycle.js';
import { describeMappings } from './mappings.js';
import { describePlatforms } from './platforms.js';
import { describeSigningKeys } from './signing-keys.js';

/** The rules that every store keeps. Each test gets an empty store of its own. */
export function describeStore(name: string, open: OpenStore): void {
  describe(`store contract: ${name}`, function () {
    // Some rules need processes of their own, and starting one takes a second or more.
    this.timeout(30_000);

    let harness: StoreHarness | undefined;
    const current = (): StoreHarness => {
      if (harness === undefined) throw new Error('no store is open');
      return harness;
    };

    beforeEach(async () => {
      harness = await open();
    });
    afterEach(async () => {
      await harness?.dispose();
      harness = undefined;
    });

    describePlatforms(current);
    describeDeployments(current);
    describeMappings(current);
    describeConsumedStates(current);
    describeLaunches(current);
    describeSigningKeys(current);
    describeInstallationKeys(current);
    describeChangeNumber(current);
    describeLifeCycle(current);
  });
}
