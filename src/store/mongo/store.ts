/** The store for many hosts: one MongoDB database. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../errors/app-error.js';
import type { Clock } from '../../runtime/clock.js';
import { newUuid } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { Store } from '../ports.js';
import { createAccountStore } from './accounts.js';
import { createAdminPersonStore } from './admin-persons.js';
import { createAdminStore } from './admins.js';
import { createApiClientStore } from './api-clients.js';
import { createBlockedFrameStore } from './blocked-frames.js';
import { createConsumedStateStore } from './consumed-states.js';
import { createCourseStore } from './courses.js';
import type { Commands } from './commands.js';
import { openDatabase, type Database } from './database.js';
import { createDeploymentStore } from './deployments.js';
import { isWithoutTransactions, translate } from './errors.js';
import { createJobStore } from './jobs.js';
import { createAuditStore, createJournal } from './journal.js';
import { createInstallationKeyStore, createSigningKeyStore } from './keys.js';
import { createLaunchStore } from './launches.js';
import { createLeaseStore } from './leases.js';
import { createLock } from './lock.js';
import { createMappingStore } from './mappings.js';
import { buildIndexes, migrate } from './migrations.js';
import { createPlatformStore } from './platforms.js';
import { schemaHistory } from './schema-history.js';
import { createStagedChangeStore } from './staged-changes.js';
import { createTenantStore } from './tenants.js';
import { createTransfer } from './transfer.js';
import { createViewerStore } from './viewers.js';
import { createWriter } from './writer.js';

export interface MongoStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`. */
  uri: string;
  /** Absent: the one that the URI names, else `playcontext`. */
  database?: string | undefined;
  /** How long a command may take, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  /** For the ids of audit and history. */
  random: Random;
  /** Told of migrations, indexes and servers without transactions. */
  log?: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
}

/** A command is over after its time limit, and what it left behind after the socket's, which is twice as long. */
const LOCK_LIVES = 3;
/** How often a start waits for the life of a lock while another process migrates. */
const MIGRATION_WAITS = 4;

const WITHOUT_TRANSACTIONS =
  'the database has no transactions: a process that is killed during a change may leave half of it; use a replica set';

/** What the server says is not believed alone: some that speak the protocol take a transaction and keep its writes. */
async function hasTransactions(database: Database, probeId: string): Promise<boolean> {
  try {
    const { setName, msg } = await database.hello();
    if (typeof setName !== 'string' && msg !== 'isdbgrid') return false;
    return await database.provesTransactions(probeId);
  } catch (thrown) {
    if (isWithoutTransactions(thrown)) return false;
    throw translate(thrown) ?? thrown;
  }
}

const readChangeNumber = async ({ findOne }: Commands): Promise<number> => {
  const value = (await findOne('meta', { _id: 'changes' }))?.['value'] ?? 0;
  if (typeof value === 'number') return value;
  throw new AppError('STORE_UNAVAILABLE', { reason: 'unexpected value in meta.value' });
};

/**
 * Opens the store and brings the database to the current schema. Any number of processes may work on one database.
 * Indexes that only make queries quick are built while the store serves already.
 *
 * @throws AppError `STORE_UNAVAILABLE` (no primary within the time limit, refused, not an address), `STORE_BUSY`,
 *   `STORE_SCHEMA_NEWER`
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { timeoutMs, clock, random, log } = options;
  const database = await openDatabase(options);
  try {
    const newToken = (): string => newUuid({ clock, random });
    const lifeMs = timeoutMs * LOCK_LIVES;
    const withLock = createLock({ commands: database.commands, newToken, pause: delay, lifeMs });
    const migrating = { database, withLock, migrations: schemaHistory, waitMs: lifeMs * MIGRATION_WAITS };
    const ran = await migrate(migrating).catch((thrown: unknown) => {
      throw translate(thrown) ?? thrown;
    });
    if (ran.length > 0) log?.info({ migrations: ran }, 'store migrated');

    const onWithoutTransactions = (): void => log?.warn({}, WITHOUT_TRANSACTIONS);
    const transactions = await hasTransactions(database, newToken());
    if (!transactions) onWithoutTransactions();

    let closed = false;
    void buildIndexes(migrating).then(
      () => log?.info({}, 'the indexes of the store are built'),
      (thrown: unknown) => {
        const reason = translate(thrown)?.message ?? 'INTERNAL';
        if (!closed) log?.warn({ reason }, 'indexes are missing: queries are slow until a start builds them');
      },
    );

    const writer = createWriter({ database, withLock, timeoutMs, transactions, onWithoutTransactions });
    const journal = createJournal(random);
    return {
      accounts: createAccountStore(database, writer, journal),
      audit: createAuditStore(database, writer, journal),
      platforms: createPlatformStore(database, writer, journal, clock),
      deployments: createDeploymentStore(database, writer, journal),
      tenants: createTenantStore(database, writer, journal),
      courses: createCourseStore(database),
      mappings: createMappingStore(database, writer, journal),
      viewers: createViewerStore(database, writer, journal),
      admins: createAdminStore(database, writer, journal),
      adminPersons: createAdminPersonStore(database, writer, journal),
      apiClients: createApiClientStore(database, writer, journal),
      blockedFrames: createBlockedFrameStore(database, writer),
      leases: createLeaseStore(database),
      jobs: createJobStore(database, writer, journal),
      stagedChanges: createStagedChangeStore(database, writer),
      consumedStates: createConsumedStateStore(database, clock),
      launches: createLaunchStore(database),
      signingKeys: createSigningKeyStore(database, writer),
      installationKeys: createInstallationKeyStore(database, writer),
      transfer: createTransfer(database, writer),
      changeNumber: () => database.run(readChangeNumber),
      ping: () => database.ping(),
      async close() {
        closed = true;
        await database.close();
      },
    };
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}
