import { z } from 'zod';
import { AppError } from '../../errors/app-error.js';
import type { CategoryId } from '../../runtime/ids.js';
import { assertChunk, assertLimit } from '../limits.js';
import type {
  StagedChangeSet,
  StagedChangeStore,
  StagedEffect,
  StagedReport,
  StagedRow,
  StagedStatus,
} from '../ports.js';
import { optionalToJson, toJson } from '../storable.js';
import type { Database, Reader, Row } from './database.js';
import { actorSchema } from './journal.js';
import { integer, json, oneOf, optionalDeployment, optionalInteger, optionalJson, optionalText, text } from './rows.js';

const KINDS = ['import', 'rules', 'bulk', 'copy', 'undo', 'repair'] as const satisfies StagedChangeSet['kind'][];
const STATUSES = ['reading', 'ready', 'applying', 'applied', 'failed'] as const satisfies StagedStatus[];
const EFFECTS = ['add', 'change', 'remove', 'same', 'error'] as const satisfies StagedEffect[];
const CHANGING: readonly StagedEffect[] = ['add', 'change', 'remove'];

const MOST_LISTED = 100;
const ROWS_REMOVED_AT_ONCE = 500;

const COLUMNS = `id, tenant_id, platform_id, deployment_id, kind, summary, status, counts, launches, done, total,
  error_code, reason, job_id, report, created_by, created_at_ms, updated_at_ms, expires_at_ms`;
const CREATE = `INSERT INTO staged_sets (id, tenant_id, platform_id, deployment_id, kind, summary, status, counts,
    launches, done, total, created_by, created_at_ms, updated_at_ms, expires_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, 'reading', ?, 0, 0, ?, ?, ?, ?, ?)`;
const FIND = `SELECT ${COLUMNS} FROM staged_sets WHERE id = ? AND expires_at_ms > ?`;
const LIST = `SELECT ${COLUMNS} FROM staged_sets WHERE tenant_id = ? AND expires_at_ms > ?
  ORDER BY id DESC LIMIT ${MOST_LISTED}`;
const GROW = `UPDATE staged_sets SET counts = ?, launches = ?, done = ?, total = coalesce(?, total), updated_at_ms = ?
  WHERE id = ?`;
const SET_STATUS = `UPDATE staged_sets SET status = ?, job_id = coalesce(?, job_id), error_code = coalesce(?, error_code),
  reason = coalesce(?, reason), report = coalesce(?, report), updated_at_ms = ?
  WHERE id = ? AND status = ? AND expires_at_ms > ?`;
const END = 'UPDATE staged_sets SET expires_at_ms = 0 WHERE id = ?';
const REMOVE = 'DELETE FROM staged_sets WHERE id = ?';
const EXPIRED = 'SELECT id FROM staged_sets WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?';

const ADD_ROW = 'INSERT INTO staged_rows (set_id, row, effect, detail) VALUES (?, ?, ?, ?)';
const ROWS = 'SELECT row, effect, detail FROM staged_rows WHERE set_id = ? AND row > ? ORDER BY row LIMIT ?';
const ROWS_OF_EFFECT = `SELECT row, effect, detail FROM staged_rows WHERE set_id = ? AND effect = ? AND row > ?
  ORDER BY row LIMIT ?`;
const REMOVE_ROWS = `DELETE FROM staged_rows WHERE set_id = ? AND row IN
  (SELECT row FROM staged_rows WHERE set_id = ? LIMIT ${ROWS_REMOVED_AT_ONCE})`;

const countsSchema = z.object({ add: z.int(), change: z.int(), remove: z.int(), same: z.int(), error: z.int() });
const pathSchema = z.object({
  categoryFullName: z.string(),
  origin: z.enum(['manual', 'automatic', 'inherited', 'matched', 'rule']),
});
const targetSchema = pathSchema.extend({
  categoryId: z.custom<CategoryId>((value) => typeof value === 'string'),
});
const newTargetSchema = pathSchema.extend({ create: z.literal(true) });
const reportSchema: z.ZodType<StagedReport> = z.object({
  creates: z.object({ count: z.int(), first: z.array(z.string()) }).exactOptional(),
  applied: z.int().exactOptional(),
  conflicts: z
    .object({
      count: z.int(),
      first: z.array(z.object({ courseKey: z.string(), courseTitle: z.string().exactOptional() })),
    })
    .exactOptional(),
});
/** As JSON it keeps any text that a file may hold: the preview shows a strange row as it is. */
const detailSchema: z.ZodType<Omit<StagedRow, 'row' | 'effect'>> = z.object({
  courseKey: z.string(),
  courseTitle: z.string().exactOptional(),
  courseLabel: z.string().exactOptional(),
  expectedVersion: z.int().exactOptional(),
  before: targetSchema.exactOptional(),
  to: z.union([targetSchema, newTargetSchema]).exactOptional(),
  launches: z.int(),
  problems: z.array(
    z.object({ column: z.string().exactOptional(), problem: z.string(), value: z.string().exactOptional() }),
  ),
});

const toSet = (row: Row): StagedChangeSet => ({
  id: text(row, 'id'),
  tenantId: text(row, 'tenant_id'),
  ...optionalDeployment(row),
  kind: oneOf(row, 'kind', KINDS),
  summary: text(row, 'summary'),
  status: oneOf(row, 'status', STATUSES),
  counts: json(row, 'counts', countsSchema),
  launches: integer(row, 'launches'),
  done: integer(row, 'done'),
  ...optionalInteger(row, 'total', 'total'),
  ...optionalText(row, 'error_code', 'errorCode'),
  ...optionalText(row, 'reason', 'reason'),
  ...optionalText(row, 'job_id', 'jobId'),
  ...optionalJson(row, 'report', 'report', reportSchema),
  createdBy: json(row, 'created_by', actorSchema),
  createdAtMs: integer(row, 'created_at_ms'),
  updatedAtMs: integer(row, 'updated_at_ms'),
  expiresAtMs: integer(row, 'expires_at_ms'),
});

const toRow = (row: Row): StagedRow => ({
  row: integer(row, 'row'),
  effect: oneOf(row, 'effect', EFFECTS),
  ...json(row, 'detail', detailSchema),
});

const findSet = (sql: Reader, id: string, nowMs: number): StagedChangeSet | undefined => {
  const row = sql.get(FIND, id, nowMs);
  return row === undefined ? undefined : toSet(row);
};

/** Prepared changes live for hours and can be prepared again, so a power cut may take them. */
export const createStagedChangeStore = (volatile: Database): StagedChangeStore => ({
  create: ({ id, tenantId, deployment, kind, summary, total, createdBy, createdAtMs, expiresAtMs }) =>
    volatile.write((sql) => {
      const scope = [tenantId, deployment?.platformId, deployment?.deploymentId];
      const none = toJson({ add: 0, change: 0, remove: 0, same: 0, error: 0 });
      const times = [createdAtMs, createdAtMs, expiresAtMs];
      sql.run(CREATE, id, ...scope, kind, summary, none, total, toJson(createdBy), ...times);
      return toSet(sql.get(FIND, id, Number.MIN_SAFE_INTEGER) ?? {});
    }),

  async append(id, rows, { done, total }, nowMs) {
    assertChunk(rows);
    await volatile.write((sql) => {
      const set = findSet(sql, id, nowMs);
      if (set?.status !== 'reading') {
        throw new AppError('STORE_CONFLICT', { reason: 'rows are added to a set that is being read' });
      }
      const counts = { ...set.counts };
      let { launches } = set;
      for (const { row, effect, ...detail } of rows) {
        sql.run(ADD_ROW, id, row, effect, toJson(detail));
        counts[effect] += 1;
        if (CHANGING.includes(effect)) launches += detail.launches;
      }
      sql.run(GROW, toJson(counts), launches, done, total, nowMs, id);
    });
  },

  setStatus: (id, { from, to, jobId, errorCode, reason, report }, nowMs) =>
    volatile.write((sql) =>
      sql.run(SET_STATUS, to, jobId, errorCode, reason, optionalToJson(report), nowMs, id, from, nowMs) === 1
        ? findSet(sql, id, nowMs)
        : undefined,
    ),

  find: (id, nowMs) => volatile.read((sql) => findSet(sql, id, nowMs)),

  list: (tenantId, nowMs) => volatile.read((sql) => sql.all(LIST, tenantId, nowMs).map(toSet)),

  async rows(id, { limit, after = 0, effects }) {
    assertLimit(limit);
    return volatile.read((sql) => {
      if (effects === undefined) return sql.all(ROWS, id, after, limit).map(toRow);
      // Each effect has its own stretch of the index; the first rows of all are among the first of each.
      return [...new Set(effects)]
        .flatMap((effect) => sql.all(ROWS_OF_EFFECT, id, effect, after, limit).map(toRow))
        .sort((a, b) => a.row - b.row)
        .slice(0, limit);
    });
  },

  remove: (id) =>
    volatile.write((sql) => {
      sql.run(END, id);
      if (sql.run(REMOVE_ROWS, id, id) === ROWS_REMOVED_AT_ONCE) return false;
      sql.run(REMOVE, id);
      return true;
    }),

  async expired(nowMs, limit) {
    assertLimit(limit);
    return volatile.read((sql) => sql.all(EXPIRED, nowMs, limit).map((row) => text(row, 'id')));
  },
});
