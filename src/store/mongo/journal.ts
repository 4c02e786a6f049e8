/** What a command leaves behind besides its change, as part of it: audit record, history, change number. */
import { newUuid, type IdSource } from '../../runtime/ids.js';
import type { Random } from '../../runtime/random.js';
import type { AuditEntry } from '../audit-entries.js';
import { assertLimit } from '../limits.js';
import { uuidAfter } from '../ordered-uuid.js';
import type { Actor, AuditRecord, AuditStore, MappingHistoryRecord } from '../ports.js';
import type { Database } from './database.js';
import { toDocument, toRecord } from './documents.js';
import { lessThan } from './fields.js';
import type { Transaction, Writer } from './writer.js';

export interface Journal {
  /**
   * Raises the change number and writes the audit record; once per command that changes something, before what it
   * changes.
   */
  audit(transaction: Transaction, by: Actor, atMs: number, entry: AuditEntry): Promise<void>;
  /** Writes a record that goes with no change, and leaves the change number as it is. */
  note(transaction: Transaction, entry: Omit<AuditRecord, 'id'>): Promise<void>;
  /** Adds to the history of mappings, in this order; before what it tells of. */
  history(transaction: Transaction, records: readonly Omit<MappingHistoryRecord, 'id'>[]): Promise<void>;
  newChangeSetId(atMs: number): string;
}

export function createJournal(random: Random): Journal {
  const source = (atMs: number): IdSource => ({ random, clock: { nowMs: () => atMs } });

  const lastId = async (transaction: Transaction, name: 'audit' | 'mappingHistory'): Promise<string | undefined> => {
    const newest = await transaction.findOne(name, {}, { sort: { _id: -1 }, only: ['_id'] });
    return typeof newest?.['_id'] === 'string' ? newest['_id'] : undefined;
  };

  const write = async (
    transaction: Transaction,
    entry: Omit<AuditRecord, 'id'>,
    keepsOrder: () => Promise<void>,
  ): Promise<void> => {
    const id = uuidAfter(await lastId(transaction, 'audit'), source(entry.atMs));
    await keepsOrder();
    await transaction.insert('audit', [toDocument('audit', { id, ...entry })]);
  };

  return {
    audit: (transaction, by, atMs, entry) =>
      write(transaction, { atMs, actor: by, ...entry }, () => transaction.noteChange()),
    // Otherwise a command beside it could take the same id.
    note: (transaction, entry) => write(transaction, entry, () => transaction.holdChangeNumber()),
    async history(transaction, records) {
      let id = await lastId(transaction, 'mappingHistory');
      const documents = records.map((record) => {
        id = uuidAfter(id, source(record.atMs));
        return toDocument('mappingHistory', { id, ...record });
      });
      await transaction.insert('mappingHistory', documents);
    },
    newChangeSetId: (atMs) => newUuid(source(atMs)),
  };
}

export const createAuditStore = (database: Database, { write }: Writer, journal: Journal): AuditStore => ({
  note: (entry) => write((transaction) => journal.note(transaction, entry)),
  async list({ limit, before, tenantId }) {
    assertLimit(limit);
    const filter = {
      ...(before === undefined ? {} : { _id: lessThan(before) }),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    return database.run(async ({ find }) =>
      (await find('audit', filter, { sort: { _id: -1 }, limit })).map((found) => toRecord('audit', found)),
    );
  },
});
