import assert from 'node:assert/strict';
import { courseTokens, titleOrder } from '../../../src/store/course-text.js';
import { cursorAfter, openCursor } from '../../../src/store/cursor.js';
import { uuidAfter } from '../../../src/store/ordered-uuid.js';
import type { TenantId } from '../../../src/runtime/ids.js';
import type { CourseRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { NOW_MS, random } from '../../support/store-fixtures.js';

describe('words of a course', () => {
  it('are those of title, label, key and the institution’s own id, without case, marks and repetition', () => {
    assert.deepEqual(courseTokens({ title: 'Übung 3/B', label: 'übung', courseKey: 'c-15' }), [
      'ubung',
      '3',
      'b',
      'c',
      '15',
    ]);
    assert.deepEqual(courseTokens({ courseKey: '7', sourcedId: 'SIS-7' }), ['7', 'sis']);
    assert.deepEqual(courseTokens({ courseKey: '!?' }), []);
  });

  it('sort it by its title without case and marks, or by its key', () => {
    assert.equal(titleOrder({ title: ' ÜBUNG', courseKey: '15' }), 'ubung');
    assert.equal(titleOrder({ courseKey: 'C-15' }), 'c-15');
    assert.equal(titleOrder({ title: '', courseKey: 'C-15' }), '');
  });

  it('sort it by no more than 200 characters, none of which is cut in two', () => {
    assert.equal(Array.from(titleOrder({ title: '𐐀'.repeat(500), courseKey: '' })).length, 200);
    assert.doesNotMatch(titleOrder({ title: `x${'𐐀'.repeat(500)}`, courseKey: '' }), /\p{Surrogate}/u);
  });
});

describe('cursor of courses', () => {
  const course: CourseRecord = {
    tenantId: 't' as TenantId,
    courseKey: '{"$gt":""}',
    title: 'Übung',
    previousKeys: [],
    categoryNames: [],
    seenIn: [],
    firstSeenAtMs: 1,
    lastLaunchAtMs: 7,
  };

  it('gives back the place, and is safe in a URL', () => {
    const byTitle = cursorAfter('title', course);
    const byLaunch = cursorAfter('recent', course);
    assert.match(byTitle + byLaunch, /^[\w-]+$/);
    const { tenantId, courseKey } = course;
    assert.deepEqual(openCursor('title', byTitle), { order: 'title', titleOrder: 'ubung', courseKey, tenantId });
    assert.deepEqual(openCursor('recent', byLaunch), { order: 'recent', lastLaunchAtMs: 7, courseKey, tenantId });
  });

  it('knows a course that was never launched', () => {
    const { lastLaunchAtMs: _never, ...imported } = course;
    assert.equal(
      (openCursor('recent', cursorAfter('recent', imported)) as { lastLaunchAtMs: number }).lastLaunchAtMs,
      0,
    );
  });

  for (const [what, place] of Object.entries({
    'an operator for text': ['t', { $gt: '' }, 'a', 't'],
    'a fraction for a time': ['r', 1.5, 'a', 't'],
    'a part too few': ['t', 'a', 'b'],
    'another order': ['r', 1, 'a', 't'],
    'no list': { 0: 't' },
  })) {
    it(`refuses ${what}`, async () => {
      const cursor = Buffer.from(JSON.stringify(place)).toString('base64url');
      const order = what === 'a fraction for a time' ? 'recent' : 'title';
      await assertCode('INPUT_INVALID', () => openCursor(order, cursor));
    });
  }
});

describe('ids in order', () => {
  const at = (nowMs: number) => ({ random, clock: { nowMs: () => nowMs } });

  it('sort by time, and by order within one millisecond and after a clock was set back', () => {
    const ids: string[] = [];
    for (const nowMs of [NOW_MS, NOW_MS, NOW_MS, NOW_MS - 5_000, NOW_MS + 1, NOW_MS]) {
      ids.push(uuidAfter(ids.at(-1), at(nowMs)));
    }
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('carry over when the last digits are full', () => {
    const last = 'ffffffff-ffff-7000-8000-00ffffffffff';
    assert.equal(uuidAfter(last, at(NOW_MS)), 'ffffffff-ffff-7000-8000-010000000000');
  });
});
