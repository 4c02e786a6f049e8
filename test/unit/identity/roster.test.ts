import assert from 'node:assert/strict';
import { matchCandidates, matchRows, parseRoster } from '../../../src/identity/roster.js';
import { parseRule } from '../../../src/identity/rule-text.js';
import { assertCode } from '../../support/assert-code.js';
import { PSEUDONYM_KEY, tenantWith } from '../../support/identity.js';

const context = { tenant: tenantWith(), pseudonymKey: PSEUDONYM_KEY };

describe('a roster', () => {
  it('has its columns in any order and case, and others besides', () => {
    const roster = parseRoster('Name, EMAIL ,SourcedId,sub\n"Byron, Ada",ada@example.edu,S1,42\nBen,,,43\n');
    assert.deepEqual(roster.columns, ['sub', 'email', 'sourcedId']);
    assert.deepEqual(roster.people, [{ sub: '42', email: 'ada@example.edu', sourcedId: 'S1' }, { sub: '43' }]);
  });

  it('is read as spreadsheets write it: byte order mark, semicolons or tabs, CRLF, empty lines, short lines', () => {
    const expected = [{ username: 'ada', email: 'a;b' }, { username: 'ben' }];
    assert.deepEqual(parseRoster('\uFEFFusername;email\r\nada;"a;b"\r\n\r\nben\r\n').people, expected);
    assert.deepEqual(parseRoster('username\temail\nada\ta;b\nben\t\n').people, expected);
  });

  it('takes values letter by letter', () =>
    assert.deepEqual(parseRoster('username\n Ada \n').people, [{ username: ' Ada ' }]));

  const wrong: [csv: string, reason: RegExp][] = [
    ['', /names none of the columns/],
    ['name,phone\nAda,1', /names none of the columns sub, username, email/],
    ['email,Email\na,b', /email stands there twice/],
    ['username\n"secret', /line \d+ is not CSV/],
  ];
  for (const [csv, reason] of wrong) {
    it(`${JSON.stringify(csv)} is refused without a word of its content`, async () => {
      const error = await assertCode('INPUT_INVALID', () => parseRoster(csv));
      assert.match(error.reason ?? '', reason);
      assert.ok(!error.message.includes('secret'));
    });
  }
});

describe('matching a roster', () => {
  const roster = parseRoster('username,email\nAda,ada@example.edu\nben,BEN@example.edu\ncy,\n');
  const further = ['default', '{namespace}-{username}'].map((text) => {
    const reading = parseRule(text);
    assert.ok(reading.ok);
    return { text, rule: reading.rule };
  });
  const candidates = matchCandidates(roster, further, context);

  it('tries what the columns allow, each transform that changes something, and the rules given', () => {
    assert.deepEqual(
      candidates.map(({ text, ids }) => [text, ids.length]),
      [
        ['{username}', 3],
        ['{username:lower}', 3],
        ['{email}', 2],
        ['{email:lower}', 2],
        ['{email:stripDomain}', 2],
        ['default', 0],
        ['{namespace}-{username}', 3],
      ],
    );
  });

  it('counts exact ids, those that differ in capitals, and shows them as Kaltura writes them', () => {
    const rows = new Map(matchRows(candidates, new Set(['ada', 'ben', 'nobody'])).map((row) => [row.text, row]));
    assert.deepEqual(rows.get('{username}'), {
      text: '{username}',
      usable: 3,
      exact: 1,
      otherCase: 1,
      examples: ['ben', 'ada'],
    });
    assert.deepEqual([rows.get('{username:lower}')?.exact, rows.get('{email}')?.exact], [2, 0]);
  });
});
