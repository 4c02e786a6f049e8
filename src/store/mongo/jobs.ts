/**
 * Jobs. One that runs is a waiting one with a holder and a lease, so what `store copy` writes as it is waits for
 * whoever comes next. Only `requestCancel` is audited; all else is one atomic step on one document.
 */
import { auditEntries } from '../audit-entries.js';
import { assertLimit } from '../limits.js';
import type { JobRecord, JobStore } from '../ports.js';
import { toJson } from '../storable.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import type { Document } from './commands.js';
import type { Database } from './database.js';
import { toDocument, toRecord } from './documents.js';
import { absent, atMost, lessThan, oneOf } from './fields.js';
import type { Journal } from './journal.js';
import type { Writer } from './writer.js';

const holderOf = ({ holder }: Document): string | undefined => (typeof holder === 'string' ? holder : undefined);

function jobOf(document: Document): JobRecord {
  const job = toRecord('jobs', document);
  return job.status === 'waiting' && holderOf(document) !== undefined ? { ...job, status: 'running' } : job;
}

const heldBy = (id: string, holder: string) => ({ _id: id, status: 'waiting', holder });

export const createJobStore = (database: Database, { write }: Writer, journal: Journal): JobStore => ({
  add: ({ id, kind, tenantId, input, total, actor, createdAtMs }) =>
    database.run(async ({ insert }) => {
      const document = toDocument('jobs', {
        id,
        kind,
        status: 'waiting',
        ...(tenantId === undefined ? {} : { tenantId }),
        input,
        done: 0,
        ...(total === undefined ? {} : { total }),
        actor,
        createdAtMs,
        cancelRequested: false,
      });
      const job = jobOf(document);
      await insert('jobs', [document]);
      return job;
    }),

  find: (id) =>
    database.run(async ({ findOne }) => {
      const found = await findOne('jobs', { _id: id });
      return found === undefined ? undefined : jobOf(found);
    }),

  async list({ limit, before, kind, tenantId }) {
    assertLimit(limit);
    const filter = {
      ...(before === undefined ? {} : { _id: lessThan(before) }),
      ...(kind === undefined ? {} : { kind }),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    return database.run(async ({ find }) => (await find('jobs', filter, { sort: { _id: -1 }, limit })).map(jobOf));
  },

  claim: ({ holder, kinds, lifeMs }, nowMs) =>
    database.run(async ({ findOne, update }) => {
      const free = { kind: oneOf(kinds), status: 'waiting', leaseEndsAtMs: atMost(nowMs) };
      for (;;) {
        const first = await findOne('jobs', free, { sort: { _id: 1 }, only: ['startedAtMs'] });
        if (first === undefined) return undefined;
        const started = typeof first['startedAtMs'] === 'number';
        const claimed = await update(
          'jobs',
          { ...free, _id: String(first['_id']) },
          { set: { holder, leaseEndsAtMs: nowMs + lifeMs, ...(started ? {} : { startedAtMs: nowMs }) } },
        );
        // Otherwise somebody else was faster, so the next one is looked for.
        if (claimed !== undefined) return jobOf(claimed);
      }
    }),

  progress: ({ id, holder, done, total, state, lifeMs }, nowMs) =>
    database.run(async ({ update }) => {
      const set = {
        done,
        ...(total === undefined ? {} : { total }),
        ...(state === undefined ? {} : { state: toJson(state) }),
        leaseEndsAtMs: nowMs + lifeMs,
      };
      const job = await update('jobs', heldBy(id, holder), { set });
      if (job === undefined) return 'lost';
      return job['cancelRequested'] === true ? 'cancel' : 'go-on';
    }),

  finish: ({ id, holder, status, result, errorCode }, nowMs) =>
    database.run(async ({ update }) => {
      const set = {
        status,
        ...(result === undefined ? {} : { result: toJson(result) }),
        ...(errorCode === undefined ? {} : { errorCode }),
        finishedAtMs: nowMs,
        holder: undefined,
      };
      return (await update('jobs', heldBy(id, holder), { set })) !== undefined;
    }),

  requestCancel: (id, by, nowMs) =>
    write(async (transaction) => {
      const found = await transaction.findOne('jobs', { _id: id });
      if (found === undefined) return false;
      const job = jobOf(found);
      if (job.finishedAtMs !== undefined) return false;
      if (job.status === 'running' && job.cancelRequested) return true;
      // Before the audit: who runs jobs takes no turn at the lock, so without transactions it may have changed by now.
      const asRead = { _id: id, status: 'waiting', holder: holderOf(found) ?? absent };
      const ended = job.status === 'waiting' ? { status: 'cancelled', finishedAtMs: nowMs } : {};
      const changed = await transaction.update('jobs', asRead, { set: { cancelRequested: true, ...ended } });
      if (changed === undefined) throw changedMeanwhile();
      await journal.audit(transaction, by, nowMs, auditEntries.jobCancel(job));
      return true;
    }),

  async sweep(beforeMs, limit) {
    assertLimit(limit);
    return database.run(async ({ find, remove }) => {
      const old = { finishedAtMs: lessThan(beforeMs) };
      const found = await find('jobs', old, { sort: { finishedAtMs: 1 }, limit, only: ['_id'] });
      return found.length === 0 ? 0 : remove('jobs', { _id: oneOf(found.map(({ _id }) => String(_id))) });
    });
  },
});
