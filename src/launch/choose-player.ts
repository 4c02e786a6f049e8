import { playerOf, readCourseSettings } from '../courses/settings.js';
import type { PlatformRecord, TenantRecord } from '../store/ports.js';

/** Kaltura id of the player that the course has, else the platform; undefined: the account's. */
export function choosePlayer(
  { settings }: Pick<PlatformRecord, 'settings'>,
  { courseSettings }: Pick<TenantRecord, 'courseSettings'>,
  courseKey: string | undefined,
): number | undefined {
  const ofCourse = courseKey === undefined ? undefined : playerOf(readCourseSettings(courseSettings), courseKey);
  return ofCourse ?? settings.uiConfId;
}
