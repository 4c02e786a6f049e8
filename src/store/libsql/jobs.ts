import { z } from 'zod';
import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import { assertLimit } from '../limits.js';
import type { JobRecord, JobStatus, JobStore } from '../ports.js';
import { optionalToJson, toJson } from '../storable.js';
import type { Database, Reader, Row } from './database.js';
import { actorSchema, BEHIND_ALL, type Journal } from './journal.js';
import { integer, json, oneOf, optionalInteger, optionalJson, optionalText, text } from './rows.js';

const STATUSES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const satisfies JobStatus[];

const COLUMNS = `id, kind, status, tenant_id, input, state, done, total, result, error_code, actor, created_at_ms,
  started_at_ms, finished_at_ms, cancel_requested`;
const ADD = `INSERT INTO jobs (id, kind, status, tenant_id, input, done, total, actor, created_at_ms, cancel_requested)
  VALUES (?, ?, 'waiting', ?, ?, 0, ?, ?, ?, 0)`;
const FIND = `SELECT ${COLUMNS} FROM jobs WHERE id = ?`;
// An absent filter is NULL.
const NEWEST = `SELECT ${COLUMNS} FROM jobs
  WHERE id < ?1 AND kind = coalesce(?2, kind) AND (?3 IS NULL OR tenant_id = ?3) ORDER BY id DESC LIMIT ?4`;
const CLAIMABLE = `SELECT id FROM jobs INDEXED BY jobs_open
  WHERE finished_at_ms IS NULL AND (status = 'waiting' OR lease_ends_at_ms <= ?)
    AND kind IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1`;
const CLAIM = `UPDATE jobs SET status = 'running', holder = ?, lease_ends_at_ms = ?,
  started_at_ms = coalesce(started_at_ms, ?) WHERE id = ?`;
const OF_HOLDER = `id = ? AND holder = ? AND status = 'running'`;
const PROGRESS = `UPDATE jobs SET done = ?, total = coalesce(?, total), state = coalesce(?, state), lease_ends_at_ms = ?
  WHERE ${OF_HOLDER}`;
const FINISH = `UPDATE jobs SET status = ?, result = ?, error_code = ?, finished_at_ms = ?, holder = NULL,
  lease_ends_at_ms = NULL WHERE ${OF_HOLDER}`;
const CANCEL_WAITING = `UPDATE jobs SET cancel_requested = 1, status = 'cancelled', finished_at_ms = ? WHERE id = ?`;
const CANCEL_RUNNING = 'UPDATE jobs SET cancel_requested = 1 WHERE id = ?';
const SWEEP = `DELETE FROM jobs WHERE id IN
  (SELECT id FROM jobs WHERE finished_at_ms < ? ORDER BY finished_at_ms LIMIT ?)`;

const toRecord = (row: Row): JobRecord => ({
  id: text(row, 'id'),
  kind: text(row, 'kind'),
  status: oneOf(row, 'status', STATUSES),
  ...optionalText<'tenantId', TenantId>(row, 'tenant_id', 'tenantId'),
  input: json(row, 'input', z.unknown()),
  ...optionalJson(row, 'state', 'state', z.unknown()),
  done: integer(row, 'done'),
  ...optionalInteger(row, 'total', 'total'),
  ...optionalJson(row, 'result', 'result', z.unknown()),
  ...optionalText(row, 'error_code', 'errorCode'),
  actor: json(row, 'actor', actorSchema),
  createdAtMs: integer(row, 'created_at_ms'),
  ...optionalInteger(row, 'started_at_ms', 'startedAtMs'),
  ...optionalInteger(row, 'finished_at_ms', 'finishedAtMs'),
  cancelRequested: integer(row, 'cancel_requested') === 1,
});

const findJob = (sql: Reader, id: string): JobRecord | undefined => {
  const row = sql.get(FIND, id);
  return row === undefined ? undefined : toRecord(row);
};

export const createJobStore = (durable: Database, journal: Journal): JobStore => ({
  add: ({ id, kind, tenantId, input, total, actor, createdAtMs }) =>
    durable.write((sql) => {
      sql.run(ADD, id, kind, tenantId, toJson(input), total, toJson(actor), createdAtMs);
      return toRecord(sql.get(FIND, id) ?? {});
    }),

  find: (id) => durable.read((sql) => findJob(sql, id)),

  async list({ limit, before = BEHIND_ALL, kind, tenantId }) {
    assertLimit(limit);
    return durable.read((sql) => sql.all(NEWEST, before, kind, tenantId, limit).map(toRecord));
  },

  async claim({ holder, kinds, lifeMs }, nowMs) {
    const claimable = (sql: Reader) => sql.get(CLAIMABLE, nowMs, toJson(kinds));
    // Every process asks again and again: while there is nothing to do, nobody takes the write lock.
    if ((await durable.read(claimable)) === undefined) return undefined;
    return durable.write((sql) => {
      const row = claimable(sql);
      if (row === undefined) return undefined;
      const id = text(row, 'id');
      sql.run(CLAIM, holder, nowMs + lifeMs, nowMs, id);
      return findJob(sql, id);
    });
  },

  progress: ({ id, holder, done, total, state, lifeMs }, nowMs) =>
    durable.write((sql) => {
      if (sql.run(PROGRESS, done, total, optionalToJson(state), nowMs + lifeMs, id, holder) === 0) return 'lost';
      return findJob(sql, id)?.cancelRequested === true ? 'cancel' : 'go-on';
    }),

  finish: ({ id, holder, status, result, errorCode }, nowMs) =>
    durable.write((sql) => sql.run(FINISH, status, optionalToJson(result), errorCode, nowMs, id, holder) === 1),

  requestCancel: (id, by, nowMs) =>
    durable.write((sql) => {
      const job = findJob(sql, id);
      if (job === undefined || job.finishedAtMs !== undefined) return false;
      if (job.cancelRequested) return true;
      if (job.status === 'waiting') sql.run(CANCEL_WAITING, nowMs, id);
      else sql.run(CANCEL_RUNNING, id);
      journal.audit(sql, by, nowMs, auditEntries.jobCancel(job));
      return true;
    }),

  async sweep(beforeMs, limit) {
    assertLimit(limit);
    return durable.write((sql) => sql.run(SWEEP, beforeMs, limit));
  },
});
