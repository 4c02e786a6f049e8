/** The embedded store: two files in one directory, for one host. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { Store } from '../ports.js';
import { createAccountStore } from './accounts.js';
import { createAdminPersonStore } from './admin-persons.js';
import { createAdminStore } from './admins.js';
import { createApiClientStore } from './api-clients.js';
import { createBlockedFrameStore } from './blocked-frames.js';
import { readChangeNumber } from './change-number.js';
import { createConsumedStateStore } from './consumed-states.js';
import { createCourseStore } from './courses.js';
import { openDatabase, type Database } from './database.js';
import { createDeploymentStore } from './deployments.js';
import { createInstallationKeyStore } from './installation-keys.js';
import { createJobStore } from './jobs.js';
import { createAuditStore, createJournal } from './journal.js';
import { createLaunchStore } from './launches.js';
import { createLeaseStore } from './leases.js';
import { createMappingStore } from './mappings.js';
import { migrate } from './migrations.js';
import { durableMigrations } from './migrations/durable.js';
import { volatileMigrations } from './migrations/volatile.js';
import { createPlatformStore } from './platforms.js';
import { createSigningKeyStore } from './signing-keys.js';
import { createStagedChangeStore } from './staged-changes.js';
import { createTenantStore } from './tenants.js';
import { createTransfer } from './transfer.js';
import { createViewerStore } from './viewers.js';

export interface LibsqlStoreOptions {
  /** Where `durable.db` and `volatile.db` are; made when missing. `:memory:`: two databases that end with the store. */
  directory: string;
  clock: Clock;
  /** For the ids of audit and history. */
  random: Random;
  /** Told which migrations ran. */
  log?: { info(facts: object, message: string): void };
}

const IN_MEMORY = ':memory:';

/** SQLite gives its side files the mode of the main file, so that one is made first, for the owner alone. */
function prepareFile(directory: string, name: string): string {
  if (directory === IN_MEMORY) return IN_MEMORY;
  const file = join(directory, name);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new AppError('STORE_UNAVAILABLE', { reason: `cannot write ${file}`, cause });
  }
  return file;
}

/**
 * Opens the store and brings both databases to the current schema. Several processes of one host may work on one
 * directory.
 *
 * @throws AppError `STORE_UNAVAILABLE` (no access, not a database, disk), `STORE_BUSY`, `STORE_SCHEMA_NEWER`
 */
export async function openLibsqlStore({ directory, clock, random, log }: LibsqlStoreOptions): Promise<Store> {
  const opened: Database[] = [];
  const close = async (): Promise<void> => {
    for (const database of opened) database.close();
  };

  try {
    const durable = await openDatabase({ file: prepareFile(directory, 'durable.db'), synchronous: 'full' });
    opened.push(durable);
    const volatile = await openDatabase({ file: prepareFile(directory, 'volatile.db'), synchronous: 'normal' });
    opened.push(volatile);
    for (const [name, database, migrations] of [
      ['durable.db', durable, durableMigrations],
      ['volatile.db', volatile, volatileMigrations],
    ] as const) {
      const ran = await migrate(database, migrations);
      if (ran.length > 0) log?.info({ database: name, migrations: ran }, 'store migrated');
    }

    const journal = createJournal(random);
    return {
      accounts: createAccountStore(durable, journal),
      audit: createAuditStore(durable, journal),
      platforms: createPlatformStore(durable, journal, clock),
      deployments: createDeploymentStore(durable, journal),
      tenants: createTenantStore(durable, journal),
      courses: createCourseStore(durable),
      mappings: createMappingStore(durable, journal),
      viewers: createViewerStore(durable, journal),
      admins: createAdminStore(durable, journal),
      adminPersons: createAdminPersonStore(durable, journal),
      apiClients: createApiClientStore(durable, journal),
      blockedFrames: createBlockedFrameStore(durable),
      leases: createLeaseStore(volatile),
      jobs: createJobStore(durable, journal),
      stagedChanges: createStagedChangeStore(volatile),
      consumedStates: createConsumedStateStore(volatile, clock),
      launches: createLaunchStore(volatile),
      signingKeys: createSigningKeyStore(durable),
      installationKeys: createInstallationKeyStore(durable),
      transfer: createTransfer({ durable, volatile }),
      changeNumber: () => readChangeNumber(durable),
      async ping() {
        await readChangeNumber(durable);
        await volatile.read((sql) => sql.get("SELECT value FROM meta WHERE key = 'schema_version'"));
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
