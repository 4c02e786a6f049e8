import assert from 'node:assert/strict';
import { isAppError } from '../../src/errors/app-error.js';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import { signKs } from '../../src/kaltura/ks.js';
import type { KalturaAccount } from '../../src/kaltura/types.js';
import type { EntryId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startFakeKalturaApi, type FakeKalturaApi } from '../support/fake-kaltura-api.js';
import { testAccount, testClock } from '../support/kaltura-account.js';

const gateway = createGateway();
const SECRET = 'made-up-admin-secret';

describe('Kaltura categories over HTTP', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let api: FakeKalturaApi;
  let account: KalturaAccount;
  let waits: number[];

  /** As one process of several. */
  const createProcess = () =>
    createKaltura({
      accounts: [account],
      gateway,
      clock: testClock(),
      random: systemRandom,
      delay: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });

  beforeEach(async () => {
    waits = [];
    api = await startFakeKalturaApi({ partnerId: 102, secret: SECRET });
    account = testAccount({ serviceUrl: api.url, adminSecret: SECRET, timeoutMs: 20_000 });
    api.seed('LTI');
  });
  afterEach(() => api.close());

  const path = { parentFullName: 'LTI', names: ['site', 'channels', '15'], referenceId: 'playcontext:t:1' };

  it('creates what is missing on the way, and sets the reference on the last category only', async () => {
    const made = await createProcess().ensureCategory(account, path);
    assert.equal(made.fullName, 'LTI>site>channels>15');
    assert.equal(made.referenceId, 'playcontext:t:1');
    assert.deepEqual(
      api.categories.map(({ fullName, referenceId }) => [fullName, referenceId]),
      [
        ['LTI', undefined],
        ['LTI>site', undefined],
        ['LTI>site>channels', undefined],
        ['LTI>site>channels>15', 'playcontext:t:1'],
      ],
    );
  });

  it('takes what exists with one request, and leaves its reference alone', async () => {
    const old = api.seed('LTI>site>channels>15', { referenceId: 'kaf-15' });
    assert.deepEqual(await createProcess().ensureCategory(account, path), {
      id: String(old.id),
      fullName: 'LTI>site>channels>15',
      referenceId: 'kaf-15',
    });
    assert.equal(api.requests.length, 1);
  });

  it('goes below a parent of several levels', async () => {
    api.seed('Campus>Law');
    const made = await createProcess().ensureCategory(account, { parentFullName: 'Campus>Law', names: ['site'] });
    assert.equal(made.fullName, 'Campus>Law>site');
  });

  it('names the categories as Kaltura will name them', async () => {
    const kaltura = createProcess();
    const names = ['A, B > C'];
    const made = await kaltura.ensureCategory(account, { parentFullName: 'LTI', names });
    assert.equal(made.fullName, 'LTI>A_ B _ C');
    assert.equal((await kaltura.ensureCategory(account, { parentFullName: 'LTI', names })).id, made.id);
    assert.equal(api.count('category.add'), 1);
  });

  it('cuts a name that Kaltura would refuse as too long', async () => {
    const names = ['ש'.repeat(150)];
    const made = await createProcess().ensureCategory(account, { parentFullName: 'LTI', names });
    assert.equal(made.fullName, `LTI>${'ש'.repeat(100)}`);
  });

  it('says that the root category is missing, and creates none', async () => {
    await assert.rejects(
      createProcess().ensureCategory(account, { ...path, parentFullName: 'Nowhere' }),
      (error) => isAppError(error) && error.code === 'KALTURA_ROOT_MISSING',
    );
    assert.equal(api.count('category.add'), 0);
  });

  it('goes on from the id that add gave, while the index does not show the category', async () => {
    api.indexLag = 1_000;
    const made = await createProcess().ensureCategory(account, path);
    assert.equal(made.fullName, 'LTI>site>channels>15');
    assert.deepEqual(waits, []);
  });

  for (const indexLag of [0, 1, 3]) {
    it(`makes one category when two processes race and the index misses it ${indexLag} times`, async () => {
      api.indexLag = indexLag;
      const all = await Promise.all(
        [createProcess(), createProcess()].map((kaltura) => kaltura.ensureCategory(account, path)),
      );
      assert.equal(new Set(all.map(({ id }) => id)).size, 1);
      assert.equal(api.categories.filter(({ fullName }) => fullName === 'LTI>site>channels>15').length, 1);
      assert.equal(api.categories.length, 4);
    });
  }

  it('waits longer from look to look', async () => {
    const process = createProcess();
    await process.ensureCategory(account, path);
    const [last] = api.categories.slice(-1);
    assert.ok(last);
    last.hiddenFromLists = 4;
    assert.equal((await process.ensureCategory(account, path)).id, String(last.id));
    assert.deepEqual(waits, [100, 200, 400]);
  });

  it('makes one flight of equal calls in one process', async () => {
    const kaltura = createProcess();
    await Promise.all(Array.from({ length: 10 }, () => kaltura.ensureCategory(account, path)));
    assert.equal(api.count('category.add'), 3);
  });

  it('makes siblings at once without tripping over the levels that they share', async () => {
    const kaltura = createProcess();
    const all = await Promise.all(
      ['1', '2', '3', '4'].map((name) =>
        kaltura.ensureCategory(account, { ...path, names: ['site', 'channels', name] }),
      ),
    );
    assert.equal(new Set(all.map(({ id }) => id)).size, 4);
    assert.equal(api.categories.length, 3 + 4);
  });

  it('takes the category that Kaltura calls a duplicate although its case differs', async () => {
    const old = api.seed('LTI>Bio');
    const found = await createProcess().ensureCategory(account, { parentFullName: 'LTI', names: ['BIO'] });
    assert.equal(found.id, String(old.id));
    assert.equal(found.fullName, 'LTI>Bio');
  });

  it('tries again after a failure', async () => {
    const kaltura = createProcess();
    api.misbehave = (request) => request.socket.destroy();
    await assert.rejects(
      kaltura.ensureCategory(account, path),
      (error) => isAppError(error) && error.code === 'KALTURA_UNREACHABLE',
    );
    delete api.misbehave;
    assert.equal((await kaltura.ensureCategory(account, path)).fullName, 'LTI>site>channels>15');
  });

  it('finds a category that entitlement hides from sessions without disableentitlement', async () => {
    const hidden = api.seed('LTI>site>channels>15', { privacyContext: 'campus' });
    const plain = signKs({
      partnerId: 102,
      secret: SECRET,
      type: 'admin',
      expiresAtSeconds: 2_000_000_000,
      privileges: [],
      random: Buffer.alloc(16),
    });
    const call = { serviceUrl: api.url, timeoutMs: 5_000, ks: plain };
    const filter = { fullNameEqual: 'LTI>site>channels>15' };
    assert.deepEqual(await gateway.categoryList(call, filter, { pageSize: 30, pageIndex: 1 }), []);
    assert.equal((await createProcess().findCategory(account, 'LTI>site>channels>15'))?.id, String(hidden.id));
    assert.equal((await createProcess().ensureCategory(account, path)).id, String(hidden.id));
  });

  it('reads the categories of an entry with the way up to the root', async () => {
    const category = api.seed('LTI>site>channels>15>InContext');
    api.assignments = [
      { entryId: '0_abcd1234', categoryId: category.id, status: 2 },
      { entryId: '0_abcd1234', categoryId: api.seed('LTI>site>channels>16').id, status: 1 },
    ];
    const found = await createProcess().entryCategories(account, '0_abcd1234' as EntryId);
    assert.deepEqual(found, [{ categoryId: String(category.id), ancestorIds: category.fullIds.split('>') }]);
  });
});
