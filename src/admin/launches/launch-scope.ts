/** Which launches an admin may see: all, or those of the one deployment that their session is limited to. */
import { AppError } from '../../errors/app-error.js';
import type { LaunchId } from '../../runtime/ids.js';
import type { AdminSession, LaunchFilter, LaunchRecord, LaunchStore } from '../../store/ports.js';
import { ADMIN_PATHS } from '../paths.js';

type Who = Pick<AdminSession, 'deployment'>;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** What every listing for this admin has to ask for. */
export const scopeOf = ({ deployment }: Who): Pick<LaunchFilter, 'platformId' | 'deploymentId'> => ({ ...deployment });

const isInScope = ({ deployment }: Who, { platformId, deploymentId }: LaunchRecord): boolean =>
  !deployment || (deployment.platformId === platformId && deployment.deploymentId === deploymentId);

/** A launch or request id inside of what somebody pasted; error pages copy the code together with the id. */
export const idIn = (text: string): string | undefined => UUID.exec(text.toLowerCase())?.[0];

/** The launch that a viewer's error page or this screen names, if this admin may see it. */
export async function findLaunch(
  who: Who,
  id: string,
  launches: Pick<LaunchStore, 'find' | 'findByRequestId'>,
): Promise<LaunchRecord | undefined> {
  const record = (await launches.findByRequestId(id)) ?? (await launches.find(id as LaunchId));
  return record && isInScope(who, record) ? record : undefined;
}

/** Throws `HTTP_NOT_FOUND`, for somebody else's launch as for one that does not exist. */
export async function requireLaunch(
  who: Who,
  launchId: string | undefined,
  launches: Pick<LaunchStore, 'find'>,
): Promise<LaunchRecord> {
  const record = idIn(launchId ?? '') === launchId ? await launches.find(launchId as LaunchId) : undefined;
  if (!record || !isInScope(who, record)) {
    throw new AppError('HTTP_NOT_FOUND', { reason: 'no such launch for this admin; old ones are removed' });
  }
  return record;
}

export const launchPath = (launchId: LaunchId): string => `${ADMIN_PATHS.launches}/${launchId}`;
