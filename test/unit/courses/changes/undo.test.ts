import assert from 'node:assert/strict';
import { undoOf } from '../../../../src/courses/changes/undo.js';
import type { CategoryId, TenantId } from '../../../../src/runtime/ids.js';
import type { MappingHistoryRecord } from '../../../../src/store/ports.js';

const state = (version: number, categoryId = String(version)) => ({
  categoryId: categoryId as CategoryId,
  categoryFullName: `LTI>${categoryId}`,
  origin: 'rule' as const,
  version,
});

let last = 0;
/** A record behind all that were made before. */
const record = (changes: Partial<MappingHistoryRecord>): MappingHistoryRecord => {
  last += 1;
  return {
    id: `id-${String(last).padStart(3, '0')}`,
    changeSetId: 'set',
    summary: 'x',
    actor: { kind: 'cli' },
    atMs: 1,
    tenantId: 't' as TenantId,
    courseKey: '15',
    ...changes,
  };
};

const target = (categoryId: string) => ({ categoryId, categoryFullName: `LTI>${categoryId}`, origin: 'rule' });

describe('undo of mapping changes', () => {
  it('brings a changed mapping back, and expects what the change left behind', () => {
    assert.deepEqual(undoOf([record({ before: state(4), after: state(5) })]), [
      { tenantId: 't', courseKey: '15', expectedVersion: 5, to: target('4') },
    ]);
  });

  it('removes what was added, and adds what was removed', () => {
    assert.deepEqual(undoOf([record({ after: state(1) })]), [{ tenantId: 't', courseKey: '15', expectedVersion: 1 }]);
    assert.deepEqual(undoOf([record({ before: state(3) })]), [{ tenantId: 't', courseKey: '15', to: target('3') }]);
  });

  it('takes several changes of one course back at once, in whatever order they are given', () => {
    const history = [record({ before: state(1), after: state(2) }), record({ before: state(2), after: state(3) })];
    for (const given of [history, history.toReversed()]) {
      assert.deepEqual(undoOf(given), [{ tenantId: 't', courseKey: '15', expectedVersion: 3, to: target('1') }]);
    }
  });

  it('has nothing to do for a mapping that came and went', () => {
    assert.deepEqual(undoOf([record({ after: state(1) }), record({ before: state(1) })]), []);
    assert.deepEqual(undoOf([]), []);
  });

  it('goes back to what others left in between, no further', () => {
    const history = [record({ before: state(1), after: state(2) }), record({ before: state(3), after: state(4) })];
    assert.deepEqual(undoOf(history), [{ tenantId: 't', courseKey: '15', expectedVersion: 4, to: target('3') }]);
  });

  it('keeps courses of the same key in several tenants apart', () => {
    const history = [record({ after: state(1) }), record({ after: state(1), tenantId: 'u' as TenantId })];
    assert.deepEqual(
      undoOf(history)
        .map(({ tenantId }) => tenantId)
        .sort(),
      ['t', 'u'],
    );
  });
});
