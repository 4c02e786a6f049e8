import assert from 'node:assert/strict';
import { parseRule } from '../../../src/identity/rule-text.js';

const read = (text: string) => {
  const reading = parseRule(text);
  assert.ok(reading.ok, reading.ok ? '' : reading.problem.problem);
  return reading.rule;
};
const problemOf = (text: string) => {
  const reading = parseRule(text);
  assert.ok(!reading.ok, 'the rule was taken');
  return reading.problem;
};

describe('the text of an identity rule', () => {
  it('has two words of its own', () => {
    assert.deepEqual(read('default'), { kind: 'default' });
    assert.deepEqual(read('pseudonym'), { kind: 'pseudonym' });
  });

  it('reads alternatives, transforms in order, and the text around them', () => {
    assert.deepEqual(read('u.{email:stripDomain:lower | username}!'), {
      kind: 'template',
      namespaced: false,
      parts: [
        { kind: 'text', text: 'u.' },
        {
          kind: 'value',
          source: '{email:stripDomain:lower | username}',
          alternatives: [
            { candidate: 'email', transforms: ['stripDomain', 'lower'] },
            { candidate: 'username', transforms: [] },
          ],
        },
        { kind: 'text', text: '!' },
      ],
    });
  });

  it('begins with the namespace where ids belong to the tenant alone', () => {
    const rule = read('{namespace}-{sub}');
    assert.ok(rule.kind === 'template' && rule.namespaced);
    assert.equal(rule.parts.length, 1);
  });

  const wrong: [text: string, position: number, problem: RegExp, fix: RegExp][] = [
    ['{usrname}', 2, /no candidate of this name \(did you mean username\?\)/, /sub, username, email/],
    ['{username:lowr}', 11, /no transform of this name \(did you mean lower\?\)/, /stripDomain/],
    ['{username|}', 11, /a candidate is missing/, /candidates are/],
    ['{}', 2, /a candidate is missing/, /candidates are/],
    ['{username', 1, /never closed/, /Write }/],
    ['{{username}}', 2, /stands inside braces/, /one pair/],
    ['a}{username}', 2, /closes nothing/, /Leave it out/],
    ['a b{username}', 2, /does not take/, /Leave it out/],
    ['a,{username}', 2, /comma/, /Leave it out/],
    ['{username}|{email}', 11, /outside braces/, /\{username\|email\}/],
    ['é{username}', 1, /does not take/, /Leave it out/],
    ['😀{username}', 1, /does not take/, /Leave it out/],
    ['everybody', 1, /every viewer the same/, /\{username\}/],
    ['usename', 1, /every viewer the same/, /Did you mean \{username\}\?/],
    ['Default', 1, /every viewer the same/, /Did you mean default\?/],
    ['{namespace}-', 1, /every viewer the same/, /candidate in braces/],
    ['', 1, /every viewer the same/, /candidate in braces/],
    ['{namespace}_{sub}', 12, /- is missing behind/, /\{namespace\}-/],
    ['{sub}{namespace}-', 6, /behind other parts/, /Begin the rule/],
    ['{namespace}-{namespace}-{sub}', 13, /behind other parts/, /Begin the rule/],
    ['{sub|namespace}', 6, /no candidate/, /Begin the rule/],
    ['{toString}', 2, /no candidate/, /candidates are/],
    ['{sub:constructor}', 6, /no transform/, /transforms are/],
    [`{sub}${'x'.repeat(500)}`, 501, /at most 500/, /Shorten/],
  ];
  for (const [text, position, problem, fix] of wrong) {
    it(`says where ${JSON.stringify(text.slice(0, 30))} is wrong and what to write`, () => {
      const found = problemOf(text);
      assert.equal(found.position, position);
      assert.match(found.problem, problem);
      assert.match(found.fix, fix);
    });
  }
});
