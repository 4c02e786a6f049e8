import { AppError } from '../errors/app-error.js';
import { isInPilot } from '../platforms/pilot.js';
import type { PilotLimits } from '../store/ports.js';

/**
 * Lets a launch pass when there is no pilot, or when its course or its deployment takes part.
 *
 * @throws AppError `LAUNCH_NOT_IN_PILOT`, with whom to ask
 */
export function requireInPilot(
  pilot: PilotLimits | undefined,
  { courseKey, deploymentId }: { courseKey: string | undefined; deploymentId: string },
): void {
  if (!pilot || isInPilot(pilot, { courseKey, deploymentId })) return;
  throw new AppError('LAUNCH_NOT_IN_PILOT', { contact: pilot.contact });
}
