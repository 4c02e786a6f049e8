import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { builtInAdapters } from '../../../adapters/index.js';
import { parseClaims } from '../../../src/adapter-sdk/claims/parse-claims.js';
import { createAdapterRegistry } from '../../../src/adapter-sdk/registry.js';
import { checkMessage } from '../../../src/lti/launch/check-message.js';
import { verifyToken } from '../../../src/lti/launch/verify-token.js';
import { createPlatformKeys } from '../../../src/lti/platform-keys.js';
import { assertCode } from '../../support/assert-code.js';
import {
  NOW_MS,
  settableClock,
  testPlatform,
  testSigner,
  type Payload,
  type TestSigner,
} from '../../support/lti-world.js';

const nowSeconds = NOW_MS / 1000;
const nonce = 'the-nonce-of-this-login';
const platform = testPlatform();
const adapters = createAdapterRegistry(builtInAdapters);

const goodPayload = (changes: Payload = {}): Payload => ({
  iss: platform.issuer,
  aud: platform.clientId,
  sub: '42',
  iat: nowSeconds,
  exp: nowSeconds + 60,
  nonce,
  ...changes,
});

describe('verifying an id_token', () => {
  let signer: TestSigner;
  let other: TestSigner;
  before(async () => {
    signer = await testSigner();
    other = await testSigner();
  });

  const verify = (token: string, { keys = [signer.publicJwk], at = NOW_MS, of = platform } = {}) => {
    const clock = settableClock(at);
    const outbound = { getJson: () => Promise.resolve({ keys }) };
    return verifyToken(
      token,
      { platform: of, nonce },
      { keys: createPlatformKeys({ outbound, clock }), adapters, clock },
    );
  };

  it('accepts a token of this platform for this login', async () => {
    assert.equal((await verify(await signer.sign(goodPayload()))).sub, '42');
  });

  it('accepts a token without a key id when the platform has one key only', async () => {
    const token = await signer.sign(goodPayload(), { kid: undefined });
    assert.equal((await verify(token)).sub, '42');
    await assertCode('LAUNCH_TOKEN_KEY_UNKNOWN', () =>
      verify(token, { keys: [signer.publicJwk, { ...other.publicJwk, kid: 'b' }] }),
    );
  });

  it('accepts several audiences only when azp names this client', async () => {
    const aud = [platform.clientId, 'another-tool'];
    await assertCode('LAUNCH_TOKEN_AUDIENCE', async () => verify(await signer.sign(goodPayload({ aud }))));
    await assertCode('LAUNCH_TOKEN_AUDIENCE', async () =>
      verify(await signer.sign(goodPayload({ aud, azp: 'another-tool' }))),
    );
    await verify(await signer.sign(goodPayload({ aud, azp: platform.clientId })));
    await verify(await signer.sign(goodPayload({ aud: [platform.clientId] })));
  });

  it('accepts the further issuers that an admin listed, letter by letter', async () => {
    const of = testPlatform({ acceptedIssuers: ['https://old.example.edu'] });
    await verify(await signer.sign(goodPayload({ iss: 'https://old.example.edu' })), { of });
    await assertCode('LAUNCH_TOKEN_ISSUER', async () =>
      verify(await signer.sign(goodPayload({ iss: 'https://old.example.edu/site/x' })), { of }),
    );
  });

  describe('whose issuer is longer than the registered one', () => {
    const sakai = testPlatform({ adapterId: 'sakai', issuer: 'https://sakai.example.edu' });
    const withIssuer = async (iss: unknown) => verify(await signer.sign(goodPayload({ iss })), { of: sakai });

    for (const path of [
      '',
      '/deployment/2',
      '/site/mercury',
      '/deployment/2/site/5b1f0a9c-6d7e-4f80-9a1b-2c3d4e5f6071',
    ]) {
      it(`accepts Sakai’s “${path}”`, async () => {
        assert.equal((await withIssuer(`https://sakai.example.edu${path}`)).sub, '42');
      });
    }

    for (const iss of [
      'https://sakai.example.edu.evil',
      'https://sakai.example.edu.evil/site/mercury',
      'https://sakai.example.edu@evil.example/site/mercury',
      'https://sakai.example.education/site/mercury',
      'http://sakai.example.edu/site/mercury',
      'https://evil.example/https://sakai.example.edu/site/mercury',
      'https://sakai.example.edu/site/',
      'https://sakai.example.edu/site/a/deployment/b',
      'https://sakai.example.edu/site/../../evil',
      'https://sakai.example.edu/site/a?b',
      'https://sakai.example.edu/site/a#b',
      'https://sakai.example.edu/sites/a',
      'https://sakai.example.edu/',
      ['https://sakai.example.edu'],
      7,
    ]) {
      it(`refuses ${JSON.stringify(iss)}`, () => assertCode('LAUNCH_TOKEN_ISSUER', () => withIssuer(iss)));
    }

    it('believes the adapter only after signature and client id were right', async () => {
      const iss = 'https://sakai.example.edu/site/mercury';
      const forged = await other.sign(goodPayload({ iss }), { kid: signer.kid });
      await assertCode('LAUNCH_TOKEN_SIGNATURE', () => verify(forged, { of: sakai }));
      const foreign = await signer.sign(goodPayload({ iss, aud: 'another-tool' }));
      await assertCode('LAUNCH_TOKEN_AUDIENCE', () => verify(foreign, { of: sakai }));
    });

    it('refuses it of every other LMS', async () => {
      const token = await signer.sign(goodPayload({ iss: `${platform.issuer}/site/mercury` }));
      for (const { id } of builtInAdapters.filter(({ id }) => id !== 'sakai')) {
        await assertCode('LAUNCH_TOKEN_ISSUER', () => verify(token, { of: testPlatform({ adapterId: id }) }));
      }
    });
  });

  it('forgives two minutes between the clocks, and no more', async () => {
    const token = await signer.sign(goodPayload());
    await verify(token, { at: NOW_MS + 170_000 });
    await assertCode('LAUNCH_TOKEN_EXPIRED', () => verify(token, { at: NOW_MS + 190_000 }));
    await verify(token, { at: NOW_MS - 110_000 });
    await assertCode('LAUNCH_TOKEN_FUTURE', () => verify(token, { at: NOW_MS - 130_000 }));
  });

  const refused: [string, Parameters<typeof assertCode>[0], () => Promise<string>][] = [
    ['a wrong signature', 'LAUNCH_TOKEN_SIGNATURE', () => other.sign(goodPayload())],
    ['an unknown key id', 'LAUNCH_TOKEN_KEY_UNKNOWN', () => signer.sign(goodPayload(), { kid: 'made-up' })],
    ['a foreign issuer', 'LAUNCH_TOKEN_ISSUER', () => signer.sign(goodPayload({ iss: 'https://evil.example' }))],
    [
      'an issuer with a slash more',
      'LAUNCH_TOKEN_ISSUER',
      () => signer.sign(goodPayload({ iss: `${platform.issuer}/` })),
    ],
    ['a foreign audience', 'LAUNCH_TOKEN_AUDIENCE', () => signer.sign(goodPayload({ aud: 'another-tool' }))],
    [
      'a wrong azp beside the right audience',
      'LAUNCH_TOKEN_AUDIENCE',
      () => signer.sign(goodPayload({ azp: 'another-tool' })),
    ],
    ['the nonce of another login', 'LAUNCH_TOKEN_NONCE', () => signer.sign(goodPayload({ nonce: 'another' }))],
    ['a nonce that is no string', 'LAUNCH_TOKEN_NONCE', () => signer.sign(goodPayload({ nonce: { $gt: '' } }))],
    ['no nonce', 'LAUNCH_CLAIM_INVALID', () => signer.sign(goodPayload({ nonce: undefined }))],
    ['no exp', 'LAUNCH_CLAIM_INVALID', () => signer.sign(goodPayload({ exp: undefined }))],
    ['no iat', 'LAUNCH_CLAIM_INVALID', () => signer.sign(goodPayload({ iat: undefined }))],
    ['an nbf in the future', 'LAUNCH_TOKEN_FUTURE', () => signer.sign(goodPayload({ nbf: nowSeconds + 600 }))],
    [
      'a key of its own in the header',
      'LAUNCH_TOKEN_ALGORITHM',
      () => signer.sign(goodPayload(), { jwk: signer.publicJwk }),
    ],
    [
      'a key URL in the header',
      'LAUNCH_TOKEN_ALGORITHM',
      () => signer.sign(goodPayload(), { jku: 'https://evil.example/keys' }),
    ],
    ['something that is no token', 'LAUNCH_TOKEN_MALFORMED', () => Promise.resolve('not.a.token')],
    [
      'a token in two parts',
      'LAUNCH_TOKEN_MALFORMED',
      async () => (await signer.sign(goodPayload())).split('.').slice(0, 2).join('.'),
    ],
  ];
  for (const [what, code, make] of refused) {
    it(`refuses ${what} with ${code}`, async () => {
      const token = await make();
      await assertCode(code, () => verify(token));
    });
  }

  it('refuses every algorithm but RS256, none and HS256 with the public key included', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(goodPayload())).toString('base64url')}.`;
    const symmetric = await new SignJWT(goodPayload())
      .setProtectedHeader({ alg: 'HS256', kid: signer.kid })
      .sign(Buffer.from(JSON.stringify(signer.publicJwk)));
    const { privateKey } = await generateKeyPair('RS512');
    const strong = await new SignJWT(goodPayload())
      .setProtectedHeader({ alg: 'RS512', kid: signer.kid })
      .sign(privateKey);
    for (const token of [unsigned, symmetric, strong]) await assertCode('LAUNCH_TOKEN_ALGORITHM', () => verify(token));
  });
});

describe('tokens that a real Moodle signed', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../fixtures/moodle-real/${name}`, import.meta.url), 'utf8')) as Record<
      string,
      unknown
    >;

  it('verify with its key set at their own time, and not ten minutes later', async () => {
    const token = (read('04c-launch-post-teacher.json')['body'] as { id_token: string }).id_token;
    const [, body = ''] = token.split('.');
    const expected = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as JWTPayload & { nonce: string };
    const clock = settableClock((expected.iat ?? 0) * 1000);
    const jwks = read('00-jwks.json');
    const moodle = testPlatform({ issuer: 'http://localhost:8100', clientId: String(expected.aud) });
    const keys = createPlatformKeys({ outbound: { getJson: () => Promise.resolve(jwks) }, clock });
    const payload = await verifyToken(token, { platform: moodle, nonce: expected.nonce }, { keys, adapters, clock });
    const claims = parseClaims(payload);
    checkMessage(claims);
    assert.deepEqual(
      [claims.subject, claims.context?.id, claims.deploymentId, claims.toolPlatform?.productFamilyCode],
      ['3', '2', '1', 'moodle'],
    );
    clock.advance(600_000);
    await assertCode('LAUNCH_TOKEN_EXPIRED', () =>
      verifyToken(token, { platform: moodle, nonce: expected.nonce }, { keys, adapters, clock }),
    );
  });
});
