import assert from 'node:assert/strict';
import { compileRules, type CourseRule, findRuleProblem } from '../../../src/courses/course-rules.js';

const rule = (changes: Partial<CourseRule>): CourseRule => ({
  id: 'r1',
  field: 'label',
  pattern: '.*',
  categoryPath: 'x',
  create: false,
  ...changes,
});
const subject = (changes: object = {}) => ({ key: 'k1', rootCategory: 'LTI', ...changes });

const categoryOf = (pattern: string, categoryPath: string, label: string) =>
  compileRules([rule({ pattern, categoryPath })]).categoryFor(subject({ label }))?.categoryFullName;
const outcomeOf = (changes: Partial<CourseRule>, course: object) =>
  compileRules([rule(changes)]).readings(subject(course))[0]?.outcome;
const problemOf = (changes: Partial<CourseRule>) => findRuleProblem([rule(changes)]);

describe('The pattern of a rule', () => {
  it('has to fit the whole field', () => {
    assert.equal(categoryOf('BIO', 'x', 'BIO101'), undefined);
    assert.equal(categoryOf('101', 'x', 'BIO101'), undefined);
    assert.equal(categoryOf('BIO.*', 'x', 'BIO101'), 'LTI>x');
    assert.equal(categoryOf('BIO|BIO101', 'x', 'BIO101'), 'LTI>x');
  });

  it('tells capitals apart unless it says otherwise', () => {
    assert.equal(categoryOf('bio.*', 'x', 'BIO101'), undefined);
    assert.equal(categoryOf('(?i)bio.*', 'x', 'BIO101'), 'LTI>x');
  });

  it('looks at the field that the rule names', () => {
    const course = { key: 'K', label: 'L', title: 'T', sourcedId: 'S' };
    for (const [field, text] of [
      ['key', 'K'],
      ['label', 'L'],
      ['title', 'T'],
      ['sourcedId', 'S'],
    ] as const) {
      const answer = compileRules([rule({ field, pattern: '(.*)', categoryPath: '$1' })]).categoryFor(subject(course));
      assert.equal(answer?.categoryFullName, `LTI>${text}`);
    }
  });

  it('says why it does not count for a course', () => {
    assert.equal(outcomeOf({ pattern: '.*' }, {}), 'no-field');
    assert.equal(outcomeOf({ pattern: '.*' }, { label: '' }), 'no-field');
    assert.equal(outcomeOf({ pattern: 'x' }, { label: 'y' }), 'other');
    assert.equal(outcomeOf({ pattern: '.*' }, { label: 'y'.repeat(1_001) }), 'too-long');
    assert.equal(outcomeOf({ pattern: '(\\d*)y', categoryPath: 'a$1' }, { label: 'y' }), 'no-capture');
    assert.equal(outcomeOf({ pattern: '(\\d)?y', categoryPath: 'a$1' }, { label: 'y' }), 'no-capture');
    assert.equal(outcomeOf({ pattern: '( )y', categoryPath: 'a$1' }, { label: ' y' }), 'no-capture');
  });

  it('is refused when RE2 does not take it, and when its program is large', () => {
    const refused: [string, string][] = [
      ['(', 'pattern'],
      ['(?=a)b', 'pattern'],
      ['(a)\\1', 'pattern'],
      ['a{2000}', 'pattern'],
      ['(a{1000}){1000}', 'pattern'],
      ['\\w{1000}\\w{1000}', 'pattern-large'],
    ];
    for (const [pattern, problem] of refused) assert.equal(problemOf({ pattern })?.problem, problem, pattern);
    assert.match(problemOf({ pattern: '(' })?.detail ?? '', /^missing closing \)/);
    const large = Array.from({ length: 50 }, (_, index) => rule({ id: `r${index}`, pattern: '\\w{950}' }));
    assert.equal(findRuleProblem(large)?.problem, 'patterns-large');
  });

  it('ends on text that sends backtracking engines astray', () => {
    const text = `${'a'.repeat(999)}!`;
    for (const pattern of ['(a+)+$', '(a|aa)+', '(a|a?)+', '([a-z]+)*', '(x+x+)+y', '(.*a){25}']) {
      assert.equal(categoryOf(pattern, 'x', text), undefined, pattern);
    }
  });
});

describe('The category path of a rule', () => {
  it('takes groups by number and by name', () => {
    const pattern = '(?P<faculty>[A-Z]+)(?<number>\\d+)-(\\d{4})';
    assert.equal(categoryOf(pattern, 'site>channels>$1', 'BIO101-2026'), 'LTI>site>channels>BIO');
    assert.equal(categoryOf(pattern, '${faculty}>${number} in $3', 'BIO101-2026'), 'LTI>BIO>101 in 2026');
    assert.equal(categoryOf(pattern, '${1}2>$0', 'BIO101-2026'), 'LTI>BIO2>BIO101-2026');
    assert.equal(categoryOf(pattern, '$$1', 'BIO101-2026'), 'LTI>$1');
  });

  it('has as many levels as it says, whatever a group captured', () => {
    assert.equal(categoryOf('(.*)', 'a>$1', 'x>y, <z>'), 'LTI>a>x_y_ _z_');
    assert.equal(categoryOf('(.*)', 'a>$1', 'a\u0000b'), 'LTI>a>a b');
    assert.equal(categoryOf('(.*)', '$1', '$1'), 'LTI>$1');
  });

  it('may have spaces around its separators', () => {
    assert.equal(categoryOf('(.*)', ' site > channels > $1 ', 'A B'), 'LTI>site>channels>A B');
  });

  it('is refused when it names a group that there is not, or has an empty level', () => {
    const refused: [string, string, string | undefined][] = [
      ['$2', 'path-group', '$2'],
      ['${faculty}', 'path-group', '${faculty}'],
      ['${constructor}', 'path-group', '${constructor}'],
      ['a$', 'path-dollar', undefined],
      ['$faculty', 'path-dollar', undefined],
      ['${1', 'path-dollar', undefined],
      ['a>>b', 'path-empty-level', undefined],
      ['>a', 'path-empty-level', undefined],
      ['1>2>3>4>5>6>7>8>9', 'path-deep', '8'],
    ];
    for (const [categoryPath, problem, detail] of refused) {
      const found = problemOf({ pattern: '(.*)', categoryPath });
      assert.deepEqual([found?.problem, found?.detail], [problem, detail], categoryPath);
    }
  });
});

describe('Several rules', () => {
  const rules = compileRules([
    rule({ id: 'one', pattern: 'BIO(\\d*)', categoryPath: 'a$1' }),
    rule({ id: 'two', pattern: 'BIO.*', categoryPath: 'b', create: true }),
    rule({ id: 'three', pattern: '.*', categoryPath: 'c' }),
  ]);

  it('are tried in their order, and the first that fits wins', () => {
    assert.equal(rules.categoryFor(subject({ label: 'BIO7' }))?.ruleId, 'one');
    assert.deepEqual(rules.categoryFor(subject({ label: 'BIOLOGY' })), {
      ruleId: 'two',
      categoryFullName: 'LTI>b',
      create: true,
    });
    assert.equal(rules.categoryFor(subject({ label: 'LAW' }))?.ruleId, 'three');
    assert.equal(rules.categoryFor(subject()), undefined);
  });

  it('leave a course to the next one when a group captured nothing', () => {
    assert.equal(rules.categoryFor(subject({ label: 'BIO' }))?.ruleId, 'two');
  });

  it('each show what they would make of it', () => {
    assert.deepEqual(
      rules.readings(subject({ label: 'BIO7' })).map(({ ruleId, outcome }) => [ruleId, outcome]),
      [
        ['one', 'fits'],
        ['two', 'fits'],
        ['three', 'fits'],
      ],
    );
  });
});
