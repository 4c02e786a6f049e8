/** What the LTI room hands to the launch pipeline: a message whose every check has passed. */
import type { LtiClaims } from '../adapter-sdk/types.js';
import type { LaunchId } from '../runtime/ids.js';
import type { DeploymentRecord, PlatformRecord } from '../store/ports.js';
import type { StepClock } from './step-clock.js';

export interface VerifiedLaunch {
  launchId: LaunchId;
  requestId: string;
  platform: PlatformRecord;
  /** Approved; its tenant may still be missing on the first launch. */
  deployment: DeploymentRecord;
  claims: LtiClaims;
  /** On our own origin, checked. */
  targetLinkUri: URL;
  /** http(s) and of an origin of the platform, checked; else absent. */
  returnUrl?: URL;
  receivedAtMs: number;
  /** Times the steps; the pipeline goes on with the same clock. */
  steps: StepClock;
}
