import assert from 'node:assert/strict';
import { stagedRowOf, type RowFacts, type WantedRow } from '../../../../src/courses/changes/changes-row.js';
import type { CategoryId, TenantId } from '../../../../src/runtime/ids.js';
import type { CourseRecord, MappingRecord } from '../../../../src/store/ports.js';

const BIOLOGY = { id: '15' as CategoryId, fullName: 'LTI>site>channels>Biology' };
const tenantId = 'law' as TenantId;

const mapping: MappingRecord = {
  tenantId,
  courseKey: 'c1',
  categoryId: BIOLOGY.id,
  categoryFullName: BIOLOGY.fullName,
  origin: 'automatic',
  version: 4,
  createdAtMs: 1,
  updatedAtMs: 1,
};
const course: CourseRecord = {
  tenantId,
  courseKey: 'c1',
  title: 'Biology I',
  previousKeys: [],
  categoryNames: [],
  seenIn: [],
  firstSeenAtMs: 1,
};
const mapped: CourseRecord = { ...course, mapping };

const wanted = (changes: Partial<WantedRow> = {}): WantedRow => ({
  row: 7,
  courseKey: 'c1',
  to: { categoryId: BIOLOGY.id, origin: 'manual' },
  ...changes,
});
const stage = (row: WantedRow, facts: Partial<RowFacts> = {}) =>
  stagedRowOf(row, { course, isTwice: false, isForeign: false, mustBeKnown: true, category: BIOLOGY, ...facts });
const problemsOf = (row: WantedRow, facts: Partial<RowFacts> = {}) => {
  const staged = stage(row, facts);
  assert.equal(staged.effect, 'error');
  assert.equal(staged.to, undefined);
  return staged.problems.map(({ problem }) => problem);
};

describe('A staged row', () => {
  it('adds a mapping to a course without one, under the name that Kaltura has for the category', () => {
    const row = wanted({
      to: { categoryId: BIOLOGY.id, categoryFullName: BIOLOGY.fullName.toLowerCase(), origin: 'manual' },
    });
    assert.deepEqual(stage(row), {
      row: 7,
      courseKey: 'c1',
      courseTitle: 'Biology I',
      effect: 'add',
      to: { categoryId: '15', categoryFullName: BIOLOGY.fullName, origin: 'manual' },
      launches: 0,
      problems: [],
    });
  });

  it('takes an id only with the name of the same category, unless the course has that id already', () => {
    const to = { categoryId: BIOLOGY.id, categoryFullName: 'LTI>site>channels>Chemistry', origin: 'manual' } as const;
    assert.deepEqual(problemsOf(wanted({ to })), ['category-differs']);
    const other = { ...mapping, categoryId: '9' as CategoryId };
    assert.deepEqual(problemsOf(wanted({ to }), { course: { ...course, mapping: other } }), ['category-differs']);
    assert.equal(stage(wanted({ to }), { course: mapped }).effect, 'same');
  });

  it('changes a mapping, and remembers which version it saw', () => {
    const other = { ...mapping, categoryId: '9' as CategoryId, categoryFullName: 'LTI>Old' };
    const staged = stage(wanted(), { course: { ...course, mapping: other } });
    assert.deepEqual([staged.effect, staged.expectedVersion], ['change', 4]);
    assert.deepEqual(staged.before, { categoryId: '9', categoryFullName: 'LTI>Old', origin: 'automatic' });
  });

  it('changes nothing when the course has the category already, however it came to it', () => {
    assert.equal(stage(wanted(), { course: mapped }).effect, 'same');
  });

  it('takes over the new name of a category that was renamed', () => {
    const renamed = { ...BIOLOGY, fullName: 'LTI>site>channels>Life sciences' };
    assert.equal(stage(wanted(), { course: mapped, category: renamed }).effect, 'change');
  });

  it('removes a mapping, and has nothing to remove where there is none', () => {
    assert.equal(stage(wanted({ to: 'remove' }), { course: mapped }).effect, 'remove');
    assert.equal(stage(wanted({ to: 'remove' })).effect, 'same');
  });

  it('changes nothing when nothing is wanted', () => {
    const { to: _to, ...bare } = wanted();
    assert.equal(stage(bare, { course: mapped }).effect, 'same');
  });

  it('wants a category to be created only when it has a name, no id, and may be', () => {
    const path = { categoryFullName: 'LTI>New', origin: 'rule' as const };
    const staged = stage(wanted({ to: { ...path, create: true } }), { category: undefined });
    assert.deepEqual([staged.effect, staged.to], ['add', { ...path, create: true }]);
    assert.deepEqual(problemsOf(wanted({ to: path }), { category: undefined }), ['category-unknown']);
    const byId = wanted({ to: { categoryId: BIOLOGY.id, origin: 'rule', create: true } });
    assert.deepEqual(problemsOf(byId, { category: undefined }), ['category-unknown']);
  });

  it('is an error when its course stands in an earlier row', () => {
    assert.deepEqual(problemsOf(wanted(), { isTwice: true }), ['course-twice']);
  });

  it('is an error when no launch came from its course, unless it comes from a file', () => {
    assert.deepEqual(problemsOf(wanted(), { course: undefined }), ['course-unknown']);
    const imported = stage(wanted({ courseTitle: 'Given' }), { course: undefined, mustBeKnown: false });
    assert.deepEqual([imported.effect, imported.courseTitle], ['add', 'Given']);
  });

  it('shows nothing of a course that belongs to somebody else', () => {
    const foreign = stage(wanted({ courseTitle: 'Guessed' }), { course: mapped, isForeign: true });
    assert.deepEqual(foreign, {
      row: 7,
      courseKey: 'c1',
      courseTitle: 'Guessed',
      effect: 'error',
      launches: 0,
      problems: [{ problem: 'not-yours', value: 'c1' }],
    });
    assert.deepEqual(problemsOf(wanted(), { course: undefined, isForeign: true }), ['not-yours']);
  });

  it('keeps to categories below the root of a limited session', () => {
    const rootFullName = 'LTI>Law';
    assert.deepEqual(problemsOf(wanted(), { rootFullName }), ['category-outside']);
    for (const fullName of ['LTI>Law', 'LTI>Lawless>Biology']) {
      assert.deepEqual(problemsOf(wanted(), { rootFullName, category: { ...BIOLOGY, fullName } }), [
        'category-outside',
      ]);
    }
    assert.equal(
      stage(wanted(), { rootFullName, category: { ...BIOLOGY, fullName: 'LTI>Law>Contracts' } }).effect,
      'add',
    );
    const made = wanted({ to: { categoryFullName: 'LTI>Arts>New', origin: 'rule', create: true } });
    assert.deepEqual(problemsOf(made, { rootFullName, category: undefined }), ['category-outside']);
  });

  it('says only what its maker found wrong with it', () => {
    const row = wanted({ problems: [{ column: 'category_id', problem: 'not-an-id', value: 'x' }] });
    assert.deepEqual(problemsOf(row, { course: undefined, category: undefined }), ['not-an-id']);
  });

  it('cuts a long value of a problem', () => {
    const long = 'x'.repeat(300);
    const [problem] = stage(wanted({ to: { categoryFullName: long, origin: 'manual' } }), {
      category: undefined,
    }).problems;
    assert.equal(problem?.value?.length, 100);
  });

  it('takes a mapping back only when it still is what was left behind', () => {
    const back = wanted({ to: 'remove', takesBack: 4 });
    assert.equal(stage(back, { course: mapped }).effect, 'remove');
    assert.deepEqual(problemsOf({ ...back, takesBack: 3 }, { course: mapped }), ['changed-since']);
    assert.deepEqual(problemsOf({ ...back, takesBack: 'none' }, { course: mapped }), ['changed-since']);
    assert.deepEqual(problemsOf(back), ['changed-since']);
    assert.equal(stage(wanted({ takesBack: 'none' })).effect, 'add');
  });

  it('takes back how a category came about too', () => {
    assert.equal(stage(wanted({ takesBack: 4 }), { course: mapped }).effect, 'change');
    const same = wanted({ to: { categoryId: BIOLOGY.id, origin: 'automatic' }, takesBack: 4 });
    assert.equal(stage(same, { course: mapped }).effect, 'same');
  });
});
