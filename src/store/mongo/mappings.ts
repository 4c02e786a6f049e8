import { AppError } from '../../errors/app-error.js';
import { auditEntries, CREATED_SUMMARY } from '../audit-entries.js';
import { assertChunk, assertLimit } from '../limits.js';
import type {
  Actor,
  CourseRecord,
  MappingChange,
  MappingChangeResult,
  MappingHistoryRecord,
  MappingStore,
} from '../ports.js';
import type { TransferredCourse } from '../transfer-records.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import { courseOf, mappingOf, newCourse } from './course-documents.js';
import type { Database } from './database.js';
import { idOf, toOptional, toRecord } from './documents.js';
import { greaterThan, lessThan, type Filter } from './fields.js';
import type { Journal } from './journal.js';
import {
  historyOf,
  mappingsAfter,
  planChange,
  readAccounts,
  readCourses,
  updateFor,
  type PlannedChange,
} from './mapping-changes.js';
import type { Transaction, Writer } from './writer.js';

function assertEachOnce(changes: readonly MappingChange[]): void {
  const courses = new Set(changes.map((change) => idOf('courses', change)));
  if (courses.size < changes.length) throw new AppError('INPUT_INVALID', { reason: 'a course occurs twice' });
}

function conflictsOf(
  changes: readonly MappingChange[],
  known: ReadonlyMap<string, TransferredCourse>,
  atMs: number,
): CourseRecord[] {
  return changes.flatMap((change) => {
    const course = courseOf(known.get(idOf('courses', change)) ?? newCourse(change, atMs));
    return course.mapping?.version === change.expectedVersion ? [] : [course];
  });
}

export function createMappingStore(database: Database, { write }: Writer, journal: Journal): MappingStore {
  const find: MappingStore['find'] = (tenantId, courseKey) =>
    database.run(async ({ findOne }) => {
      const course = toOptional('courses', await findOne('courses', { _id: idOf('courses', { tenantId, courseKey }) }));
      return course === undefined ? undefined : mappingOf(course);
    });

  const writeChanges = async (transaction: Transaction, planned: readonly PlannedChange[]): Promise<void> => {
    const changed = await transaction.updateEach('courses', planned.map(updateFor));
    if (changed !== planned.length) throw changedMeanwhile();
  };

  const historyPage = async (filter: Filter, direction: 1 | -1, limit: number): Promise<MappingHistoryRecord[]> => {
    assertLimit(limit);
    return database.run(async (commands) =>
      (await commands.find('mappingHistory', filter, { sort: { _id: direction }, limit })).map((found) =>
        toRecord('mappingHistory', found),
      ),
    );
  };

  const noteHistory = (
    transaction: Transaction,
    planned: readonly PlannedChange[],
    facts: { changeSetId: string; summary: string; actor: Actor; atMs: number },
  ): Promise<void> =>
    journal.history(
      transaction,
      planned.map((change) => ({ ...facts, ...historyOf(change) })),
    );

  return {
    find,

    async apply(set, by) {
      const { changeSetId, summary, changes, atMs } = set;
      assertChunk(changes);
      assertEachOnce(changes);
      if (changes.length === 0) return { outcome: 'applied', mappings: [] };
      return write(async (transaction): Promise<MappingChangeResult> => {
        const known = await readCourses(transaction, changes);
        const conflicts = conflictsOf(changes, known, atMs);
        if (conflicts.length > 0) return { outcome: 'conflict', conflicts };
        const accounts = await readAccounts(
          transaction,
          changes.map(({ tenantId }) => tenantId),
        );
        const planned = changes.flatMap((change) => {
          const before = known.get(idOf('courses', change));
          return planChange({ before, change, accountId: accounts.get(change.tenantId)!, atMs }) ?? [];
        });
        if (planned.length === 0) return { outcome: 'applied', mappings: [] };
        const mappings = mappingsAfter(planned);
        const removed = planned.length - mappings.length;
        await journal.audit(transaction, by, atMs, auditEntries.mappingApply(set, { set: mappings.length, removed }));
        await noteHistory(transaction, planned, { changeSetId, summary, actor: by, atMs });
        await writeChanges(transaction, planned);
        return { outcome: 'applied', mappings };
      });
    },

    history: async ({ tenantId, courseKey }, { limit, before }) =>
      historyPage({ tenantId, courseKey, ...(before === undefined ? {} : { _id: lessThan(before) }) }, -1, limit),

    changeSet: async (changeSetId, { limit, after }) =>
      historyPage({ changeSetId, ...(after === undefined ? {} : { _id: greaterThan(after) }) }, 1, limit),

    async createIfAbsent(mapping, by) {
      const { tenantId, courseKey, createdAtMs, updatedAtMs: atMs } = mapping;
      const known = await find(tenantId, courseKey);
      if (known !== undefined) return { created: false, mapping: known };
      return write(async (transaction) => {
        const before = (await readCourses(transaction, [mapping])).get(idOf('courses', mapping));
        const createdMeanwhile = before === undefined ? undefined : mappingOf(before);
        if (createdMeanwhile !== undefined) return { created: false, mapping: createdMeanwhile };
        const accountId = (await readAccounts(transaction, [tenantId])).get(tenantId)!;
        const planned = planChange({ before, change: { ...mapping, to: mapping }, accountId, atMs, createdAtMs })!;
        const created = mappingOf(planned.after)!;
        const changeSetId = journal.newChangeSetId(atMs);
        await journal.audit(transaction, by, atMs, auditEntries.mappingCreate(changeSetId, created));
        await noteHistory(transaction, [planned], { changeSetId, summary: CREATED_SUMMARY, actor: by, atMs });
        await writeChanges(transaction, [planned]);
        return { created: true, mapping: created };
      });
    },

    findByCategory: (accountId, categoryId) =>
      database.run(async (commands) => {
        const filter = { 'mapping.accountId': accountId, 'mapping.categoryId': categoryId };
        const sort = { 'mapping.createdAtMs': 1, tenantId: 1, courseKey: 1 } as const;
        const found = await commands.find('courses', filter, { sort });
        return found.flatMap((document) => mappingOf(toRecord('courses', document)) ?? []);
      }),
  };
}
