/**
 * Changes that wait to be applied. Rows and counts are written in one command, and a set that is not read to its end
 * never becomes ready: where there are no transactions, a killed process leaves rows that nobody counts, in a set that
 * nobody applies. Rows that come twice are `STORE_CONFLICT` and counted once.
 */
import { AppError } from '../../errors/app-error.js';
import { assertChunk, assertLimit, MAX_CHUNK } from '../limits.js';
import type { StagedChangeSet, StagedChangeStore, StagedEffect, StagedRow } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database } from './database.js';
import { idOf, toDocument, toOptional, toRecord } from './documents.js';
import { atMost, greaterThan, oneOf } from './fields.js';
import type { Writer } from './writer.js';

const MOST_LISTED = 100;
const CHANGING: readonly StagedEffect[] = ['add', 'change', 'remove'];

/** How much some rows add to the counts of their set. */
function growthOf(rows: readonly StagedRow[]): Record<string, number> {
  const growth: Record<string, number> = {};
  const add = (field: string, count: number): void => void (growth[field] = (growth[field] ?? 0) + count);
  for (const { effect, launches } of rows) {
    add(`counts.${effect}`, 1);
    if (CHANGING.includes(effect)) add('launches', launches);
  }
  return growth;
}

const notRead = (): AppError =>
  new AppError('STORE_CONFLICT', { reason: 'rows are added to a set that is being read' });

const rowTaken = (): AppError =>
  new AppError('STORE_CONFLICT', { reason: 'a row of the set is there already', details: { constraint: 'unique' } });

export function createStagedChangeStore(database: Database, { write }: Writer): StagedChangeStore {
  return {
    create: (set) =>
      database.run(async ({ insert }) => {
        const { id, tenantId, deployment, kind, summary, total, createdBy, createdAtMs, expiresAtMs } = set;
        const record: StagedChangeSet = {
          id,
          tenantId,
          ...(deployment === undefined
            ? {}
            : { deployment: { platformId: deployment.platformId, deploymentId: deployment.deploymentId } }),
          kind,
          summary,
          status: 'reading',
          counts: { add: 0, change: 0, remove: 0, same: 0, error: 0 },
          launches: 0,
          done: 0,
          ...(total === undefined ? {} : { total }),
          createdBy: structuredClone(createdBy),
          createdAtMs,
          updatedAtMs: createdAtMs,
          expiresAtMs,
        };
        await insert('stagedSets', [toDocument('stagedSets', record)]);
        return record;
      }),

    async append(id, rows, { done, total }, nowMs) {
      assertChunk(rows);
      const records = rows.map((row) => ({ ...row, setId: id }));
      const documents = records.map((record) => toDocument('stagedRows', record));
      const ids = records.map((record) => idOf('stagedRows', record));
      if (new Set(ids).size < ids.length) throw rowTaken();
      await write(async (transaction) => {
        const reading = { _id: id, status: 'reading', expiresAtMs: greaterThan(nowMs) };
        if ((await transaction.findOne('stagedSets', reading, { only: ['_id'] })) === undefined) throw notRead();
        const taken = ids.length === 0 ? 0 : await transaction.count('stagedRows', { _id: oneOf(ids) }, 1);
        if (taken > 0) throw rowTaken();
        await transaction.insert('stagedRows', documents);
        const progress = { done, ...(total === undefined ? {} : { total }), updatedAtMs: nowMs };
        const set = await transaction.update('stagedSets', reading, { set: progress, increase: growthOf(rows) });
        if (set === undefined) throw notRead();
      });
    },

    setStatus: (id, { from, to, jobId, errorCode, reason, report }, nowMs) =>
      // As a command that takes its turn: no rows are added meanwhile.
      write(async ({ update }) => {
        const set = {
          status: to,
          ...(jobId === undefined ? {} : { jobId }),
          ...(errorCode === undefined ? {} : { errorCode }),
          ...(reason === undefined ? {} : { reason }),
          ...(report === undefined ? {} : { report: toJson(report) }),
          updatedAtMs: nowMs,
        };
        const seen = { _id: id, status: from, expiresAtMs: greaterThan(nowMs) };
        return toOptional('stagedSets', await update('stagedSets', seen, { set }));
      }),

    find: (id, nowMs) =>
      database.run(async ({ findOne }) =>
        toOptional('stagedSets', await findOne('stagedSets', { _id: id, expiresAtMs: greaterThan(nowMs) })),
      ),

    list: (tenantId, nowMs) =>
      database.run(async ({ find }) => {
        const filter = { tenantId, expiresAtMs: greaterThan(nowMs) };
        const found = await find('stagedSets', filter, { sort: { _id: -1 }, limit: MOST_LISTED });
        return found.map((document) => toRecord('stagedSets', document));
      }),

    async rows(id, { limit, after, effects }) {
      assertLimit(limit);
      const filter = {
        setId: id,
        ...(effects === undefined ? {} : { effect: oneOf(effects) }),
        ...(after === undefined ? {} : { row: greaterThan(after) }),
      };
      return database.run(async ({ find }) =>
        (await find('stagedRows', filter, { sort: { row: 1 }, limit })).map((document) => {
          const { setId: _set, ...row } = toRecord('stagedRows', document);
          return row;
        }),
      );
    },

    remove: (id) =>
      write(async (transaction) => {
        const rows = await transaction.find('stagedRows', { setId: id }, { limit: MAX_CHUNK, only: ['_id'] });
        // First, so that nobody applies half of it, and whoever looks for expired sets goes on where we were killed.
        await transaction.update('stagedSets', { _id: id }, { set: { expiresAtMs: 0 } });
        if (rows.length > 0) {
          await transaction.remove('stagedRows', { _id: oneOf(rows.map(({ _id }) => String(_id))) });
        }
        if (rows.length === MAX_CHUNK) return false;
        await transaction.take('stagedSets', { _id: id });
        return true;
      }),

    async expired(nowMs, limit) {
      assertLimit(limit);
      return database.run(async ({ find }) => {
        const options = { sort: { expiresAtMs: 1 }, limit, only: ['_id'] } as const;
        const found = await find('stagedSets', { expiresAtMs: atMost(nowMs) }, options);
        return found.map(({ _id }) => String(_id));
      });
    },
  };
}
