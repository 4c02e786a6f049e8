import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ViewerCandidates } from '../../../src/adapter-sdk/types.js';
import { isAppError } from '../../../src/errors/app-error.js';
import { parseRule, RULE_CANDIDATES, RULE_TRANSFORMS } from '../../../src/identity/rule-text.js';
import type { StoredIdentitySettings } from '../../../src/identity/settings.js';
import type { LaunchId } from '../../../src/runtime/ids.js';
import type { TenantRecord } from '../../../src/store/ports.js';
import { otherTenant, tenantWith, testResolver } from '../../support/identity.js';
import { createMemoryViewers } from '../../support/memory-viewers.js';

const KALTURA = /^[A-Za-z0-9!#$%&'*+?^_`|~.@-]{1,100}$/;
const NOBODY = /^(0|kalanonym|unknown)$/i;

/** Few and alike, so that people meet. */
const value = fc.oneof(
  fc.constantFrom('ada', 'Ada', 'ADA', 'a', '0', '1', '2', '42', 'law_1', 'arts_1', 'law-a', 'ada@x.edu', 'Ada@y.edu'),
  fc.constantFrom('a b', 'a,b', '{{a}}', 'é', '\u212A', 'x'.repeat(99), 'Unknown', '@x', 'https://s/user/1'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);
const candidates: fc.Arbitrary<ViewerCandidates> = fc.record(
  { sub: value, username: value, email: value, sourcedId: value, lti1p1: value },
  { requiredKeys: [] },
);

const alternative = fc
  .tuple(
    fc.constantFrom(...RULE_CANDIDATES),
    fc.array(fc.constantFrom(...Object.keys(RULE_TRANSFORMS)), { maxLength: 2 }),
  )
  .map(([name, transforms]) => [name, ...transforms].join(':'));
const part = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((all) => `{${all.join('|')}}`);
const template = fc
  .tuple(fc.constantFrom('', '{namespace}-'), fc.constantFrom('', 'u', 'law_'), part, fc.constantFrom('', '.'), part)
  .chain(([prefix, text, one, between, two]) =>
    fc.constantFrom(`${prefix}${text}${one}`, `${prefix}${text}${one}${between}${two}`),
  );
const settings: fc.Arbitrary<StoredIdentitySettings> = fc.record({
  rule: fc.oneof(fc.constantFrom('default', 'pseudonym'), template),
  withoutSub: fc.constantFrom('refuse' as const, 'guest' as const),
  sharedIds: fc.constant(true),
});
const owned = settings.map(({ rule = 'default', ...rest }) => ({
  ...rest,
  rule: rule === 'default' || rule === 'pseudonym' || rule.startsWith('{namespace}') ? rule : `{namespace}-${rule}`,
  sharedIds: false,
}));

const launchId = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}` as LaunchId;

interface Launch {
  tenant: TenantRecord;
  candidates: ViewerCandidates;
}

/** What each launch gave, as a set of processes sees it that share one store; undefined where it was refused. */
async function play(launches: readonly Launch[], tenants: readonly TenantRecord[]) {
  const viewers = createMemoryViewers();
  const processes = [testResolver(viewers, tenants), testResolver(viewers, tenants)];
  const ids: (string | undefined)[] = [];
  for (const [number, { tenant, candidates: of }] of launches.entries()) {
    const launch = { tenant, viewer: { candidates: of }, launchId: launchId(number) };
    try {
      ids.push(await processes[number % 2]!.resolve(launch));
    } catch (error) {
      assert.ok(isAppError(error) && /^VIEWER_ID_/.test(error.code), String(error));
      assert.ok(!/ada|Ada/.test(error.message.replaceAll('{', '')), 'the reason holds a value');
      ids.push(undefined);
    }
  }
  return ids;
}

const personOf = ({ tenant, candidates: { sub } }: Launch, number: number): string =>
  sub === undefined || sub.trim() === '' ? `guest ${number}` : JSON.stringify([tenant.id, sub]);

/** Ids as Kaltura compares them, and the one person of each. */
function assertOnePersonPerId(launches: readonly Launch[], ids: readonly (string | undefined)[]): void {
  const people = new Map<string, string>();
  launches.forEach((launch, number) => {
    const id = ids[number]?.toLowerCase();
    if (id === undefined) return;
    const person = personOf(launch, number);
    assert.equal(people.get(id) ?? person, person, `two people have ${id}`);
    people.set(id, person);
  });
}

describe('property: viewer ids of any rule', () => {
  it('are never empty and always what Kaltura takes', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(candidates, { maxLength: 12 }), async (rule, people) => {
        const tenant = tenantWith(rule);
        const ids = await play(
          people.map((each) => ({ tenant, candidates: each })),
          [tenant, otherTenant()],
        );
        for (const id of ids) if (id !== undefined) assert.ok(KALTURA.test(id) && !NOBODY.test(id), id);
      }),
      { numRuns: 300 },
    );
  });

  it('are never those of two people of a tenant, whatever the rule, and however rules follow each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(settings, candidates), { maxLength: 20 }), async (all) => {
        const launches = all.map(([rule, of]) => ({ tenant: tenantWith(rule), candidates: of }));
        assertOnePersonPerId(launches, await play(launches, [tenantWith(), otherTenant()]));
      }),
      { numRuns: 500 },
    );
  });

  it('are never those of people of two tenants, unless both say that they share', async () => {
    const either = fc.oneof(
      fc.tuple(owned, settings).map(([one, two]) => [one, two] as const),
      fc.tuple(settings, owned).map(([one, two]) => [one, two] as const),
      fc.tuple(owned, owned).map(([one, two]) => [one, two] as const),
    );
    await fc.assert(
      fc.asyncProperty(either, fc.array(fc.tuple(fc.boolean(), candidates), { maxLength: 20 }), async (rules, all) => {
        const tenants = [tenantWith(rules[0]), otherTenant(rules[1])] as const;
        const launches = all.map(([first, of]) => ({ tenant: tenants[first ? 0 : 1], candidates: of }));
        assertOnePersonPerId(launches, await play(launches, tenants));
      }),
      { numRuns: 500 },
    );
  });

  it('stay with a person through every change of what the LMS says about them', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        value,
        fc.array(candidates, { minLength: 2, maxLength: 6 }),
        async (rule, sub, says) => {
          fc.pre(sub.trim() !== '');
          const tenant = tenantWith(rule);
          const ids = await play(
            says.map((each) => ({ tenant, candidates: { ...each, sub } })),
            [tenant],
          );
          assert.ok(new Set(ids.filter((id) => id !== undefined)).size <= 1);
          const first = ids.findIndex((id) => id !== undefined);
          if (first >= 0) assert.ok(!ids.slice(first).includes(undefined), 'somebody who had an id lost it');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('property: texts of rules', () => {
  it('are read or told about, never thrown over', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('{', '}', '|', ':', 'sub', '-', 'a') }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const reading = parseRule(written);
        if (reading.ok) return;
        assert.ok(reading.problem.position >= 1 && reading.problem.position <= written.length + 1);
        assert.ok(reading.problem.problem !== '' && reading.problem.fix !== '');
      }),
    );
  });
});
