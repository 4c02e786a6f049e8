import assert from 'node:assert/strict';
import { applyWords, partsOf, phaseOf, rowView, setView } from '../../../../src/courses/changes/changes-view.js';
import type { CategoryId, TenantId } from '../../../../src/runtime/ids.js';
import type { StagedChangeSet, StagedRow } from '../../../../src/store/ports.js';
import { createTranslator } from '../../../../src/ui/translate.js';

const messages = createTranslator()('en');
const none = { add: 0, change: 0, remove: 0, same: 0, error: 0 };
const set = (changes: Partial<StagedChangeSet> = {}): StagedChangeSet => ({
  id: 'cs1',
  tenantId: 'law' as TenantId,
  kind: 'bulk',
  summary: 'Map to LTI',
  status: 'ready',
  counts: none,
  launches: 0,
  done: 0,
  createdBy: { kind: 'admin', id: 'link:Ada Byron' },
  createdAtMs: Date.UTC(2026, 10, 23, 8, 5),
  updatedAtMs: 0,
  expiresAtMs: 1,
  ...changes,
});

describe('The button that applies a set', () => {
  const words = (counts: Partial<StagedChangeSet['counts']>) =>
    applyWords({ counts: { ...none, ...counts } }, messages);

  it('names what happens, and to how many courses', () => {
    assert.equal(words({ add: 42 }), 'Map 42 courses');
    assert.equal(words({ add: 1 }), 'Map 1 course');
    assert.equal(words({ change: 2 }), 'Change 2 courses');
    assert.equal(words({ remove: 1 }), 'Unmap 1 course');
  });

  it('names each effect when there are several, whichever', () => {
    assert.equal(words({ add: 30, change: 12 }), 'Change 12 courses and map 30');
    assert.equal(words({ add: 30, remove: 2 }), 'Map 30 courses and unmap 2');
    assert.equal(words({ change: 12, remove: 2 }), 'Change 12 courses and unmap 2');
    assert.equal(words({ add: 1_030, change: 12, remove: 2 }), 'Change 12 courses, map 1,030 and unmap 2');
  });
});

describe('The phase of a set', () => {
  it('is its status while somebody is at it', () => {
    for (const status of ['ready', 'applied', 'failed'] as const) {
      assert.equal(phaseOf(set({ status }), undefined, 0), status);
    }
    assert.equal(phaseOf(set({ status: 'reading', updatedAtMs: 0 }), undefined, 60_000), 'reading');
    assert.equal(phaseOf(set({ status: 'applying' }), { status: 'waiting' }, 0), 'applying');
    assert.equal(phaseOf(set({ status: 'applying' }), { status: 'running' }, 0), 'applying');
  });

  it('says that nobody is at it any more', () => {
    assert.equal(phaseOf(set({ status: 'reading', updatedAtMs: 0 }), undefined, 120_001), 'abandoned');
    for (const status of ['failed', 'cancelled', 'done'] as const) {
      assert.equal(phaseOf(set({ status: 'applying' }), { status }, 0), 'stopped');
    }
    assert.equal(phaseOf(set({ status: 'applying' }), undefined, 0), 'stopped');
  });
});

describe('The parts of a preview', () => {
  const counts = { add: 1, change: 2, remove: 3, same: 4, error: 5 };

  it('are those that hold rows, problems first', () => {
    const parts = partsOf(set({ counts }), undefined);
    assert.deepEqual(
      parts.map(({ part, count, isCurrent }) => [part, count, isCurrent]),
      [
        ['problems', 5, true],
        ['changes', 6, false],
        ['unchanged', 4, false],
      ],
    );
    assert.deepEqual(partsOf(set(), undefined), []);
  });

  it('show the one that was asked for, unless it is empty', () => {
    assert.equal(partsOf(set({ counts }), 'unchanged').find(({ isCurrent }) => isCurrent)?.part, 'unchanged');
    const clean = partsOf(set({ counts: { ...counts, error: 0 } }), 'problems');
    assert.equal(clean.find(({ isCurrent }) => isCurrent)?.part, 'changes');
  });
});

describe('A row of a preview', () => {
  const before = { categoryId: '15' as CategoryId, categoryFullName: 'LTI>Old', origin: 'manual' as const };
  const row: StagedRow = { row: 3, courseKey: 'c1', effect: 'change', before, launches: 2, problems: [] };

  it('shows a category that is still to be created without an id', () => {
    const view = rowView({ ...row, to: { categoryFullName: 'LTI>a>New', origin: 'rule', create: true } }, messages);
    assert.deepEqual(view.before, { id: '15', parents: 'LTI>', name: 'Old' });
    assert.deepEqual(view.after, { parents: 'LTI>a>', name: 'New' });
  });

  it('goes on with its category where nothing changes, and has none where it is removed', () => {
    assert.deepEqual(rowView({ ...row, effect: 'same' }, messages).after?.id, '15');
    assert.equal(rowView({ ...row, effect: 'remove' }, messages).after, undefined);
  });

  it('says what is wrong in a sentence, and a word of another version as it stands', () => {
    const problems = [
      { problem: 'course-twice', value: 'c1' },
      { problem: 'of-another-version', column: 'x' },
    ];
    assert.deepEqual(rowView({ ...row, effect: 'error', problems }, messages).problems, [
      { sentence: 'This course stands in an earlier row already.', value: 'c1' },
      { sentence: 'of-another-version', column: 'x' },
    ]);
  });
});

describe('A set as people read it', () => {
  it('names who prepared it and when', () => {
    const view = setView(set({ counts: { ...none, add: 2, remove: 1, error: 4 } }), 'ready', messages);
    assert.deepEqual([view.by, view.at.date, view.at.time], ['Ada Byron', '2026-11-23', '08:05']);
    assert.deepEqual([view.changing, view.problems], [3, 4]);
  });

  it('says why it failed', () => {
    const failed = set({ status: 'failed', errorCode: 'INPUT_INVALID', reason: 'too many rows' });
    const { failure } = setView(failed, 'failed', messages);
    assert.deepEqual([failure?.code, failure?.reason], ['INPUT_INVALID', 'too many rows']);
  });
});
