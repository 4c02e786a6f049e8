import assert from 'node:assert/strict';
import {
  courseDomId,
  courseUrl,
  listFilter,
  listUrl,
  platformNamesOf,
  readListPlace,
  showCategory,
  showTime,
  toCourseRow,
  type ListPlace,
} from '../../../../src/courses/table/course-list.js';
import { parseParameters } from '../../../../src/http/parameters.js';
import type { CategoryId, PlatformId, TenantId } from '../../../../src/runtime/ids.js';
import type { CourseRecord } from '../../../../src/store/ports.js';
import { assertCode } from '../../../support/assert-code.js';

const TENANT = 'tenant-1' as TenantId;
const read = (query: string): ListPlace => readListPlace(parseParameters(query));
const course = (changes: Partial<CourseRecord> = {}): CourseRecord => ({
  tenantId: TENANT,
  courseKey: '15',
  previousKeys: [],
  categoryNames: [],
  seenIn: [],
  firstSeenAtMs: 0,
  ...changes,
});

describe('the address of the list', () => {
  it('is read and written again without loss', () => {
    for (const query of [
      '',
      'tenant=t&state=broken&q=bio+%26+co&category=15&order=recent&after=abc',
      'q=%D7%A9%D7%9C%D7%95%D7%9D',
    ]) {
      assert.equal(listUrl(read(query)), query === '' ? '/admin/courses' : `/admin/courses?${query}`);
    }
  });

  it('takes the empty fields of a form for nothing', () => {
    assert.deepEqual(read('tenant=&state=&q=+&category=&order=&after='), { search: '', order: 'title' });
  });

  for (const [what, query] of [
    ['a state that there is not', 'state=mapped'],
    ['a category that is no id', 'category=0'],
    ['an order that there is not', 'order=platform'],
    ['a name twice', 'q=a&q=b'],
    ['more words than anybody types', `q=${'x'.repeat(201)}`],
  ] as const) {
    it(`is refused with ${what}`, () => assertCode('INPUT_INVALID', () => read(query)));
  }

  it('asks the store for no more than the admin may see', () => {
    const deployment = { platformId: 'p' as PlatformId, deploymentId: '1' };
    const wish = read('state=manual&q=bio&category=7');
    assert.deepEqual(listFilter(wish, TENANT, {}), {
      tenantId: TENANT,
      state: 'manual',
      search: 'bio',
      categoryId: '7',
    });
    assert.deepEqual(listFilter(read(''), TENANT, { deployment }), { tenantId: TENANT, seenIn: deployment });
  });

  it('of a course keeps any key in one part', () => {
    assert.equal(
      courseUrl(course({ courseKey: '../a/b?c#d é' })),
      '/admin/courses/tenant-1/..%2Fa%2Fb%3Fc%23d%20%C3%A9',
    );
  });
});

describe('a row of the list', () => {
  it('sets the last part of the category apart', () => {
    const shown = (categoryFullName: string) => showCategory({ categoryId: '7' as CategoryId, categoryFullName });
    assert.deepEqual(shown('LTI>site>channels>15'), { id: '7', parents: 'LTI>site>channels>', name: '15' });
    assert.deepEqual(shown('LTI'), { id: '7', parents: '', name: 'LTI' });
  });

  it('has an id that no key of an LMS can break, and another one for each key', () => {
    const keys = ['15', '', '" onclick="x', '<b>', 'a b', 'é', 'e\u0301'];
    const ids = keys.map(courseDomId);
    for (const id of ids) assert.match(id, /^[\w-]{16}$/);
    assert.equal(new Set(ids).size, keys.length);
  });

  it('names each platform once, not one that was removed, and only their own to a limited admin', () => {
    const [moodle, canvas, gone] = ['m', 'c', 'g'] as PlatformId[] as [PlatformId, PlatformId, PlatformId];
    const seenIn = [moodle, canvas, moodle, gone].map((platformId, index) => ({
      platformId,
      deploymentId: `${index}`,
    }));
    const names = new Map([
      [moodle, 'Moodle'],
      [canvas, 'Canvas'],
    ]);
    assert.deepEqual(platformNamesOf(seenIn, names, {}), ['Moodle', 'Canvas']);
    assert.deepEqual(platformNamesOf(seenIn, names, { deployment: { platformId: canvas, deploymentId: '1' } }), [
      'Canvas',
    ]);
  });

  it('shows the key where launches give no title, and no time for a course that was never launched', () => {
    const row = toCourseRow(course(), [], 0);
    assert.deepEqual([row.title, row.how, row.lastLaunch, row.category], ['15', 'unmapped', undefined, undefined]);
  });

  it('shows times in UTC', () => {
    assert.deepEqual(showTime(Date.UTC(2026, 10, 23, 5, 32, 19)), {
      iso: '2026-11-23T05:32:19.000Z',
      date: '2026-11-23',
      time: '05:32',
    });
  });
});
