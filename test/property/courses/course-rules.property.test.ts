import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileRules, findRuleProblem, type CourseRule } from '../../../src/courses/course-rules.js';

const anything = fc.string({ unit: 'grapheme', maxLength: 300 });
const nasty = fc
  .array(fc.constantFrom('>', '<', ',', '$', '$1', '${n}', '_', ' ', '\0', '\ud800', 'é', '文', 'a'), { maxLength: 80 })
  .map((parts) => parts.join(''));
const text = fc.oneof(anything, nasty);

/** Patterns as people write them, mostly right. */
const { pattern } = fc.letrec<{ pattern: string; group: string; piece: string }>((tie) => ({
  piece: fc.constantFrom('a', '.', '\\w', '[a-z0-9]', '\\d', '-', '(?i)x', '\\pL', '$', '^'),
  group: fc.oneof(
    { maxDepth: 4 },
    tie('piece'),
    fc
      .tuple(tie('group'), fc.constantFrom('*', '+', '?', '{2,9}', '{30}', '*?'))
      .map(([one, many]) => `(${one})${many}`),
    fc.tuple(tie('group'), tie('group')).map(([one, two]) => `(?:${one}|${two})`),
  ),
  pattern: fc.array(tie('group'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
}));

const ruleOf = (changes: Partial<CourseRule>): CourseRule => ({
  id: 'r1',
  field: 'title',
  pattern: '(.*)',
  categoryPath: '$1',
  create: false,
  ...changes,
});

describe('rules of courses, whatever stands in them', () => {
  it('are refused when they are written, or answer for every course', () => {
    fc.assert(
      fc.property(
        fc.oneof(pattern, anything, nasty),
        fc.oneof(fc.constant('a>$1>b'), text),
        text,
        (source, path, title) => {
          const rule = ruleOf({ pattern: source, categoryPath: path });
          if (findRuleProblem([rule])) {
            assert.throws(() => compileRules([rule]));
            return;
          }
          const rules = compileRules([rule]);
          const answer = rules.categoryFor({ key: 'k', title, rootCategory: 'LTI' });
          assert.equal(
            answer !== undefined,
            rules.readings({ key: 'k', title, rootCategory: 'LTI' })[0]?.outcome === 'fits',
          );
          if (answer) assert.equal(answer.categoryFullName.split('>').length, 1 + path.split('>').length);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never let a course choose how deep its category sits, or give it a name that Kaltura would change', () => {
    fc.assert(
      fc.property(text, text, (title, label) => {
        const rule = ruleOf({ pattern: '(?s)(.*)', categoryPath: `site>channels>$1>${label.replace(/[>$]/g, '')}x` });
        const answer = compileRules([rule]).categoryFor({ key: 'k', title, rootCategory: 'LTI' });
        if (title.trim() === '') return assert.equal(answer, undefined);
        const names = answer?.categoryFullName.split('>') ?? [];
        assert.equal(names.length, 5);
        assert.deepEqual(names.slice(0, 3), ['LTI', 'site', 'channels']);
        for (const name of names) {
          assert.doesNotMatch(name, /[<>,\p{Cc}\p{Cs}]/u);
          assert.ok(name.length > 0 && Buffer.byteLength(name) <= 200);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
