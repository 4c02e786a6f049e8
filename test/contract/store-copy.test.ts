/** Copying between the kinds of stores: there and back again, everything is as it was. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyStore } from '../../src/store/copy.js';
import { checkContent } from '../../src/store/check.js';
import type { Store } from '../../src/store/ports.js';
import { fillStore } from '../support/full-store.js';
import { connectRaw, mongoServers, type MongoServer } from '../support/mongo-server.js';
import { skip } from '../support/skip.js';
import { NOW_MS } from '../support/store-fixtures.js';
import { openStoreTarget } from '../support/store-targets.js';

const COURSES = 1_200;
const clock = { nowMs: () => NOW_MS };

describe('copying from libsql to MongoDB and back', function () {
  this.timeout(120_000);

  const [choice] = mongoServers(process.env);
  const database = `playcontext-copy-${randomBytes(4).toString('hex')}`;
  let server: MongoServer | undefined;
  let stores: Store[] = [];

  before(async function () {
    if (choice === undefined) skip(this, 'needs TEST_MONGO_URL, or a mongod on the PATH');
    server = await choice.start();
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    stores = [];
  });
  after(async () => {
    if (server === undefined) return;
    const client = await connectRaw(server.uri);
    await client.db(database).dropDatabase();
    await client.close();
    await server.stop();
  });

  it('brings everything back, and both find nothing wrong', async () => {
    assert.ok(server);
    for (const target of [
      { kind: 'libsql', directory: ':memory:' },
      { kind: 'mongo', uri: server.uri, database },
      { kind: 'libsql', directory: ':memory:' },
    ] as const) {
      stores.push(await openStoreTarget(target, clock));
    }
    const [from, between, back] = stores as [Store, Store, Store];
    await fillStore(from, COURSES);
    const there = await copyStore({ from, to: between, nowMs: NOW_MS });
    const again = await copyStore({ from: between, to: back, nowMs: NOW_MS });
    assert.deepEqual(again, there);
    assert.ok(there.some(({ aggregate, count }) => aggregate === 'courses' && count > COURSES));
    const search = { search: 'histology', order: 'title', limit: 5 } as const;
    for (const store of stores) {
      const { problems } = await checkContent({ transfer: store.transfer, accountIds: ['main'] });
      assert.deepEqual(problems, []);
      assert.equal((await store.courses.list(search)).items.length, 1, 'the search index came along');
    }
  });
});
