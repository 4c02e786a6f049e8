/** Reads and writes the whole content of the store, in the form that every store shares. */
import { AppError } from '../../errors/app-error.js';
import { assertChunk } from '../limits.js';
import type { TransferPort } from '../ports.js';
import { aggregates, checkRecords, TRANSFER_BATCH, type Aggregate } from '../transfer-records.js';
import type { Database } from './database.js';
import { toDocument, toUnchecked } from './documents.js';
import { greaterThan } from './fields.js';
import type { Writer } from './writer.js';

const isAggregate = (name: string): name is Aggregate => aggregates.some((aggregate) => aggregate === name);

/** `read` gives records as they are kept: whoever copies checks their form by writing them, `store check` by reading. */
export const createTransfer = (database: Database, { write }: Writer): TransferPort => ({
  async *read() {
    for (const aggregate of aggregates) {
      for (let last: string | undefined; ;) {
        const filter = last === undefined ? {} : { _id: greaterThan(last) };
        const found = await database.run(({ find }) =>
          find(aggregate, filter, { sort: { _id: 1 }, limit: TRANSFER_BATCH }),
        );
        const end = found.at(-1);
        if (end === undefined) break;
        yield { aggregate, records: found.map((document) => toUnchecked(aggregate, document)) };
        last = String(end['_id']);
      }
    }
  },

  async write({ aggregate, records }) {
    if (!isAggregate(aggregate)) throw new AppError('INPUT_INVALID', { reason: `a store holds no ${aggregate}` });
    assertChunk(records);
    const documents = checkRecords(aggregate, records).map((record) => toDocument(aggregate, record));
    await write(async (transaction) => {
      await transaction.noteChange();
      await transaction.insert(aggregate, documents);
    });
  },

  async counts() {
    const counted: [Aggregate, number][] = [];
    for (const aggregate of aggregates) {
      counted.push([aggregate, await database.run(({ count }) => count(aggregate, {}))]);
    }
    return Object.fromEntries(counted);
  },
});
