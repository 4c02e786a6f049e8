import assert from 'node:assert/strict';
import { nextLaunch } from '../../../../src/courses/table/course-sheet.js';
import type { CategoryPreview } from '../../../../src/courses/resolve-category.js';
import { AppError } from '../../../../src/errors/app-error.js';
import type { CategoryId, TenantId } from '../../../../src/runtime/ids.js';
import type { CourseRecord, TenantRecord } from '../../../../src/store/ports.js';
import { platform } from '../../../support/course-world.js';

const tenant = { id: 'tenant-1' as TenantId, name: 'Moodle' } as TenantRecord;
const course: CourseRecord = {
  tenantId: tenant.id,
  courseKey: '15',
  previousKeys: ['14'],
  categoryNames: ['15'],
  seenIn: [],
  firstSeenAtMs: 0,
};
const categoryId = '7' as CategoryId;

const next = (answer: CategoryPreview | AppError, changes: Partial<CourseRecord> = {}) =>
  nextLaunch(
    { tenant, course: { ...course, ...changes }, platform: platform('play') },
    { preview: () => (answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer)) },
  );

describe('what the next launch reports', () => {
  it('is the mapping, whatever would be found without it', async () => {
    const mapping = { categoryId, categoryFullName: 'LTI>a', origin: 'manual', version: 1 } as CourseRecord['mapping'];
    assert.deepEqual(await next(new AppError('INTERNAL'), mapping ? { mapping } : {}), {
      kind: 'reports',
      category: { id: '7', parents: 'LTI>', name: 'a' },
      found: false,
    });
  });

  it('is the category that a launch would find or make', async () => {
    assert.deepEqual(await next({ categoryId, categoryFullName: 'LTI>a', origin: 'matched' }), {
      kind: 'reports',
      category: { id: '7', parents: 'LTI>', name: 'a' },
      found: true,
    });
    assert.deepEqual(await next({ origin: 'automatic', wouldCreate: 'LTI>new' }), {
      kind: 'creates',
      fullName: 'LTI>new',
    });
  });

  it('is nothing where the platform lets unmapped courses play, and no launch where it refuses them', async () => {
    assert.deepEqual(await next({ origin: 'unmapped' }), { kind: 'nothing' });
    assert.deepEqual(await next(new AppError('MAPPING_MISSING')), { kind: 'refused' });
  });

  it('is unknown while Kaltura does not answer, or before the first launch', async () => {
    assert.deepEqual(await next(new AppError('KALTURA_TIMEOUT')), { kind: 'unknown', code: 'KALTURA_TIMEOUT' });
    assert.deepEqual(
      await nextLaunch({ tenant, course, platform: undefined }, { preview: () => assert.fail('asked') }),
      { kind: 'never-launched' },
    );
  });

  it('does not hide a mistake of ours', async () => {
    await assert.rejects(
      nextLaunch({ tenant, course, platform: platform('play') }, { preview: () => Promise.reject(new TypeError('x')) }),
      TypeError,
    );
  });
});
