import { AppError } from '../../errors/app-error.js';
import type { AccountId, TenantId } from '../../runtime/ids.js';
import { auditEntries, CREATED_SUMMARY } from '../audit-entries.js';
import { assertChunk } from '../limits.js';
import type { CourseRecord, MappingChange, MappingHistoryRecord, MappingRecord, MappingStore } from '../ports.js';
import {
  addCourse,
  COURSE_COLUMNS,
  describeCourse,
  findCourse,
  removeMapping,
  setMapping,
  toMapping,
  type StoredCourse,
} from './course-rows.js';
import type { Database, Reader, Writer } from './database.js';
import type { Journal } from './journal.js';
import { createMappingHistory, historySides } from './mapping-history.js';
import { findTenant } from './tenants.js';

const BY_CATEGORY = `SELECT ${COURSE_COLUMNS} FROM courses WHERE account_id = ? AND category_id = ?
  ORDER BY mapped_at_ms, tenant_id, course_key`;

/** Looks each tenant up once per command. */
function createAccounts(sql: Reader): (tenantId: TenantId) => AccountId {
  const found = new Map<TenantId, AccountId>();
  return (tenantId) => {
    const accountId = found.get(tenantId) ?? findTenant(sql, tenantId)?.accountId;
    if (accountId === undefined) {
      throw new AppError('STORE_CONFLICT', { reason: 'a mapping belongs to a tenant that exists' });
    }
    found.set(tenantId, accountId);
    return accountId;
  };
}

const emptyCourse = (tenantId: TenantId, courseKey: string, firstSeenAtMs: number): CourseRecord => ({
  tenantId,
  courseKey,
  previousKeys: [],
  categoryNames: [],
  seenIn: [],
  firstSeenAtMs,
});

/** Gives the course its next mapping, and makes it known when it is not. */
function map(
  sql: Writer,
  known: StoredCourse | undefined,
  wanted: Omit<MappingRecord, 'version'>,
  accountId: AccountId,
): MappingRecord {
  const { tenantId, courseKey, courseTitle: title, courseLabel: label, updatedAtMs } = wanted;
  const { categoryId, categoryFullName, origin, createdAtMs } = wanted;
  const [courseTitle, courseLabel] = [title ?? known?.record.title, label ?? known?.record.label];
  const mapping: MappingRecord = {
    tenantId,
    courseKey,
    ...(courseTitle === undefined ? {} : { courseTitle }),
    ...(courseLabel === undefined ? {} : { courseLabel }),
    categoryId,
    categoryFullName,
    origin,
    version: (known?.version ?? 0) + 1,
    createdAtMs,
    updatedAtMs,
  };
  if (known === undefined) {
    const texts = { ...(title === undefined ? {} : { title }), ...(label === undefined ? {} : { label }) };
    addCourse(sql, { ...emptyCourse(tenantId, courseKey, updatedAtMs), ...texts }, { ...mapping, accountId });
  } else {
    describeCourse(sql, known, { title, label });
    setMapping(sql, known, { ...mapping, accountId });
  }
  return mapping;
}

interface PlannedChange {
  change: MappingChange;
  known: StoredCourse | undefined;
}

/** Writes one change and answers with both sides of it; undefined when there is nothing to remove. */
function applyChange(
  sql: Writer,
  { change, known }: PlannedChange,
  accountId: AccountId,
  atMs: number,
): { before: MappingRecord | undefined; after: MappingRecord | undefined } | undefined {
  const before = known?.record.mapping;
  const { to, expectedVersion: _seen, ...course } = change;
  if (to !== undefined) {
    const times = { createdAtMs: before?.createdAtMs ?? atMs, updatedAtMs: atMs };
    return { before, after: map(sql, known, { ...course, ...to, ...times }, accountId) };
  }
  if (known === undefined || before === undefined) return undefined;
  describeCourse(sql, known, { title: change.courseTitle, label: change.courseLabel });
  removeMapping(sql, known);
  return { before, after: undefined };
}

function assertEachOnce(changes: readonly MappingChange[]): void {
  const courses = new Set(changes.map(({ tenantId, courseKey }) => JSON.stringify([tenantId, courseKey])));
  if (courses.size < changes.length) throw new AppError('INPUT_INVALID', { reason: 'a course occurs twice' });
}

const conflictsOf = (planned: readonly PlannedChange[], atMs: number): CourseRecord[] =>
  planned
    .filter(({ change, known }) => known?.record.mapping?.version !== change.expectedVersion)
    .map(({ change, known }) => known?.record ?? emptyCourse(change.tenantId, change.courseKey, atMs));

export const createMappingStore = (durable: Database, journal: Journal): MappingStore => {
  const find: MappingStore['find'] = (tenantId, courseKey) =>
    durable.read((sql) => findCourse(sql, tenantId, courseKey)?.record.mapping);

  return {
    ...createMappingHistory(durable),
    find,

    async apply(set, by) {
      const { changeSetId, summary, changes, atMs } = set;
      assertChunk(changes);
      assertEachOnce(changes);
      return durable.write((sql) => {
        const planned = changes.map((change) => ({
          change,
          known: findCourse(sql, change.tenantId, change.courseKey),
        }));
        const conflicts = conflictsOf(planned, atMs);
        if (conflicts.length > 0) return { outcome: 'conflict', conflicts };

        const accountOf = createAccounts(sql);
        const history: Omit<MappingHistoryRecord, 'id'>[] = [];
        const mappings: MappingRecord[] = [];
        for (const plan of planned) {
          const { tenantId, courseKey } = plan.change;
          const done = applyChange(sql, plan, accountOf(tenantId), atMs);
          if (done === undefined) continue;
          if (done.after !== undefined) mappings.push(done.after);
          const sides = historySides(done.before, done.after);
          history.push({ changeSetId, summary, actor: by, atMs, tenantId, courseKey, ...sides });
        }
        if (history.length > 0) {
          journal.history(sql, history);
          const counts = { set: mappings.length, removed: history.length - mappings.length };
          journal.audit(sql, by, atMs, auditEntries.mappingApply(set, counts));
        }
        return { outcome: 'applied', mappings };
      });
    },

    async createIfAbsent(wanted, by) {
      const { tenantId, courseKey, updatedAtMs: atMs } = wanted;
      const existing = await find(tenantId, courseKey);
      if (existing !== undefined) return { created: false, mapping: existing };
      return durable.write((sql) => {
        const known = findCourse(sql, tenantId, courseKey);
        const createdMeanwhile = known?.record.mapping;
        if (createdMeanwhile !== undefined) return { created: false, mapping: createdMeanwhile };
        const mapping = map(sql, known, wanted, createAccounts(sql)(tenantId));
        const changeSetId = journal.newChangeSetId(atMs);
        const sides = historySides(undefined, mapping);
        journal.history(sql, [
          { changeSetId, summary: CREATED_SUMMARY, actor: by, atMs, tenantId, courseKey, ...sides },
        ]);
        journal.audit(sql, by, atMs, auditEntries.mappingCreate(changeSetId, mapping));
        return { created: true, mapping };
      });
    },

    findByCategory: (accountId, categoryId) =>
      durable.read((sql) =>
        sql.all(BY_CATEGORY, accountId, categoryId).flatMap((row) => {
          const mapping = toMapping(row);
          return mapping === undefined ? [] : [mapping];
        }),
      ),
  };
};
