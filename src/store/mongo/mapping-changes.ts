/** What a change set does to the documents of courses: planned in memory from what was read, then written. */
import { AppError } from '../../errors/app-error.js';
import type { AccountId, TenantId } from '../../runtime/ids.js';
import type { MappingChange, MappingHistoryRecord, MappingRecord } from '../ports.js';
import type { TransferredCourse } from '../transfer-records.js';
import { mappingOf, newCourse, retitled } from './course-documents.js';
import type { Commands, UpdateEach } from './commands.js';
import { fieldsOf, idOf, toRecord } from './documents.js';
import { absent, oneOf, present } from './fields.js';

export interface PlannedChange {
  /** Undefined: nobody knew the course. */
  before: TransferredCourse | undefined;
  after: TransferredCourse;
}

/** The courses of some changes that are known, by their `_id`. */
export async function readCourses(
  { find }: Commands,
  keys: readonly Pick<MappingChange, 'tenantId' | 'courseKey'>[],
): Promise<Map<string, TransferredCourse>> {
  const ids = [...new Set(keys.map((key) => idOf('courses', key)))];
  const found = await find('courses', { _id: oneOf(ids) }, { limit: Math.max(ids.length, 1) });
  return new Map(found.map((document) => [String(document['_id']), toRecord('courses', document)]));
}

/**
 * The accounts of tenants: a category id means something in one account only, so a mapping keeps the one that it was
 * made in.
 * @throws AppError `STORE_CONFLICT` when a tenant does not exist
 */
export async function readAccounts(
  { find }: Commands,
  tenantIds: readonly TenantId[],
): Promise<Map<TenantId, AccountId>> {
  const ids = [...new Set(tenantIds)];
  const found = await find('tenants', { _id: oneOf(ids) }, { limit: Math.max(ids.length, 1) });
  const accounts = new Map(
    found.map((document) => {
      const { id, accountId } = toRecord('tenants', document);
      return [id, accountId];
    }),
  );
  if (accounts.size === ids.length) return accounts;
  throw new AppError('STORE_CONFLICT', {
    reason: 'a mapping belongs to a tenant that exists',
    details: { constraint: 'foreign-key' },
  });
}

interface Plan {
  before: TransferredCourse | undefined;
  change: MappingChange;
  accountId: AccountId;
  atMs: number;
  /** Of a mapping that is new. */
  createdAtMs?: number;
}

/** What the change makes of the course, or undefined when there is nothing to remove. */
export function planChange({ before, change, accountId, atMs, createdAtMs = atMs }: Plan): PlannedChange | undefined {
  const { courseTitle: title, courseLabel: label, to } = change;
  if (before?.mapping === undefined && to === undefined) return undefined;
  const { mapping, problem: _cleared, ...course } = retitled(before ?? newCourse(change, atMs), { title, label });
  if (to === undefined) return { before, after: course };
  const { categoryId, categoryFullName, origin } = to;
  const times = { createdAtMs: mapping?.createdAtMs ?? createdAtMs, updatedAtMs: atMs };
  return {
    before,
    after: {
      ...course,
      version: course.version + 1,
      mapping: { accountId, categoryId, categoryFullName, origin, ...times },
    },
  };
}

/** The update, which fits only while the course's mapping is the one that was read. */
export function updateFor({ before, after }: PlannedChange): UpdateEach {
  const { title, label, titleOrder, tokens, version, mapping, problem, ...rest } = fieldsOf('courses', after);
  const words = {
    ...(title === undefined ? {} : { title }),
    ...(label === undefined ? {} : { label }),
    titleOrder,
    tokens,
  };
  return {
    filter: {
      _id: idOf('courses', after),
      version: before?.version ?? 0,
      'mapping.categoryId': before?.mapping === undefined ? absent : present,
    },
    update: {
      set: { ...words, version, mapping, problem },
      // Whoever sees the course meanwhile knows more of it.
      ...(before === undefined ? { onInsert: rest } : {}),
    },
    upsert: before === undefined,
  };
}

type HistoryState = NonNullable<MappingHistoryRecord['before']>;

function stateOf(course: TransferredCourse | undefined): HistoryState | undefined {
  if (course?.mapping === undefined) return undefined;
  const { categoryId, categoryFullName, origin } = course.mapping;
  return { categoryId, categoryFullName, origin, version: course.version };
}

/** What the history says of a change besides when and by whom. */
export function historyOf({
  before,
  after,
}: PlannedChange): Pick<MappingHistoryRecord, 'tenantId' | 'courseKey' | 'before' | 'after'> {
  const [from, to] = [stateOf(before), stateOf(after)];
  return {
    tenantId: after.tenantId,
    courseKey: after.courseKey,
    ...(from === undefined ? {} : { before: from }),
    ...(to === undefined ? {} : { after: to }),
  };
}

/** Mappings that there are after the changes, in their order. */
export const mappingsAfter = (planned: readonly PlannedChange[]): MappingRecord[] =>
  planned.flatMap(({ after }) => mappingOf(after) ?? []);
