import { readFixtureFolder } from '../../../../src/adapter-sdk/conformance/read-fixtures.js';
import { checkRule, type ReportedProblem } from '../../../../src/adapter-sdk/conformance/check-adapter.js';
import type { Fixtures, Payload, Subject } from '../../../../src/adapter-sdk/conformance/rule.js';
import { RULES } from '../../../../src/adapter-sdk/conformance/rules/index.js';
import { CLAIM, genericBase, genericSettings, productFamily } from '../../../../src/adapter-sdk/index.js';
import type { Adapter } from '../../../../src/adapter-sdk/index.js';

export const brokenFolder = new URL('../../../fixtures/broken-adapters/', import.meta.url);

export const healthyFixtures: Fixtures = readFixtureFolder(new URL('fixtures/', brokenFolder)).fixtures;

/** An adapter that keeps all rules, with some parts replaced; no check stands between. */
export const adapterWith = (parts: { [Part in keyof Adapter]?: unknown } = {}): Adapter =>
  ({
    ...genericBase,
    id: 'example',
    apiVersion: 1,
    title: 'Example LMS',
    proof: 'lti13',
    settings: genericSettings,
    recognise: (facts: Parameters<Adapter['recognise']>[0]) => (productFamily(facts) === 'example-lms' ? 1 : 0),
    tenantHint: (claims: Parameters<Adapter['tenantHint']>[0]) => claims.issuer,
    application: () => 'Example LMS',
    ...parts,
  }) as Adapter;

export function problemsOf(ruleId: string, subject: Partial<Subject> & { adapter: Adapter }): ReportedProblem[] {
  const rule = RULES.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return checkRule(rule, { fixtures: healthyFixtures, rivals: [], ...subject }).problems;
}

/** The fixture with some claims replaced. */
export const fixtureWith = (name: string, claims: Payload): Payload => ({ ...healthyFixtures[name], ...claims });

/** A function of an adapter that throws this, whatever it is. */
export const throwing = (thrown: unknown) => (): never => {
  throw thrown as Error;
};

export { CLAIM };
