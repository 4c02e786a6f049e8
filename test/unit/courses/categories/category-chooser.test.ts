import assert from 'node:assert/strict';
import {
  categoryScope,
  createCategoryChooser,
  resolveCategoryInput,
} from '../../../../src/courses/categories/category-chooser.js';
import type { Parameters } from '../../../../src/http/types.js';
import type { AdminSession } from '../../../../src/store/ports.js';
import { DEPLOYMENT_ID, startCategoryWorld, type CategoryWorld } from '../../../support/category-world.js';
import { hasCode } from '../../../support/course-world.js';
import { ADMIN, aPlatform, CLI } from '../../../support/store-fixtures.js';
import { testScreen, testSession } from '../../admin/test-screen.js';
import { factsOf } from '../../ui/ui-kit.js';

const parametersOf = (values: Record<string, string>): Parameters => ({
  get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  count: (name) => (Object.hasOwn(values, name) ? 1 : 0),
  entries: () => Object.entries(values),
});

describe('Choosing a category', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: CategoryWorld;
  let limited: AdminSession;

  before(async () => {
    world = await startCategoryWorld();
    limited = testSession({
      role: 'editor',
      deployment: { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID },
    });
    await world.kaltura.ensureCategory(world.account, { parentFullName: 'Campus', names: ['Law'] });
    await world.store.platforms.update(
      world.platform.id,
      world.platform.version,
      { settings: { ...world.platform.settings, rootCategory: 'Campus>Law' } },
      ADMIN,
    );
  });
  after(() => world.close());

  const routes = () => createCategoryChooser(world);
  const call = (method: 'GET' | 'POST', values: Record<string, string>, session = testSession(), htmx = true) => {
    const request = factsOf({
      method,
      ...(method === 'GET' ? { query: parametersOf(values) } : { form: parametersOf(values) }),
      headers: htmx ? { 'hx-request': 'true' } : {},
    });
    const route = routes().find((each) => each.method === method);
    assert.ok(route);
    return Promise.resolve(route.handler(request, testScreen(session, request)));
  };
  const search = async (q: string, session = testSession()): Promise<string> =>
    String((await call('GET', { tenant: world.tenant.id, q }, session)).body);
  const idsIn = (html: string) => [...html.matchAll(/data-id="(\d+)"/g)].map(([, id]) => id);
  const pathsIn = (html: string) => [...html.matchAll(/data-path="([^"]+)"/g)].map(([, path]) => path);
  const parentsIn = (html: string) => [...html.matchAll(/data-parent="([^"]+)"/g)].map(([, path]) => path);

  describe('the list', () => {
    it('shows the path with its last part bold, how many entries there are, and the id', async () => {
      const html = await search('biology');
      assert.match(html, /<span class="muted">Campus&gt;Archive&gt;2025&gt;<\/span><b>Biology 101<\/b>/);
      assert.match(html, /2 entries · <span class="id">\d+<\/span>/);
    });

    it('offers last to create what was typed where courses have their categories', async () => {
      const html = await search('Physics 3');
      assert.deepEqual(idsIn(html), []);
      assert.deepEqual(parentsIn(html), ['Campus&gt;site&gt;channels', 'Campus&gt;Law&gt;site&gt;channels']);
      assert.match(html, /data-name="Physics 3"/);
    });

    it('offers to create below a path that exists, and nothing below one that does not', async () => {
      assert.deepEqual(parentsIn(await search('Departments>Physics')), ['Campus&gt;Departments']);
      assert.deepEqual(parentsIn(await search('Nowhere>Physics')), []);
    });

    it('offers nothing to create that exists, that is a number, or to those who only look', async () => {
      assert.deepEqual(parentsIn(await search('Departments > biology')), []);
      assert.deepEqual(parentsIn(await search('12345')), []);
      assert.deepEqual(parentsIn(await search('')), []);
      assert.deepEqual(parentsIn(await search('Physics', testSession({ role: 'viewer' }))), []);
    });

    it('finds any category by its id, except for a session that is limited to a deployment', async () => {
      const id = world.idOf('Campus');
      assert.deepEqual(idsIn(await search(id)), [id]);
      assert.deepEqual(idsIn(await search(id, limited)), []);
    });

    it('of a limited session stays below the root category of its platform, in what it finds and what it offers', async () => {
      assert.deepEqual(pathsIn(await search('biology', limited)), []);
      assert.deepEqual(parentsIn(await search('Contracts', limited)), ['Campus&gt;Law&gt;site&gt;channels']);
      assert.deepEqual(parentsIn(await search('Campus>Departments>Contracts', limited)), []);
    });

    it('says what Kaltura refused instead of a list', async () => {
      world.standIn.faults.next({ kind: 'status', status: 503 }, { times: 8, action: 'category.list' });
      const html = await search('bio');
      world.standIn.faults.clear();
      assert.match(html, /data-problem/);
      assert.deepEqual(parentsIn(html), []);
    });

    it('escapes what is typed', async () => {
      const html = await search('"><script>x');
      assert.ok(!html.includes('<script'));
    });

    it('of an LMS that this admin may not see does not exist', async () => {
      const platform = await world.store.platforms.add(aPlatform({ name: 'Other' }), ['9'], CLI);
      const stranger = testSession({ deployment: { platformId: platform.id, deploymentId: '9' } });
      await assert.rejects(search('x', stranger), hasCode('HTTP_NOT_FOUND'));
      await assert.rejects(search('x'.repeat(201)), hasCode('INPUT_INVALID'));
    });
  });

  describe('a new category', () => {
    const create = (parentFullName: string, name: string, session = testSession()) =>
      call('POST', { tenantId: world.tenant.id, parentFullName, name }, session);

    it('is made with what is missing on the way, and comes back as an option', async () => {
      const html = String((await create('Campus>site>channels', 'Physics 101')).body);
      assert.deepEqual(pathsIn(html), ['Campus&gt;site&gt;channels&gt;Physics 101']);
      assert.deepEqual(idsIn(html), [world.idOf('Campus>site>channels>Physics 101')]);
    });

    it('that exists is the one that exists', async () => {
      const id = world.idOf('Campus>Library');
      const again = await create('Campus', 'Library');
      assert.deepEqual(idsIn(String(again.body)), [id]);
    });

    it('has the name that Kaltura gave it', async () => {
      const html = String((await create('Campus', 'A, B')).body);
      assert.deepEqual(pathsIn(html), ['Campus&gt;A_ B']);
    });

    it('is not made below what does not exist, nor with a path for a name', async () => {
      await assert.rejects(create('Campus>Nowhere', 'X'), hasCode('CATEGORY_UNKNOWN'));
      await assert.rejects(create('Nowhere>site>channels', 'X'), hasCode('CATEGORY_UNKNOWN'));
      await assert.rejects(create('Campus', 'A>B'), hasCode('INPUT_INVALID'));
      await assert.rejects(create('Campus', ' '), hasCode('INPUT_INVALID'));
    });

    it('of a limited session is made only below site>channels of its platform', async () => {
      for (const parent of ['Campus', 'Campus>site>channels', 'Campus>Law', 'Campus>Law>site']) {
        await assert.rejects(create(parent, 'X', limited), hasCode('CATEGORY_UNKNOWN'), parent);
      }
      const made = await create('Campus>Law>site>channels', 'Torts', limited);
      assert.deepEqual(pathsIn(String(made.body)), ['Campus&gt;Law&gt;site&gt;channels&gt;Torts']);
    });

    it('without client script leads to the page that shows it', async () => {
      const answer = await call(
        'POST',
        { tenantId: world.tenant.id, parentFullName: 'Campus', name: 'Plain' },
        testSession(),
        false,
      );
      assert.equal(answer.status, 303);
      assert.match(String(answer.headers?.['Location']), new RegExp(`q=${world.idOf('Campus>Plain')}$`));
    });
  });

  describe('what somebody types', () => {
    const resolve = async (text: string, within?: string) =>
      (await resolveCategoryInput(world.kaltura, world.account, text, within === undefined ? {} : { within })).fullName;

    it('is an id, a full name, or a path below the root category', async () => {
      const fullName = 'Campus>Departments>Biology';
      assert.equal(await resolve(` ${world.idOf(fullName)} `), fullName);
      assert.equal(await resolve(fullName), fullName);
      assert.equal(await resolve('Departments > Biology'), fullName);
    });

    it('that is unknown, or outside of what may be chosen, is the same', async () => {
      await assert.rejects(resolve('999999'), hasCode('CATEGORY_UNKNOWN'));
      await assert.rejects(resolve('Departments>None'), hasCode('CATEGORY_UNKNOWN'));
      await assert.rejects(resolve(world.idOf('Campus>Library'), 'Campus>Law'), hasCode('CATEGORY_UNKNOWN'));
      await assert.rejects(resolve(world.idOf('Campus>Law'), 'Campus>Law'), hasCode('CATEGORY_UNKNOWN'));
    });

    it('is not nothing', async () => {
      await assert.rejects(resolve('  '), hasCode('INPUT_INVALID'));
      await assert.rejects(resolve('x'.repeat(2_001)), hasCode('INPUT_INVALID'));
    });
  });

  describe('with a platform whose root category does not exist', () => {
    it('goes on below every root category of the account, whether or not that of each platform exists', async () => {
      await world.store.platforms.add(
        aPlatform({ name: 'Far away', settings: { ...world.platform.settings, rootCategory: 'Far away' } }),
        [],
        CLI,
      );
      const { roots, within } = await categoryScope(testSession(), world.tenant, world);
      assert.deepEqual([roots, within], [['Campus', 'Far away'], undefined]);
      assert.equal((await categoryScope(limited, world.tenant, world)).within, 'Campus>Law');
      assert.deepEqual(pathsIn(await search('Departments>Chem')), ['Campus&gt;Departments&gt;Chemistry']);
    });

    it('offers to create only below those that do', async () => {
      assert.deepEqual(parentsIn(await search('Physics 4')), [
        'Campus&gt;site&gt;channels',
        'Campus&gt;Law&gt;site&gt;channels',
      ]);
    });
  });
});
