/** The only file that imports mongoose: a connection of our own, a model per collection, transactions, time limits. */
import mongoose from 'mongoose';
import { AppError } from '../../errors/app-error.js';
import { createCommands, type Commands, type Document, type Model } from './commands.js';
import { collections, type CollectionName, type IndexPlan } from './collections.js';
import { isDuplicateKey, translate } from './errors.js';
import { compileFields, type Fields } from './fields.js';
import { within } from './within.js';

export interface Database {
  /**
   * Runs `work` within the time limit.
   * @param work is told by `expired` that nobody waits any more
   * @throws AppError `STORE_UNAVAILABLE`, `STORE_BUSY`, `STORE_CONFLICT` (taken key), `INPUT_INVALID`
   */
  limited<Result>(work: (expired: () => boolean) => Promise<Result>): Promise<Result>;
  /** The same, for commands that each count by themselves. */
  run<Result>(work: (commands: Commands) => Promise<Result>): Promise<Result>;
  /** Without the time limit and without translation of errors, for use inside `limited`. */
  commands: Commands;
  /** Inserts each document whose `_id` is free; confirmed by the primary alone, for what may be lost with it. */
  insertLoosely(collection: CollectionName, documents: readonly Fields[]): Promise<void>;
  /**
   * Runs `work` as one transaction: all of it counts, or nothing. `work` may run again. Errors are the driver's own.
   * @param expired once true, `work` is not started again
   */
  transact<Result>(work: (commands: Commands) => Promise<Result>, expired: () => boolean): Promise<Result>;
  /** Writes inside a transaction and takes it back; true when nothing of it was left. */
  provesTransactions(probeId: string): Promise<boolean>;
  /** What the server says about itself. Errors are the driver's own. */
  hello(): Promise<Document>;
  createCollection(name: CollectionName): Promise<void>;
  /** Waits for as long as the server builds. Those that there are already cost nothing. */
  createIndexes(plans: readonly IndexPlan[]): Promise<void>;
  ping(): Promise<void>;
  /** May be called twice. Every later command fails with `STORE_UNAVAILABLE`. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  uri: string;
  /** Absent: the one that the URI names. */
  database?: string | undefined;
  /** Limit of each command, of finding a server, and of connecting. */
  timeoutMs: number;
}

type Session = mongoose.mongo.ClientSession;

interface Modelling {
  Schema: new (fields: object, options: object) => object;
  model(name: string, schema: object, collection: string): Model;
}

const DEFAULT_DATABASE = 'playcontext';
const COLLECTION_EXISTS = 48;
const DURABLE = { w: 'majority', journal: true } as const;

/** What stands behind the hosts, e.g. `campus` in `mongodb://a,b/campus?w=1`. */
function databaseIn(uri: string): string | undefined {
  const [, path = ''] = /^[a-z+]+:\/\/[^/]*\/([^?]*)/i.exec(uri) ?? [];
  return path === '' ? undefined : decodeURIComponent(path);
}

/** Of an error about the address itself, whose message may quote it. */
function kindOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name;
}

async function connect({ uri, database, timeoutMs }: DatabaseOptions): Promise<mongoose.Connection> {
  // An instance of our own: nobody else's plugins, options or models reach it.
  const connection = new mongoose.Mongoose().createConnection();
  try {
    await connection.openUri(uri, {
      dbName: database ?? databaseIn(uri) ?? DEFAULT_DATABASE,
      appName: 'playcontext',
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      sanitizeFilter: true,
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      // Later than maxTimeMS, so that a slow server can say so itself.
      socketTimeoutMS: timeoutMs * 2,
      waitQueueTimeoutMS: timeoutMs,
      heartbeatFrequencyMS: 2_000,
      writeConcern: { ...DURABLE, wtimeoutMS: timeoutMs },
      // The primary knows every acknowledged write, so whoever wrote reads it.
      readPreference: 'primary',
      readConcernLevel: 'local',
    });
    return connection;
  } catch (thrown) {
    await connection.close(true).catch(() => undefined);
    const known = translate(thrown);
    if (known !== undefined && known.code !== 'INTERNAL') throw known;
    throw new AppError('STORE_UNAVAILABLE', { reason: `store.uri cannot be used (${kindOf(thrown)})` });
  }
}

const SCHEMA_OPTIONS = {
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
  id: false,
  autoIndex: false,
  autoCreate: false,
} as const;

function createModels(connection: mongoose.Connection): Record<CollectionName, Model> {
  const { Schema } = mongoose as unknown as Pick<Modelling, 'Schema'>;
  const own = connection as unknown as Pick<Modelling, 'model'>;
  const models = Object.entries(collections).map(([name, fields]) => [
    name,
    own.model(name, new Schema(fields, SCHEMA_OPTIONS), name),
  ]);
  return Object.fromEntries(models) as Record<CollectionName, Model>;
}

/**
 * Connects.
 * @throws AppError `STORE_UNAVAILABLE` when the address can't be read, no primary answers in time, or it refuses us
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { timeoutMs } = options;
  const connection = await connect(options);
  const models = createModels(connection);
  const trust = (operators: object): object => mongoose.trusted(operators);
  const commandsIn = (session: Session): Commands => createCommands({ models, trust, maxTimeMS: timeoutMs, session });
  const commands = createCommands({ models, trust, maxTimeMS: timeoutMs });
  let open = true;

  const native = (): mongoose.mongo.Db => {
    if (connection.db === undefined) throw new AppError('STORE_UNAVAILABLE', { reason: 'not connected' });
    return connection.db;
  };
  const limited: Database['limited'] = async (work) => {
    if (!open) throw new AppError('STORE_UNAVAILABLE', { reason: 'the store is closed' });
    try {
      return await within(timeoutMs, work);
    } catch (thrown) {
      throw translate(thrown) ?? thrown;
    }
  };

  const transactionOptions = {
    readConcern: { level: 'snapshot' },
    writeConcern: { ...DURABLE, wtimeoutMS: timeoutMs },
    readPreference: 'primary',
    maxCommitTimeMS: timeoutMs,
  } as const;
  const inSession = async <Result>(work: (session: Session) => Promise<Result>): Promise<Result> => {
    const session = await connection.startSession({ causalConsistency: false });
    try {
      return await work(session);
    } finally {
      await session.endSession();
    }
  };

  return {
    commands,
    limited,
    run: (work) => limited(() => work(commands)),

    insertLoosely: (collection, documents) =>
      limited(async () => {
        if (documents.length === 0) return;
        try {
          const loosely = { maxTimeMS: timeoutMs, ordered: false, writeConcern: { w: 1 } };
          await models[collection].insertMany(documents.map(compileFields), loosely);
        } catch (thrown) {
          if (!isDuplicateKey(thrown)) throw thrown;
        }
      }),

    transact: (work, expired) =>
      inSession(async (session) =>
        session.withTransaction(async () => {
          // The driver would try again for two minutes.
          if (expired()) throw new AppError('STORE_BUSY', { reason: 'others work on the same documents' });
          return work(commandsIn(session));
        }, transactionOptions),
      ),

    async provesTransactions(probeId) {
      await inSession(async (session) =>
        session.withTransaction(async () => {
          await commandsIn(session).insert('locks', [{ _id: probeId, holder: '' }]);
          await session.abortTransaction();
        }, transactionOptions),
      );
      return (await commands.remove('locks', { _id: probeId })) === 0;
    },

    hello: () => native().command({ hello: 1 }),

    async createCollection(name) {
      try {
        await native().createCollection(name);
      } catch (thrown) {
        if ((thrown as { code?: unknown }).code !== COLLECTION_EXISTS) throw thrown;
      }
    },

    async createIndexes(plans) {
      for (const { collection, key, ...options } of plans) {
        await native()
          .collection(collection)
          .createIndexes([{ key: { ...key }, ...options }], { socketTimeoutMS: 0 } as object);
      }
    },

    async ping() {
      await limited(async () => native().command({ ping: 1, maxTimeMS: timeoutMs }));
    },

    async close() {
      if (!open) return;
      open = false;
      await connection.close();
    },
  };
}
