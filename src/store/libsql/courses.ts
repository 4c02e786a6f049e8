import { assertChunk, assertLimit } from '../limits.js';
import { cursorAfter } from '../cursor.js';
import type { CourseStore, SeenCourse } from '../ports.js';
import { assertStorable } from '../storable.js';
import { courseCountQuery, courseListQuery } from './course-query.js';
import { addCourse, findCourse, noteLaunch, retitleCourse, toCourse } from './course-rows.js';
import type { Database, Writer } from './database.js';
import { integer } from './rows.js';

const SET_PROBLEM = `UPDATE courses SET problem = ?
  WHERE tenant_id = ? AND course_key = ? AND origin IS NOT NULL AND version = ?`;

function noteSeen(sql: Writer, seen: SeenCourse): void {
  const { tenantId, courseKey, title, label, seenAtMs, ...names } = seen;
  const known = findCourse(sql, tenantId, courseKey);
  if (known === undefined) {
    const texts = { ...(title === undefined ? {} : { title }), ...(label === undefined ? {} : { label }) };
    addCourse(sql, { tenantId, courseKey, ...texts, ...names, firstSeenAtMs: seenAtMs, lastLaunchAtMs: seenAtMs });
  } else if (seenAtMs >= (known.record.lastLaunchAtMs ?? 0)) {
    retitleCourse(sql, known, { title, label });
    noteLaunch(sql, known, seen);
  }
}

export const createCourseStore = (durable: Database): CourseStore => ({
  find: (tenantId, courseKey) => durable.read((sql) => findCourse(sql, tenantId, courseKey)?.record),

  async noteSeen(courses) {
    assertChunk(courses);
    for (const { previousKeys, categoryNames } of courses) [...previousKeys, ...categoryNames].forEach(assertStorable);
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

  setProblem: ({ tenantId, courseKey, expectedVersion, problem }) =>
    durable.write((sql) => sql.run(SET_PROBLEM, problem, tenantId, courseKey, expectedVersion) === 1),
});
