import { describeAccounts } from './accounts.js';
import { describeAdminPersons } from './admin-persons.js';
import { describeAdmins } from './admins.js';
import { describeApiClients } from './api-clients.js';
import { describeAudit } from './audit.js';
import { describeBlockedFrames } from './blocked-frames.js';
import { describeChangeFeed } from './change-feed.js';
import { describeChangeNumber } from './change-number.js';
import { describeConsumedStates } from './consumed-states.js';
import { describeCourses } from './courses.js';
import { describeDeployments } from './deployments.js';
import type { OpenStore, StoreHarness } from './harness.js';
import { describeInstallationKeys } from './installation-keys.js';
import { describeJobs } from './jobs.js';
import { describeJoinTenant } from './join-tenant.js';
import { describeLargeStore } from './large-store.js';
import { describeLaunchFilters } from './launch-filters.js';
import { describeLaunches } from './launches.js';
import { describeLeases } from './leases.js';
import { describeLifeCycle } from './life-cycle.js';
import { describeLimits } from './limits.js';
import { describeMappingChanges } from './mapping-changes.js';
import { describeMappings } from './mappings.js';
import { describePlatformChanges } from './platform-changes.js';
import { describePlatforms } from './platforms.js';
import { describeSeenIn } from './seen-in.js';
import { describeSigningKeys } from './signing-keys.js';
import { describeStagedChanges } from './staged-changes.js';
import { describeTenantChanges } from './tenants.js';
import { describeViewers } from './viewers.js';

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

    describeAccounts(current);
    describePlatforms(current);
    describePlatformChanges(current);
    describeDeployments(current);
    describeJoinTenant(current);
    describeTenantChanges(current);
    describeCourses(current);
    describeSeenIn(current);
    describeMappings(current);
    describeMappingChanges(current);
    describeViewers(current);
    describeAdmins(current);
    describeAdminPersons(current);
    describeApiClients(current);
    describeBlockedFrames(current);
    describeLeases(current);
    describeJobs(current);
    describeStagedChanges(current);
    describeConsumedStates(current);
    describeLaunches(current);
    describeLaunchFilters(current);
    describeLimits(current);
    describeSigningKeys(current);
    describeInstallationKeys(current);
    describeAudit(current);
    describeChangeNumber(current);
    describeChangeFeed(current);
    describeLifeCycle(current);
  });

  describe(`store contract: ${name}, large`, () => {
    describeLargeStore(open);
  });
}
