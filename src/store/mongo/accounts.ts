import { auditEntries } from '../audit-entries.js';
import type { AccountRecord, AccountStore, Versioned } from '../ports.js';
import type { Database } from './database.js';
import { fieldsOf, toDocument, toOptional, toRecord } from './documents.js';
import type { Journal } from './journal.js';
import type { Writer } from './writer.js';
import { changedMeanwhile } from './changed-meanwhile.js';

export const createAccountStore = (database: Database, { write }: Writer, journal: Journal): AccountStore => ({
  find: (id) => database.run(async ({ findOne }) => toOptional('accounts', await findOne('accounts', { _id: id }))),
  list: () =>
    database.run(async ({ find }) =>
      (await find('accounts', {}, { sort: { name: 1, _id: 1 } })).map((found) => toRecord('accounts', found)),
    ),
  put: (account, expectedVersion, by) =>
    write(async (transaction): Promise<Versioned<AccountRecord>> => {
      const { id } = account;
      const current = toOptional('accounts', await transaction.findOne('accounts', { _id: id }));
      if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
      const record: AccountRecord = {
        ...account,
        createdAtMs: current?.createdAtMs ?? account.createdAtMs,
        version: (current?.version ?? 0) + 1,
      };
      await journal.audit(transaction, by, record.updatedAtMs, auditEntries.accountPut(current, record));
      if (current === undefined) {
        await transaction.insert('accounts', [toDocument('accounts', record)]);
      } else {
        const filter = { _id: id, version: current.version };
        const changed = await transaction.update('accounts', filter, { set: fieldsOf('accounts', record) });
        if (changed === undefined) throw changedMeanwhile();
      }
      return { outcome: 'done', record };
    }),
});
