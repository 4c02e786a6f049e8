import assert from 'node:assert/strict';
import type { ViewerCandidates } from '../../../src/adapter-sdk/types.js';
import { evaluateRule } from '../../../src/identity/evaluate-rule.js';
import { parseRule } from '../../../src/identity/rule-text.js';
import { assertCode } from '../../support/assert-code.js';
import { PSEUDONYM_KEY, tenantWith } from '../../support/identity.js';

const SECRET = 'Zoë Secret';

const evaluate = (text: string, candidates: ViewerCandidates) => {
  const reading = parseRule(text);
  assert.ok(reading.ok);
  return evaluateRule(
    reading.rule,
    { sub: '42', ...candidates },
    { tenant: tenantWith(), pseudonymKey: PSEUDONYM_KEY },
  );
};
const idOf = (text: string, candidates: ViewerCandidates): string => evaluate(text, candidates).viewerId;
const reasonOf = async (text: string, candidates: ViewerCandidates) =>
  (await assertCode('VIEWER_ID_UNUSABLE', () => evaluate(text, candidates))).reason ?? '';

describe('a template', () => {
  const examples: [rule: string, candidates: ViewerCandidates, id: string][] = [
    ['{username}', { username: 'AdaB' }, 'AdaB'],
    ['{username:lower}', { username: 'AdaB' }, 'adab'],
    ['{email:stripDomain}', { email: 'ada@cs@example.edu' }, 'ada@cs'],
    ['{email:stripDomain}', { email: 'ada' }, 'ada'],
    ['{email:stripDomain:lower}', { email: 'Ada@Example.EDU' }, 'ada'],
    ['{sub:lastSegment}', { sub: 'https://sakai.example.edu/user/7e1f' }, '7e1f'],
    ['{sub:lastSegment}', { sub: '42' }, '42'],
    ['{username|email|sub}', {}, '42'],
    ['{username|email|sub}', { email: 'a@b.c' }, 'a@b.c'],
    ['{email:stripDomain|username}', { email: '@example.edu', username: 'ada' }, 'ada'],
    ['x-{sourcedId}.{lti1p1}', { sourcedId: 'S1', lti1p1: 'ff' }, 'x-S1.ff'],
    ['{namespace}-{username}', { username: 'ada' }, 'law-ada'],
  ];
  for (const [rule, candidates, id] of examples) {
    it(`${rule} gives ${id}`, () => assert.equal(idOf(rule, candidates), id));
  }

  it('gives ids that must be pinned; the default rule and the pseudonym do not', () => {
    assert.equal(evaluate('{sub}', {}).mutable, true);
    assert.equal(evaluate('default', {}).mutable, false);
    assert.equal(evaluate('pseudonym', {}).mutable, false);
  });

  it('needs a sub even when it does not read it, because a pin hangs on it', () =>
    assertCode('VIEWER_ID_MISSING', () => evaluate('{username}', { sub: ' ', username: 'ada' })));

  it('lower-cases ASCII only, or a letter that looks alike would become one', async () => {
    assert.match(await reasonOf('{username:lower}', { username: '\u212Aelvin' }), /does not take/);
  });
});

describe('an id that Kaltura does not take', () => {
  const cases: [rule: string, candidates: ViewerCandidates, reason: RegExp][] = [
    ['{username|email}', {}, /^\{username\|email\} is empty: the launch says nothing as username or email$/],
    ['{username}', { username: SECRET }, /^username in \{username\} holds a character/],
    ['{email|username}', { username: 'a;b' }, /^username in \{email\|username\} holds a character/],
    ['{username}', { username: 'a,b' }, /comma/],
    ['{username}', { username: '{{ks}}' }, /brace/],
    ['{username}', { username: 'a{' }, /brace/],
    ['{username}', { username: ' ada' }, /character/],
    ['{username}', { username: 'x'.repeat(101) }, /^the user id that the rule gives has more than 100 bytes$/],
    ['{username}', { username: '0' }, /calls viewers without an id/],
    ['{username}', { username: 'Unknown' }, /calls viewers without an id/],
    ['{username}', { username: 'kalAnonYm' }, /calls viewers without an id/],
  ];
  for (const [rule, candidates, reason] of cases) {
    it(`names the part of ${rule} and never the value: ${reason.source}`, async () => {
      const told = await reasonOf(rule, candidates);
      assert.match(told, reason);
      assert.ok(!told.includes(SECRET));
    });
  }

  it('has at most 100 bytes with everything around the value', async () => {
    assert.equal(idOf('{namespace}-{username}', { username: 'x'.repeat(96) }).length, 100);
    assert.match(await reasonOf('{namespace}-{username}', { username: 'x'.repeat(97) }), /100 bytes/);
  });
});
