import assert from 'node:assert/strict';
import { jsonChanges } from '../../../src/admin/json-changes.js';

describe('the changes between two records', () => {
  it('are the places that differ, with both values', () => {
    assert.deepEqual(
      jsonChanges(
        { name: 'Moodle', settings: { frameOrigins: ['https://a.example'], entryPolicy: 'root' } },
        { name: 'Moodle', settings: { frameOrigins: [], entryPolicy: 'course' } },
      ),
      [
        { path: 'settings.frameOrigins.0', before: '"https://a.example"' },
        { path: 'settings.entryPolicy', before: '"root"', after: '"course"' },
      ],
    );
  });

  it('are everything where there was nothing, or is nothing', () => {
    assert.deepEqual(jsonChanges(undefined, { a: 1 }), [{ path: 'a', after: '1' }]);
    assert.deepEqual(jsonChanges({ a: null }, undefined), [{ path: 'a', before: 'null' }]);
    assert.deepEqual(jsonChanges('x', 'y'), [{ path: '', before: '"x"', after: '"y"' }]);
  });

  it('are none between equals, and never more than the limit', () => {
    assert.deepEqual(jsonChanges({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), []);
    assert.equal(
      jsonChanges(
        undefined,
        Array.from({ length: 500 }, (_, i) => i),
        3,
      ).length,
      3,
    );
  });
});
