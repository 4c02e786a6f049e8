import { AppError } from '../../errors/app-error.js';
import { auditEntries } from '../audit-entries.js';
import type { ApiClientStore } from '../ports.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import type { Database } from './database.js';
import { toDocument, toOptional, toRecord } from './documents.js';
import { absent } from './fields.js';
import type { Journal } from './journal.js';
import { getTenant } from './tenants.js';
import type { Writer } from './writer.js';

export const createApiClientStore = (database: Database, { write }: Writer, journal: Journal): ApiClientStore => ({
  add: (client, by) =>
    write(async (transaction) => {
      const { id, tokenHash, tenantId, createdAtMs } = client;
      if (tenantId !== undefined) await getTenant(transaction, tenantId, 'an API client');
      const taken = { $or: [{ _id: id }, { tokenHash }] };
      if ((await transaction.findOne('apiClients', taken, { only: ['_id'] })) !== undefined) {
        throw new AppError('STORE_CONFLICT', { reason: 'a unique value is taken', details: { constraint: 'unique' } });
      }
      await journal.audit(transaction, by, createdAtMs, auditEntries.apiClientAdd(client));
      await transaction.insert('apiClients', [toDocument('apiClients', client)]);
    }),

  findByTokenHash: (tokenHash) =>
    database.run(async ({ findOne }) =>
      toOptional('apiClients', await findOne('apiClients', { tokenHash, revokedAtMs: absent })),
    ),

  list: () =>
    database.run(async ({ find }) =>
      (await find('apiClients', {}, { sort: { _id: 1 } })).map((found) => toRecord('apiClients', found)),
    ),

  revoke: (id, by, nowMs) =>
    write(async (transaction) => {
      const before = toOptional('apiClients', await transaction.findOne('apiClients', { _id: id }));
      if (before === undefined || before.revokedAtMs !== undefined) return false;
      const after = { ...before, revokedAtMs: nowMs };
      await journal.audit(transaction, by, nowMs, auditEntries.apiClientRevoke(before, after));
      const filter = { _id: id, revokedAtMs: absent };
      const changed = await transaction.update('apiClients', filter, { set: { revokedAtMs: nowMs } });
      if (changed === undefined) throw changedMeanwhile();
      return true;
    }),
});
