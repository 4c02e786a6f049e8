/** The history of mappings: rows, and the two ways to read them. */
import { z } from 'zod';
import type { CategoryId } from '../../runtime/ids.js';
import { assertLimit } from '../limits.js';
import type { MappingHistoryRecord, MappingRecord, MappingStore } from '../ports.js';
import type { Database, Row } from './database.js';
import { actorSchema, BEHIND_ALL } from './journal.js';
import { integer, json, optionalJson, text } from './rows.js';

type HistoryState = NonNullable<MappingHistoryRecord['before']>;

const COLUMNS = 'id, change_set_id, summary, actor, at_ms, tenant_id, course_key, before, after';
const OF_COURSE = `SELECT ${COLUMNS} FROM mapping_history WHERE tenant_id = ? AND course_key = ? AND id < ?
  ORDER BY id DESC LIMIT ?`;
const OF_CHANGE_SET = `SELECT ${COLUMNS} FROM mapping_history WHERE change_set_id = ? AND id > ? ORDER BY id LIMIT ?`;

const stateSchema: z.ZodType<HistoryState> = z.object({
  categoryId: z.custom<CategoryId>((value) => typeof value === 'string'),
  categoryFullName: z.string(),
  origin: z.enum(['manual', 'automatic', 'inherited', 'matched', 'rule']),
  version: z.int(),
});

const toRecord = (row: Row): MappingHistoryRecord => ({
  id: text(row, 'id'),
  changeSetId: text(row, 'change_set_id'),
  summary: text(row, 'summary'),
  actor: json(row, 'actor', actorSchema),
  atMs: integer(row, 'at_ms'),
  tenantId: text(row, 'tenant_id'),
  courseKey: text(row, 'course_key'),
  ...optionalJson(row, 'before', 'before', stateSchema),
  ...optionalJson(row, 'after', 'after', stateSchema),
});

const stateOf = ({ categoryId, categoryFullName, origin, version }: MappingRecord): HistoryState => ({
  categoryId,
  categoryFullName,
  origin,
  version,
});

/** What history keeps of a mapping before and after. */
export const historySides = (
  before: MappingRecord | undefined,
  after: MappingRecord | undefined,
): Pick<MappingHistoryRecord, 'before' | 'after'> => ({
  ...(before === undefined ? {} : { before: stateOf(before) }),
  ...(after === undefined ? {} : { after: stateOf(after) }),
});

export const createMappingHistory = (durable: Database): Pick<MappingStore, 'history' | 'changeSet'> => ({
  async history({ tenantId, courseKey }, { limit, before = BEHIND_ALL }) {
    assertLimit(limit);
    return durable.read((sql) => sql.all(OF_COURSE, tenantId, courseKey, before, limit).map(toRecord));
  },
  async changeSet(changeSetId, { limit, after = '' }) {
    assertLimit(limit);
    return durable.read((sql) => sql.all(OF_CHANGE_SET, changeSetId, after, limit).map(toRecord));
  },
});
