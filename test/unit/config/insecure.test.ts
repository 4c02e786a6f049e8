import assert from 'node:assert/strict';
import { loadMinimum, refusal } from './support.js';

const http = { PLAYCONTEXT_SERVER_PUBLIC_URL: 'http://video.campus.edu' };
const development = { PLAYCONTEXT_ENVIRONMENT: 'development' };
const allowHttp = { PLAYCONTEXT_DANGEROUSLY_ALLOW_HTTP: 'true' };
const allowPrivate = { PLAYCONTEXT_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true' };

describe('production', () => {
  for (const [name, env] of Object.entries({
    'a public address without https': http,
    'a Kaltura API without https': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: 'http://kaltura.campus.edu' },
    'a player base without https': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PLAYER_BASE_URL: 'http://cdn.campus.edu' },
    'a media host without https': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PLAYER_HOSTS: 'http://media.campus.edu' },
    'Kaltura on localhost': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: 'https://kaltura.localhost:8443' },
    'Kaltura on a loopback address': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: 'https://127.0.0.1' },
    'Kaltura on a loopback address in hexadecimal': {
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: 'https://0x7f.1',
    },
    'Kaltura on the IPv6 loopback address': { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PLAYER_BASE_URL: 'https://[::1]' },
    'a short secret': { PLAYCONTEXT_SECRET: 'q7Xv2mR9tLw4Zc8KpN3sYf6HbJ1dGe5' },
    'an example secret': { PLAYCONTEXT_SECRET: 'change-me-q7Xv2mR9tLw4Zc8KpN3sYf6HbJ1dGe5U' },
    'a secret of one repeated pattern': { PLAYCONTEXT_SECRET: 'abc123'.repeat(8) },
    'a weak previous secret': { PLAYCONTEXT_PREVIOUS_SECRET: 'x'.repeat(40) },
  })) {
    it(`refuses ${name}`, () => {
      const error = refusal(() => loadMinimum(env));
      assert.equal(error.code, 'CONFIG_INSECURE');
      for (const value of Object.values(env)) assert.ok(!error.message.includes(value), 'the value is not printed');
    });
  }

  it('allows addresses without TLS when the option says so, and warns', () => {
    const { warnings } = loadMinimum({ ...http, ...allowHttp });
    assert.deepEqual(warnings, ['dangerouslyAllowHttp is on', 'server.publicUrl is not https']);
  });

  it('allows Kaltura on this host when the option says so, and warns', () => {
    const local = { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: 'https://kaltura.localhost' };
    const { warnings } = loadMinimum({ ...local, ...allowPrivate });
    assert.ok(warnings.includes('kaltura.accounts.main.serviceUrl points to this host itself'));
    assert.equal(refusal(() => loadMinimum({ ...local, ...allowHttp })).code, 'CONFIG_INSECURE');
  });

  it('never allows a weak secret', () => {
    const error = refusal(() => loadMinimum({ ...allowHttp, ...allowPrivate, PLAYCONTEXT_SECRET: 'x'.repeat(40) }));
    assert.equal(error.code, 'CONFIG_INSECURE');
  });

  it('names the option that would allow what it refuses', () => {
    assert.match(refusal(() => loadMinimum(http)).message, /dangerouslyAllowHttp: true would allow it/);
  });
});

describe('development', () => {
  it('accepts what production refuses', () => {
    const { config } = loadMinimum({ ...development, ...http, PLAYCONTEXT_SECRET: 'x'.repeat(32) });
    assert.equal(config.server.publicUrl, 'http://video.campus.edu');
  });

  it('still refuses a secret of fewer than 32 characters', () => {
    const error = refusal(() => loadMinimum({ ...development, PLAYCONTEXT_SECRET: 'x'.repeat(31) }));
    assert.equal(error.code, 'CONFIG_INVALID');
  });

  it('warns of each dangerous option that is on', () => {
    assert.deepEqual(loadMinimum({ ...development, ...allowPrivate }).warnings, [
      'dangerouslyAllowPrivateAddresses is on',
    ]);
  });
});
