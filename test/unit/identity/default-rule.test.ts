import assert from 'node:assert/strict';
import { evaluateRule } from '../../../src/identity/evaluate-rule.js';
import { namespaceFor } from '../../../src/identity/namespace.js';
import type { TenantId } from '../../../src/runtime/ids.js';
import { assertCode } from '../../support/assert-code.js';

const key = Buffer.alloc(32, 7);
const tenant = { id: '018f0000-0000-7000-8000-000000000001' as TenantId, namespace: 'moodle' };
const idOf = (sub: string | undefined, of = tenant, pseudonymKey = key) =>
  evaluateRule({ kind: 'default' }, sub === undefined ? {} : { sub }, { tenant: of, pseudonymKey }).viewerId;

describe('the default identity rule', () => {
  it('prefixes a readable sub with the tenant', () => {
    assert.equal(idOf('42'), 'moodle_42');
    assert.equal(idOf('ada.byron_1@example-x.edu'), 'moodle_ada.byron_1@example-x.edu');
  });

  it('keeps a known id as it was in the first version, so that nobody becomes somebody else', () => {
    assert.equal(idOf('https://sakai.example.edu/user/2f8a'), 'moodle_hcg3cdlnsopotvz2iyesqizf6hicvw6se');
  });

  it('hashes capitals, because Kaltura may compare ids without case', () => {
    assert.match(idOf('Ada'), /^moodle_h[a-z2-7]{32}$/);
    assert.notEqual(idOf('Ada'), idOf('ADA'));
  });

  for (const sub of ['a b', 'a;b', 'a,b', '{{a}}', 'a/b', 'a:b', 'é', ' 42', '42\n', 'x'.repeat(94)]) {
    it(`hashes ${JSON.stringify(sub.slice(0, 20))}`, () => assert.match(idOf(sub), /^moodle_h[a-z2-7]{32}$/));
  }

  it('stays readable up to exactly 100 bytes', () => {
    assert.equal(idOf('x'.repeat(93)).length, 100);
    assert.match(idOf('x'.repeat(93)), /x$/);
  });

  it('hashes a sub that looks like one of our hashes, so that nobody can take another one’s id', () => {
    const somebody = idOf('Somebody Else').slice('moodle_'.length);
    assert.notEqual(idOf(somebody), idOf('Somebody Else'));
    assert.match(idOf(somebody), /^moodle_h[a-z2-7]{32}$/);
  });

  it('keeps tenants apart, also in the hash', () => {
    const other = { id: '018f0000-0000-7000-8000-000000000002' as TenantId, namespace: 'canvas' };
    assert.notEqual(idOf('42'), idOf('42', other));
    assert.notEqual(idOf('A').split('_')[1], idOf('A', other).split('_')[1]);
  });

  it('cannot be computed without the key', () => {
    assert.notEqual(idOf('Ada'), idOf('Ada', tenant, Buffer.alloc(32, 8)));
  });

  it('refuses a key that can be guessed', () => assertCode('INTERNAL', () => idOf('Ada', tenant, Buffer.alloc(0))));

  for (const sub of [undefined, '', ' ', '\t\n']) {
    it(`knows no viewer when sub is ${JSON.stringify(sub)}`, () => assertCode('VIEWER_ID_MISSING', () => idOf(sub)));
  }

  it('never falls back to an e-mail address or a login name', () =>
    assertCode('VIEWER_ID_MISSING', () =>
      evaluateRule({ kind: 'default' }, { email: 'a@b.c', username: 'a' }, { tenant, pseudonymKey: key }),
    ));

  it('refuses broken Unicode, of which many forms have one encoding', async () => {
    const error = await assertCode('VIEWER_ID_UNUSABLE', () => idOf('secret\ud800'));
    assert.ok(!error.message.includes('secret'));
  });

  it('refuses a namespace that could run into another tenant’s', () =>
    assertCode('VIEWER_ID_UNUSABLE', () => idOf('42', { ...tenant, namespace: 'a_b' })));
});

describe('a pseudonym', () => {
  const pseudonymOf = (sub: string) =>
    evaluateRule({ kind: 'pseudonym' }, { sub }, { tenant, pseudonymKey: key }).viewerId;

  it('never shows the sub, however readable', () => assert.match(pseudonymOf('42'), /^moodle_h[a-z2-7]{32}$/));

  it('is the id that the default rule gives where it hashes, so that the two never mix people up', () =>
    assert.equal(pseudonymOf('Ada'), idOf('Ada')));
});

describe('namespaceFor', () => {
  const names: [name: string, namespace: string][] = [
    ['Moodle of the Law School', 'moodleofthelawschool'],
    ['Übungs-Moodle 2', 'ubungsmoodle2'],
    ['2nd Canvas', 'lms2ndcanvas'],
    ['אוניברסיטה', 'lms'],
    ['', 'lms'],
    ['x'.repeat(99), 'x'.repeat(20)],
  ];
  for (const [name, namespace] of names) {
    it(`makes ${namespace} of ${JSON.stringify(name)}`, () => assert.equal(namespaceFor(name), namespace));
  }
});
