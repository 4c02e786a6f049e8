import assert from 'node:assert/strict';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import { openKs } from '../../src/kaltura/ks.js';
import type { StoredIdentitySettings } from '../../src/identity/settings.js';
import { newTenantId, type AccountId, type ViewerId } from '../../src/runtime/ids.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import type { TenantRecord } from '../../src/store/ports.js';
import { testAccount } from '../support/kaltura-account.js';
import { claimName, codeOf, DEPLOYMENT_ID, startToolWorld, type ToolWorld } from '../support/tool-world.js';

const BY = { kind: 'cli' } as const;

describe('a launch under an identity rule', () => {
  let world: ToolWorld;
  let tenant: TenantRecord;

  /** A world whose tenant has the rule before the first launch, so that no cache has to notice it. */
  async function startWith(identityRule: StoredIdentitySettings): Promise<void> {
    world = await startToolWorld();
    const made = await world.store.deployments.assignTenant({
      platformId: world.platform.id,
      deploymentId: DEPLOYMENT_ID,
      hint: world.platform.issuer,
      create: {
        id: newTenantId({ clock: systemClock, random: systemRandom }),
        accountId: world.platform.accountId,
        namespace: 'law',
        name: 'Law School',
        createdAtMs: systemClock.nowMs(),
      },
    });
    await world.store.tenants.update(made.id, made.version, { identityRule }, BY, systemClock.nowMs());
    tenant = made;
  }
  afterEach(() => world.close());

  const launchAs = (sub: string | undefined, username?: string) =>
    world.launch({
      sub,
      [claimName('custom')]: {
        entry_id: world.kaltura.entries[0]!.id,
        ...(username === undefined ? {} : { username }),
      },
    });
  /** What Kaltura gets: the page's parameter, which must be what the session says. */
  async function viewerOf(response: Response): Promise<unknown> {
    const html = await response.text();
    const [, json = '{}'] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
    const { viewerId, ks } = JSON.parse(json) as { viewerId?: string; ks?: string };
    const opened = openKs(String(ks), [world.kaltura.adminSecret]);
    assert.ok(opened.ok && opened.session.userId === viewerId, html.slice(0, 500));
    return viewerId;
  }

  it('plays under the id that the older integration gave, and keeps it when the login name changes', async () => {
    await startWith({ rule: '{username:lower}', sharedIds: true });
    assert.equal(await viewerOf(await launchAs('42', 'AMoreno')), 'amoreno');
    assert.equal(await viewerOf(await launchAs('42', 'ana.married')), 'amoreno');
    assert.equal(await viewerOf(await launchAs('42')), 'amoreno');
  });

  it('refuses the next person with the same login name, and says neither name', async () => {
    await startWith({ rule: '{username}', sharedIds: true });
    await launchAs('42', 'amoreno');
    const refused = await launchAs('43', 'amoreno');
    assert.equal(refused.status, 409);
    const html = await refused.text();
    assert.match(html, /<code>VIEWER_ID_COLLISION<\/code>/);
    assert.ok(!html.includes('amoreno'));
    assert.ok(!world.logLines.join('\n').includes('amoreno'));
  });

  it('plays the refused person once an alias says who they are', async () => {
    await startWith({ rule: '{username}', sharedIds: true });
    await launchAs('42', 'amoreno');
    const alias = { tenantId: tenant.id, subject: '43', viewerId: 'amoreno.2' as ViewerId, atMs: 1 };
    await world.store.viewers.setAlias(alias, BY);
    assert.equal(await viewerOf(await launchAs('43', 'amoreno')), 'amoreno.2');
  });

  it('refuses a login name that Kaltura does not take, and names the part of the rule in the record', async () => {
    await startWith({ rule: '{namespace}-{username}' });
    assert.equal(await codeOf(await launchAs('42', 'Zoë Secret')), 'VIEWER_ID_UNUSABLE');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const [record] = await world.store.launches.list({ limit: 1 });
    assert.deepEqual([record?.step, record?.tenantId], ['identity', tenant.id]);
    assert.match(record?.reason ?? '', /^username in \{username\} holds/);
    assert.doesNotMatch(JSON.stringify(record), /Secret/);
  });

  it('lets visitors without a sub play as a viewer of one launch each, where the tenant says so', async () => {
    await startWith({ withoutSub: 'guest' });
    const [one, two] = [await viewerOf(await launchAs(undefined)), await viewerOf(await launchAs(undefined))];
    assert.match(String(one), /^law\.guest\.[0-9a-f-]{36}$/);
    assert.notEqual(one, two);
  });

  it('ends with a code of its own when the stored rule cannot be read', async () => {
    await startWith({ rule: '{nobody}' });
    assert.equal(await codeOf(await launchAs('42')), 'IDENTITY_RULE_INVALID');
  });
});

describe('viewers whom Kaltura knows', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let standIn: KalturaStandIn;
  before(async () => void (standIn = await startKalturaStandIn({ clock: systemClock, random: systemRandom })));
  after(() => standIn.close());

  it('are found by their ids, whatever the capitals, in as many requests as it takes', async () => {
    const account = testAccount({
      id: 'main' as AccountId,
      partnerId: standIn.partnerId,
      serviceUrl: standIn.url,
      adminSecret: standIn.adminSecret,
      timeoutMs: 20_000,
    });
    const kaltura = createKaltura({
      accounts: [account],
      gateway: createGateway(),
      clock: systemClock,
      random: systemRandom,
    });
    const strangers = Array.from({ length: 150 }, (_, index) => `stranger${index}`);
    const found = await kaltura.existingViewerIds(account, [...strangers, 'amoreno', 'former.student', 'a,b']);
    assert.deepEqual([...found].sort(), ['Former.Student', 'amoreno']);
  });
});
