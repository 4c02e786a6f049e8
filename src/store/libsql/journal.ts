/** What a command leaves behind besides its change, in the same transaction: audit record, history, change number. */
import { z } from 'zod';
import { newUuid, type TenantId } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { AuditEntry } from '../audit-entries.js';
import { uuidAfter } from '../ordered-uuid.js';
import type { Actor, AuditRecord, AuditStore, MappingHistoryRecord } from '../ports.js';
import { assertLimit } from '../limits.js';
import { optionalToJson, toJson } from '../storable.js';
import { noteChange } from './change-number.js';
import type { Database, Row, Writer } from './database.js';
import { integer, json, optionalJson, optionalText, text } from './rows.js';

export interface Journal {
  /** Writes the audit record of a command and raises the change number; once per command that changes something. */
  audit(sql: Writer, by: Actor, atMs: number, entry: AuditEntry): void;
  /** Writes a record that goes with no change, and leaves the change number as it is. */
  note(sql: Writer, entry: Omit<AuditRecord, 'id'>): void;
  /** Adds to the history of mappings, in this order. */
  history(sql: Writer, records: readonly Omit<MappingHistoryRecord, 'id'>[]): void;
  newChangeSetId(atMs: number): string;
}

export const actorSchema: z.ZodType<Actor> = z.object({
  kind: z.enum(['launch', 'admin', 'cli', 'job']),
  id: z.string().exactOptional(),
  address: z.string().exactOptional(),
});

const COLUMNS = 'id, at_ms, actor, action, target, tenant_id, before, after';
const LAST_AUDIT = 'SELECT max(id) AS id FROM audit';
const INSERT_AUDIT = `INSERT INTO audit (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
// A UUID in text form sorts before '~', so that one statement serves the first page too.
const NEWEST = `SELECT ${COLUMNS} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`;
const NEWEST_OF_TENANT = `SELECT ${COLUMNS} FROM audit WHERE tenant_id = ? AND id < ? ORDER BY id DESC LIMIT ?`;
const LAST_HISTORY = 'SELECT max(id) AS id FROM mapping_history';
const INSERT_HISTORY = `INSERT INTO mapping_history
  (id, change_set_id, summary, actor, at_ms, tenant_id, course_key, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Greater than every id: where "newest first" begins. */
export const BEHIND_ALL = '~';

export function createJournal(random: Random): Journal {
  const source = (atMs: number) => ({ random, clock: { nowMs: () => atMs } });
  const lastId = (sql: Writer, query: string): string | undefined => {
    const id = sql.get(query)?.['id'];
    return typeof id === 'string' ? id : undefined;
  };

  const note: Journal['note'] = (sql, { atMs, actor, action, target, tenantId, before, after }) => {
    const id = uuidAfter(lastId(sql, LAST_AUDIT), source(atMs));
    const sides = [optionalToJson(before), optionalToJson(after)];
    sql.run(INSERT_AUDIT, id, atMs, toJson(actor), action, target, tenantId, ...sides);
  };

  return {
    note,
    audit(sql, by, atMs, entry) {
      note(sql, { ...entry, actor: by, atMs });
      noteChange(sql);
    },
    history(sql, records) {
      let id = lastId(sql, LAST_HISTORY);
      for (const { changeSetId, summary, actor, atMs, tenantId, courseKey, before, after } of records) {
        id = uuidAfter(id, source(atMs));
        const sides = [optionalToJson(before), optionalToJson(after)];
        sql.run(INSERT_HISTORY, id, changeSetId, summary, toJson(actor), atMs, tenantId, courseKey, ...sides);
      }
    },
    newChangeSetId: (atMs) => newUuid(source(atMs)),
  };
}

const toRecord = (row: Row): AuditRecord => ({
  id: text(row, 'id'),
  atMs: integer(row, 'at_ms'),
  actor: json(row, 'actor', actorSchema),
  action: text(row, 'action'),
  target: text(row, 'target'),
  ...optionalText<'tenantId', TenantId>(row, 'tenant_id', 'tenantId'),
  ...optionalJson(row, 'before', 'before', z.unknown()),
  ...optionalJson(row, 'after', 'after', z.unknown()),
});

export const createAuditStore = (durable: Database, journal: Journal): AuditStore => ({
  async note(entry) {
    await durable.write((sql) => journal.note(sql, entry));
  },
  async list({ limit, before = BEHIND_ALL, tenantId }) {
    assertLimit(limit);
    return durable.read((sql) =>
      (tenantId === undefined
        ? sql.all(NEWEST, before, limit)
        : sql.all(NEWEST_OF_TENANT, tenantId, before, limit)
      ).map(toRecord),
    );
  },
});
