/**
 * The rules that every adapter keeps, as a mocha suite: `describeAdapter({ adapter, fixtures })`. Fixtures are JWT
 * payloads, one JSON file each; `REQUIRED_FIXTURES` says which are expected, and more are welcome.
 * docs/reference/adapter-rules.md describes each rule. `playcontext adapter check` applies the same ones.
 */
import assert from 'node:assert/strict';
import { parseClaims } from './claims/parse-claims.js';
import { checkRule } from './conformance/check-adapter.js';
import { readFixtureFolder } from './conformance/read-fixtures.js';
import type { Fixtures, Payload } from './conformance/rule.js';
import { RULES } from './conformance/rules/index.js';
import { placeOf, ruleLink } from './conformance/wording.js';
import { createAdapterRegistry } from './registry.js';
import type { Adapter, NeutralLaunch } from './types.js';

export { type Fixtures, type Payload };
export { REQUIRED_FIXTURES, type RequiredFixture } from './conformance/rules/required-fixtures.js';

/**
 * All `*.json` files of a folder, by their names without the ending. The URL ends in a slash.
 *
 * @throws Error when one is no JSON object
 */
export function readFixtures(folder: URL): Record<string, Payload> {
  const { fixtures, unreadable } = readFixtureFolder(folder);
  if (unreadable.length > 0) throw new Error(`no JSON object: ${unreadable.join(', ')}`);
  return fixtures;
}

/** What the program makes of a payload with this adapter. */
export const neutralLaunchOf = (
  adapter: Adapter,
  payload: unknown,
  settings: Readonly<Record<string, unknown>> = {},
): NeutralLaunch => createAdapterRegistry([adapter]).toNeutralLaunch(adapter.id, parseClaims(payload), settings);

/**
 * Describes a mocha suite with one test for each rule.
 *
 * @param fixtures payloads by name
 * @param rivals adapters that it will stand beside and that must not claim its launches; none by default
 */
export function describeAdapter({
  adapter,
  fixtures,
  rivals = [],
}: {
  adapter: Adapter;
  fixtures: Fixtures;
  rivals?: readonly Adapter[];
}): void {
  describe(`adapter ${adapter.id}: the rules of all adapters`, () => {
    for (const rule of RULES) {
      it(`${rule.title} (${rule.id})`, () => {
        const { problems } = checkRule(rule, { adapter, fixtures, rivals });
        const lines = problems.map((problem) => `- ${[placeOf(problem), problem.message].filter(Boolean).join(': ')}`);
        assert.ok(problems.length === 0, [rule.title, ...lines, rule.whatToDo, ruleLink(rule.id)].join('\n'));
      });
    }
  });
}
