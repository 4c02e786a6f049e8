/** Rows of `courses`: a course with its mapping, and the search index beside it, which only this file writes. */
import { z } from 'zod';
import type { AccountId, CategoryId, TenantId } from '../../runtime/ids.js';
import { courseTokens, titleOrder } from '../course-text.js';
import type { CourseRecord, MappingOrigin, MappingRecord, SeenCourse } from '../ports.js';
import { toJson } from '../storable.js';
import type { Reader, Row, Writer } from './database.js';
import { integer, json, oneOf, optionalInteger, optionalText, text } from './rows.js';

const ORIGINS = ['manual', 'automatic', 'inherited', 'matched', 'rule'] as const satisfies MappingOrigin[];
const PROBLEMS = ['deleted', 'renamed', 'moved'] as const satisfies CourseRecord['problem'][];
const textsSchema = z.array(z.string());

export const COURSE_COLUMNS = `id, tenant_id, course_key, title, label, previous_keys, category_names,
  first_seen_at_ms, last_launch_at_ms, version, origin, category_id, category_full_name, mapped_at_ms, updated_at_ms,
  problem`;

const FIND = `SELECT ${COURSE_COLUMNS} FROM courses WHERE tenant_id = ? AND course_key = ?`;
const INSERT = `INSERT INTO courses (tenant_id, course_key, title, label, title_order, previous_keys, category_names,
    first_seen_at_ms, last_launch_at_ms, version, origin, account_id, category_id, category_full_name, mapped_at_ms,
    updated_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const RETITLE = 'UPDATE courses SET title = ?, label = ?, title_order = ? WHERE id = ?';
const SEEN = 'UPDATE courses SET previous_keys = ?, category_names = ?, last_launch_at_ms = ? WHERE id = ?';
const MAP = `UPDATE courses SET origin = ?, account_id = ?, category_id = ?, category_full_name = ?, version = ?,
  mapped_at_ms = ?, updated_at_ms = ?, problem = NULL WHERE id = ?`;
const UNMAP = `UPDATE courses SET origin = NULL, account_id = NULL, category_id = NULL, category_full_name = NULL,
  mapped_at_ms = NULL, updated_at_ms = NULL, problem = NULL WHERE id = ?`;
const INDEX_NEW = 'INSERT INTO course_search (rowid, tokens) VALUES (last_insert_rowid(), ?)';
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
    previousKeys: json(row, 'previous_keys', textsSchema),
    categoryNames: json(row, 'category_names', textsSchema),
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
export function addCourse(
  sql: Writer,
  { tenantId, courseKey, title, label, previousKeys, categoryNames, firstSeenAtMs, lastLaunchAtMs }: CourseRecord,
  mapping?: StoredMapping,
): void {
  sql.run(
    INSERT,
    tenantId,
    courseKey,
    title,
    label,
    titleOrder({ title, courseKey }),
    toJson(previousKeys),
    toJson(categoryNames),
    firstSeenAtMs,
    lastLaunchAtMs,
    mapping?.version ?? 0,
    mapping?.origin,
    mapping?.accountId,
    mapping?.categoryId,
    mapping?.categoryFullName,
    mapping?.createdAtMs,
    mapping?.updatedAtMs,
  );
  sql.run(INDEX_NEW, searchText({ courseKey, title, label }));
}

/** Gives a course the title and label that it has now; one that is not given stays. */
export function retitleCourse(
  sql: Writer,
  { id, record }: StoredCourse,
  given: { title: string | undefined; label: string | undefined },
): void {
  const { courseKey } = record;
  const [title, label] = [given.title ?? record.title, given.label ?? record.label];
  if (title === record.title && label === record.label) return;
  sql.run(RETITLE, title, label, titleOrder({ title, courseKey }), id);
  sql.run(INDEX, id, searchText({ courseKey, title, label }));
}

export function noteLaunch(sql: Writer, { id }: StoredCourse, { previousKeys, categoryNames, seenAtMs }: SeenCourse) {
  sql.run(SEEN, toJson(previousKeys), toJson(categoryNames), seenAtMs, id);
}

export function setMapping(sql: Writer, { id }: StoredCourse, mapping: StoredMapping): void {
  const { origin, accountId, categoryId, categoryFullName, version, createdAtMs, updatedAtMs } = mapping;
  sql.run(MAP, origin, accountId, categoryId, categoryFullName, version, createdAtMs, updatedAtMs, id);
}

export const removeMapping = (sql: Writer, { id }: StoredCourse): void => void sql.run(UNMAP, id);

const searchText = (course: Parameters<typeof courseTokens>[0]): string => courseTokens(course).join(' ');

/** Makes the search find a course by the words that its row has now. */
export function indexCourse(sql: Writer, row: Row): void {
  sql.run(INDEX, integer(row, 'id'), searchText(toCourse(row)));
}
