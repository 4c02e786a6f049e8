/**
 * The part of the composition that only admins need: what works behind their screens, and the screens of all rooms. A
 * launch passes none of it.
 */
import type { AdapterRegistry } from './adapter-sdk/registry.js';
import type { Config } from './config/schema.js';
import { categoryChooserAssetFiles, createCategoryChooser } from './courses/categories/category-chooser.js';
import { CHECK_CATEGORIES, createCategoryCheck, createCheckTask } from './courses/categories/check-categories.js';
import { createCloneJobs } from './courses/categories/clone-entries.js';
import { createCloneScreens } from './courses/categories/clone-screens.js';
import { createRepairScreens } from './courses/categories/repair-mappings.js';
import { APPLY_JOB, createChangeApplier } from './courses/changes/apply-changes.js';
import { changesAssetFiles, createChangeScreens } from './courses/changes/change-screens.js';
import { createStaging } from './courses/changes/stage-changes.js';
import { createCsvScreens } from './courses/csv/csv-screens.js';
import type { CategoryResolver } from './courses/resolve-category.js';
import { createRulesScreens, rulesAssetFiles } from './courses/rules/rules-screens.js';
import { createCourseScreens } from './courses/table/course-screens.js';
import { courseAssetFiles } from './courses/table/course-templates.js';
import type { Log } from './http/log.js';
import type { Outbound } from './http/outbound.js';
import type { JobHandlers } from './jobs/job.js';
import { createRetention } from './jobs/retention.js';
import { createJobRunner, type JobRunner } from './jobs/runner.js';
import { createJobScreens, createJobViewer, jobsAssetFiles } from './jobs/screens.js';
import type { Kaltura } from './kaltura/types.js';
import { openRecordedViewer } from './launch/recorded-viewer.js';
import { createPlatformScreens, platformAssetFiles } from './platforms/screens/screens.js';
import type { Clock } from './runtime/clock.js';
import type { Keyring } from './runtime/keyring.js';
import type { Random } from './runtime/random.js';
import type { ChangeFeed } from './store/change-feed.js';
import type { Store } from './store/ports.js';
import type { AdminRoute } from './ui/admin-screen.js';
import type { AssetFiles } from './ui/assets.js';

/** Styles and scripts of these screens. */
export const adminWorkAssetFiles: AssetFiles = {
  ...courseAssetFiles,
  ...categoryChooserAssetFiles,
  ...rulesAssetFiles,
  ...jobsAssetFiles,
  ...changesAssetFiles,
  ...platformAssetFiles,
};

export interface AdminWorkDependencies {
  config: Config;
  store: Store;
  registry: AdapterRegistry;
  kaltura: Kaltura;
  categories: CategoryResolver;
  changes: ChangeFeed;
  outbound: Outbound;
  keyring: Keyring;
  pseudonymKey: Buffer;
  publicUrl: URL;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface AdminWork {
  /** Not started yet. */
  jobs: JobRunner;
  screens: AdminRoute[];
  /** Lets what runs end at a place where it can go on. */
  stop(): Promise<void>;
}

export function createAdminWork(deps: AdminWorkDependencies): AdminWork {
  const { config, store, registry, kaltura, categories, changes, outbound, keyring, clock, random, log } = deps;
  const { pseudonymKey, publicUrl } = deps;

  const staging = createStaging({ store, kaltura, clock, random, log });
  const applier = createChangeApplier({ store, kaltura, changes, clock });
  const jobHandlers: JobHandlers = {
    [APPLY_JOB]: applier.handler,
    [CHECK_CATEGORIES]: createCategoryCheck({ store, kaltura, clock }),
    ...createCloneJobs({ store, kaltura }),
  };
  const runner = createJobRunner({
    jobs: store.jobs,
    leases: store.leases,
    clock,
    random,
    log,
    handlers: jobHandlers,
    periodic: [
      ...createRetention({ store, clock, launchesDays: config.retention.launchesDays }),
      createCheckTask({ store, jobs: () => runner }),
    ],
  });
  const viewJob = createJobViewer({ handlers: jobHandlers, clock });

  const screens: AdminRoute[] = [
    ...createJobScreens({ store, handlers: jobHandlers, clock }),
    ...createChangeScreens({ store, kaltura, staging, applier, runner, viewJob, clock }),
    ...createCsvScreens({ store, staging, clock }),
    ...createRulesScreens({ store, kaltura, staging, clock, random }),
    ...createCategoryChooser({ store, kaltura }),
    ...createRepairScreens({ store, kaltura, staging, jobs: runner, changes, clock, random }),
    ...createCloneScreens({ store, kaltura, jobs: runner, changes, clock, random }),
    ...createPlatformScreens({
      store,
      registry,
      config,
      outbound,
      openViewer: (launch) => openRecordedViewer(launch, keyring),
      pseudonymKey,
      publicUrl,
      clock,
      random,
    }),
    // Last: the address of a course has two free parts, which other addresses below it would fit.
    ...createCourseScreens({ store, kaltura, categories, changes, clock, random }),
  ];

  return {
    jobs: runner,
    screens,
    async stop() {
      await Promise.all([runner.stop(), staging.stop()]);
    },
  };
}
