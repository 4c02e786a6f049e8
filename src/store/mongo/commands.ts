/** The commands that the stores of this folder are made of, as calls of mongoose's models. */
import type { CollectionName } from './collections.js';
import { compileFields, compileFilter, compileUpdate, type Fields, type Filter, type Update } from './fields.js';

/** A stored document. What it holds is not trusted to have the form that we expect: `documents.ts` checks it. */
export type Document = Record<string, unknown>;

export interface FindOptions {
  /** Field to 1 (ascending) or -1. */
  sort?: Readonly<Record<string, 1 | -1>>;
  limit?: number;
  /** Only these fields, and `_id`. */
  only?: readonly string[];
}

export interface UpdateEach {
  filter: Filter;
  update: Update;
  /** Make the document when none fits. */
  upsert?: boolean;
}

/** The commands. Inside `transact` they are part of the transaction, and fail with the driver's own errors. */
export interface Commands {
  /** The first that fits, in the order of `sort`. */
  findOne(
    collection: CollectionName,
    filter: Filter,
    options?: Omit<FindOptions, 'limit'>,
  ): Promise<Document | undefined>;
  find(collection: CollectionName, filter: Filter, options?: FindOptions): Promise<Document[]>;
  /** How many fit, counted up to `cap`. */
  count(collection: CollectionName, filter: Filter, cap?: number): Promise<number>;
  /** How many fit, by the text that they have in `field`. */
  countBy(collection: CollectionName, filter: Filter, field: string): Promise<Map<string, number>>;
  /** All in the order given, or up to the first that fails. */
  insert(collection: CollectionName, documents: readonly Fields[]): Promise<void>;
  /** Changes one document that fits, as one atomic step; answers with it as it is then. */
  update(collection: CollectionName, filter: Filter, update: Update, upsert?: boolean): Promise<Document | undefined>;
  /** Changes one document each; answers how many fitted or were made. */
  updateEach(collection: CollectionName, updates: readonly UpdateEach[]): Promise<number>;
  /** Removes one document that fits, as one atomic step; answers with it. */
  take(collection: CollectionName, filter: Filter): Promise<Document | undefined>;
  /** Removes what fits; answers how many. */
  remove(collection: CollectionName, filter: Filter): Promise<number>;
}

/** What we use of mongoose's models, in types of our own: its own ones follow records through every option. */
export interface Model {
  findOne(filter: object, projection: object | null, options: object): PromiseLike<Document | null>;
  find(filter: object, projection: object | null, options: object): PromiseLike<Document[]>;
  countDocuments(filter: object, options: object): PromiseLike<number>;
  aggregate(stages: object[], options: object): PromiseLike<Document[]>;
  insertMany(documents: object[], options: object): Promise<unknown>;
  findOneAndUpdate(filter: object, update: object, options: object): PromiseLike<Document | null>;
  findOneAndDelete(filter: object, options: object): PromiseLike<Document | null>;
  bulkWrite(operations: object[], options: object): Promise<{ matchedCount: number; upsertedCount: number }>;
  deleteMany(filter: object, options: object): PromiseLike<{ deletedCount: number }>;
}

/** A cursor brings so many documents at a time; a page is never larger. */
const BATCH = 1_000;

export interface CommandOptions {
  models: Record<CollectionName, Model>;
  /** Marks the operators that we made, for mongoose's own check. */
  trust: (operators: object) => object;
  /** Limit that the server keeps. */
  maxTimeMS: number;
  /** Whose transaction the commands are part of. */
  session?: object;
}

export function createCommands({ models, trust, maxTimeMS, session }: CommandOptions): Commands {
  const filterOf = (filter: Filter): object => compileFilter(filter, trust);
  const common = { maxTimeMS, ...(session === undefined ? {} : { session }) };
  const query = ({ sort }: FindOptions) => ({
    ...common,
    lean: true,
    ...(sort === undefined ? {} : { sort: { ...sort } }),
  });
  const projection = ({ only }: FindOptions) =>
    only === undefined ? null : Object.fromEntries(only.map((f) => [f, 1]));

  return {
    async findOne(collection, filter, options = {}) {
      return (await models[collection].findOne(filterOf(filter), projection(options), query(options))) ?? undefined;
    },
    find: async (collection, filter, options = {}) =>
      models[collection].find(filterOf(filter), projection(options), {
        ...query(options),
        ...(options.limit === undefined ? { batchSize: BATCH } : { limit: options.limit, batchSize: options.limit }),
      }),
    count: async (collection, filter, cap) =>
      models[collection].countDocuments(filterOf(filter), { ...common, ...(cap === undefined ? {} : { limit: cap }) }),
    async countBy(collection, filter, field) {
      // mongoose leaves stages as they are, so what it would check of a filter must hold by itself: it is made of values.
      const stages = [
        { $match: compileFilter(filter, (operators) => operators) },
        { $group: { _id: `$${field}`, n: { $sum: 1 } } },
      ];
      const groups = await models[collection].aggregate(stages, { ...common, batchSize: BATCH });
      return new Map(groups.map(({ _id, n }) => [String(_id), Number(n)]));
    },
    async insert(collection, documents) {
      if (documents.length === 0) return;
      await models[collection].insertMany(documents.map(compileFields), { ...common, ordered: true });
    },
    async update(collection, filter, update, upsert = false) {
      const options = { ...common, lean: true, upsert, returnDocument: 'after', setDefaultsOnInsert: false } as const;
      return (await models[collection].findOneAndUpdate(filterOf(filter), compileUpdate(update), options)) ?? undefined;
    },
    async updateEach(collection, updates) {
      if (updates.length === 0) return 0;
      const operations = updates.map(({ filter, update, upsert = false }) => ({
        updateOne: { filter: filterOf(filter), update: compileUpdate(update), upsert, setDefaultsOnInsert: false },
      }));
      const result = await models[collection].bulkWrite(operations, { ...common, ordered: true, strict: 'throw' });
      return result.matchedCount + result.upsertedCount;
    },
    async take(collection, filter) {
      return (await models[collection].findOneAndDelete(filterOf(filter), { ...common, lean: true })) ?? undefined;
    },
    async remove(collection, filter) {
      const { deletedCount } = await models[collection].deleteMany(filterOf(filter), common);
      return deletedCount;
    },
  };
}
