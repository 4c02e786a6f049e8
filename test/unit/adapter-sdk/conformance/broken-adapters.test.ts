/** One deliberately broken adapter per rule: the kit must find exactly its breach, and say it in these words. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { builtInAdapters } from '../../../../adapters/index.js';
import { findAdapters } from '../../../../src/adapter-sdk/conformance/find-adapters.js';
import { type AdapterReport, makeReport } from '../../../../src/adapter-sdk/conformance/report.js';
import { LOADS, RULES } from '../../../../src/adapter-sdk/conformance/rules/index.js';
import { brokenFolder } from './support.js';

/** The place and the words of a problem that the report must have, e.g. `resource-link context.title: …`. */
const EXPECTED: Readonly<Record<string, RegExp>> = {
  loads: /^ : Its factory threw: the settings file is not there\.$/,
  metadata: /^ : `roles` is not a plain synchronous function\.$/,
  settings: /^ region: This setting has no default/,
  capabilities: /^ deepLinks: Nobody knows a capability of this name\.$/,
  'required-fixtures': /^no-personal-data : This fixture is missing: /,
  answers: /^deep-linking : `course` threw a RangeError \(answers\.js:\d+:\d+\)\.$/,
  'plain-answers': /resource-link.* : `course\.openedAt` is no plain object or array\.$/,
  'same-answers': /resource-link.* : The second launch got other answers: `course\.label`\.$/,
  'unchanged-input': /resource-link.* claims\.roles\.0: The adapter tried to change this\.$/,
  'no-outside-world': /resource-link.* : `course` used `new Date\(\)`\.$/,
  'viewer-id': /resource-link.* sub: `viewer\.candidates\.sub` is not what the LMS sent\.$/,
  'viewer-not-invented':
    /resource-link.* email: `viewer\.candidates\.username` changes with the name or the address\.$/,
  'private-viewer': /^minimal-privacy,no-personal-data : The viewer has a name/,
  'special-viewers': /^resource-link : The learner is taken for a test user\.$/,
  'course-roles': /^resource-link roles: The roles are not exactly `learner`\.$/,
  'least-role': /resource-link.* roles: With roles in the institution, the viewer is instructor of the course\.$/,
  'course-key-stable': /resource-link.* context\.title: The key of the course changes with this claim\.$/,
  'course-key-distinct': /resource-link.* context\.id: Two courses that differ in this id have one key\.$/,
  'copied-course': /^copied-course : `previousKeys` does not name the course of `resource-link`\.$/,
  'tenant-hint': /resource-link.* context\.id: The tenant changes with this claim\.$/,
  'application-name': /resource-link.* : The application is not clean: it has a comma/,
  'accepted-issuers':
    /^ : A platform of `https:\/\/lms\.example` accepts `https:\/\/lms\.example\.unknown\.example`\.$/,
  recognise: /^ : An LMS that nobody knows gets 1\.$/,
  'registration-guide': /^ loginUrl: This address is no value to copy in any step\.$/,
  'bare-launch': /^ : There is the role learner that the LMS did not send\.$/,
  'optional-claims':
    /resource-link.* locale: Without this claim, `course` threw a TypeError \(optional-claims\.js:\d+:\d+\)\.$/,
  'claim-order': /^deep-linking.* : In another order, the answers differ: `roles`\.$/,
  'unknown-claims':
    /resource-link.* https:\/\/unknown\.example\/claim\/text: This unknown claim changes `course\.label`\.$/,
  'hostile-strings': /resource-link.* context\.title: With a broken encoding, `course` threw a URIError/,
  mutations: /resource-link.* ext\.flags: With a broken value here, `course` threw a TypeError/,
};

/** What one mistake breaks besides its own rule. */
const ALSO: Readonly<Record<string, string[]>> = {
  // Whoever counts calls answers everything differently each time.
  'same-answers': ['claim-order', 'unknown-claims'],
  // A claim that must be there must not be broken either.
  'optional-claims': ['mutations'],
};

async function reportOf(rule: string): Promise<AdapterReport> {
  const folder = fileURLToPath(new URL(rule, brokenFolder));
  const findings = await findAdapters([existsSync(folder) ? folder : `${folder}.js`]);
  const [report] = makeReport(findings, builtInAdapters).adapters;
  assert.ok(report, `there is no broken adapter for the rule ${rule}`);
  return report;
}

const failedRules = (report: AdapterReport): string[] =>
  report.rules.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);

describe('a deliberately broken adapter', function () {
  this.timeout(60_000);

  for (const { id } of [LOADS, ...RULES]) {
    it(`breaks ${id} and nothing else, and is told where and how`, async () => {
      const report = await reportOf(id);
      assert.deepEqual(failedRules(report).sort(), [id, ...(ALSO[id] ?? [])].sort());
      const lines = report.rules
        .find((rule) => rule.id === id)
        ?.problems.map(({ fixtures, path, message }) => `${fixtures.join()} ${path ?? ''}: ${message}`);
      const expected = EXPECTED[id];
      assert.ok(expected && lines?.some((line) => expected.test(line)), lines?.join('\n'));
    });
  }

  it('is made of one that keeps all rules', async () => {
    assert.deepEqual(failedRules(await reportOf('healthy')), []);
  });

  it('is not asked anything while its definition is wrong', async () => {
    const outcomes = new Map((await reportOf('metadata')).rules.map(({ id, outcome }) => [id, outcome]));
    assert.equal(outcomes.get('settings'), 'passed');
    assert.equal(outcomes.get('answers'), 'not-run');
  });

  it('has no launch’s values in its problems', async () => {
    const { rules } = await reportOf('answers');
    assert.doesNotMatch(JSON.stringify(rules), /Grace|Murray|Ada|Byron/);
  });
});
