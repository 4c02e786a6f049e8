/** A course with its mapping, as one document. */
import type { CourseRecord, MappingRecord } from '../ports.js';
import type { TransferredCourse } from '../transfer-records.js';

export function mappingOf(course: TransferredCourse): MappingRecord | undefined {
  const { tenantId, courseKey, title, label, version, mapping } = course;
  if (mapping === undefined) return undefined;
  const { accountId: _account, ...rest } = mapping;
  return {
    tenantId,
    courseKey,
    ...(title === undefined ? {} : { courseTitle: title }),
    ...(label === undefined ? {} : { courseLabel: label }),
    ...rest,
    version,
  };
}

export function courseOf(stored: TransferredCourse): CourseRecord {
  const { version: _version, mapping: _mapping, ...course } = stored;
  const mapping = mappingOf(stored);
  return { ...course, ...(mapping === undefined ? {} : { mapping }) };
}

/** A course that becomes known at `atMs`. */
export const newCourse = (
  { tenantId, courseKey }: Pick<CourseRecord, 'tenantId' | 'courseKey'>,
  atMs: number,
): TransferredCourse => ({
  tenantId,
  courseKey,
  previousKeys: [],
  categoryNames: [],
  seenIn: [],
  firstSeenAtMs: atMs,
  version: 0,
});

/** With the title and label that are given; one that is not leaves the known one as it is. */
export const retitled = (
  course: TransferredCourse,
  { title, label }: { title?: string | undefined; label?: string | undefined },
): TransferredCourse => ({
  ...course,
  ...(title === undefined ? {} : { title }),
  ...(label === undefined ? {} : { label }),
});
