import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '../../src/errors/catalogue.js';
import { catalogue } from '../../src/errors/catalogue.js';
import { settableClock, testSigner, type Payload, type TestSigner } from '../support/lti-world.js';
import { claimName, codeOf, startToolWorld, type LoginResult, type ToolWorld } from '../support/tool-world.js';

/** The answer is this coded page and nothing more; the reason stands in the log once. */
async function assertRefused(world: ToolWorld, code: ErrorCode, request: () => Promise<Response>): Promise<void> {
  const linesBefore = world.logLines.length;
  const response = await request();
  const html = await response.clone().text();
  assert.equal(await codeOf(response), code, html.slice(0, 400));
  assert.equal(response.status, catalogue[code].status);
  assert.ok(html.includes(catalogue[code].viewer.slice(0, 12)));
  assert.doesNotMatch(html, /eyJ|djJ8|\bat \w+.*\.[jt]s:\d+|node_modules|Byron/);
  const lines = world.logLines.slice(linesBefore).map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.filter((line) => line['code'] === code).length, 1, `one log line with ${code}`);
  assert.doesNotMatch(JSON.stringify(lines), /eyJ[\w-]+\.eyJ|djJ8[\w-]{20}|ada\.byron@/);
}

describe('logins that are refused', () => {
  let world: ToolWorld;
  before(async () => void (world = await startToolWorld()));
  after(() => world.close());

  const ask = (query: string | URLSearchParams, path = '/lti/login') =>
    fetch(`${world.baseUrl}${path}?${query.toString()}`, { redirect: 'manual' });
  const good = () =>
    new URLSearchParams({
      iss: world.platform.issuer,
      login_hint: '42',
      target_link_uri: `${world.publicUrl}/lti/launch`,
      client_id: world.platform.clientId,
    });
  const changed = (name: string, value: string) => {
    const query = good();
    query.set(name, value);
    return query;
  };

  it('come from an unknown platform', () =>
    assertRefused(world, 'PLATFORM_UNKNOWN', () => ask(changed('iss', 'https://evil.example'))));
  it('name an unknown client', () =>
    assertRefused(world, 'PLATFORM_UNKNOWN', () => ask(changed('client_id', 'other'))));
  it('use the login URL of a platform that does not exist', () =>
    assertRefused(world, 'PLATFORM_UNKNOWN', () => ask(good(), '/lti/login/AAAAAAAAAAA')));
  it('point the target elsewhere', () =>
    assertRefused(world, 'LAUNCH_TARGET_INVALID', () => ask(changed('target_link_uri', 'https://evil.example/'))));
  it('lack a parameter', () => assertRefused(world, 'LAUNCH_LOGIN_INVALID', () => ask('iss=x')));
  it('repeat a parameter', () =>
    assertRefused(world, 'LAUNCH_LOGIN_INVALID', () => ask(`${good().toString()}&login_hint=43`)));
  it('send parameters as arrays or objects', async () => {
    await assertRefused(world, 'LAUNCH_LOGIN_INVALID', () => ask('iss[]=x&login_hint[$gt]=&target_link_uri[a]=b'));
  });
  it('are ambiguous', async () => {
    const twin = { issuer: 'https://canvas.instructure.com', clientId: 'shared' };
    const first = await world.addPlatform(twin);
    await world.addPlatform(twin);
    const query = changed('iss', twin.issuer);
    query.set('client_id', twin.clientId);
    await assertRefused(world, 'PLATFORM_AMBIGUOUS', () => ask(query));
    assert.equal((await ask(query, `/lti/login/${first.ref}`)).status, 200);
  });
  it('are for a platform that is switched off', async () => {
    await world.addPlatform({ issuer: 'https://off.example.edu', status: 'disabled' });
    await assertRefused(world, 'PLATFORM_DISABLED', () => ask(changed('iss', 'https://off.example.edu')));
  });
  it('have a body that is too large, or of another kind', async () => {
    const post = (body: string, type: string) =>
      fetch(`${world.baseUrl}/lti/login`, { method: 'POST', headers: { 'content-type': type }, body });
    await assertRefused(world, 'INPUT_TOO_LARGE', () =>
      post(`iss=${'x'.repeat(40_000)}`, 'application/x-www-form-urlencoded'),
    );
    await assertRefused(world, 'INPUT_MEDIA_TYPE', () => post('<a/>', 'text/xml'));
  });
});

describe('launches that are refused', () => {
  let world: ToolWorld;
  let stranger: TestSigner;
  const clock = settableClock(Date.now());
  before(async () => {
    world = await startToolWorld({ clock });
    stranger = await testSigner();
  });
  after(() => world.close());

  const launchWith = async (changes: Payload, { signer = world.signer, header = {} } = {}): Promise<Response> => {
    const login = await world.login();
    return world.post(
      { state: login.state, id_token: await signer.sign(world.claims(login, changes), header) },
      login.cookie,
    );
  };
  const tokenFor = (login: LoginResult) => world.signer.sign(world.claims(login));
  const nowSeconds = () => Math.floor(clock.nowMs() / 1000);

  describe('for their state', () => {
    it('it is missing, empty, or there are two', async () => {
      const login = await world.login();
      const idToken = await tokenFor(login);
      await assertRefused(world, 'LAUNCH_STATE_MISSING', () => world.post({ id_token: idToken }, login.cookie));
      await assertRefused(world, 'LAUNCH_STATE_MISSING', () =>
        world.post({ state: '', id_token: idToken }, login.cookie),
      );
      const twice: [string, string][] = [
        ['state', login.state],
        ['state', login.state],
        ['id_token', idToken],
      ];
      await assertRefused(world, 'LAUNCH_STATE_MISSING', () => world.post(twice, login.cookie));
    });

    for (const state of ['a b', '\r\nset-cookie: a=b', '{"$gt":""}', '__proto__', 'x'.repeat(63), '../../etc']) {
      it(`it is ${JSON.stringify(state.slice(0, 20))}`, async () => {
        await assertRefused(world, 'LAUNCH_STATE_INVALID', () => world.post({ state, id_token: 'e.e.e' }));
      });
    }

    it('it holds a NUL', () =>
      assertRefused(world, 'INPUT_INVALID', () => world.post({ state: '\u0000', id_token: 'x' })));

    it('it comes as an object', () =>
      assertRefused(world, 'LAUNCH_STATE_MISSING', () =>
        world.post([
          ['state[$gt]', ''],
          ['id_token', 'x'],
        ]),
      ));

    it('it is too old', async () => {
      const login = await world.login();
      const idToken = await tokenFor(login);
      clock.advance(600_000);
      await assertRefused(world, 'LAUNCH_STATE_EXPIRED', () =>
        world.post({ state: login.state, id_token: idToken }, login.cookie),
      );
    });

    it('another browser started the login', async () => {
      const [victim, attacker] = [await world.login(), await world.login()];
      const form = { state: attacker.state, id_token: await tokenFor(attacker) };
      await assertRefused(world, 'LAUNCH_STATE_FOREIGN', () => world.post(form));
      await assertRefused(world, 'LAUNCH_STATE_FOREIGN', () => world.post(form, victim.cookie));
      const guessed = attacker.cookie.replaceAll(/=[^;]+/g, '=AAAAAAAAAAAAAAAAAAAAAA');
      await assertRefused(world, 'LAUNCH_STATE_FOREIGN', () => world.post(form, guessed));
    });

    it('it belongs to a login of another token', async () => {
      const [one, two] = [await world.login(), await world.login()];
      const form = { state: one.state, id_token: await tokenFor(two) };
      await assertRefused(world, 'LAUNCH_TOKEN_NONCE', () => world.post(form, one.cookie));
    });

    it('it was used before', async () => {
      const login = await world.login();
      const form = { state: login.state, id_token: await tokenFor(login) };
      assert.equal((await world.post(form, login.cookie)).status, 200);
      await assertRefused(world, 'LAUNCH_REPLAYED', () => world.post(form, login.cookie));
      await assertRefused(world, 'LAUNCH_REPLAYED', () => world.post(form));
    });
  });

  describe('for their token', () => {
    const refused: [string, ErrorCode, () => Promise<Response>][] = [
      ['a wrong signature', 'LAUNCH_TOKEN_SIGNATURE', () => launchWith({}, { signer: stranger })],
      ['an unknown key', 'LAUNCH_TOKEN_KEY_UNKNOWN', () => launchWith({}, { header: { kid: '../../key' } })],
      ['a foreign issuer', 'LAUNCH_TOKEN_ISSUER', () => launchWith({ iss: 'https://evil.example' })],
      ['a foreign audience', 'LAUNCH_TOKEN_AUDIENCE', () => launchWith({ aud: 'someone-else' })],
      ['an audience of two without azp', 'LAUNCH_TOKEN_AUDIENCE', () => launchWith({ aud: ['client-1', 'b'] })],
      ['a foreign nonce', 'LAUNCH_TOKEN_NONCE', () => launchWith({ nonce: 'x' })],
      ['no nonce', 'LAUNCH_CLAIM_INVALID', () => launchWith({ nonce: undefined })],
      ['another version', 'LAUNCH_VERSION_UNSUPPORTED', () => launchWith({ [claimName('version')]: '1.1' })],
      [
        'another message type',
        'LAUNCH_MESSAGE_UNSUPPORTED',
        () => launchWith({ [claimName('message_type')]: 'LtiEvil' }),
      ],
      ['no message type', 'LAUNCH_CLAIM_INVALID', () => launchWith({ [claimName('message_type')]: undefined })],
      ['no deployment', 'LAUNCH_CLAIM_INVALID', () => launchWith({ [claimName('deployment_id')]: undefined })],
      [
        'an object as deployment',
        'LAUNCH_CLAIM_INVALID',
        () => launchWith({ [claimName('deployment_id')]: { $gt: '' } }),
      ],
      [
        'an expired token',
        'LAUNCH_TOKEN_EXPIRED',
        () => launchWith({ iat: nowSeconds() - 600, exp: nowSeconds() - 300 }),
      ],
      [
        'a token of the future',
        'LAUNCH_TOKEN_FUTURE',
        () => launchWith({ iat: nowSeconds() + 600, exp: nowSeconds() + 700 }),
      ],
      [
        'a foreign target',
        'LAUNCH_TARGET_INVALID',
        () => launchWith({ [claimName('target_link_uri')]: 'https://evil.example/' }),
      ],
      [
        'an unapproved deployment',
        'PLATFORM_DEPLOYMENT_PENDING',
        () => launchWith({ [claimName('deployment_id')]: 'new-one' }),
      ],
      ['no user', 'VIEWER_ID_MISSING', () => launchWith({ sub: undefined })],
      ['no entry', 'LAUNCH_WITHOUT_ENTRY', () => launchWith({ [claimName('custom')]: {} })],
      [
        'a malformed entry',
        'ENTRY_ID_MALFORMED',
        () => launchWith({ [claimName('custom')]: { entry_id: "0_abcd123'" } }),
      ],
      [
        'an entry outside the platform’s categories',
        'ENTRY_NOT_ALLOWED',
        () => launchWith({ [claimName('custom')]: { entry_id: '0_zzzzzzzz' } }),
      ],
    ];
    for (const [what, code, request] of refused) {
      it(`${what}: ${code}`, () => assertRefused(world, code, request));
    }

    it('none, two, an enormous one, or something else', async () => {
      const login = await world.login();
      const { state, cookie } = login;
      await assertRefused(world, 'LAUNCH_TOKEN_MISSING', () => world.post({ state }, cookie));
      await assertRefused(world, 'LAUNCH_TOKEN_MISSING', () =>
        world.post(
          [
            ['state', state],
            ['id_token', 'a'],
            ['id_token', 'b'],
          ],
          cookie,
        ),
      );
      await assertRefused(world, 'LAUNCH_TOKEN_MALFORMED', () => world.post({ state, id_token: 'nonsense' }, cookie));
      await assertRefused(world, 'LAUNCH_TOKEN_MALFORMED', () =>
        world.post({ state, id_token: 'x'.repeat(70_000) }, cookie),
      );
      await assertRefused(world, 'INPUT_TOO_LARGE', () => world.post({ state, id_token: 'x'.repeat(200_000) }, cookie));
    });

    it('for another deployment than its login', async () => {
      const login = await world.login({ lti_deployment_id: 'another' });
      const form = { state: login.state, id_token: await tokenFor(login) };
      await assertRefused(world, 'LAUNCH_CLAIM_INVALID', () => world.post(form, login.cookie));
    });
  });

  describe('by the platform itself', () => {
    const cases: [string, ErrorCode][] = [
      ['login_required', 'LAUNCH_PLATFORM_LOGIN_REQUIRED'],
      ['access_denied', 'LAUNCH_PLATFORM_REFUSED'],
      ['<script>alert(1)</script>', 'LAUNCH_PLATFORM_REFUSED'],
    ];
    for (const [error, code] of cases) {
      it(`${error}: ${code}, and its words stand on no page`, async () => {
        const login = await world.login();
        const form = { state: login.state, error, error_description: 'Call 555-0100 <b>now</b>' };
        await assertRefused(world, code, () => world.post(form, login.cookie));
        assert.doesNotMatch(await (await world.post(form, login.cookie)).text(), /555-0100|alert\(1\)/);
      });
    }
    it('only with a state of ours', () =>
      assertRefused(world, 'LAUNCH_STATE_INVALID', () => world.post({ state: 'x', error: 'access_denied' })));
  });

  it('a new deployment waits in the queue until it is approved, then launches count', async () => {
    const launch = () => launchWith({ [claimName('deployment_id')]: 'queued' });
    assert.equal(await codeOf(await launch()), 'PLATFORM_DEPLOYMENT_PENDING');
    const queue = await world.store.deployments.listByPlatform(world.platform.id);
    assert.equal(queue.find(({ deploymentId }) => deploymentId === 'queued')?.status, 'pending');
    await world.store.deployments.approve(world.platform.id, 'queued', { kind: 'cli' }, clock.nowMs());
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    assert.equal((await launch()).status, 200);
  });

  it('of a hundred parallel replays one counts', async () => {
    const login = await world.login();
    const form = { state: login.state, id_token: await tokenFor(login) };
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.post(form, login.cookie)));
    const codes = await Promise.all(answers.map(async (answer) => (answer.status === 200 ? 'played' : codeOf(answer))));
    assert.equal(codes.filter((code) => code === 'played').length, 1);
    assert.equal(codes.filter((code) => code === 'LAUNCH_REPLAYED').length, 99);
  });
});

describe('a Kaltura that fails', () => {
  const upstreams: Server[] = [];
  const upstream = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer(answer);
    upstreams.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  after(() => {
    for (const server of upstreams) {
      server.closeAllConnections();
      server.close();
    }
  });

  const cases: [string, ErrorCode, () => Promise<string>][] = [
    [
      'refuses',
      'KALTURA_REFUSED',
      () =>
        upstream((_request, response) => {
          response.setHeader('content-type', 'application/json');
          response.end(
            JSON.stringify({
              code: 'INVALID_KS',
              message: 'Invalid KS "djJ8c2VjcmV0c2VjcmV0c2VjcmV0"',
              objectType: 'KalturaAPIException',
              args: [],
            }),
          );
        }),
    ],
    ['is slow', 'KALTURA_TIMEOUT', () => upstream(() => undefined)],
    [
      'answers with a page',
      'KALTURA_UNREACHABLE',
      () => upstream((_request, response) => void response.end('<html>maintenance</html>')),
    ],
    ['breaks the connection', 'KALTURA_UNREACHABLE', () => upstream((request) => void request.socket.destroy())],
    ['is not there', 'KALTURA_UNREACHABLE', () => Promise.resolve('http://127.0.0.1:9')],
  ];
  for (const [what, code, serve] of cases) {
    it(`${what}: ${code}`, async () => {
      const world = await startToolWorld({ kalturaServiceUrl: await serve(), kalturaTimeoutMs: 300 });
      try {
        await assertRefused(world, code, () => world.launch());
      } finally {
        await world.close();
      }
    });
  }
});
