import assert from 'node:assert/strict';
import type { PlatformDirectory } from '../../../src/platforms/directory.js';
import type { PlatformRef } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import type { PlatformRecord } from '../../../src/store/ports.js';
import { authenticationRequestUrl } from '../../../src/lti/login/authentication-request.js';
import { chooseRegistration } from '../../../src/lti/login/choose-registration.js';
import { readLoginRequest } from '../../../src/lti/login/read-login-request.js';
import { createStateCodec } from '../../../src/lti/state.js';
import { parseTargetLink } from '../../../src/lti/target-link.js';
import { assertCode } from '../../support/assert-code.js';
import { parameters, requestFacts, settableClock, testKeyring, testPlatform } from '../../support/lti-world.js';

const login: [string, string][] = [
  ['iss', 'https://moodle.example.edu'],
  ['login_hint', '42'],
  ['target_link_uri', 'https://tool.example.org/lti/launch'],
];

describe('reading a login request', () => {
  it('takes parameters from the query of a GET and the form of a POST alike', () => {
    const fromQuery = readLoginRequest(requestFacts({ query: parameters(login) }));
    const fromForm = readLoginRequest(requestFacts({ method: 'POST', form: parameters(login) }));
    assert.deepEqual(fromForm, fromQuery);
  });

  it('reads the deployment under both names that platforms use, and does without one', () => {
    const deploymentOf = (pairs: [string, string][]) =>
      readLoginRequest(requestFacts({ query: parameters([...login, ...pairs]) })).deploymentId;
    assert.equal(deploymentOf([['lti_deployment_id', '7']]), '7');
    assert.equal(deploymentOf([['deployment_id', '8']]), '8');
    assert.equal(deploymentOf([['lti_deployment_id', '']]), undefined);
    assert.equal(deploymentOf([]), undefined);
  });

  for (const name of ['iss', 'login_hint', 'target_link_uri']) {
    it(`refuses a login without ${name}, or with two`, async () => {
      const without = login.filter(([key]) => key !== name);
      await assertCode('LAUNCH_LOGIN_INVALID', () => readLoginRequest(requestFacts({ query: parameters(without) })));
      const twice = [...login, [name, 'again'] as [string, string]];
      await assertCode('LAUNCH_LOGIN_INVALID', () => readLoginRequest(requestFacts({ query: parameters(twice) })));
      await assertCode('LAUNCH_LOGIN_INVALID', () =>
        readLoginRequest(requestFacts({ query: parameters(login), form: parameters([[name, 'again']]) })),
      );
    });
  }
});

describe('choosing the registration of a login', () => {
  const directoryOf = (...platforms: PlatformRecord[]) =>
    ({
      findByRef: (ref: PlatformRef) => Promise.resolve(platforms.find((platform) => platform.ref === ref)),
      findByIssuer: (issuer: string, clientId?: string) =>
        Promise.resolve(
          platforms.filter((p) => p.issuer === issuer && (clientId === undefined || p.clientId === clientId)),
        ),
    }) as PlatformDirectory;
  const ask = { issuer: 'https://moodle.example.edu' };
  const one = testPlatform();
  const second = testPlatform({ ref: 'AAAAAAAAAAI' as PlatformRef });

  it('takes the one of issuer and client id', async () => {
    assert.equal(
      await chooseRegistration(directoryOf(one, testPlatform({ clientId: 'b' })), { ...ask, clientId: 'client-1' }),
      one,
    );
  });

  it('is ambiguous when two active ones fit, unless the login URL names one', async () => {
    const directory = directoryOf(one, second);
    await assertCode('PLATFORM_AMBIGUOUS', () => chooseRegistration(directory, ask));
    assert.equal(await chooseRegistration(directory, ask, second.ref), second);
  });

  it('is not made ambiguous by a pending or disabled one', async () => {
    const others = [
      { ...second, status: 'pending' as const },
      { ...second, status: 'disabled' as const },
    ];
    assert.equal(await chooseRegistration(directoryOf(...others, one), ask), one);
    await assertCode('PLATFORM_DISABLED', () => chooseRegistration(directoryOf(...others), ask));
  });

  it('refuses an unknown issuer, an unknown reference, and a reference of another issuer or client', async () => {
    const directory = directoryOf(one);
    await assertCode('PLATFORM_UNKNOWN', () =>
      chooseRegistration(directory, { issuer: 'https://moodle.example.edu/' }),
    );
    await assertCode('PLATFORM_UNKNOWN', () => chooseRegistration(directory, ask, second.ref));
    await assertCode('PLATFORM_UNKNOWN', () =>
      chooseRegistration(directory, { issuer: 'https://evil.example' }, one.ref),
    );
    await assertCode('PLATFORM_UNKNOWN', () => chooseRegistration(directory, { ...ask, clientId: 'b' }, one.ref));
  });
});

describe('the authentication request', () => {
  const state = createStateCodec({ keyring: testKeyring(), clock: settableClock(), random: systemRandom }).issue({
    platformRef: 'AAAAAAAAAAE' as PlatformRef,
  });
  const build = (hints: { loginHint: string; messageHint?: string }, platform = testPlatform()) =>
    new URL(authenticationRequestUrl(platform, hints, state, 'https://tool.example.org/lti/launch'));

  it('gives hints back byte for byte, whatever they hold', () => {
    const loginHint = 'https%3A%2F%2Flearn.example%2F?cmd=authenticate&course_id=_3_1,<a>+ ü';
    const messageHint = '{"cmid":3,"launchid":"ltilaunch1_278524448"}';
    const { searchParams } = build({ loginHint, messageHint });
    assert.equal(searchParams.get('login_hint'), loginHint);
    assert.equal(searchParams.get('lti_message_hint'), messageHint);
  });

  it('sends no message hint to a platform that sent none', () => {
    assert.equal(build({ loginHint: '42' }).searchParams.has('lti_message_hint'), false);
  });

  it('asks for exactly what the specification names, and keeps the platform’s own query', () => {
    const platform = testPlatform({ authorizationUrl: 'https://lms.example.edu/auth?tenant=a%26b' });
    const { searchParams } = build({ loginHint: '42' }, platform);
    assert.equal(searchParams.get('tenant'), 'a&b');
    assert.deepEqual(
      ['scope', 'response_type', 'response_mode', 'prompt', 'client_id', 'redirect_uri'].map((name) =>
        searchParams.get(name),
      ),
      ['openid', 'id_token', 'form_post', 'none', 'client-1', 'https://tool.example.org/lti/launch'],
    );
    assert.equal(searchParams.get('state'), state.state);
    assert.equal(searchParams.get('nonce'), state.nonce);
  });
});

describe('target_link_uri', () => {
  const publicUrl = new URL('https://tool.example.org');

  it('may name a target of a launch on this tool', () => {
    for (const path of [
      '/',
      '/lti/launch',
      '/lti/launch/anything',
      '/play/1_abcd1234',
      '/lti/launch?entry_id=1_abcd1234',
    ]) {
      assert.equal(parseTargetLink(`https://tool.example.org${path}`, publicUrl).origin, publicUrl.origin);
    }
  });

  it('is refused everywhere else', async () => {
    const hostile = [
      'https://evil.example/lti/launch',
      'https://tool.example.org.evil.example/',
      'https://tool.example.org@evil.example/',
      'https://user@tool.example.org/',
      'http://tool.example.org/',
      '//evil.example/',
      '/lti/launch',
      'javascript:alert(1)',
      'https://tool.example.org/admin',
      'https://tool.example.org/v/1',
      'https://tool.example.org:8443/',
      '',
    ];
    for (const value of hostile) await assertCode('LAUNCH_TARGET_INVALID', () => parseTargetLink(value, publicUrl));
  });
});
