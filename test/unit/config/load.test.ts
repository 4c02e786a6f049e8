import assert from 'node:assert/strict';
import { ACCOUNT_SECRET, load, loadMinimum, minimum, refusal, STRONG } from './support.js';

describe('loading the configuration', () => {
  it('fills in the defaults', () => {
    const { config, warnings } = loadMinimum();
    assert.equal(config.environment, 'production');
    assert.deepEqual(config.server, {
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'https://video.campus.edu',
      trustedProxies: [],
    });
    assert.deepEqual(config.store, { kind: 'libsql', directory: './data' });
    assert.equal(config.kaltura.accounts['main']?.serviceUrl, 'https://www.kaltura.com');
    assert.deepEqual(config.kaltura.accounts['main']?.entitlement, { mode: 'off' });
    assert.equal(config.dangerouslyAllowHttp, false);
    assert.deepEqual(warnings, []);
  });

  it('lets the file win over defaults and the environment over the file', () => {
    const files = { '/c.yaml': 'server: { port: 4000, host: 0.0.0.0 }\nlog: { level: warn }' };
    const { config } = loadMinimum({ PLAYCONTEXT_CONFIG: '/c.yaml', PLAYCONTEXT_SERVER_PORT: '5000' }, files);
    assert.equal(config.server.port, 5000);
    assert.equal(config.server.host, '0.0.0.0');
    assert.equal(config.log.level, 'warn');
  });

  it('takes the file of the command line rather than the variable’s', () => {
    const files = { '/a.yaml': 'server: { port: 4001 }', '/b.yaml': 'server: { port: 4002 }' };
    assert.equal(loadMinimum({ PLAYCONTEXT_CONFIG: '/a.yaml' }, files, '/b.yaml').config.server.port, 4002);
  });

  it('reads lists, numbers and booleans from variables', () => {
    const { config } = loadMinimum({
      PLAYCONTEXT_SERVER_TRUSTED_PROXIES: 'loopback, 10.1.0.0/16',
      PLAYCONTEXT_ADAPTERS: './a.js,,pkg',
      PLAYCONTEXT_DANGEROUSLY_ALLOW_HTTP: 'true',
    });
    assert.deepEqual(config.server.trustedProxies, ['loopback', '10.1.0.0/16']);
    assert.deepEqual(config.adapters, ['./a.js', 'pkg']);
    assert.equal(config.dangerouslyAllowHttp, true);
  });

  it('creates an account from variables, and finds one of the file by its name in capitals', () => {
    const file = 'kaltura: { accounts: { law-school: { partnerId: 7, uiConfId: 8, rootCategory: Law } } }';
    const { config } = loadMinimum(
      { PLAYCONTEXT_CONFIG: '/c.yaml', PLAYCONTEXT_KALTURA_ACCOUNTS_LAW_SCHOOL_ADMIN_SECRET: 'x'.repeat(32) },
      { '/c.yaml': file },
    );
    assert.deepEqual(Object.keys(config.kaltura.accounts).sort(), ['law-school', 'main']);
    assert.equal(config.kaltura.accounts['law-school']?.adminSecret, 'x'.repeat(32));
  });

  it('reads a secret from a file and drops one line break at its end', () => {
    const env = { PLAYCONTEXT_SECRET: undefined, PLAYCONTEXT_SECRET_FILE: '/s' };
    assert.equal(loadMinimum(env, { '/s': `${STRONG}\n` }).config.secret, STRONG);
    assert.equal(loadMinimum(env, { '/s': `${STRONG}\r\n` }).config.secret, STRONG);
    assert.equal(loadMinimum(env, { '/s': `${STRONG}\n\n` }).config.secret, `${STRONG}\n`);
  });

  it('refuses a secret that is given both directly and by file', () => {
    const error = refusal(() => loadMinimum({ PLAYCONTEXT_SECRET_FILE: '/s' }, { '/s': STRONG }));
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.match(error.message, /PLAYCONTEXT_SECRET and PLAYCONTEXT_SECRET_FILE are both set/);
  });

  it('names the variable whose file cannot be read, and why', () => {
    const error = refusal(() => loadMinimum({ PLAYCONTEXT_SECRET: undefined, PLAYCONTEXT_SECRET_FILE: '/none' }));
    assert.match(error.message, /PLAYCONTEXT_SECRET_FILE names a file that cannot be read \(ENOENT\)/);
  });

  it('does not read settings without secrets from files', () => {
    const error = refusal(() => loadMinimum({ PLAYCONTEXT_SERVER_HOST_FILE: '/s' }, { '/s': 'x' }));
    assert.match(error.message, /PLAYCONTEXT_SERVER_HOST_FILE is not a known variable/);
  });

  it('names unknown keys of the file and the nearest known one', () => {
    const files = { '/c.yaml': 'server: { publicURL: https://x.edu, prot: 1 }\nkaltur: {}' };
    const error = refusal(() => loadMinimum({}, files, '/c.yaml'));
    assert.match(error.message, /server\.publicURL is not a known setting \(did you mean publicUrl\?\)/);
    assert.match(error.message, /server\.prot is not a known setting \(did you mean port\?\)/);
    assert.match(error.message, /kaltur is not a known setting \(did you mean kaltura\?\)/);
  });

  it('names unknown variables and the nearest known one, within accounts too', () => {
    const error = refusal(() =>
      loadMinimum({ PLAYCONTEXT_SERVER_PUBLICURL: 'x', PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMINSECRET: 'x' }),
    );
    assert.match(error.message, /PLAYCONTEXT_SERVER_PUBLICURL .*did you mean PLAYCONTEXT_SERVER_PUBLIC_URL\?/);
    assert.match(error.message, /_MAIN_ADMINSECRET .*did you mean PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET\?/);
  });

  it('leaves other programs’ variables alone', () => {
    assert.doesNotThrow(() => loadMinimum({ PATH: '/bin', PLAYCONTEXTUAL: 'x' }));
  });

  it('reports everything that is wrong at once', () => {
    const error = refusal(() =>
      loadMinimum({
        PLAYCONTEXT_SERVER_PUBLIC_URL: 'https://x.edu/path',
        PLAYCONTEXT_SERVER_PORT: 'eighty',
        PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PARTNER_ID: undefined,
        PLAYCONTEXT_SERVER_TRUSTED_PROXIES: '10.0.0.0/99',
        PLAYCONTEXT_WRONG: '1',
      }),
    );
    assert.equal(error.code, 'CONFIG_INVALID');
    for (const name of ['publicUrl', 'port', 'partnerId is missing', 'trustedProxies', 'PLAYCONTEXT_WRONG']) {
      assert.ok(error.message.includes(name), `${name} in ${error.message}`);
    }
  });

  it('says with its own code that only secrets are missing, and how to set them', () => {
    const error = refusal(() =>
      loadMinimum({ PLAYCONTEXT_SECRET: undefined, PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: undefined }),
    );
    assert.equal(error.code, 'CONFIG_SECRET_MISSING');
    assert.match(error.message, /secret is missing \(PLAYCONTEXT_SECRET or PLAYCONTEXT_SECRET_FILE\)/);
    assert.match(error.message, /PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET or/);
  });

  it('needs the secret in development as well', () => {
    const error = refusal(() => loadMinimum({ PLAYCONTEXT_ENVIRONMENT: 'development', PLAYCONTEXT_SECRET: undefined }));
    assert.equal(error.code, 'CONFIG_SECRET_MISSING');
  });

  describe('the store', () => {
    const uri = 'mongodb://ada:pa55-w0rd@db1.campus.edu,db2.campus.edu/playcontext?replicaSet=rs';
    const mongo = { PLAYCONTEXT_STORE_KIND: 'mongo', PLAYCONTEXT_STORE_URI: uri };

    it('is embedded unless MongoDB is asked for, and has the settings of its kind alone', () => {
      const directory = { PLAYCONTEXT_STORE_DIRECTORY: '/data' };
      assert.deepEqual(loadMinimum(directory).config.store, { kind: 'libsql', directory: '/data' });
      assert.deepEqual(loadMinimum({ ...mongo, ...directory }).config.store, { kind: 'mongo', uri, timeoutMs: 5_000 });
      const more = { PLAYCONTEXT_STORE_DATABASE: 'video', PLAYCONTEXT_STORE_TIMEOUT_MS: '900' };
      const expected = { kind: 'mongo', uri, database: 'video', timeoutMs: 900 };
      assert.deepEqual(loadMinimum({ ...mongo, ...more }).config.store, expected);
    });

    it('takes the address of MongoDB from a file', () => {
      const env = { PLAYCONTEXT_STORE_KIND: 'mongo', PLAYCONTEXT_STORE_URI_FILE: '/uri' };
      assert.deepEqual(loadMinimum(env, { '/uri': `${uri}\n` }).config.store, { kind: 'mongo', uri, timeoutMs: 5_000 });
    });

    it('needs the address of MongoDB, and says how to give it', () => {
      const error = refusal(() => loadMinimum({ PLAYCONTEXT_STORE_KIND: 'mongo' }));
      assert.match(error.message, /store\.uri: is needed .*PLAYCONTEXT_STORE_URI_FILE/);
    });

    it('refuses an address of MongoDB where the kind was forgotten: the data would stay on this host', () => {
      const error = refusal(() => loadMinimum({ PLAYCONTEXT_STORE_URI: uri, PLAYCONTEXT_STORE_DATABASE: 'video' }));
      assert.match(error.message, /store\.uri: is set, but kind is not mongo/);
      assert.match(error.message, /store\.database: is set, but kind is not mongo/);
      assert.doesNotMatch(error.message, /ada|pa55/);
    });

    for (const wrong of [
      'https://ada:pa55-w0rd@host/',
      'ada:pa55-w0rd@host',
      'mongodb://',
      'mongodb://ada:pa55-w0rd @h/',
    ]) {
      it(`refuses ${wrong.replace('ada:pa55-w0rd', '…')} as an address, without repeating it`, () => {
        const error = refusal(() => loadMinimum({ ...mongo, PLAYCONTEXT_STORE_URI: wrong }));
        assert.match(error.message, /store\.uri: must be like mongodb:/);
        assert.doesNotMatch(error.message, /ada|pa55/);
      });
    }

    it('refuses names of a database that MongoDB would refuse', () => {
      for (const database of ['a.b', 'a b', '$x', 'x'.repeat(64)]) {
        const error = refusal(() => loadMinimum({ ...mongo, PLAYCONTEXT_STORE_DATABASE: database }));
        assert.match(error.message, /store\.database: must be letters/);
      }
    });
  });

  it('needs an account', () => {
    const { PLAYCONTEXT_SERVER_PUBLIC_URL, PLAYCONTEXT_SECRET } = minimum;
    const error = refusal(() => load({ PLAYCONTEXT_SERVER_PUBLIC_URL, PLAYCONTEXT_SECRET }));
    assert.match(error.message, /kaltura\.accounts: needs at least one account/);
  });

  it('needs the name of the privacy context when that mode is on', () => {
    const mode = { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ENTITLEMENT_MODE: 'privacy-context' };
    assert.match(refusal(() => loadMinimum(mode)).message, /entitlement\.privacyContext: is needed/);
    const name = { PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ENTITLEMENT_PRIVACY_CONTEXT: 'campus' };
    assert.equal(
      loadMinimum({ ...mode, ...name }).config.kaltura.accounts['main']?.entitlement.privacyContext,
      'campus',
    );
  });

  it('refuses player hosts that would add directives to the policy', () => {
    const error = refusal(() =>
      loadMinimum({ PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PLAYER_HOSTS: 'https://x.edu; script-src *' }),
    );
    assert.match(error.message, /playerHosts/);
  });

  it('takes a YAML section without content as empty', () => {
    assert.doesNotThrow(() => loadMinimum({}, { '/c.yaml': 'metrics:\nserver:\n' }, '/c.yaml'));
  });

  it('reports broken YAML by line, without its text', () => {
    const error = refusal(() => loadMinimum({}, { '/c.yaml': `server: {}\nsecret: "${ACCOUNT_SECRET}\n` }, '/c.yaml'));
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.match(error.message, /\/c\.yaml, line \d+: not valid YAML/);
    assert.ok(!error.message.includes(ACCOUNT_SECRET));
  });

  it('refuses a key that stands twice in the file', () => {
    const error = refusal(() => loadMinimum({}, { '/c.yaml': 'adapters: []\nadapters: [x]\n' }, '/c.yaml'));
    assert.match(error.message, /line 2: not valid YAML \(DUPLICATE_KEY\)/);
  });
});
