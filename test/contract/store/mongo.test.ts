/**
 * The store contract on MongoDB: on the server that TEST_MONGO_URL names, or on a `mongod` of the PATH. Each run has a
 * database of its own, with a random name, and drops it at the end; each test finds it empty.
 */
import { randomBytes } from 'node:crypto';
import { collections } from '../../../src/store/mongo/collections.js';
import { schemaHistory } from '../../../src/store/mongo/schema-history.js';
import { openMongoStore } from '../../../src/store/mongo/store.js';
import type { Store } from '../../../src/store/ports.js';
import { connectRaw, mongoServers, type MongoClient, type MongoServer } from '../../support/mongo-server.js';
import { skip } from '../../support/skip.js';
import { NOW_MS, random } from '../../support/store-fixtures.js';
import { openStoreTarget, type StoreTarget } from '../../support/store-targets.js';
import { describeStore } from './describe-store.js';
import type { StoreHarness, StoreProbe } from './harness.js';

type RawDatabase = ReturnType<MongoClient['db']>;
type Stored = Record<string, unknown> & { _id: string };

const START_LIMIT_MS = 90_000;

function createProbe(raw: RawDatabase): StoreProbe {
  const stored = (name: string) => raw.collection<Stored>(name);
  return {
    count: (kind) =>
      kind === 'mappings'
        ? stored('courses').countDocuments({ mapping: { $exists: true } })
        : stored(kind).countDocuments({}),
    async mappings() {
      const courses = await stored('courses')
        .find({ mapping: { $exists: true } })
        .sort({ courseKey: 1 })
        .toArray();
      return courses.map(({ courseKey, mapping }) => {
        const { categoryId, accountId } = mapping as Record<string, unknown>;
        return { courseKey: String(courseKey), categoryId: String(categoryId), accountId: String(accountId) };
      });
    },
    auditText: async () => JSON.stringify(await stored('audit').find({}).toArray()),
    async setPlatformStatus(platformId, status) {
      await stored('platforms').updateOne({ _id: platformId }, { $set: { status } });
    },
    async setDeploymentStatus(platformId, deploymentId, status) {
      await stored('deployments').updateOne({ platformId, deploymentId }, { $set: { status } });
    },
  };
}

/** Makes the database as a start of the program does, indexes included. */
async function makeDatabase(uri: string, database: string): Promise<void> {
  let store: Store | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const tell = (settle: (message: string) => void) => (_facts: object, message: string) => {
        if (message.includes('indexes')) settle(message);
      };
      const log = { info: tell(() => resolve()), warn: tell((message) => reject(new Error(message))) };
      const clock = { nowMs: () => NOW_MS };
      openMongoStore({ uri, database, timeoutMs: 20_000, clock, random, log }).then((opened) => {
        store = opened;
      }, reject);
    });
  } finally {
    await store?.close();
  }
}

/** The tests' clock stands still, so the server, whose clock does not, may not remove what has ended. */
async function keepWhatHasEnded(raw: RawDatabase): Promise<void> {
  const ending = schemaHistory
    .flatMap(({ otherIndexes }) => otherIndexes)
    .filter(({ expireAfterSeconds }) => expireAfterSeconds !== undefined);
  for (const { collection, name } of ending) await raw.collection(collection).dropIndex(name);
}

async function empty(raw: RawDatabase): Promise<void> {
  for (const name of Object.keys(collections)) if (name !== 'meta') await raw.collection(name).deleteMany({});
  for (const _id of ['changes', 'order'])
    await raw.collection<Stored>('meta').updateOne({ _id }, { $set: { value: 0 } });
}

const servers = mongoServers(process.env);

if (servers.length === 0) {
  describe('store contract: mongo', () => {
    it('is kept', function () {
      skip(this, 'there is neither TEST_MONGO_URL nor a mongod on the PATH');
    });
  });
}

for (const { name, start } of servers) {
  describe('on a database of its own', () => {
    const database = `playcontext_test_${randomBytes(6).toString('hex')}`;
    let server: MongoServer;
    let client: MongoClient;

    before(async function () {
      this.timeout(START_LIMIT_MS);
      server = await start();
      client = await connectRaw(server.uri);
      await makeDatabase(server.uri, database);
      await keepWhatHasEnded(client.db(database));
    });
    after(async function () {
      this.timeout(START_LIMIT_MS);
      await client.db(database).dropDatabase();
      await client.close();
      await server.stop();
    });

    describeStore(name, async (): Promise<StoreHarness> => {
      const raw = client.db(database);
      await empty(raw);
      let nowMs = NOW_MS;
      const target: StoreTarget = { kind: 'mongo', uri: server.uri, database };
      const open = (): Promise<Store> => openStoreTarget(target, { nowMs: () => nowMs });
      const store = await open();
      return {
        store,
        clock: { set: (value) => void (nowMs = value) },
        probe: createProbe(raw),
        openAgain: open,
        target,
        dispose: () => store.close(),
      };
    });
  });
}
