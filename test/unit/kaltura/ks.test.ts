import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isAppError } from '../../../src/errors/app-error.js';
import { openKs, signKs, type KsInput, type KsPrivilege } from '../../../src/kaltura/ks.js';

interface Vector {
  name: string;
  version: 'v1' | 'v2';
  input: {
    partnerId: number;
    secret: string;
    userId: string | null;
    type: number;
    expiry: number;
    privileges: string;
    randomHex?: string;
  };
  ks: string;
  decodedByServer: { userId: string | null; privileges: string; validUntil: string };
}

interface Fixture {
  vectors: Vector[];
  negative: { name: string; ks: string }[];
  officialClientToServer: {
    input: { userId: string; privileges: string; partnerId: number };
    ks: string;
    decodedByServer: Vector['decodedByServer'];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/ks-vectors.json', import.meta.url), 'utf8')) as Fixture;
const v2 = fixture.vectors.filter(({ version }) => version === 'v2');
const v1 = fixture.vectors.filter(({ version }) => version === 'v1');
const SECRET_102 = '1f0c6b8a9d3e4f5061728394a5b6c7d8';
const DUPLICATE = 'v2/dup-privilege-last-wins';

function privilegesOf(text: string): KsPrivilege[] {
  if (text === '*') return [{ name: 'all', value: '*' }];
  return text
    .split(',')
    .filter((item) => item !== '')
    .map((item) => {
      const colon = item.indexOf(':');
      return colon < 0 ? { name: item } : { name: item.slice(0, colon), value: item.slice(colon + 1) };
    });
}

const withValues = (text: string) => privilegesOf(text).map(({ name, value = '' }) => ({ name, value }));

const inputOf = ({ input }: Vector): KsInput => ({
  partnerId: input.partnerId,
  secret: input.secret,
  ...(input.userId === null ? {} : { userId: input.userId }),
  type: input.type === 0 ? 'user' : 'admin',
  expiresAtSeconds: input.expiry,
  privileges: privilegesOf(input.privileges),
  random: Buffer.from(input.randomHex ?? '', 'hex'),
});

const viewer: KsInput = {
  partnerId: 102,
  secret: SECRET_102,
  userId: 'jdoe',
  type: 'user',
  expiresAtSeconds: 2_000_000_000,
  privileges: [{ name: 'sview', value: '0_abcd1234' }],
  random: Buffer.alloc(16, 7),
};

const throwsCode = (code: string) => (error: unknown) => isAppError(error) && error.code === code;

describe('KS v2', () => {
  it('has vectors to compare with', () => {
    assert.ok(v2.length >= 15, `only ${v2.length} vectors`);
  });

  for (const vector of v2.filter(({ name }) => name !== DUPLICATE)) {
    it(`signs ${vector.name} byte for byte like Kaltura's server`, () => {
      assert.equal(signKs(inputOf(vector)), vector.ks);
    });
  }

  for (const vector of v2) {
    it(`reads ${vector.name} like Kaltura's server`, () => {
      const opened = openKs(vector.ks, [vector.input.secret]);
      assert.ok(opened.ok);
      const { userId, ...session } = opened.session;
      assert.deepEqual(session, {
        partnerId: vector.input.partnerId,
        type: vector.input.type === 0 ? 'user' : 'admin',
        expiresAtSeconds: Number(vector.decodedByServer.validUntil),
        privileges: withValues(vector.decodedByServer.privileges),
      });
      assert.equal(userId ?? null, vector.decodedByServer.userId);
    });
  }

  for (const [index, { ks, input, decodedByServer }] of fixture.officialClientToServer.entries()) {
    it(`reads session ${index + 1} of Kaltura's own PHP client`, () => {
      const opened = openKs(ks, [SECRET_102]);
      assert.ok(opened.ok);
      assert.equal(opened.session.userId, input.userId);
      assert.deepEqual(opened.session.privileges, withValues(input.privileges));
      assert.equal(opened.session.expiresAtSeconds, Number(decodedByServer.validUntil));
    });
  }

  it('encodes a tilde as PHP does', () => {
    const opened = openKs(signKs({ ...viewer, userId: '~a b' }), [SECRET_102]);
    assert.ok(opened.ok);
    assert.equal(opened.session.userId, '~a b');
  });

  it('tries each secret of a partner in turn', () => {
    assert.ok(openKs(signKs(viewer), ['another', SECRET_102]).ok);
  });

  it('refuses a session made with a secret that it does not know', () => {
    assert.deepEqual(openKs(signKs(viewer), ['another']), { ok: false, reason: 'signature' });
    assert.deepEqual(openKs(signKs(viewer), []), { ok: false, reason: 'signature' });
  });

  const reasons: Record<string, string> = {
    'tampered-last-byte': 'signature',
    'not-base64': 'not-base64',
    'no-pipes': 'no-separator',
  };
  for (const { name, ks } of fixture.negative) {
    it(`refuses ${name}`, () => {
      assert.deepEqual(openKs(ks, [SECRET_102]), { ok: false, reason: reasons[name] });
    });
  }

  for (const vector of v1) {
    it(`refuses ${vector.name}: version 1 lets a user id write privileges`, () => {
      assert.deepEqual(openKs(vector.ks, [vector.input.secret]), { ok: false, reason: 'version-1' });
    });
  }

  it('refuses a session that was cut', () => {
    const cut = Buffer.from(signKs(viewer), 'base64').subarray(0, -5).toString('base64');
    assert.deepEqual(openKs(cut, [SECRET_102]), { ok: false, reason: 'signature' });
    assert.deepEqual(openKs(Buffer.from('v2|102|').toString('base64'), [SECRET_102]), {
      ok: false,
      reason: 'signature',
    });
  });

  it('refuses a very long session without decoding it', () => {
    assert.deepEqual(openKs('djJ8'.repeat(3000), [SECRET_102]), { ok: false, reason: 'too-long' });
  });
});

describe('KS v2 refuses to sign', () => {
  const badValues = ['a,disableentitlement', 'a;b', 'a{{b', 'a\nb', 'a\u0000', '\ud800', ' a', 'a '];
  for (const value of badValues) {
    it(`a privilege value like ${JSON.stringify(value)}`, () => {
      assert.throws(() => signKs({ ...viewer, privileges: [{ name: 'sview', value }] }), throwsCode('INTERNAL'));
    });
  }

  for (const name of ['', '*', '_u', '_t', 'a:b', 'a,b', 'a;b', 'a{{', 'a b', 'a\n', 'é']) {
    it(`a privilege name like ${JSON.stringify(name)}`, () => {
      assert.throws(() => signKs({ ...viewer, privileges: [{ name, value: 'x' }] }), throwsCode('INTERNAL'));
    });
  }

  it('a privilege that stands there twice, because Kaltura would keep the last', () => {
    const vector = v2.find(({ name }) => name === DUPLICATE);
    assert.ok(vector);
    assert.throws(() => signKs(inputOf(vector)), throwsCode('INTERNAL'));
  });

  for (const userId of ['a\nb', 'a\u0000b', 'a\u009fb', '\udc00']) {
    it(`a user id with an unprintable character: ${JSON.stringify(userId)}`, () => {
      assert.throws(() => signKs({ ...viewer, userId }), throwsCode('VIEWER_ID_UNUSABLE'));
    });
  }

  it('with a wrong number of random bytes, an empty secret, a partner or an expiry that is none', () => {
    const wrong: Partial<KsInput>[] = [
      { random: Buffer.alloc(15) },
      { secret: '' },
      { partnerId: 0 },
      { partnerId: 1.5 },
      { expiresAtSeconds: Number.NaN },
      { expiresAtSeconds: 0 },
    ];
    for (const change of wrong) assert.throws(() => signKs({ ...viewer, ...change }), throwsCode('INTERNAL'));
  });

  it('without naming the refused value in the error', () => {
    assert.throws(
      () => signKs({ ...viewer, privileges: [{ name: 'sview', value: 'secret,value' }] }),
      (error) => isAppError(error) && !error.message.includes('secret,value'),
    );
  });
});
