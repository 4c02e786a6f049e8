/** `describeAdapter` as mocha sees it: which suites and tests it declares, and how they fail. */
import assert from 'node:assert/strict';
import { RULES } from '../../../../src/adapter-sdk/conformance/rules/index.js';
import type { Adapter } from '../../../../src/adapter-sdk/index.js';
import { describeAdapter, readFixtures, REQUIRED_FIXTURES } from '../../../../src/adapter-sdk/testing.js';
import { adapterWith, brokenFolder, healthyFixtures } from './support.js';

/** What `describeAdapter` declares, by title. */
function declared(adapter: Adapter, rivals?: Adapter[]): Map<string, () => void> {
  const tests = new Map<string, () => void>();
  const mocha = { describe: globalThis.describe, it: globalThis.it };
  const stubs = {
    describe: (_title: string, body: () => void) => body(),
    it: (title: string, body: () => void) => tests.set(title, body),
  };
  Object.assign(globalThis, stubs);
  try {
    describeAdapter({ adapter, fixtures: healthyFixtures, ...(rivals === undefined ? {} : { rivals }) });
  } finally {
    Object.assign(globalThis, mocha);
  }
  return tests;
}

const failing = (tests: Map<string, () => void>): string[] =>
  [...tests].flatMap(([title, body]) => {
    try {
      body();
      return [];
    } catch (error) {
      assert.ok(error instanceof assert.AssertionError);
      return [`${title}\n${error.message}`];
    }
  });

describe('describeAdapter', () => {
  it('declares one test for each rule, and a good adapter passes all', () => {
    const tests = declared(adapterWith());
    assert.deepEqual(
      [...tests.keys()],
      RULES.map(({ title, id }) => `${title} (${id})`),
    );
    assert.deepEqual(failing(tests), []);
  });

  it('fails the test of a broken rule with fixture, claim, words and what to do', () => {
    const [failure = '', ...others] = failing(
      declared(adapterWith({ tenantHint: (claims: { subject?: string }) => claims.subject ?? 'x' })),
    );
    assert.equal(others.length, 0, others.join('\n'));
    assert.match(failure, /\(tenant-hint\)/);
    assert.match(failure, /^- fixtures anonymous, copied-course, .* more, sub: The tenant changes with this claim\.$/m);
    assert.match(failure, /Build it from what belongs to the LMS installation/);
    assert.match(failure, /docs\/reference\/adapter-rules\.md#tenant-hint$/);
  });

  it('compares with other adapters when it is given some', () => {
    const failures = failing(declared(adapterWith(), [adapterWith({ id: 'rival' })]));
    assert.deepEqual([failures.length, /The adapter rival claims/.test(failures[0] ?? '')], [1, true]);
  });
});

describe('readFixtures', () => {
  it('reads what the rules require from a folder', () => {
    const names = Object.keys(readFixtures(new URL('fixtures/', brokenFolder)));
    assert.deepEqual(names, Object.keys(REQUIRED_FIXTURES).sort());
  });

  it('names the files that are no JSON objects', () => {
    assert.throws(
      () => readFixtures(new URL('required-fixtures/fixtures/', brokenFolder)),
      /no JSON object: deep-linking/,
    );
  });
});
