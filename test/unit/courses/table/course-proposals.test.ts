import assert from 'node:assert/strict';
import sinon from 'sinon';
import { proposalsFor, type ProposalRequest } from '../../../../src/courses/table/course-proposals.js';
import type { CategoryId, PlatformId, TenantId } from '../../../../src/runtime/ids.js';
import type { CourseRecord, MappingRecord, PlatformSettings } from '../../../../src/store/ports.js';
import { testAccount } from '../../../support/kaltura-account.js';

const account = testAccount();
const tenant = { id: 'tenant-1' as TenantId, accountId: account.id };
const HERE = { platformId: 'p' as PlatformId, deploymentId: '1' };
const settings: PlatformSettings = { unmappedCourse: 'play', entryPolicy: 'root', frameOrigins: [], adapter: {} };

const course = (courseKey: string, changes: Partial<CourseRecord> = {}): CourseRecord => ({
  tenantId: tenant.id,
  courseKey,
  previousKeys: [],
  categoryNames: [courseKey],
  seenIn: [HERE],
  firstSeenAtMs: 0,
  ...changes,
});
const mappingTo = (categoryFullName: string, tenantId = tenant.id): MappingRecord => ({
  tenantId,
  courseKey: 'x',
  categoryId: '500' as CategoryId,
  categoryFullName,
  origin: 'manual',
  version: 1,
  createdAtMs: 0,
  updatedAtMs: 0,
});

function setUp({
  known = [],
  categories = [],
  users = [],
}: {
  known?: CourseRecord[];
  categories?: string[];
  users?: MappingRecord[];
}) {
  const categoriesByFullName = sinon.spy((_account: unknown, names: readonly string[]) =>
    Promise.resolve(
      new Map(
        names
          .filter((name) => categories.includes(name))
          .map((name) => [
            name,
            { id: String(100 + categories.indexOf(name)) as CategoryId, fullName: name, name, entriesCount: 0 },
          ]),
      ),
    ),
  );
  const propose = async (courses: CourseRecord[], more: Partial<ProposalRequest> = {}) => {
    const found = await proposalsFor(
      { tenant, courses, platforms: new Map([[HERE.platformId, { settings }]]), who: {}, ...more },
      {
        kaltura: { account: () => account, categoriesByFullName },
        store: {
          courses: {
            findMany: (_tenant, keys) => Promise.resolve(known.filter(({ courseKey }) => keys.includes(courseKey))),
          },
          mappings: { findByCategory: () => Promise.resolve(users) },
        },
      },
    );
    return Object.fromEntries(
      [...found].map(([key, { categoryFullName, origin }]) => [key, [categoryFullName, origin]]),
    );
  };
  return { propose, categoriesByFullName };
}

describe('a proposal', () => {
  it('is the category of the best name that Kaltura has, asked for in one call', async () => {
    const { propose, categoriesByFullName } = setUp({ categories: ['LTI>site>channels>b', 'LTI>site>channels>c'] });
    assert.deepEqual(
      await propose([
        course('1', { categoryNames: ['a', 'b', 'c'] }),
        course('2', { categoryNames: ['c'] }),
        course('3'),
      ]),
      { 1: ['LTI>site>channels>b', 'matched'], 2: ['LTI>site>channels>c', 'matched'] },
    );
    assert.equal(categoriesByFullName.callCount, 1);
  });

  it('is written as Kaltura would have written the name', async () => {
    const { propose } = setUp({ categories: ['LTI>site>channels>a_b'] });
    assert.deepEqual(await propose([course('1', { categoryNames: ['a>b'] })]), {
      1: ['LTI>site>channels>a_b', 'matched'],
    });
  });

  it('stands below the root category of the platform that the course was seen in', async () => {
    const { propose } = setUp({ categories: ['Law>site>channels>1', 'LTI>site>channels>1'] });
    const platforms = new Map([[HERE.platformId, { settings: { ...settings, rootCategory: 'Law' } }]]);
    assert.deepEqual(await propose([course('1')], { platforms }), { 1: ['Law>site>channels>1', 'matched'] });
    assert.deepEqual(await propose([course('1', { seenIn: [] })]), { 1: ['LTI>site>channels>1', 'matched'] });
  });

  it('is not made for a course that has a category, nor of one that another LMS uses', async () => {
    const categories = ['LTI>site>channels>1'];
    assert.deepEqual(await setUp({ categories }).propose([course('1', { mapping: mappingTo('LTI>x') })]), {});
    const users = [mappingTo('LTI>site>channels>1', 'other' as TenantId)];
    assert.deepEqual(await setUp({ categories, users }).propose([course('1')]), {});
  });

  it('is else the category of the nearest course that it was copied from', async () => {
    const known = [
      course('gone', { mapping: mappingTo('LTI>gone'), problem: 'deleted' }),
      course('bare'),
      course('near', { mapping: mappingTo('LTI>near') }),
      course('far', { mapping: mappingTo('LTI>far') }),
    ];
    const copy = course('1', { previousKeys: ['unknown', 'gone', 'bare', 'near', 'far'] });
    assert.deepEqual(await setUp({ known }).propose([copy]), { 1: ['LTI>near', 'inherited'] });
  });

  it('says nothing of a course that the admin may not see', async () => {
    const elsewhere = [{ ...HERE, deploymentId: '2' }];
    const known = [course('2', { seenIn: elsewhere, mapping: mappingTo('LTI>secret') })];
    const copy = course('1', { previousKeys: ['2'] });
    assert.deepEqual(await setUp({ known }).propose([copy], { who: { deployment: HERE } }), {});
  });

  it('asks nobody when no course needs one', async () => {
    const { propose, categoriesByFullName } = setUp({});
    assert.deepEqual(await propose([course('1', { mapping: mappingTo('LTI>x') })]), {});
    assert.equal(categoriesByFullName.callCount, 0);
  });
});
