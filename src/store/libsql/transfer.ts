/** Reads and writes the whole content of the embedded store, record by record, in the form that every store shares. */
import { AppError } from '../../errors/app-error.js';
import { assertChunk } from '../limits.js';
import type { TransferPort } from '../ports.js';
import { aggregates, checkRecords, TRANSFER_BATCH, type Aggregate } from '../transfer-records.js';
import { noteChange } from './change-number.js';
import type { Database, Parameter, Row } from './database.js';
import { integer, text } from './rows.js';
import { tables, type Table } from './transfer-tables.js';

const isAggregate = (name: string): name is Aggregate => aggregates.some((aggregate) => aggregate === name);

/** One page behind the key, in the order of the key. */
function pageOf({ name, key, columns }: Table, after: readonly Parameter[] | undefined): string {
  const condition = after === undefined ? '' : `WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')})`;
  return `SELECT ${columns.join(', ')} FROM ${name} ${condition} ORDER BY ${key.join(', ')} LIMIT ${TRANSFER_BATCH}`;
}

const keyOf = (row: Row, { key }: Table): Parameter[] =>
  key.map((column) => (typeof row[column] === 'number' ? integer(row, column) : text(row, column)));

function recordOf(table: Table, row: Row): Record<string, unknown> {
  try {
    return table.toRecord(row);
  } catch (cause) {
    throw new AppError('STORE_UNAVAILABLE', { reason: `unexpected value in ${table.name}`, cause });
  }
}

/**
 * Moves the whole content of a libsql store. `read` gives records as they are kept: whoever copies checks their form by
 * writing them, and `store check` by reading. Each batch is written in one transaction.
 */
export function createTransfer(databases: { durable: Database; volatile: Database }): TransferPort {
  return {
    async *read() {
      for (const aggregate of aggregates) {
        const table = tables[aggregate];
        for (let after: Parameter[] | undefined; ;) {
          const rows = await databases[table.file].read((sql) => sql.all(pageOf(table, after), ...(after ?? [])));
          const last = rows.at(-1);
          if (last === undefined) break;
          yield { aggregate, records: rows.map((row) => recordOf(table, row)) };
          after = keyOf(last, table);
        }
      }
    },

    async write({ aggregate, records }) {
      if (!isAggregate(aggregate)) {
        throw new AppError('INPUT_INVALID', { reason: `a store holds no ${aggregate}` });
      }
      assertChunk(records);
      const checked = checkRecords(aggregate, records);
      const table = tables[aggregate];
      await databases[table.file].write((sql) => {
        for (const record of checked) table.insert(sql, { ...record });
        if (table.file === 'durable') noteChange(sql);
      });
    },

    async counts() {
      const count = (file: Table['file']): Promise<[Aggregate, number][]> =>
        databases[file].read((sql) =>
          aggregates
            .filter((aggregate) => tables[aggregate].file === file)
            .map((aggregate) => {
              const row = sql.get(`SELECT count(*) AS n FROM ${tables[aggregate].name}`) ?? {};
              return [aggregate, integer(row, 'n')];
            }),
        );
      return Object.fromEntries([...(await count('durable')), ...(await count('volatile'))]);
    },
  };
}
