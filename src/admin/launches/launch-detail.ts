/**
 * One launch: what Kaltura got, the steps, and everything that was known. The person stays behind a button that is
 * audited; the replay asks today's settings about the same launch.
 */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.js';
import { openCapture } from '../../launch/capture.js';
import { openPersonal } from '../../launch/personal-record.js';
import type { ReplayLaunch } from '../../launch/replay.js';
import type { Clock } from '../../runtime/clock.js';
import type { Keyring } from '../../runtime/keyring.js';
import type { ResponseData } from '../../http/types.js';
import type { LaunchRecord, PlatformRecord, Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import { ADMIN_PATHS } from '../paths.js';
import { blockedHints, BLOCKED_TEMPLATE } from './blocked-hint.js';
import { shownPerson } from './launch-person.js';
import { launchPath, requireLaunch } from './launch-scope.js';
import { isAdminLaunch, stepsOf } from './launch-steps.js';
import { replayRows } from './replay-rows.js';

const local = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TEMPLATE = local('./launch-detail.eta');
const PERSONAL = local('./launch-personal.eta');
const REPLAY = local('./launch-replay.eta');

const PATH = `${ADMIN_PATHS.launches}/:launchId`;

export interface LaunchDetailDependencies {
  store: Pick<Store, 'launches' | 'platforms' | 'tenants' | 'blockedFrames' | 'audit'>;
  replay: ReplayLaunch;
  keyring: Keyring;
  clock: Clock;
}

export function createLaunchDetail({ store, replay, keyring, clock }: LaunchDetailDependencies): AdminRoute[] {
  /** `opened`: what a button asked for, shown in the page where there is no script to put it there. */
  const page = async (
    record: LaunchRecord,
    screen: AdminScreen,
    opened: { personal?: object; replayed?: object } = {},
  ): Promise<ResponseData> => {
    const { platformId, tenantId, viewerId } = record;
    const [platform, tenant, blocked] = await Promise.all([
      platformId && store.platforms.findById(platformId),
      tenantId && store.tenants.find(tenantId),
      platformId && record.outcome === 'played' && !screen.session.deployment
        ? store.blockedFrames.list(platformId)
        : [],
    ]);
    const captured = openCapture(record, keyring);
    return screen.page(TEMPLATE, {
      ...opened,
      ...viewOf(record, { platform: platform || undefined, tenant: tenant || undefined }),
      title: screen.messages.text('admin.launch.title', { time: timeOf(record).shown }),
      section: 'launches',
      styles: ['inspector.css'],
      person: viewerId && shownPerson(viewerId, tenant || undefined, keyring),
      steps: stepsOf(record),
      blocked: blockedHints(blocked, platform ? [platform] : [], clock),
      claims: captured && JSON.stringify(captured, undefined, 2),
      hasPersonal: openPersonal(record, keyring) !== undefined,
      mayOpen: screen.session.role !== 'viewer',
      mayChangePlatform: screen.session.role === 'owner' && !screen.session.deployment,
      listUrl: ADMIN_PATHS.launches,
      templates: { blocked: BLOCKED_TEMPLATE, personal: PERSONAL, replay: REPLAY },
    });
  };

  const note = (action: string, { launchId, tenantId }: LaunchRecord, { actor }: AdminScreen): Promise<void> =>
    store.audit.note({
      atMs: clock.nowMs(),
      actor,
      action,
      target: launchId,
      ...(tenantId === undefined ? {} : { tenantId }),
    });

  return [
    {
      method: 'GET',
      path: PATH,
      template: PATH,
      role: 'viewer',
      keepsToDeployment: true,
      handler: async ({ params }, screen) =>
        page(await requireLaunch(screen.session, params['launchId'], store.launches), screen),
    },
    {
      method: 'POST',
      path: `${PATH}/open`,
      template: `${PATH}/open`,
      role: 'editor',
      keepsToDeployment: true,
      async handler({ params, headers }, screen) {
        const record = await requireLaunch(screen.session, params['launchId'], store.launches);
        const neutral = requirePersonal(record, keyring);
        await note('launch.open', record, screen);
        const { name, isTestUser, candidates } = neutral.viewer;
        const { viewerId } = record;
        const personal = { values: { name, ...candidates, viewerId }, isTestUser };
        return headers['hx-request'] === 'true'
          ? screen.fragment(PERSONAL, { personal })
          : page(record, screen, { personal });
      },
    },
    {
      method: 'POST',
      path: `${PATH}/replay`,
      template: `${PATH}/replay`,
      role: 'editor',
      keepsToDeployment: true,
      async handler({ params, headers }, screen) {
        const record = await requireLaunch(screen.session, params['launchId'], store.launches);
        const neutral = requirePersonal(record, keyring);
        await note('launch.replay', record, screen);
        const tenant = record.tenantId && (await store.tenants.find(record.tenantId));
        const replayed = replayRows(await replay(record, neutral), record, {
          tenant: tenant || undefined,
          keyring,
          text: screen.messages.text,
        });
        return headers['hx-request'] === 'true'
          ? screen.fragment(REPLAY, { replayed })
          : page(record, screen, { replayed });
      },
    },
    {
      method: 'GET',
      path: `${PATH}/fixture`,
      template: `${PATH}/fixture`,
      role: 'viewer',
      keepsToDeployment: true,
      async handler({ params }, screen) {
        const record = await requireLaunch(screen.session, params['launchId'], store.launches);
        const captured = openCapture(record, keyring);
        if (!captured) {
          throw new AppError('INPUT_INVALID', { reason: 'the platform did not capture launches when this one came' });
        }
        return {
          status: 200,
          headers: {
            'Content-Type': 'application/json; charset=utf-8',
            'Content-Disposition': `attachment; filename="${fixtureName(record)}.json"`,
          },
          body: `${JSON.stringify(captured, undefined, 2)}\n`,
        };
      },
    },
  ];
}

function requirePersonal(record: LaunchRecord, keyring: Keyring): NonNullable<ReturnType<typeof openPersonal>> {
  const neutral = openPersonal(record, keyring);
  if (!neutral) {
    throw new AppError('INPUT_INVALID', {
      reason: 'the launch ended before its adapter answered, or was kept with a secret that is gone',
    });
  }
  return neutral;
}

/** As the conformance kit of adapters names its fixtures. */
const fixtureName = ({ messageType }: LaunchRecord): string =>
  messageType === 'LtiDeepLinkingRequest' ? 'deep-linking' : 'resource-link';

const timeOf = ({ atMs }: LaunchRecord): { iso: string; shown: string } => {
  const iso = new Date(atMs).toISOString();
  return { iso, shown: `${iso.slice(0, 10)} ${iso.slice(11, 19)}` };
};

/** The record in the words of the template. */
function viewOf(
  record: LaunchRecord,
  { platform, tenant }: { platform: PlatformRecord | undefined; tenant: TenantRecord | undefined },
): object {
  const { tenantId, courseKey, platformId } = record;
  const own = launchPath(record.launchId);
  return {
    record,
    time: timeOf(record),
    isAdminLaunch: isAdminLaunch(record),
    platformName: platform?.name ?? platformId,
    platformUrl: platform && `${ADMIN_PATHS.platforms}/${encodeURIComponent(platform.id)}`,
    tenantName: tenant?.name,
    courseUrl:
      tenantId && courseKey !== undefined
        ? `${ADMIN_PATHS.courses}/${encodeURIComponent(tenantId)}/${encodeURIComponent(courseKey)}`
        : undefined,
    openUrl: `${own}/open`,
    replayUrl: `${own}/replay`,
    fixtureUrl: `${own}/fixture`,
  };
}
