/** A platform that is being tried out: only some of its launches are served. */
import type { LaunchRecord, PilotLimits } from '../store/ports.js';

/** Whether a launch is served. A launch from no course is, when its deployment is listed. */
export const isInPilot = (
  pilot: PilotLimits,
  { courseKey, deploymentId }: { courseKey?: string | undefined; deploymentId?: string | undefined },
): boolean =>
  (courseKey !== undefined && pilot.courseKeys.includes(courseKey)) ||
  (deploymentId !== undefined && pilot.deploymentIds.includes(deploymentId));

export interface PilotPreview {
  /** Launches and courses that these limits would have served, and those that they would have refused. */
  served: number;
  refused: number;
  refusedCourses: number;
}

/** What the limits would have done to launches that happened. Those that never got to a course are left out. */
export function previewPilot(
  pilot: PilotLimits,
  launches: readonly Pick<LaunchRecord, 'courseKey' | 'deploymentId' | 'tenantId'>[],
): PilotPreview {
  const known = launches.filter(({ tenantId }) => tenantId !== undefined);
  const refused = known.filter((launch) => !isInPilot(pilot, launch));
  const courses = new Set(
    refused.flatMap(({ courseKey, tenantId }) =>
      courseKey === undefined ? [] : [JSON.stringify([tenantId, courseKey])],
    ),
  );
  return { served: known.length - refused.length, refused: refused.length, refusedCourses: courses.size };
}
