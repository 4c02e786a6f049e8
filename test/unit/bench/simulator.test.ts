import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { claimsOf } from '../../../bench/simulator/claims.js';
import { createSigner, KEY_ID } from '../../../bench/simulator/signer.js';

const fixture = new URL('../../fixtures/moodle-real/05d-launch-result-idtoken-student.json', import.meta.url);
const recorded = (JSON.parse(readFileSync(fixture, 'utf8')) as { payload: Record<string, unknown> }).payload;

const wish = {
  issuer: 'https://moodle.example.edu',
  clientId: 'client',
  deploymentId: '1',
  targetLinkUri: 'https://tool.example.edu/lti/launch',
  nonce: 'nonce',
  viewer: 3,
  course: 4,
  custom: { entry_id: '1_abcdefgh' },
  nowSeconds: 1_795_000_000,
};
const CUSTOM = 'https://purl.imsglobal.org/spec/lti/claim/custom';

describe('the simulated platform', () => {
  it('sends every claim that a real Moodle sent, and no other', () => {
    assert.deepEqual(Object.keys(claimsOf(wish)).sort(), Object.keys(recorded).sort());
  });

  it('keeps the link’s own parameters beside those of a launch', () => {
    const custom = claimsOf(wish)[CUSTOM] as Record<string, string>;
    assert.equal(custom['entry_id'], '1_abcdefgh');
    assert.equal(custom['recording_id'], '42');
  });

  it('gives different people and courses different ids', () => {
    const text = (claims: Record<string, unknown>): string => JSON.stringify(claims);
    assert.notEqual(text(claimsOf(wish)), text(claimsOf({ ...wish, viewer: 5 })));
    assert.notEqual(text(claimsOf(wish)), text(claimsOf({ ...wish, course: 5 })));
  });

  it('signs tokens that its key set verifies, as large as a real one', async () => {
    const signer = createSigner();
    const token = await signer.sign(claimsOf(wish));
    const [header = '', payload = '', signature = ''] = token.split('.');
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      typ: 'JWT',
      alg: 'RS256',
      kid: KEY_ID,
    });
    const key = createPublicKey({ key: signer.publicJwk, format: 'jwk' });
    assert.ok(verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')));
    assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
    assert.ok(token.length > 3_500 && token.length < 6_500, `${token.length} characters`);
  });
});
