import assert from 'node:assert/strict';
import type { RuleResult } from '../../../../src/adapter-sdk/conformance/check-adapter.js';
import { type AdapterReport, makeReport, type Report } from '../../../../src/adapter-sdk/conformance/report.js';
import { RULES } from '../../../../src/adapter-sdk/conformance/rules/index.js';
import { toMarkdown } from '../../../../src/adapter-sdk/conformance/to-markdown.js';
import { toTable } from '../../../../src/adapter-sdk/conformance/to-table.js';

const passed = (id: string): RuleResult => ({ id, outcome: 'passed', problems: [] });

function reportOf(id: string, failed: RuleResult[] = []): AdapterReport {
  const rules = ['loads', ...RULES.map((rule) => rule.id)].map(
    (rule) => failed.find((one) => one.id === rule) ?? passed(rule),
  );
  return { path: `adapters/${id}`, id, fixtures: 8, ok: failed.length === 0, rules };
}

const whole = (...adapters: AdapterReport[]): Report => ({
  ok: adapters.every(({ ok }) => ok),
  adapters,
  ignored: [{ path: 'adapters/README.md', reason: 'It is no module.' }],
  missing: [],
});

const breach: RuleResult = {
  id: 'viewer-id',
  outcome: 'failed',
  problems: [
    { fixtures: ['a', 'b', 'c', 'd', 'e'], path: 'sub', message: '`viewer.candidates.sub` is not what the LMS sent.' },
    ...Array.from({ length: 6 }, (_, index) => ({ fixtures: [], message: `Another problem ${index}.` })),
  ],
};

describe('the table of a check', () => {
  const table = (report: Report, { colour = false, width = 100 } = {}) => toTable(report, { colour, width });

  it('has a line for each rule, with all results in columns under the names of the adapters', () => {
    const lines = table(whole(reportOf('ab'), reportOf('a-long-name', [breach]), reportOf('moodle'))).split('\n');
    const [head = '', ...rows] = lines.slice(0, RULES.length + 2);
    const columns = [...head.matchAll(/\S+/g)].slice(1).map(({ index }) => index);
    for (const row of rows)
      assert.deepEqual(
        [...row.matchAll(/\S+/g)].slice(1).map(({ index }) => index),
        columns,
        row,
      );
    assert.match(rows.find((row) => row.startsWith('viewer-id ')) ?? '', / ok +FAIL +ok$/);
  });

  it('begins another table when the adapters do not fit beside each other', () => {
    const many = whole(...Array.from({ length: 9 }, (_, index) => reportOf(`adapter-${index}`)));
    const text = table(many, { width: 80 });
    assert.ok(text.split('\n').every((line) => line.length <= 80));
    assert.equal(text.match(/^rule /gm)?.length, 2);
    for (const { id = '' } of many.adapters) assert.ok(text.includes(id));
  });

  it('says under each problem where it is, what to do, and where to read more', () => {
    const text = table(whole(reportOf('moodle', [breach])));
    assert.match(text, /^moodle: adapters\/moodle$/m);
    assert.match(text, /- fixtures a, b, c and 2 more, sub: `viewer.candidates.sub` is not what the LMS sent\./);
    assert.match(text, /What to do: Answer the claim `sub`/);
    assert.match(text, /docs\/reference\/adapter-rules\.md#viewer-id/);
    assert.match(text, /2 more like these; --json lists them\./);
    assert.ok(!text.includes('Another problem 4'));
  });

  it('ends with the result in one sentence', () => {
    const rules = RULES.length + 1;
    const last = (report: Report): string => table(report).trimEnd().split('\n').at(-1) ?? '';
    assert.equal(last(whole(reportOf('a'))), `The adapter keeps all ${rules} rules.`);
    assert.equal(last(whole(reportOf('a'), reportOf('b'))), `All 2 adapters keep all ${rules} rules.`);
    assert.equal(last(whole(reportOf('a', [breach]))), `The adapter breaks 1 of ${rules} rules.`);
    assert.equal(last(whole(reportOf('a', [breach]), reportOf('b'))), `1 of 2 adapters breaks 1 of ${rules} rules.`);
    assert.equal(last(whole()), 'There is no adapter here.');
  });

  it('has no colours unless they are wanted', () => {
    const report = whole(reportOf('a', [breach]));
    assert.doesNotMatch(table(report), /\u001B/); // eslint-disable-line no-control-regex
    assert.match(table(report, { colour: true }), /\u001B\[31mFAIL\u001B\[0m/); // eslint-disable-line no-control-regex
  });

  it('passes nothing on that a terminal would obey', () => {
    const evil = { fixtures: ['x\u001B[2J'], path: '\u202Ecustom', message: 'm\u0007' };
    const report = whole({ ...reportOf('a\u001B[2J', [{ ...breach, problems: [evil] }]), path: 'p\nq' });
    assert.doesNotMatch(table(report), /[\u001B\u0007\u202E]|p\nq/); // eslint-disable-line no-control-regex
  });
});

describe('the Markdown of a check', () => {
  it('is one table, then the problems of each adapter that has some', () => {
    const text = toMarkdown(whole(reportOf('canvas'), reportOf('moodle', [breach])));
    assert.match(text, /^# Adapter check\n\n\*\*1 of 2 adapters breaks 1 of \d+ rules\.\*\*\n/);
    assert.match(text, /^\| rule \| canvas \| moodle \|\n\| --- \| --- \| --- \|\n/m);
    assert.match(text, /^\| `viewer-id` \| ✓ \| ✗ \|$/m);
    assert.match(text, /^## `adapters\/moodle` \(moodle\)$/m);
    assert.match(text, /^- `fixtures a, b, c and 2 more, sub`: `viewer.candidates.sub` is not/m);
    assert.match(text, /^- `adapters\/README\.md`: It is no module\.$/m);
    assert.ok(!text.includes('## `adapters/canvas`'));
  });

  it('keeps other people’s text from becoming markup', () => {
    const evil = { fixtures: ['`x`'], message: '<img src=x> | [a](b) `code <b>`' };
    const text = toMarkdown(whole(reportOf('a|b', [{ ...breach, problems: [evil] }])));
    assert.ok(text.includes("- `fixture 'x'`: \\<img src=x\\> \\| \\[a\\](b) `code <b>`"), text);
    assert.ok(text.includes('| rule | a\\|b |'));
  });
});

describe('a report', () => {
  it('is not good without an adapter, and not with a path that does not exist', () => {
    assert.equal(makeReport({ adapters: [], ignored: [], missing: [] }, []).ok, false);
    assert.equal(makeReport({ adapters: [], ignored: [], missing: ['x'] }, []).ok, false);
  });

  it('runs no rule on what cannot be loaded', () => {
    const { adapters } = makeReport({ adapters: [{ path: 'x', reason: 'No.' }], ignored: [], missing: [] }, []);
    const outcomes = adapters[0]?.rules.map(({ outcome }) => outcome) ?? [];
    assert.deepEqual([outcomes[0], new Set(outcomes.slice(1))], ['failed', new Set(['not-run'])]);
  });
});
