import { AppError } from '../../errors/app-error.js';
import type { PlatformDirectory } from '../../platforms/directory.js';
import type { Clock } from '../../runtime/clock.js';
import type { DeploymentRecord, DeploymentStore, PlatformRecord } from '../../store/ports.js';
import type { LoginState } from '../state.js';

const MAX_PENDING_DEPLOYMENTS = 50;

export interface CheckDeploymentDependencies {
  directory: PlatformDirectory;
  deployments: DeploymentStore;
  clock: Clock;
}

/**
 * The deployment of a verified token: the one that the login named, if it named one, and approved here. With shared
 * issuers (Canvas, Blackboard) the deployment is the institution, so a new one waits for an admin in a capped queue.
 */
export async function checkDeployment(
  deploymentId: string,
  { platform, login }: { platform: PlatformRecord; login: LoginState },
  { directory, deployments, clock }: CheckDeploymentDependencies,
): Promise<DeploymentRecord> {
  if (!login.acceptsDeployment(deploymentId)) {
    throw new AppError('LAUNCH_CLAIM_INVALID', {
      reason: 'the token is for another deployment than the login',
      details: { claim: 'deployment_id' },
    });
  }
  const exact = await directory.findDeployment(platform.id, deploymentId);
  if (exact?.status === 'active') return exact;
  const alike = await Promise.all(otherSpellings(deploymentId).map((id) => directory.findDeployment(platform.id, id)));
  const known = [exact, ...alike].filter((deployment) => deployment !== undefined);
  if (known.some(({ status }) => status === 'disabled')) throw new AppError('PLATFORM_DEPLOYMENT_DISABLED');
  const active = known.find(({ status }) => status === 'active');
  if (active) return active;
  if (known.length === 0) {
    await deployments.notePending(
      { platformId: platform.id, deploymentId },
      { nowMs: clock.nowMs(), cap: MAX_PENDING_DEPLOYMENTS },
    );
  }
  throw new AppError('PLATFORM_DEPLOYMENT_PENDING', { reason: 'the deployment is not approved' });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An id is compared letter by letter, except that the letters of a UUID have no case (RFC 9562 §4): Brightspace shows an
 * admin the same one now in capital, now in small letters.
 */
const otherSpellings = (deploymentId: string): string[] =>
  UUID.test(deploymentId)
    ? [deploymentId.toLowerCase(), deploymentId.toUpperCase()].filter((spelling) => spelling !== deploymentId)
    : [];
