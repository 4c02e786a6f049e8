import { AppError } from '../../errors/app-error.js';
import type { LaunchId } from '../../runtime/ids.js';
import { assertChunk, assertLimit, MAX_CHUNK } from '../limits.js';
import type { LaunchFilter, LaunchStore } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { idOf, searchFieldsOf, toDocument, toOptional, toRecord } from './documents.js';
import { atLeast, greaterThan, lessThan, oneOf, type Filter } from './fields.js';

function filterOf({ before, ...wanted }: { before?: LaunchId } & LaunchFilter): Filter {
  const { platformId, deploymentId, outcome, code, course } = wanted;
  if (deploymentId !== undefined && platformId === undefined) {
    throw new AppError('INPUT_INVALID', { reason: 'a deployment is looked for together with its platform' });
  }
  return {
    ...(course === undefined ? {} : { byCourse: idOf('courses', course) }),
    ...(platformId === undefined ? {} : { platformId }),
    ...(deploymentId === undefined ? {} : { byDeployment: deploymentId }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(code === undefined ? {} : { byCode: code }),
    ...(before === undefined ? {} : { _id: lessThan(before) }),
  };
}

export const createLaunchStore = (database: Database): LaunchStore => ({
  async append(records) {
    assertChunk(records);
    await database.insertLoosely(
      'launches',
      records.map((record) => toDocument('launches', record)),
    );
  },
  async list({ limit, ...wanted }) {
    assertLimit(limit);
    return database.run(async ({ find }) =>
      (await find('launches', filterOf(wanted), { sort: { _id: -1 }, limit })).map((found) =>
        toRecord('launches', found),
      ),
    );
  },
  find: (launchId) =>
    database.run(async ({ findOne }) => toOptional('launches', await findOne('launches', { _id: launchId }))),
  async countByCourse(tenantId, courseKeys, sinceMs) {
    assertChunk(courseKeys);
    const keys = new Map(courseKeys.map((courseKey) => [idOf('courses', { tenantId, courseKey }), courseKey]));
    const counts = await database.run(({ countBy }) =>
      countBy('launches', { byCourse: oneOf([...keys.keys()]), atMs: atLeast(sinceMs) }, 'byCourse'),
    );
    return new Map([...keys].flatMap(([id, courseKey]) => (counts.has(id) ? [[courseKey, counts.get(id)!]] : [])));
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

/** Gives launches that an earlier version wrote what they are searched by. */
export async function fillSearchFields({ find, updateEach }: Commands): Promise<void> {
  for (let last: string | undefined; ;) {
    const filter = last === undefined ? {} : { _id: greaterThan(last) };
    const found = await find('launches', filter, { sort: { _id: 1 }, limit: MAX_CHUNK });
    const end = found.at(-1);
    if (end === undefined) return;
    const updates = found.map((document) => ({
      filter: { _id: String(document['_id']) },
      update: { set: searchFieldsOf(toRecord('launches', document)) },
    }));
    await updateEach(
      'launches',
      updates.filter(({ update }) => Object.values(update.set).some(isGiven)),
    );
    last = String(end['_id']);
  }
}

const isGiven = (value: unknown): boolean => value !== undefined;
