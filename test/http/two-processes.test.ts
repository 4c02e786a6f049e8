import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { testSigner } from '../support/lti-world.js';
import { claimName, codeOf } from '../support/tool-world.js';

const BIN = fileURLToPath(new URL('../../bin/playcontext.mjs', import.meta.url));
const PUBLIC_URL = 'http://tool.localhost:4000';
const ISSUER = 'https://moodle.example.edu';

describe('two processes on one store', () => {
  const children: ChildProcess[] = [];
  let directory: string;
  let kaltura: KalturaStandIn;
  let env: NodeJS.ProcessEnv;

  const run = (...parameters: string[]): ChildProcess => {
    const child = spawn(process.execPath, [BIN, ...parameters], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  /** Starts the tool on a free port; answers with its address once it listens. */
  const start = async (): Promise<{ url: string; child: ChildProcess }> => {
    const child = run('start');
    for await (const line of createInterface({ input: child.stdout! })) {
      const { msg, address } = JSON.parse(line) as { msg: string; address?: string };
      if (msg === 'playcontext listens') return { url: `http://${address ?? ''}`, child };
    }
    assert.fail('the tool did not start');
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'playcontext-test-'));
    kaltura = await startKalturaStandIn({ clock: systemClock, random: systemRandom });
    env = {
      PATH: process.env['PATH'],
      PLAYCONTEXT_ENVIRONMENT: 'development',
      PLAYCONTEXT_SERVER_PUBLIC_URL: PUBLIC_URL,
      PLAYCONTEXT_SERVER_PORT: '0',
      PLAYCONTEXT_SECRET: 'a secret that both processes share, long enough',
      PLAYCONTEXT_STORE_DIRECTORY: directory,
      PLAYCONTEXT_DANGEROUSLY_ALLOW_HTTP: 'true',
      PLAYCONTEXT_DANGEROUSLY_ALLOW_PRIVATE_ADDRESSES: 'true',
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PARTNER_ID: String(kaltura.partnerId),
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_UI_CONF_ID: String(kaltura.uiConfId),
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_SERVICE_URL: kaltura.url,
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PLAYER_BASE_URL: kaltura.publicUrl,
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ROOT_CATEGORY: kaltura.rootCategory,
      PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: kaltura.adminSecret,
    };
  });
  after(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await kaltura.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('accept one of a hundred parallel replays of a launch, and stop cleanly', async function () {
    this.timeout(60_000);
    const signer = await testSigner();
    const jwks = createServer((_request, response) => void response.end(JSON.stringify({ keys: [signer.publicJwk] })));
    jwks.listen(0, '127.0.0.1');
    await once(jwks, 'listening');
    const jwksUrl = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/`;
    const add = run(
      ...['platform', 'add', '--name', 'Moodle', '--issuer', ISSUER, '--client-id', 'c', '--deployment', '1'],
      ...['--authorization-url', `${ISSUER}/auth`, '--jwks-url', jwksUrl, '--unmapped-course', 'provision'],
    );
    const [code] = (await once(add, 'exit')) as [number];
    assert.equal(code, 0);

    const tools = await Promise.all([start(), start()]);
    const query = new URLSearchParams({ iss: ISSUER, login_hint: '42', target_link_uri: `${PUBLIC_URL}/lti/launch` });
    const login = await fetch(`${tools[0].url}/lti/login?${query.toString()}`, {
      redirect: 'manual',
      headers: { cookie: '__Host-pcok=1' },
    });
    const location = new URL(login.headers.get('location') ?? '');
    const nowSeconds = Math.floor(Date.now() / 1000);
    const idToken = await signer.sign({
      iss: ISSUER,
      aud: 'c',
      sub: '42',
      iat: nowSeconds,
      exp: nowSeconds + 60,
      nonce: location.searchParams.get('nonce'),
      [claimName('version')]: '1.3.0',
      [claimName('message_type')]: 'LtiResourceLinkRequest',
      [claimName('deployment_id')]: '1',
      [claimName('target_link_uri')]: `${PUBLIC_URL}/play/${kaltura.sample.shared}`,
      [claimName('context')]: { id: '15', title: 'Biology 101' },
    });
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const body = new URLSearchParams({ state: location.searchParams.get('state') ?? '', id_token: idToken });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        fetch(`${tools[index % 2]!.url}/lti/launch`, { method: 'POST', headers: { cookie }, body }),
      ),
    );
    const codes = await Promise.all(answers.map(async (answer) => (answer.status === 200 ? 'played' : codeOf(answer))));
    assert.equal(codes.filter((value) => value === 'played').length, 1);
    assert.equal(codes.filter((value) => value === 'LAUNCH_REPLAYED').length, 99);

    jwks.closeAllConnections();
    jwks.close();
    for (const { child } of tools) child.kill('SIGTERM');
    const exits = await Promise.all(tools.map(({ child }) => once(child, 'exit')));
    assert.deepEqual(
      exits.map(([exitCode]) => exitCode as number),
      [0, 0],
    );
  });
});
