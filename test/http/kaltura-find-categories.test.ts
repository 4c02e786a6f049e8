import assert from 'node:assert/strict';
import { isAppError } from '../../src/errors/app-error.js';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import type { Kaltura, KalturaAccount } from '../../src/kaltura/types.js';
import type { CategoryId, EntryId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startFakeKalturaApi, type FakeKalturaApi } from '../support/fake-kaltura-api.js';
import { testAccount, testClock } from '../support/kaltura-account.js';

const gateway = createGateway();
const SECRET = 'made-up-admin-secret';
const id = (value: number | string) => String(value) as CategoryId;
const throwsCode = (code: string) => (error: unknown) => isAppError(error) && error.code === code;

describe('Kaltura categories for people who choose', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let api: FakeKalturaApi;
  let account: KalturaAccount;
  let kaltura: Kaltura;

  const filters = (action: string) =>
    api.requests
      .filter((request) => request.action === action)
      .map(({ body }) => {
        const { objectType: _type, ...filter } = body['filter'] as Record<string, unknown>;
        return filter;
      });
  const search = async (text: string, limit = 20) =>
    (await kaltura.searchCategories(account, { text, underFullName: 'LTI', limit })).map(({ fullName }) => fullName);

  beforeEach(async () => {
    api = await startFakeKalturaApi({ partnerId: 102, secret: SECRET });
    account = testAccount({ serviceUrl: api.url, adminSecret: SECRET, timeoutMs: 20_000 });
    kaltura = createKaltura({ accounts: [account], gateway, clock: testClock(), random: systemRandom });
    api.seed('LTI');
  });
  afterEach(() => api.close());

  describe('by id', () => {
    it('says name, parent and entries of the category itself, whatever its entitlement', async () => {
      const parent = api.seed('LTI>site');
      const child = api.seed('LTI>site>Biology', { referenceId: 'bio', privacyContext: 'campus' });
      api.seed('LTI>site>Biology>InContext');
      api.assignments = [
        { entryId: '0_abcd1234', categoryId: child.id, status: 2 },
        { entryId: '0_abcd1235', categoryId: child.id, status: 2 },
      ];
      const found = await kaltura.categoriesById(account, [id(child.id)]);
      assert.deepEqual(found.get(id(child.id)), {
        id: id(child.id),
        fullName: 'LTI>site>Biology',
        name: 'Biology',
        referenceId: 'bio',
        parentId: id(parent.id),
        entriesCount: 2,
      });
    });

    it('asks for 500 at once, each id once', async () => {
      for (let index = 0; index < 600; index += 1) api.seed(`LTI>${index}`);
      const ids = api.categories.map((category) => id(category.id));
      assert.equal((await kaltura.categoriesById(account, [...ids, ...ids])).size, 601);
      assert.deepEqual(
        filters('category.list').map((filter) => String(filter['idIn']).split(',').length),
        [500, 101],
      );
    });

    it('finds a new one that the index does not show yet', async () => {
      const made = api.seed('LTI>New');
      made.hiddenFromLists = 1;
      assert.equal((await kaltura.categoriesById(account, [id(made.id)])).get(id(made.id))?.fullName, 'LTI>New');
    });

    it('leaves out those that are gone or being deleted', async () => {
      const deleted = api.seed('LTI>Old', { status: 3 });
      assert.equal((await kaltura.categoriesById(account, [id(deleted.id), id(999)])).size, 0);
    });

    it('asks one by one for a few only: so many are missing for good', async () => {
      const missing = Array.from({ length: 101 }, (_, index) => id(5_000 + index));
      assert.equal((await kaltura.categoriesById(account, missing)).size, 0);
      assert.equal(api.count('category.get'), 0);
      await kaltura.categoriesById(account, missing.slice(1));
      assert.equal(api.count('category.get'), 100);
    });

    it('fails when Kaltura fails: nothing is missing just because nobody answered', async () => {
      api.misbehave = (_request, response) => response.writeHead(500).end();
      await assert.rejects(kaltura.categoriesById(account, [id(1)]), throwsCode('KALTURA_UNREACHABLE'));
    });

    it('of nothing asks nothing', async () => {
      assert.equal((await kaltura.categoriesById(account, [])).size, 0);
      assert.equal((await kaltura.categoriesByFullName(account, ['', 'A, B'])).size, 0);
      assert.equal(api.requests.length, 0);
    });
  });

  describe('by full name', () => {
    it('asks for fifty at once and takes only what is written alike', async () => {
      const names = Array.from({ length: 60 }, (_, index) => `LTI>Course ${index}`);
      for (const name of names) api.seed(name);
      const found = await kaltura.categoriesByFullName(account, [...names, 'LTI>COURSE 1', 'LTI>none', 'LTI>A, B']);
      assert.deepEqual([...found.keys()].toSorted(), names.toSorted());
      assert.equal(api.count('category.list'), 2);
    });
  });

  describe('search', () => {
    beforeEach(() => {
      for (const path of [
        'LTI>site>channels>Biology 101',
        'LTI>site>channels>Advanced Biology',
        'LTI>site>channels>Chemistry',
        'LTI>Biology',
        'Elsewhere>Biology',
      ]) {
        api.seed(path);
      }
    });

    it('puts the name itself first, then names that begin with it, then those that hold the word', async () => {
      assert.deepEqual(await search('biology'), [
        'LTI>Biology',
        'LTI>site>channels>Biology 101',
        'LTI>site>channels>Advanced Biology',
      ]);
    });

    it('stays under the category that it is told, in what it asks and in what it answers', async () => {
      const root = api.seed('LTI');
      await search('bio');
      for (const filter of filters('category.list').slice(1)) assert.equal(filter['ancestorIdIn'], String(root.id));
      const elsewhere = api.seed('Elsewhere>Biology');
      assert.deepEqual(await search(String(elsewhere.id)), []);
    });

    it('finds an id', async () => {
      const chemistry = api.seed('LTI>site>channels>Chemistry');
      assert.deepEqual(await search(String(chemistry.id)), ['LTI>site>channels>Chemistry']);
    });

    it('of an empty text lists the children', async () => {
      assert.deepEqual(await search('  '), ['LTI>Biology', 'LTI>site']);
    });

    it('goes down a path, from the top or from the root, and lists what is there after the last >', async () => {
      assert.deepEqual(await search('LTI>site>channels>chem'), ['LTI>site>channels>Chemistry']);
      assert.deepEqual(await search('site > channels > chem'), ['LTI>site>channels>Chemistry']);
      assert.equal((await search('site>channels>')).length, 3);
      assert.deepEqual(await search('Elsewhere>Bio'), []);
    });

    it('of a path that begins in the middle finds what holds it', async () => {
      assert.deepEqual(await search('channels>Biology 101'), ['LTI>site>channels>Biology 101']);
      assert.deepEqual(await search('nowhere>'), []);
    });

    it('writes a comma as Kaltura stores it, because it would mean "or", and no quotes', async () => {
      api.seed('LTI>site>A_ B');
      assert.deepEqual(await search('"A, B"'), ['LTI>site>A_ B']);
    });

    it('answers no more than it is asked for, and asks for the root once a minute', async () => {
      assert.equal((await search('biology', 2)).length, 2);
      await search('biolog', 2);
      assert.equal(filters('category.list').filter((filter) => 'fullNameIn' in filter).length, 1);
    });

    it('of a text that Kaltura finds too general finds nothing', async () => {
      await search('biology');
      api.misbehave = (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ code: 'SEARCH_TOO_GENERAL', message: 'x', objectType: 'KalturaAPIException' }));
      };
      assert.deepEqual(await search('b'), []);
    });

    it('under a category that does not exist says which', async () => {
      const underFullName = 'No such root';
      await assert.rejects(
        kaltura.searchCategories(account, { text: 'x', underFullName, limit: 5 }),
        throwsCode('KALTURA_ROOT_MISSING'),
      );
    });
  });

  describe('entries of a category', () => {
    const entry = (index: number) => `0_${String(index).padStart(8, '0')}` as EntryId;

    it('come in pages of 500, the active ones', async () => {
      const { id: categoryId } = api.seed('LTI>Biology');
      api.assignments = Array.from({ length: 501 }, (_, index) => ({ entryId: entry(index), categoryId, status: 2 }));
      api.assignments[3] = { entryId: entry(3), categoryId, status: 1 };
      const sizes: number[] = [];
      for await (const page of kaltura.categoryEntries(account, id(categoryId))) sizes.push(page.length);
      assert.deepEqual(sizes, [499, 1]);
      assert.deepEqual(filters('categoryentry.list')[0], {
        categoryIdEqual: categoryId,
        statusEqual: 2,
        orderBy: '+createdAt',
      });
    });

    it('are assigned once, until the entry is in 32 categories, and taken out again', async () => {
      const { id: categoryId } = api.seed('LTI>Biology');
      const assignment = { entryId: entry(1), categoryId: id(categoryId) };
      assert.equal(await kaltura.assignEntry(account, assignment), 'assigned');
      assert.equal(await kaltura.assignEntry(account, assignment), 'already');
      assert.equal(await kaltura.unassignEntry(account, assignment), true);
      assert.equal(await kaltura.unassignEntry(account, assignment), false);
      api.assignments = Array.from({ length: 32 }, (_, index) => ({
        entryId: entry(1),
        categoryId: 7_000 + index,
        status: 2,
      }));
      assert.equal(await kaltura.assignEntry(account, assignment), 'full');
    });
  });
});
