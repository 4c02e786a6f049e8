/**
 * What a recorded launch would come to with the settings of today. Reads only: nobody is pinned, no category is made,
 * no session is signed. It goes from the identity on, because the record keeps what the adapter said and not the claims.
 */
import type { NeutralLaunch } from '../adapter-sdk/index.js';
import type { EntryAuthoriser } from '../courses/authorise-entry.js';
import type { CategoryPreview, CategoryResolver } from '../courses/resolve-category.js';
import { AppError, isAppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Kaltura } from '../kaltura/types.js';
import type { CategoryId, EntryId, ViewerId } from '../runtime/ids.js';
import type { DeploymentRecord, LaunchRecord, PlatformRecord, Store, TenantRecord } from '../store/ports.js';
import { choosePlayer } from './choose-player.js';
import { requireInPilot } from './pilot.js';
import { previewViewer } from './replay-viewer.js';

/** One answer of today, or why there is none. */
export type Replayed<Value> =
  | { outcome: 'given'; value: Value }
  | { outcome: 'failed'; code: ErrorCode; reason?: string }
  /** Nothing to answer, or an answer that this one needs is missing. */
  | { outcome: 'left-out' };

export interface Replay {
  /** Platform and deployment are active, and the course takes part in the pilot if there is one. */
  access: Replayed<true>;
  viewer: Replayed<{ viewerId: ViewerId; wouldPin: boolean }>;
  category: Replayed<CategoryPreview>;
  /** `withoutSignature`: the record does not keep the link's signature, with which the video might be allowed. */
  entry: Replayed<{ entryId: EntryId; allowedBy: string }> & { withoutSignature?: true };
  application: Replayed<string>;
  /** Kaltura id of the player. */
  player: Replayed<number>;
}

export type ReplayLaunch = (record: LaunchRecord, neutral: NeutralLaunch) => Promise<Replay>;

export interface ReplayDependencies {
  store: Pick<Store, 'platforms' | 'deployments' | 'tenants' | 'viewers'>;
  categories: Pick<CategoryResolver, 'preview'>;
  entries: Pick<EntryAuthoriser, 'authorise'>;
  kaltura: Pick<Kaltura, 'account' | 'entry'>;
  pseudonymKey: Buffer;
}

interface Today {
  platform: PlatformRecord;
  deployment: DeploymentRecord | undefined;
  tenant: TenantRecord | undefined;
}

export function createReplay(deps: ReplayDependencies): ReplayLaunch {
  return async (record, neutral) => {
    const today = await readToday(record, deps.store);
    if (!today) return nothing({ outcome: 'failed', code: 'PLATFORM_UNKNOWN' });
    const { platform, tenant } = today;
    const access = await attempt(() => requireAccess(today, neutral));
    const application = given(platform.settings.applicationName ?? neutral.application);
    if (!tenant) return { ...nothing(access), application };

    const [viewer, category] = await Promise.all([
      attempt(() => {
        const { candidates } = neutral.viewer;
        return previewViewer({ tenant, candidates, launchId: record.launchId }, deps);
      }),
      attempt(() => deps.categories.preview({ platform, tenant, course: neutral.course })),
    ]);
    return {
      access,
      viewer,
      category,
      application,
      entry: await replayEntry(record, { platform, tenant, category }, deps),
      player: await attempt(
        () => choosePlayer(platform, tenant, neutral.course?.key) ?? deps.kaltura.account(tenant.accountId).uiConfId,
      ),
    };
  };
}

async function readToday(
  { platformId, deploymentId, tenantId }: LaunchRecord,
  store: ReplayDependencies['store'],
): Promise<Today | undefined> {
  const platform = platformId && (await store.platforms.findById(platformId));
  if (!platform) return undefined;
  const deployment = deploymentId === undefined ? undefined : await store.deployments.find(platform.id, deploymentId);
  const today = deployment?.tenantId ?? tenantId;
  return { platform, deployment, tenant: today && (await store.tenants.find(today)) };
}

function requireAccess({ platform, deployment }: Today, { course }: NeutralLaunch): true {
  if (platform.status !== 'active') {
    throw new AppError('PLATFORM_DISABLED', { reason: `the registration is ${platform.status}` });
  }
  if (deployment?.status === 'disabled') throw new AppError('PLATFORM_DEPLOYMENT_DISABLED');
  if (deployment?.status !== 'active') throw new AppError('PLATFORM_DEPLOYMENT_PENDING');
  const { deploymentId } = deployment;
  requireInPilot(platform.settings.pilot, { courseKey: course?.key, deploymentId });
  return true;
}

async function replayEntry(
  { entryId, deploymentId = '' }: LaunchRecord,
  {
    platform,
    tenant,
    category,
  }: { platform: PlatformRecord; tenant: TenantRecord; category: Replayed<CategoryPreview> },
  { entries, kaltura }: ReplayDependencies,
): Promise<Replay['entry']> {
  if (entryId === undefined) return { outcome: 'left-out' };
  const categoryId: CategoryId | undefined = category.outcome === 'given' ? category.value.categoryId : undefined;
  const entry = await attempt(async () => {
    const account = kaltura.account(tenant.accountId);
    await kaltura.entry(account, entryId);
    return entries.authorise({
      platform,
      deploymentId,
      account,
      entryId,
      ...(categoryId === undefined ? {} : { categoryId }),
    });
  });
  const isOpen = entry.outcome === 'failed' && entry.code === 'ENTRY_NOT_ALLOWED';
  return isOpen ? { ...entry, withoutSignature: true } : entry;
}

const given = <Value>(value: Value): Replayed<Value> => ({ outcome: 'given', value });

async function attempt<Value>(work: () => Value | Promise<Value>): Promise<Replayed<Value>> {
  try {
    return given(await work());
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { outcome: 'failed', code: error.code, ...(error.reason === undefined ? {} : { reason: error.reason }) };
  }
}

const nothing = (access: Replay['access']): Replay => ({
  access,
  viewer: { outcome: 'left-out' },
  category: { outcome: 'left-out' },
  entry: { outcome: 'left-out' },
  application: { outcome: 'left-out' },
  player: { outcome: 'left-out' },
});
