/**
 * Steps 4 to 10 of a launch: adapter, identity, course, entry, session, page, record. A `VerifiedLaunch` comes in, the
 * player page goes out; each failure is one coded error, recorded with the step where it happened.
 */
import type { AdapterRegistry } from '../adapter-sdk/registry.js';
import type { NeutralLaunch } from '../adapter-sdk/types.js';
import type { EntryAuthoriser } from '../courses/authorise-entry.js';
import type { CategoryResolver } from '../courses/resolve-category.js';
import { toAppError } from '../errors/app-error.js';
import type { ResponseData } from '../http/types.js';
import { namespaceFor } from '../identity/namespace.js';
import type { ViewerResolver } from '../identity/resolver.js';
import type { Kaltura } from '../kaltura/types.js';
import type { PlatformDirectory } from '../platforms/directory.js';
import { frameOrigins } from '../platforms/origins.js';
import type { Clock } from '../runtime/clock.js';
import { newTenantId, type IdSource } from '../runtime/ids.js';
import type { Keyring } from '../runtime/keyring.js';
import type { TenantRecord } from '../store/ports.js';
import { asksForAdmin, requireAdminLaunch, type AdminDoor } from './admin-launch.js';
import { sealedCapture } from './capture.js';
import { chooseEntry } from './choose-entry.js';
import { choosePlayer } from './choose-player.js';
import { requireInPilot } from './pilot.js';
import type { LaunchOutcomeFacts, LaunchRecorder } from './recorder.js';
import type { VerifiedLaunch } from './verified-launch.js';
import { VIEW_GRANT_LIFE_MS, type ViewGrant, type ViewGrants } from './view-grant.js';
import type { ViewPages } from './view-pages.js';

/** Seals the neutral launch of a record; only the inspector's replay opens it. */
export const LAUNCH_RECORD_SEAL = 'launch-record';

export interface LaunchPipeline {
  run(launch: VerifiedLaunch): Promise<ResponseData>;
}

export interface LaunchPipelineDependencies {
  adapters: AdapterRegistry;
  viewers: ViewerResolver;
  directory: PlatformDirectory;
  categories: CategoryResolver;
  entries: EntryAuthoriser;
  kaltura: Kaltura;
  grants: ViewGrants;
  pages: ViewPages;
  /** Answers launches that ask for the admin's screens. */
  adminDoor: AdminDoor;
  recorder: LaunchRecorder;
  keyring: Keyring;
  ids: IdSource;
  clock: Clock;
}

export function createLaunchPipeline(deps: LaunchPipelineDependencies): LaunchPipeline {
  return {
    async run(launch) {
      const facts: Partial<LaunchOutcomeFacts> = {
        launchId: launch.launchId,
        platformId: launch.platform.id,
        deploymentId: launch.deployment.deploymentId,
        adapterId: launch.platform.adapterId,
        messageType: launch.claims.messageType,
        ...sealedCapture(launch, deps.keyring),
      };
      try {
        const response = await play(launch, facts, deps);
        deps.recorder.recordPlayed(
          { ...facts, launchId: launch.launchId, requestId: launch.requestId, atMs: launch.receivedAtMs },
          launch.steps,
        );
        return response;
      } catch (thrown) {
        const error = toAppError(thrown);
        const { requestId, receivedAtMs, steps } = launch;
        deps.recorder.recordFailure({ requestId, atMs: receivedAtMs, steps, error, facts });
        throw error;
      }
    },
  };
}

async function play(
  launch: VerifiedLaunch,
  facts: Partial<LaunchOutcomeFacts>,
  deps: LaunchPipelineDependencies,
): Promise<ResponseData> {
  const { platform, steps, claims } = launch;
  const { settings } = platform;

  const neutral = await steps.run('adapter', () =>
    deps.adapters.toNeutralLaunch(platform.adapterId, claims, settings.adapter),
  );
  if (asksForAdmin(launch)) {
    facts.roles = neutral.roles;
    return steps.run('admin', async () => {
      requireAdminLaunch(launch);
      facts.tenantId = (await tenantOf(launch, neutral, deps)).id;
      return deps.adminDoor(launch, neutral.viewer);
    });
  }
  const applicationName = settings.applicationName ?? neutral.application;
  Object.assign(facts, {
    roles: neutral.roles,
    courseKey: neutral.course?.key,
    courseTitle: neutral.course?.title,
    applicationName,
    sealedPersonal: deps.keyring.seal(LAUNCH_RECORD_SEAL, neutral),
  });
  requireInPilot(settings.pilot, { courseKey: neutral.course?.key, deploymentId: launch.deployment.deploymentId });

  const { tenant, viewerId } = await steps.run('identity', async () => {
    const found = await tenantOf(launch, neutral, deps);
    // Known even when nobody is: a dry run of another rule reads the launches that this one refused.
    facts.tenantId = found.id;
    const { viewer } = neutral;
    const resolved = await deps.viewers.resolve({ tenant: found, viewer, launchId: launch.launchId });
    return { tenant: found, viewerId: resolved };
  });
  facts.viewerId = viewerId;
  if (neutral.course !== undefined) {
    const { key, ...course } = neutral.course;
    deps.recorder.noteCourse({
      tenantId: tenant.id,
      courseKey: key,
      ...course,
      seenIn: { platformId: platform.id, deploymentId: launch.deployment.deploymentId },
      seenAtMs: launch.receivedAtMs,
    });
  }

  const { categoryId, origin } = await steps.run('course', () =>
    deps.categories.resolve({ platform, tenant, course: neutral.course }),
  );
  Object.assign(facts, { categoryId, categoryOrigin: origin });

  const account = deps.kaltura.account(tenant.accountId);
  const entryId = await steps.run('authorise', async () => {
    const wish = chooseEntry(claims, launch.targetLinkUri);
    facts.entryId = wish.entryId;
    const { deploymentId } = launch.deployment;
    await deps.entries.authorise({
      platform,
      deploymentId,
      account,
      entryId: wish.entryId,
      ...(wish.signature === undefined ? {} : { signature: wish.signature }),
      ...(categoryId === undefined ? {} : { categoryId }),
    });
    return wish.entryId;
  });

  const uiConfId = choosePlayer(platform, tenant, neutral.course?.key);
  const grant: ViewGrant = {
    launchId: launch.launchId,
    platformId: platform.id,
    platformRef: platform.ref,
    deploymentId: launch.deployment.deploymentId,
    accountId: tenant.accountId,
    viewerId,
    entryId,
    applicationName,
    frameOrigins: frameOrigins(platform, claims, launch.returnUrl),
    expiresAtMs: deps.clock.nowMs() + VIEW_GRANT_LIFE_MS,
    ...(uiConfId === undefined ? {} : { uiConfId }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(neutral.course?.title === undefined ? {} : { courseTitle: neutral.course.title }),
    ...(claims.launchPresentation?.locale === undefined ? {} : { locale: claims.launchPresentation.locale }),
  };
  const view = await steps.run('session', () => deps.pages.openSession(grant));
  return steps.run('page', () =>
    deps.pages.play({ ...view, sealedGrant: deps.grants.seal(grant), requestId: launch.requestId }),
  );
}

async function tenantOf(
  launch: VerifiedLaunch,
  neutral: NeutralLaunch,
  { directory, ids, clock }: LaunchPipelineDependencies,
): Promise<TenantRecord> {
  const { platform, deployment } = launch;
  return directory.tenantOf(deployment, {
    hint: neutral.tenantHint,
    create: {
      id: newTenantId(ids),
      accountId: platform.accountId,
      namespace: namespaceFor(platform.name),
      name: platform.name,
      createdAtMs: clock.nowMs(),
    },
  });
}
