import type { TenantId } from '../../runtime/ids.js';
import { assertChunk, assertLimit } from '../limits.js';
import { cursorAfter } from '../cursor.js';
import type { CourseRecord, CourseStore, SeenCourse } from '../ports.js';
import { assertStorable } from '../storable.js';
import { courseCountQuery, courseListQuery } from './course-query.js';
import { addCourse, describeCourse, findCourse, noteLaunch, noteSeenIn, toCourse } from './course-rows.js';
import type { Database, Reader, Writer } from './database.js';
import { integer } from './rows.js';

const SET_PROBLEM = `UPDATE courses SET problem = ?
  WHERE tenant_id = ? AND course_key = ? AND origin IS NOT NULL AND version = ?`;

function noteSeen(sql: Writer, seen: SeenCourse): void {
  const { seenAtMs, seenIn, ...course } = seen;
  const known = findCourse(sql, course.tenantId, course.courseKey);
  if (known === undefined) {
    const first = { seenIn: seenIn === undefined ? [] : [seenIn], firstSeenAtMs: seenAtMs, lastLaunchAtMs: seenAtMs };
    addCourse(sql, { ...course, ...first });
    return;
  }
  if (seenIn !== undefined) noteSeenIn(sql, known, seenIn);
  if (seenAtMs < (known.record.lastLaunchAtMs ?? 0)) return;
  describeCourse(sql, known, { title: course.title, label: course.label, sourcedId: course.sourcedId });
  noteLaunch(sql, known, seen);
}

const findKnown = (sql: Reader, tenantId: TenantId, courseKeys: readonly string[]): CourseRecord[] =>
  courseKeys.flatMap((courseKey) => findCourse(sql, tenantId, courseKey)?.record ?? []);

export const createCourseStore = (durable: Database): CourseStore => ({
  find: (tenantId, courseKey) => durable.read((sql) => findCourse(sql, tenantId, courseKey)?.record),

  async noteSeen(courses) {
    assertChunk(courses);
    for (const { previousKeys, categoryNames, seenIn } of courses) {
      const place = seenIn === undefined ? [] : [seenIn.platformId, seenIn.deploymentId];
      [...previousKeys, ...categoryNames, ...place].forEach(assertStorable);
    }
    if (courses.length === 0) return;
    await durable.write((sql) => {
      for (const course of courses) noteSeen(sql, course);
    });
  },

  async list(query) {
    assertLimit(query.limit);
    const { sql, parameters } = courseListQuery(query);
    const found = await durable.read((reader) => reader.all(sql, ...parameters).map(toCourse));
    const items = found.slice(0, query.limit);
    const last = items.at(-1);
    return { items, ...(found.length > items.length && last ? { next: cursorAfter(query.order, last) } : {}) };
  },

  async count(filter, cap) {
    const { sql, parameters } = courseCountQuery(filter, cap);
    return durable.read((reader) => integer(reader.get(sql, ...parameters) ?? {}, 'n'));
  },

  async findMany(tenantId, courseKeys) {
    assertChunk(courseKeys);
    return durable.read((sql) => findKnown(sql, tenantId, courseKeys));
  },

  setProblem: ({ tenantId, courseKey, expectedVersion, problem }) =>
    durable.write((sql) => sql.run(SET_PROBLEM, problem, tenantId, courseKey, expectedVersion) === 1),
});
