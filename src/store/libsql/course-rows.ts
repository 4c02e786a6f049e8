/** Rows of `courses`: a course with its mapping, and the indexes of words and places beside it, which only this file writes. */
import { z } from 'zod';
import type { AccountId, CategoryId, PlatformId, TenantId } from '../../runtime/ids.js';
import { courseTokens, titleOrder } from '../course-text.js';
import { MAX_SEEN_IN } from '../limits.js';
import type { CourseRecord, DeploymentKey, MappingOrigin, MappingRecord, SeenCourse } from '../ports.js';
import { toJson } from '../storable.js';
import type { Reader, Row, Writer } from './database.js';
import { integer, json, oneOf, optionalInteger, optionalText, text } from './rows.js';

const ORIGINS = ['manual', 'automatic', 'inherited', 'matched', 'rule'] as const satisfies MappingOrigin[];
const PROBLEMS = ['deleted', 'renamed', 'moved'] as const satisfies CourseRecord['problem'][];
const textsSchema = z.array(z.string());
const placesSchema = z.array(
  z.object({ platformId: z.custom<PlatformId>((value) => typeof value === 'string'), deploymentId: z.string() }),
);

export const COURSE_COLUMNS = [
  'id',
  'tenant_id',
  'course_key',
  'title',
  'label',
  'sourced_id',
  'previous_keys',
  'category_names',
  'seen_in',
  'first_seen_at_ms',
  'last_launch_at_ms',
  'version',
  'origin',
  'category_id',
  'category_full_name',
  'mapped_at_ms',
  'updated_at_ms',
  'problem',
]
  .map((column) => `courses.${column} AS ${column}`)
  .join(', ');

const FIND = `SELECT ${COURSE_COLUMNS} FROM courses WHERE tenant_id = ? AND course_key = ?`;
const INSERT = `INSERT INTO courses (tenant_id, course_key, title, label, sourced_id, title_order, previous_keys,
    category_names, seen_in, first_seen_at_ms, last_launch_at_ms, version, origin, account_id, category_id,
    category_full_name, mapped_at_ms, updated_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const DESCRIBE = 'UPDATE courses SET title = ?, label = ?, sourced_id = ?, title_order = ? WHERE id = ?';
const SEEN = 'UPDATE courses SET previous_keys = ?, category_names = ?, last_launch_at_ms = ? WHERE id = ?';
const MAP = `UPDATE courses SET origin = ?, account_id = ?, category_id = ?, category_full_name = ?, version = ?,
  mapped_at_ms = ?, updated_at_ms = ?, problem = NULL WHERE id = ?`;
const UNMAP = `UPDATE courses SET origin = NULL, account_id = NULL, category_id = NULL, category_full_name = NULL,
  mapped_at_ms = NULL, updated_at_ms = NULL, problem = NULL WHERE id = ?`;
const SEEN_IN = 'UPDATE courses SET seen_in = ? WHERE id = ?';
const ADD_PLACE = 'INSERT INTO places (platform_id, deployment_id) VALUES (?, ?) ON CONFLICT DO NOTHING';
const ADD_COURSE_PLACE = `INSERT INTO course_places
    (place_id, course_id, title_order, recency, course_key, tenant_id, state)
  SELECT places.id, courses.id, title_order, recency, course_key, tenant_id, state FROM courses CROSS JOIN places
    ON places.platform_id = ? AND places.deployment_id = ? WHERE courses.id = ?`;
const INDEX = 'INSERT OR REPLACE INTO course_search (rowid, tokens) VALUES (?, ?)';

export function toMapping(row: Row): MappingRecord | undefined {
  if (row['origin'] === null) return undefined;
  return {
    tenantId: text(row, 'tenant_id'),
    courseKey: text(row, 'course_key'),
    ...optionalText(row, 'title', 'courseTitle'),
    ...optionalText(row, 'label', 'courseLabel'),
    categoryId: text<CategoryId>(row, 'category_id'),
    categoryFullName: text(row, 'category_full_name'),
    origin: oneOf(row, 'origin', ORIGINS),
    version: integer(row, 'version'),
    createdAtMs: integer(row, 'mapped_at_ms'),
    updatedAtMs: integer(row, 'updated_at_ms'),
  };
}

export function toCourse(row: Row): CourseRecord {
  const mapping = toMapping(row);
  return {
    tenantId: text(row, 'tenant_id'),
    courseKey: text(row, 'course_key'),
    ...optionalText(row, 'title', 'title'),
    ...optionalText(row, 'label', 'label'),
    ...optionalText(row, 'sourced_id', 'sourcedId'),
    previousKeys: json(row, 'previous_keys', textsSchema),
    categoryNames: json(row, 'category_names', textsSchema),
    seenIn: json(row, 'seen_in', placesSchema),
    firstSeenAtMs: integer(row, 'first_seen_at_ms'),
    ...optionalInteger(row, 'last_launch_at_ms', 'lastLaunchAtMs'),
    ...(mapping === undefined ? {} : { mapping }),
    ...(row['problem'] === null ? {} : { problem: oneOf(row, 'problem', PROBLEMS) }),
  };
}

export const findCourseRow = (sql: Reader, tenantId: TenantId, courseKey: string): Row | undefined =>
  sql.get(FIND, tenantId, courseKey);

/** What is stored of a course besides its record. */
export interface StoredCourse {
  id: number;
  /** Of its mapping, or of the one that it had last; 0 when it never had one. */
  version: number;
  record: CourseRecord;
}

export function findCourse(sql: Reader, tenantId: TenantId, courseKey: string): StoredCourse | undefined {
  const row = findCourseRow(sql, tenantId, courseKey);
  return row === undefined
    ? undefined
    : { id: integer(row, 'id'), version: integer(row, 'version'), record: toCourse(row) };
}

/** A category id means something in one account only: the mapping keeps the account that it was made in. */
export type StoredMapping = MappingRecord & { accountId: AccountId };

/** Adds a course that is not known yet, with the mapping that it has from the start. */
export function addCourse(sql: Writer, course: CourseRecord, mapping?: StoredMapping): void {
  const { tenantId, courseKey, title, label, sourcedId } = course;
  sql.run(
    INSERT,
    tenantId,
    courseKey,
    title,
    label,
    sourcedId,
    titleOrder({ title, courseKey }),
    toJson(course.previousKeys),
    toJson(course.categoryNames),
    toJson(course.seenIn),
    course.firstSeenAtMs,
    course.lastLaunchAtMs,
    mapping?.version ?? 0,
    mapping?.origin,
    mapping?.accountId,
    mapping?.categoryId,
    mapping?.categoryFullName,
    mapping?.createdAtMs,
    mapping?.updatedAtMs,
  );
  indexCourse(sql, findCourseRow(sql, tenantId, courseKey) ?? {});
}

/** Gives a course the title, label and SIS id that it has now; one that is not given stays. */
export function describeCourse(
  sql: Writer,
  { id, record }: StoredCourse,
  given: { title: string | undefined; label: string | undefined; sourcedId?: string | undefined },
): void {
  const { courseKey } = record;
  const { title = record.title, label = record.label, sourcedId = record.sourcedId } = given;
  if (title === record.title && label === record.label && sourcedId === record.sourcedId) return;
  sql.run(DESCRIBE, title, label, sourcedId, titleOrder({ title, courseKey }), id);
  sql.run(INDEX, id, courseTokens({ courseKey, title, label, sourcedId }).join(' '));
}

/** Notes one more deployment that a course was seen in, unless it is known or the list is full. */
export function noteSeenIn(
  sql: Writer,
  { id, record }: StoredCourse,
  { platformId, deploymentId }: DeploymentKey,
): void {
  const { seenIn } = record;
  const known = seenIn.some((place) => place.platformId === platformId && place.deploymentId === deploymentId);
  if (known || seenIn.length >= MAX_SEEN_IN) return;
  const place = { platformId, deploymentId };
  sql.run(SEEN_IN, toJson([...seenIn, place]), id);
  addPlace(sql, id, place);
}

function addPlace(sql: Writer, courseId: number, { platformId, deploymentId }: DeploymentKey): void {
  sql.run(ADD_PLACE, platformId, deploymentId);
  sql.run(ADD_COURSE_PLACE, platformId, deploymentId, courseId);
}

export function noteLaunch(sql: Writer, { id }: StoredCourse, { previousKeys, categoryNames, seenAtMs }: SeenCourse) {
  sql.run(SEEN, toJson(previousKeys), toJson(categoryNames), seenAtMs, id);
}

export function setMapping(sql: Writer, { id }: StoredCourse, mapping: StoredMapping): void {
  const { origin, accountId, categoryId, categoryFullName, version, createdAtMs, updatedAtMs } = mapping;
  sql.run(MAP, origin, accountId, categoryId, categoryFullName, version, createdAtMs, updatedAtMs, id);
}

export const removeMapping = (sql: Writer, { id }: StoredCourse): void => void sql.run(UNMAP, id);

/** Makes a new course found by the words and the places that its row has. */
export function indexCourse(sql: Writer, row: Row): void {
  const [id, course] = [integer(row, 'id'), toCourse(row)];
  sql.run(INDEX, id, courseTokens(course).join(' '));
  for (const place of course.seenIn) addPlace(sql, id, place);
}
