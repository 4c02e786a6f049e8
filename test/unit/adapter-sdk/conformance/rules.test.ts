/** What the broken adapters do not show: the other ways to break each rule, and what does not break it. */
import assert from 'node:assert/strict';
import { checkAdapter } from '../../../../src/adapter-sdk/conformance/check-adapter.js';
import { BREACHES } from './breaches.js';
import { adapterWith, CLAIM, fixtureWith, healthyFixtures, problemsOf, throwing } from './support.js';

describe('the rules of all adapters', () => {
  for (const [rule, what, parts, message] of BREACHES) {
    it(`${rule} is broken by ${what}`, () => {
      const problems = problemsOf(rule, {
        adapter: adapterWith(parts),
        rivals: [adapterWith({ id: 'rival', recognise: () => 0 })],
      });
      assert.ok(
        problems.some((problem) => message.test(problem.message)),
        JSON.stringify(problems),
      );
    });
  }

  it('are all kept by the adapter that these are made of', () => {
    const results = checkAdapter({ adapter: adapterWith(), fixtures: healthyFixtures, rivals: [] });
    assert.deepEqual(
      results.filter(({ outcome }) => outcome !== 'passed'),
      [],
    );
  });

  it('survive an adapter whose every property throws', () => {
    const adapter = new Proxy(adapterWith(), { get: throwing(new RangeError('no')) });
    const results = checkAdapter({ adapter, fixtures: healthyFixtures, rivals: [] });
    assert.match(results[0]?.problems[0]?.message ?? '', /could not be checked: it threw a RangeError/);
  });

  it('report one problem once, with every fixture that shows it', () => {
    const [problem, ...others] = problemsOf('answers', { adapter: adapterWith({ roles: () => ['boss'] }) });
    assert.deepEqual([problem?.fixtures, others], [Object.keys(healthyFixtures), []]);
  });
});

describe('the rule required-fixtures', () => {
  const adapter = adapterWith();
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(healthyFixtures).filter(([name]) => !names.includes(name)));

  it('takes one of anonymous and test-user for enough', () => {
    assert.deepEqual(problemsOf('required-fixtures', { adapter, fixtures: without('anonymous') }), []);
    assert.deepEqual(problemsOf('required-fixtures', { adapter, fixtures: without('test-user') }), []);
    const [missing, ...others] = problemsOf('required-fixtures', {
      adapter,
      fixtures: without('anonymous', 'test-user'),
    });
    assert.deepEqual([missing?.fixtures, others], [['anonymous'], []]);
  });

  it('names the claim that a fixture needs to be a launch', () => {
    const fixtures = { ...healthyFixtures, odd: fixtureWith('resource-link', { [CLAIM.version]: undefined }) };
    const [problem] = problemsOf('required-fixtures', { adapter, fixtures });
    assert.deepEqual([problem?.fixtures, problem?.path], [['odd'], 'version']);
  });
});

describe('the rule recognise', () => {
  const rival = adapterWith({ id: 'rival' });

  it('names the adapter that claims a launch as surely', () => {
    const [problem] = problemsOf('recognise', { adapter: adapterWith(), rivals: [rival] });
    assert.match(problem?.message ?? '', /The adapter rival claims this launch too/);
  });

  it('counts the answer of generic for nothing, as the program does', () => {
    const generic = adapterWith({ id: 'generic', recognise: () => 0.01 });
    assert.deepEqual(problemsOf('recognise', { adapter: generic, rivals: [rival] }), []);
    assert.deepEqual(problemsOf('recognise', { adapter: adapterWith(), rivals: [generic] }), []);
  });
});
