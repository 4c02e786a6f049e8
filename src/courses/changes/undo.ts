/** Takes back what a change set did. Pure: the caller reads the history and applies the answer as a new change set. */
import type { MappingChange, MappingHistoryRecord } from '../../store/ports.js';

/**
 * The changes that bring each course back to where it was before this part of its history. Each expects what the
 * history left behind, so a course that somebody changed since is a conflict and nothing of theirs is lost. A course
 * that others changed in between goes back to what they left, no further.
 *
 * @param history of one change set, in any order
 */
export function undoOf(history: readonly MappingHistoryRecord[]): MappingChange[] {
  const courses = new Map<string, MappingHistoryRecord[]>();
  for (const record of history.toSorted((a, b) => (a.id < b.id ? 1 : -1))) {
    const key = JSON.stringify([record.tenantId, record.courseKey]);
    courses.set(key, [...(courses.get(key) ?? []), record]);
  }
  return [...courses.values()].flatMap(undoOfCourse);
}

/** @param newestFirst at least one record, all of one course */
function undoOfCourse([last, ...earlier]: MappingHistoryRecord[]): MappingChange[] {
  if (last === undefined) return [];
  const { tenantId, courseKey, after } = last;
  let first = last;
  for (const record of earlier) {
    if (record.after?.version !== first.before?.version) break;
    first = record;
  }
  const { before } = first;
  if (before === undefined && after === undefined) return [];
  return [
    {
      tenantId,
      courseKey,
      ...(after === undefined ? {} : { expectedVersion: after.version }),
      ...(before === undefined
        ? {}
        : {
            to: {
              categoryId: before.categoryId,
              categoryFullName: before.categoryFullName,
              origin: before.origin,
            },
          }),
    },
  ];
}
