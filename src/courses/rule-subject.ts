import type { KalturaAccount } from '../kaltura/types.js';
import type { PlatformId } from '../runtime/ids.js';
import type { CourseRecord, PlatformRecord } from '../store/ports.js';
import type { RuleSubject } from './course-rules.js';

/** A recorded course as a launch would show it to the rules: below the root category of a platform that it was seen in. */
export function ruleSubjectOf(
  { courseKey, label, title, sourcedId, seenIn }: CourseRecord,
  platforms: ReadonlyMap<PlatformId, Pick<PlatformRecord, 'settings'>>,
  { rootCategory }: Pick<KalturaAccount, 'rootCategory'>,
): RuleSubject {
  const roots = seenIn.map(({ platformId }) => platforms.get(platformId)?.settings.rootCategory);
  return {
    key: courseKey,
    label,
    title,
    sourcedId,
    rootCategory: roots.find((root) => root !== undefined) ?? rootCategory,
  };
}
