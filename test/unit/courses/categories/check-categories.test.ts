import assert from 'node:assert/strict';
import {
  CHECK_CATEGORIES,
  createCategoryCheck,
  createCheckTask,
  problemOf,
} from '../../../../src/courses/categories/check-categories.js';
import type { AccountId, CategoryId } from '../../../../src/runtime/ids.js';
import { startCategoryWorld, type CategoryWorld } from '../../../support/category-world.js';
import { hasCode } from '../../../support/course-world.js';
import { ADMIN, aChange, aChangeSet } from '../../../support/store-fixtures.js';

const BIOLOGY = 'Campus>Departments>Biology';
const CHEMISTRY = 'Campus>Departments>Chemistry';

describe('What is wrong with a mapping', () => {
  const found = (fullName: string) => ({ fullName });
  const mapping = { categoryFullName: 'A>B>C' };

  it('is nothing while the category is called the same', () => {
    assert.equal(problemOf(mapping, found('A>B>C')), undefined);
  });

  it('is another name under the same parent, or another parent, whatever the name', () => {
    assert.equal(problemOf(mapping, found('A>B>D')), 'renamed');
    assert.equal(problemOf(mapping, found('A>X>C')), 'moved');
    assert.equal(problemOf(mapping, found('A>X>D')), 'moved');
    assert.equal(problemOf(mapping, found('C')), 'moved');
    assert.equal(problemOf({ categoryFullName: 'C' }, found('D')), 'renamed');
  });

  it('is that it is gone', () => {
    assert.equal(problemOf(mapping, undefined), 'deleted');
  });
});

describe('The check of categories', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: CategoryWorld;

  const check = (input: object = { tenantId: world.tenant.id, accountId: world.tenant.accountId }, job = {}) =>
    world.run(createCategoryCheck(world), input, job);
  const problem = async (courseKey: string) => (await world.course(courseKey)).problem;

  beforeEach(async () => {
    world = await startCategoryWorld();
    await world.addCourse('bio', BIOLOGY);
    await world.addCourse('chem', CHEMISTRY);
    await world.addCourse('unmapped');
  });
  afterEach(() => world.close());

  it('finds nothing wrong with categories that are as they were', async () => {
    const { result } = await check();
    assert.deepEqual(result, { checked: 2, deleted: 0, renamed: 0, moved: 0, mended: 0 });
    assert.equal(await problem('bio'), undefined);
  });

  it('marks what was renamed, moved and deleted, and clears what is fine again', async () => {
    const { categories } = world.standIn;
    const biology = Number(world.idOf(BIOLOGY));
    categories.rename(biology, 'Life sciences');
    await check();
    assert.equal(await problem('bio'), 'renamed');

    categories.rename(biology, 'Biology');
    categories.move(biology, Number(world.idOf('Campus>Library')));
    categories.remove(Number(world.idOf(CHEMISTRY)));
    await check();
    assert.deepEqual([await problem('bio'), await problem('chem')], ['moved', 'deleted']);

    categories.move(biology, Number(world.idOf('Campus>Departments')));
    const { result } = await check();
    assert.deepEqual(result, { checked: 2, deleted: 1, renamed: 0, moved: 0, mended: 1 });
    assert.equal(await problem('bio'), undefined);
  });

  it('does not call a category deleted that the index does not show yet', async () => {
    world.standIn.faults.setIndexLag(60_000);
    // The root is asked for by name, and a list is all there is for that.
    world.clock.now += 60_001;
    await world.kaltura.ensureCategory(world.account, { parentFullName: 'Campus', names: ['New'] });
    await world.addCourse('new', 'Campus>New');
    await check();
    assert.equal(await problem('new'), undefined);
  });

  it('marks nothing when Kaltura does not answer', async () => {
    world.standIn.categories.remove(Number(world.idOf(CHEMISTRY)));
    for (const fault of [
      { kind: 'status', status: 503 },
      { kind: 'html' },
      { kind: 'drop' },
      { kind: 'refuse', code: 'INVALID_KS', message: 'Invalid KS' },
    ] as const) {
      world.standIn.faults.next(fault, { times: 2, action: 'category.list' });
      await assert.rejects(
        check(),
        (error) => hasCode('KALTURA_UNREACHABLE')(error) || hasCode('KALTURA_REFUSED')(error),
      );
      world.standIn.faults.clear();
      assert.equal(await problem('chem'), undefined, fault.kind);
    }
  });

  it('marks nothing when only the look at a single category fails', async () => {
    world.standIn.categories.remove(Number(world.idOf(CHEMISTRY)));
    world.standIn.faults.next({ kind: 'status', status: 503 }, { action: 'category.get' });
    await assert.rejects(check(), hasCode('KALTURA_UNREACHABLE'));
    assert.equal(await problem('chem'), undefined);
  });

  it('marks nothing when the LMS was given another account', async () => {
    world.standIn.categories.remove(Number(world.idOf(CHEMISTRY)));
    const accountId = 'other' as AccountId;
    await world.store.tenants.update(world.tenant.id, world.tenant.version, { accountId }, ADMIN, 1);
    await assert.rejects(check(), hasCode('KALTURA_ACCOUNT_CHANGED'));
    assert.equal(await problem('chem'), undefined);
  });

  it('marks nothing in an account without the root category', async () => {
    world.standIn.categories.rename(Number(world.idOf('Campus')), 'Elsewhere');
    await assert.rejects(check(), hasCode('KALTURA_ROOT_MISSING'));
    assert.equal(await problem('bio'), undefined);
  });

  it('takes an account that has none of ten categories for the wrong one', async () => {
    const { store, tenant } = world;
    const toNowhere = (courseKey: string, index: number) =>
      aChange(tenant.id, {
        courseKey,
        to: { categoryId: String(9_000 + index) as CategoryId, categoryFullName: `Campus>${index}`, origin: 'manual' },
      });
    const keys = ['bio', 'chem', ...Array.from({ length: 8 }, (_, index) => `more-${index}`)];
    for (const [index, courseKey] of keys.entries()) {
      const { version } = (await store.mappings.find(tenant.id, courseKey)) ?? {};
      const expected = version === undefined ? {} : { expectedVersion: version };
      await store.mappings.apply(aChangeSet([{ ...toNowhere(courseKey, index), ...expected }]), ADMIN);
    }
    await assert.rejects(check(), hasCode('KALTURA_ACCOUNT_CHANGED'));
    assert.equal(await problem('bio'), undefined);
  });

  it('leaves a mapping alone that somebody changed while it was checked', async () => {
    world.standIn.categories.remove(Number(world.idOf(CHEMISTRY)));
    const { store, tenant } = world;
    const categoriesById: typeof world.kaltura.categoriesById = async (account, ids) => {
      const found = await world.kaltura.categoriesById(account, ids);
      const to = { categoryId: world.idOf(BIOLOGY), categoryFullName: BIOLOGY, origin: 'manual' } as const;
      await store.mappings.apply(
        aChangeSet([{ tenantId: tenant.id, courseKey: 'chem', expectedVersion: 1, to }]),
        ADMIN,
      );
      return found;
    };
    const handler = createCategoryCheck({ ...world, kaltura: { ...world.kaltura, categoriesById } });
    await world.run(handler, { tenantId: tenant.id, accountId: tenant.accountId });
    assert.equal(await problem('chem'), undefined);
  });

  it('goes through more courses than one page, and goes on where it was', async () => {
    const { store, tenant } = world;
    const keys = Array.from({ length: 600 }, (_, index) => `c${String(index).padStart(4, '0')}`);
    const to = { categoryId: world.idOf(BIOLOGY), categoryFullName: BIOLOGY, origin: 'manual' } as const;
    for (const half of [keys.slice(0, 300), keys.slice(300)]) {
      await store.mappings.apply(aChangeSet(half.map((courseKey) => ({ tenantId: tenant.id, courseKey, to }))), ADMIN);
    }
    const { result, saved } = await check();
    assert.equal((result as { checked: number }).checked, 602);
    assert.deepEqual(
      saved.map(({ done, total }) => [done, total]),
      [[500, 603]],
    );
    const [first] = saved;
    const resumed = await check(undefined, { done: first?.done, state: first?.state });
    assert.deepEqual(resumed.result, result);
  });

  it('is asked for every tenant with courses, once at a time', async () => {
    const task = createCheckTask({ store: world.store, jobs: () => world.jobs });
    await task.run();
    await task.run();
    const jobs = await world.store.jobs.list({ limit: 10, kind: CHECK_CATEGORIES });
    assert.deepEqual(
      jobs.map(({ tenantId, input }) => [tenantId, input]),
      [[world.tenant.id, { tenantId: world.tenant.id, accountId: world.tenant.accountId }]],
    );
  });
});
