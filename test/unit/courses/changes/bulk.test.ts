import assert from 'node:assert/strict';
import { bulkRows, readBulkAction, readBulkChoice, type BulkWish } from '../../../../src/courses/changes/bulk.js';
import type { WantedRow } from '../../../../src/courses/changes/stage-changes.js';
import { parseParameters } from '../../../../src/http/parameters.js';
import type { TenantId } from '../../../../src/runtime/ids.js';
import { DEPLOYMENT_ID } from '../../../support/category-world.js';
import { BIOLOGY, CHEMISTRY, startChangeWorld, type ChangeWorld } from '../../../support/change-world.js';
import { hasCode } from '../../../support/course-world.js';
import { aSeenCourse } from '../../../support/store-fixtures.js';

const tenant = { id: 'law' as TenantId };

describe('The form of a bulk action', () => {
  it('names courses by key, each once', () => {
    const form = parseParameters('courseKey=a%2F1&courseKey=b&courseKey=a%2F1&state=unmapped');
    assert.deepEqual(readBulkChoice(form, tenant, {}), { courseKeys: ['a/1', 'b'] });
  });

  it('or means all that the filter of the list finds, as far as this admin sees', () => {
    const form = parseParameters('all=filter&courseKey=a&state=broken&q=+intro+&category=15');
    const filter = { tenantId: 'law', state: 'broken', search: 'intro', categoryId: '15' };
    assert.deepEqual(readBulkChoice(form, tenant, {}), { filter });
    const deployment = { platformId: 'p' as never, deploymentId: '1' };
    assert.deepEqual(readBulkChoice(form, tenant, { deployment }), { filter: { ...filter, seenIn: deployment } });
  });

  it('is refused with a filter or an action that nobody knows', () => {
    assert.throws(() => readBulkChoice(parseParameters('all=filter&category=x'), tenant, {}), hasCode('INPUT_INVALID'));
    assert.throws(() => readBulkAction(parseParameters('action=drop')), hasCode('INPUT_INVALID'));
    assert.throws(() => readBulkAction(parseParameters('')), hasCode('INPUT_INVALID'));
  });
});

describe('The rows of a bulk action', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let world: ChangeWorld;
  beforeEach(async () => {
    world = await startChangeWorld();
  });
  afterEach(() => world.close());

  const rowsOf = async (wish: Partial<BulkWish>): Promise<WantedRow[]> => {
    const rows: WantedRow[] = [];
    const all: BulkWish = { tenant: world.tenant, who: {}, choice: { courseKeys: [] }, action: 'remove', ...wish };
    for await (const row of bulkRows(all, world)) rows.push(row);
    return rows;
  };

  it('want one category for all chosen courses', async () => {
    await world.addCourse('a');
    const map = world.idOf(BIOLOGY);
    assert.deepEqual(await rowsOf({ choice: { courseKeys: ['a', 'unknown'] }, action: { map } }), [
      { row: 1, courseKey: 'a', to: { categoryId: map, origin: 'manual' } },
      { row: 2, courseKey: 'unknown' },
    ]);
  });

  it('go through all pages of the list, and only through what fits its filter', async () => {
    const seen = Array.from({ length: 1_050 }, (_, index) => aSeenCourse(world.tenant.id, { courseKey: `c${index}` }));
    for (const from of [0, 500, 1_000]) await world.store.courses.noteSeen(seen.slice(from, from + 500));
    await world.addCourse('mapped', BIOLOGY);
    const rows = await rowsOf({ choice: { filter: { tenantId: world.tenant.id, state: 'unmapped' } } });
    assert.equal(rows.length, 1_050);
    assert.equal(new Set(rows.map(({ courseKey }) => courseKey)).size, 1_050);
    assert.deepEqual(rows.at(-1)?.row, 1_050);
    assert.equal(
      rows.some(({ courseKey }) => courseKey === 'mapped'),
      false,
    );
  });

  it('use the category of the course’s name, else that of the course which it was copied from', async () => {
    await world.addCourse('old', CHEMISTRY);
    await world.addCourse('copy', undefined, ['old']);
    await world.addCourse('stranger');
    await world.addCourse('kept', BIOLOGY);
    const { account } = world;
    const channels = { parentFullName: account.rootCategory, names: ['site', 'channels', 'by-name'] };
    const made = await world.kaltura.ensureCategory(account, channels);
    await world.addCourse('by-name');
    const courseKeys = ['by-name', 'copy', 'stranger', 'kept'];
    const rows = await rowsOf({ choice: { courseKeys }, action: 'use-proposal' });
    assert.deepEqual(
      rows.map(({ to, problems }) => (typeof to === 'object' ? [to.categoryFullName, to.origin] : problems)),
      [[made.fullName, 'matched'], [CHEMISTRY, 'inherited'], [{ problem: 'no-proposal' }], undefined],
    );
  });

  it('apply the rules of the LMS below the root of the course’s platform', async () => {
    await world.addCourse('BIO-101');
    await world.addCourse('else');
    const rule = { id: 'r1', field: 'key', pattern: '(BIO)-.*', categoryPath: 'Departments>$1', create: true };
    const ruled = { ...world.tenant, courseSettings: { rules: [rule] } };
    const rows = await rowsOf({ tenant: ruled, choice: { courseKeys: ['BIO-101', 'else'] }, action: 'apply-rules' });
    assert.deepEqual(rows, [
      {
        row: 1,
        courseKey: 'BIO-101',
        to: { categoryFullName: 'Campus>Departments>BIO', origin: 'rule', create: true },
      },
      { row: 2, courseKey: 'else' },
    ]);
  });

  it('name a course that gets nothing, unless a limited session may not see it', async () => {
    await world.addCourse('stranger');
    const wish = { choice: { courseKeys: ['stranger'] }, action: 'use-proposal' as const };
    assert.equal((await rowsOf(wish))[0]?.courseTitle, 'Course stranger');
    const elsewhere = { platformId: world.platform.id, deploymentId: 'elsewhere' };
    assert.equal((await rowsOf({ ...wish, who: { deployment: elsewhere } }))[0]?.courseTitle, undefined);
  });

  it('lend no category of a course that a limited session may not see', async () => {
    const deployment = { platformId: world.platform.id, deploymentId: '2' };
    await world.addCourse('old', CHEMISTRY);
    await world.store.courses.noteSeen([
      aSeenCourse(world.tenant.id, { courseKey: 'copy', previousKeys: ['old'], categoryNames: [], seenIn: deployment }),
    ]);
    const wish = { choice: { courseKeys: ['copy'] }, action: 'use-proposal' as const };
    assert.deepEqual((await rowsOf({ ...wish, who: { deployment } }))[0]?.problems, [{ problem: 'no-proposal' }]);
    const own = { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID };
    assert.equal((await rowsOf({ ...wish, who: { deployment: own } }))[0]?.problems, undefined);
  });
});
