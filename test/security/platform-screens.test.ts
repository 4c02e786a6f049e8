/** What somebody could try with the screens that connect an LMS. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtInAdapters } from '../../adapters/index.js';
import { createAdapterRegistry } from '../../src/adapter-sdk/registry.js';
import { createOutbound } from '../../src/http/outbound.js';
import { discoverPlatform } from '../../src/platforms/discover-platform.js';
import { createKeyChecks } from '../../src/platforms/screens/key-checks.js';
import {
  startPlatformScreenWorld,
  type AdminBrowser,
  type PlatformScreenWorld,
} from '../support/platform-screen-world.js';

const MARKUP = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;

describe('finding out an LMS’s addresses', () => {
  let inside: Server;
  let visits: number;
  let port: number;

  beforeEach(async () => {
    visits = 0;
    inside = createServer((_request, response) => {
      visits += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    port = (inside.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => inside.close(resolve)));

  /** As in production, where a name of the internet may point inside. */
  const guarded = () =>
    createOutbound({
      dangerouslyAllowHttp: true,
      dangerouslyAllowPrivateAddresses: false,
      timeoutMs: 2_000,
      maxBytes: 1_000_000,
      lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });

  it('reaches no private address, and answers for an open port as for a closed one', async () => {
    const outbound = guarded();
    const deps = { outbound, registry: createAdapterRegistry(builtInAdapters) };
    const hosts = [
      `127.0.0.1:${port}`,
      '127.0.0.1:1',
      `[::1]:${port}`,
      `localhost:${port}`,
      `rebound.example.edu:${port}`,
      'rebound.example.edu:1',
      '169.254.169.254',
      `0x7f000001:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
    ];
    for (const host of hosts) {
      for (const [address, adapterId] of [
        [`http://${host}/openid-configuration`, 'generic'],
        [`http://${host}`, 'generic'],
      ] as const) {
        const found = await discoverPlatform({ address, adapterId }, deps);
        assert.deepEqual(found, { ok: false, problem: 'discovery-failed' }, address);
      }
      const usual = await discoverPlatform({ address: `http://${host}`, adapterId: 'moodle' }, deps);
      assert.ok(usual.ok && usual.unread, host);
      const keys = await createKeyChecks({ outbound, clock: { nowMs: () => 0 } }).check({
        jwksUrl: `http://${host}/k`,
      });
      assert.deepEqual(keys, { atMs: 0, ok: false, problem: 'unreachable' }, host);
    }
    assert.equal(visits, 0);
    await outbound.close();
  });

  it('follows no redirect', async () => {
    const outside = createServer((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${port}/openid-configuration` }).end();
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const outbound = createOutbound({
      dangerouslyAllowHttp: true,
      dangerouslyAllowPrivateAddresses: true,
      timeoutMs: 2_000,
      maxBytes: 1_000_000,
    });
    const address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/openid-configuration`;
    const deps = { outbound, registry: createAdapterRegistry(builtInAdapters) };
    assert.deepEqual(await discoverPlatform({ address, adapterId: 'generic' }, deps), {
      ok: false,
      problem: 'discovery-failed',
    });
    assert.equal(visits, 0);
    await outbound.close();
    await new Promise((resolve) => outside.close(resolve));
  });
});

describe('the screens of platforms, attacked', () => {
  let world: PlatformScreenWorld;
  let owner: AdminBrowser;

  beforeEach(async () => {
    world = await startPlatformScreenWorld();
    owner = await world.signIn('owner');
  });
  afterEach(() => world.close());

  const path = (rest = '') => `/admin/platforms/${world.platform.id}${rest}`;
  const present = async () => (await world.store.platforms.findById(world.platform.id)) ?? assert.fail('gone');

  it('show what an LMS or a browser said as text, wherever it appears', async () => {
    const { id } = world.platform;
    const evil = await world.addPlatform(
      {
        name: MARKUP,
        issuer: MARKUP,
        clientId: MARKUP,
        acceptedIssuers: [MARKUP],
        settings: {
          unmappedCourse: 'play',
          entryPolicy: 'root',
          frameOrigins: [],
          adapter: {},
          applicationName: MARKUP,
          rootCategory: MARKUP,
          pilot: { courseKeys: [MARKUP], deploymentIds: [MARKUP], contact: MARKUP },
        },
      },
      [],
    );
    for (const platformId of [id, evil.id]) {
      await world.store.deployments.notePending({ platformId, deploymentId: MARKUP }, { nowMs: 1, cap: 9 });
      await world.store.blockedFrames.note({ platformId, origin: MARKUP }, { nowMs: 1, cap: 9 });
    }
    const base = `/admin/platforms/${evil.id}`;
    const pages = [
      '/admin/platforms',
      base,
      `${base}/guide`,
      `${base}/first-launch`,
      `${base}/delete`,
      `/admin/platforms/new/moodle?address=${encodeURIComponent(MARKUP)}`,
    ];
    for (const page of pages) {
      const { text, status } = await owner.get(page);
      assert.equal(status, 200, page);
      assert.doesNotMatch(text, /<img|<script>alert/, page);
    }
    const posts: [string, Record<string, string>][] = [
      ['/admin/platforms/new/moodle', { action: 'connect', name: MARKUP, jwksUrl: MARKUP, deploymentIds: MARKUP }],
      ['/admin/platforms/new/moodle', { action: 'discover', address: MARKUP, name: MARKUP }],
      [`${base}/settings/frame-origins`, { version: '1', frameOrigins: MARKUP }],
      [`${base}/settings/application`, { version: '1', applicationName: 'x' }],
      [`${base}/settings/name`, { version: '0', name: MARKUP }],
      [`${base}/delete`, { version: '1', name: `${MARKUP}x` }],
      [`${base}/blocked-frames`, { version: '1', origin: MARKUP, action: 'add' }],
    ];
    for (const [page, form] of posts) {
      const { text } = await owner.post(page, form);
      assert.doesNotMatch(text, /<img|<script>alert/, page);
    }
  });

  it('take no address that runs script or carries credentials', async () => {
    const form = {
      action: 'connect',
      name: 'Law',
      issuer: 'https://law.example.edu',
      clientId: 'abc',
      jwksUrl: 'https://law.example.edu/keys',
    };
    for (const authorizationUrl of ['javascript:alert(1)', 'data:text/html,x', 'https://ada:word@law.example.edu/']) {
      assert.equal((await owner.post('/admin/platforms/new/moodle', { ...form, authorizationUrl })).status, 422);
    }
    assert.equal((await world.store.platforms.list()).length, 1);
  });

  it('add no frame origin that no browser reported, or that would end the policy', async () => {
    const reported = 'https://a.example.edu; script-src *';
    await world.store.blockedFrames.note({ platformId: world.platform.id, origin: reported }, { nowMs: 1, cap: 9 });
    for (const [origin, status] of [
      ['https://unseen.example.edu', 400],
      [reported, 422],
    ] as const) {
      const answer = await owner.post(path('/blocked-frames'), { version: '1', origin, action: 'add' });
      assert.equal(answer.status, status, origin);
    }
    assert.deepEqual((await present()).settings.frameOrigins, []);
  });

  it('let a form set nothing but its own block', async () => {
    const form = {
      version: '1',
      name: 'Renamed',
      status: 'disabled',
      jwksUrl: 'https://evil.example/keys',
      'settings.adminSignIn': 'true',
      adminSignIn: 'yes',
      entryPolicy: 'signed',
    };
    await owner.post(path('/settings/name'), form);
    const { name, status, jwksUrl, settings } = await present();
    assert.deepEqual([name, status, jwksUrl], ['Renamed', 'active', world.platform.jwksUrl]);
    assert.deepEqual([settings.adminSignIn, settings.entryPolicy], [undefined, 'root']);
  });

  it('know no setting by a name of the language', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', '..%2Fdelete']) {
      assert.equal((await owner.post(path(`/settings/${name}`), { version: '1' })).status, 404, name);
    }
    const prototype = await owner.post(path('/settings/adapter-settings'), { version: '1', 'setting.__proto__': 'x' });
    assert.equal(prototype.status, 422);
    assert.equal((await owner.get('/admin/platforms/new/__proto__')).status, 404);
  });

  it('change deployments of the platform in the address only', async () => {
    const other = await world.addPlatform({ issuer: 'https://other.example.edu' }, ['theirs']);
    for (const action of ['approve', 'disable']) {
      assert.equal((await owner.post(path(`/deployments/theirs/${action}`))).status, 404, action);
    }
    assert.equal((await world.store.deployments.find(other.id, 'theirs'))?.status, 'active');
    assert.equal((await world.store.deployments.listByPlatform(world.platform.id)).length, 1);
  });

  it('change nothing without the version that the form was made of', async () => {
    for (const version of ['', 'x', '-1', '1e3', '0x1', '99999999999999999999']) {
      const answer = await owner.post(path('/settings/name'), { version, name: 'Changed' });
      assert.ok([400, 409].includes(answer.status), version);
    }
    assert.equal((await owner.post(path('/delete'), { name: 'Moodle of the tests' })).status, 400);
    assert.equal((await present()).name, 'Moodle of the tests');
  });

  it('send an admin to no other site, whatever ids look like', async () => {
    const strange = ['//evil.example', '/\\evil.example', '..', 'a\r\nSet-Cookie: x=1', '#?&'];
    for (const deploymentId of strange.filter((id) => !/[\r\n]/.test(id))) {
      const answer = await owner.post(path('/deployments'), { deploymentId });
      assert.match(answer.location ?? '', /^\/admin\/platforms\//, deploymentId);
    }
    const odd = await owner.post(path('/deployments'), { deploymentId: strange[3] ?? '' });
    assert.match(odd.location ?? '', /^\/admin\/platforms\//);
    assert.equal((await owner.get(path())).status, 200);
  });

  it('open nobody’s personal values for a viewer or an editor', async () => {
    for (const role of ['viewer', 'editor'] as const) {
      const admin = await world.signIn(role);
      assert.equal((await admin.post(path('/tenants/x/identity'), { version: '1', rule: 'default' })).status, 403);
    }
  });
});
