/** A filled installation in a folder: platforms, tenants, mapped courses and links that it signed. */
import { createEntryAuthoriser } from '../../src/courses/authorise-entry.js';
import { installationKey } from '../../src/launch/installation-keys.js';
import { systemClock } from '../../src/runtime/clock.js';
import {
  newPlatformId,
  newPlatformRef,
  newTenantId,
  newUuid,
  type AccountId,
  type CategoryId,
  type EntryId,
  type TenantId,
} from '../../src/runtime/ids.js';
import { createKeyring } from '../../src/runtime/keyring.js';
import { systemRandom } from '../../src/runtime/random.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Actor, PlatformRecord, Store } from '../../src/store/ports.js';
import { courseIdOf } from '../simulator/claims.js';
import type { SimulatedPlatform } from '../simulator/launching.js';
import type { KalturaInfo } from './kaltura.js';

const MAPPINGS_PER_COMMAND = 500;
const DEPLOYMENT_ID = '1';
const BY: Actor = { kind: 'cli' };
const ids = { clock: systemClock, random: systemRandom };

export const SECRET = 'a secret of the bench that is long enough to be one';
const ACCOUNT = 'main' as AccountId;

export interface InstallationWish {
  directory: string;
  platforms: number;
  /** Mapped courses of each platform. */
  mappings: number;
  simulatorUrl: string;
  /** Under which the simulator counts fetches of the key set. */
  name: string;
  kaltura: KalturaInfo;
}

/** Answers with the platforms as the simulator plays them. */
export async function fillInstallation(wish: InstallationWish): Promise<SimulatedPlatform[]> {
  const store = await openLibsqlStore({ directory: wish.directory, ...ids });
  try {
    const signEntry = await entrySigner(store);
    const simulated: SimulatedPlatform[] = [];
    for (let number = 0; number < wish.platforms; number += 1) {
      const platform = await addPlatform(store, wish, number);
      const tenantId = await assignTenant(store, platform);
      await mapCourses(store, tenantId, wish.mappings);
      const entryId = wish.kaltura.entryId as EntryId;
      const link = { platformRef: platform.ref, deploymentId: DEPLOYMENT_ID, entryId };
      simulated.push({
        issuer: platform.issuer,
        clientId: platform.clientId,
        deploymentId: DEPLOYMENT_ID,
        authorizationUrl: platform.authorizationUrl,
        custom: { entry_id: entryId, pc_sig: signEntry(link) },
      });
    }
    return simulated;
  } finally {
    await store.close();
  }
}

/** Environment of `playcontext start` for such an installation. */
export function environmentOf(wish: { directory: string; port: number; kaltura: KalturaInfo }): Record<string, string> {
  const { kaltura, port, directory } = wish;
  const account = 'PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN';
  return {
    PLAYCONTEXT_ENVIRONMENT: 'development',
    PLAYCONTEXT_DANGEROUSLY_ALLOW_HTTP: 'true',
    PLAYCONTEXT_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true',
    PLAYCONTEXT_SERVER_PORT: String(port),
    PLAYCONTEXT_SERVER_PUBLIC_URL: `http://127.0.0.1:${port}`,
    PLAYCONTEXT_SECRET: SECRET,
    PLAYCONTEXT_STORE_DIRECTORY: directory,
    [`${account}_PARTNER_ID`]: String(kaltura.partnerId),
    [`${account}_SERVICE_URL`]: kaltura.url,
    [`${account}_PLAYER_BASE_URL`]: kaltura.publicUrl,
    [`${account}_UI_CONF_ID`]: String(kaltura.uiConfId),
    [`${account}_ADMIN_SECRET`]: kaltura.adminSecret,
    [`${account}_ROOT_CATEGORY`]: kaltura.rootCategory,
  };
}

async function entrySigner(store: Store) {
  const keyring = createKeyring({ secret: SECRET, random: systemRandom });
  const installation = { store: store.installationKeys, keyring, random: systemRandom };
  const linkKey = await installationKey('entry-link', installation);
  const neverAsked = (): never => {
    throw new Error('signing asks nobody');
  };
  const kaltura = { entryCategories: neverAsked, findCategory: neverAsked };
  return createEntryAuthoriser({ kaltura, linkKey, clock: systemClock }).signEntry;
}

function addPlatform(store: Store, wish: InstallationWish, number: number): Promise<PlatformRecord> {
  const issuer = `https://moodle-${number}.example.edu`;
  const nowMs = systemClock.nowMs();
  return store.platforms.add(
    {
      id: newPlatformId(ids),
      ref: newPlatformRef(systemRandom),
      name: `Moodle ${number}`,
      adapterId: 'moodle',
      issuer,
      acceptedIssuers: [],
      clientId: `client-${number}`,
      authorizationUrl: `${issuer}/mod/lti/auth.php`,
      jwksUrl: `${wish.simulatorUrl}/jwks/${wish.name}/${number}`,
      accountId: ACCOUNT,
      status: 'active',
      settings: { unmappedCourse: 'refuse', entryPolicy: 'signed', frameOrigins: [], adapter: {} },
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
    [DEPLOYMENT_ID],
    BY,
  );
}

async function assignTenant(store: Store, platform: PlatformRecord): Promise<TenantId> {
  const tenant = await store.deployments.assignTenant({
    platformId: platform.id,
    deploymentId: DEPLOYMENT_ID,
    hint: platform.issuer,
    create: {
      id: newTenantId(ids),
      accountId: ACCOUNT,
      namespace: platform.clientId.replace('-', ''),
      name: platform.name,
      createdAtMs: systemClock.nowMs(),
    },
  });
  return tenant.id;
}

/** Through the same command as an import, with history and audit. */
async function mapCourses(store: Store, tenantId: TenantId, count: number): Promise<void> {
  const changeSetId = newUuid(ids);
  for (let from = 0; from < count; from += MAPPINGS_PER_COMMAND) {
    const length = Math.min(MAPPINGS_PER_COMMAND, count - from);
    const changes = Array.from({ length }, (_nothing, offset) => {
      const courseKey = courseIdOf(from + offset);
      return {
        tenantId,
        courseKey,
        courseTitle: `Course ${courseKey}`,
        courseLabel: `C${courseKey}`,
        to: {
          categoryId: String(from + offset + 1_000) as CategoryId,
          categoryFullName: `Campus>site>channels>${courseKey}`,
          origin: 'manual' as const,
        },
      };
    });
    const set = { changeSetId, summary: `Imported ${count} courses`, changes, atMs: systemClock.nowMs() };
    const { outcome } = await store.mappings.apply(set, BY);
    if (outcome !== 'applied') throw new Error('the courses of an empty store were mapped already');
  }
}
