import { assertChunk, assertLimit } from '../limits.js';
import type { LaunchStore } from '../ports.js';
import type { Database } from './database.js';
import { toDocument, toOptional, toRecord } from './documents.js';
import { lessThan, oneOf } from './fields.js';

export const createLaunchStore = (database: Database): LaunchStore => ({
  async append(records) {
    assertChunk(records);
    await database.insertLoosely(
      'launches',
      records.map((record) => toDocument('launches', record)),
    );
  },
  async list({ limit, before }) {
    const filter = before === undefined ? {} : { _id: lessThan(before) };
    return database.run(async ({ find }) =>
      (await find('launches', filter, { sort: { _id: -1 }, limit })).map((found) => toRecord('launches', found)),
    );
  },
  findByRequestId: (requestId) =>
    database.run(async ({ findOne }) =>
      toOptional('launches', await findOne('launches', { requestId }, { sort: { _id: -1 } })),
    ),
  async sweep(beforeMs, limit) {
    assertLimit(limit);
    return database.run(async ({ find, remove }) => {
      const old = { atMs: lessThan(beforeMs) };
      const found = await find('launches', old, { sort: { atMs: 1 }, limit, only: ['_id'] });
      return found.length === 0 ? 0 : remove('launches', { _id: oneOf(found.map(({ _id }) => String(_id))) });
    });
  },
});
