import assert from 'node:assert/strict';
import { changeIdentitySettings, forgetPins, listPins, setViewerAlias } from '../../../src/identity/change-settings.js';
import type { StoredIdentitySettings } from '../../../src/identity/settings.js';
import { LAUNCH, tenantWith, testResolver } from '../../support/identity.js';
import { assertCode } from '../../support/assert-code.js';
import { createMemoryTenants, createMemoryViewers } from '../../support/memory-viewers.js';

const BY = { kind: 'cli' } as const;

function setUp(rule?: StoredIdentitySettings) {
  const tenant = tenantWith(rule);
  const viewers = createMemoryViewers();
  const tenants = createMemoryTenants([tenant]);
  const deps = { store: { viewers, tenants }, clock: { nowMs: () => 5 } };
  const resolver = testResolver(viewers, [tenant]);
  return { tenant, viewers, tenants, deps, resolver };
}

describe('changing identity settings', () => {
  it('stores the whole of them', async () => {
    const { tenant, deps } = setUp();
    const changed = await changeIdentitySettings(tenant, { rule: ' {username} ', sharedIds: true }, deps, BY);
    assert.deepEqual(changed.identityRule, { rule: '{username}', withoutSub: 'refuse', sharedIds: true });
  });

  it('stores nothing that cannot be read', async () => {
    const { tenant, deps, tenants } = setUp();
    await assertCode('INPUT_INVALID', () => changeIdentitySettings(tenant, { rule: '{username}' }, deps, BY));
    assert.equal((await tenants.find(tenant.id))?.identityRule, undefined);
  });

  it('stores the default rule too, so that pins and aliases go on to count', async () => {
    const { tenant, deps } = setUp({ rule: '{namespace}-{username}' });
    const changed = await changeIdentitySettings(tenant, undefined, deps, BY);
    assert.deepEqual(changed.identityRule, { rule: 'default', withoutSub: 'refuse', sharedIds: false });
  });

  it('says so when somebody else was faster', async () => {
    const { tenant, deps } = setUp();
    await changeIdentitySettings(tenant, { rule: 'pseudonym' }, deps, BY);
    await assertCode('STORE_CONFLICT', () => changeIdentitySettings(tenant, { rule: 'default' }, deps, BY));
  });
});

describe('an alias', () => {
  it('counts for a tenant for which nothing was ever set', async () => {
    const { tenant, tenants, deps, resolver } = setUp();
    await setViewerAlias({ tenant, subject: '2', viewerId: 'Ada.Byron' }, deps, BY);
    const changed = await tenants.find(tenant.id);
    assert.ok(changed);
    const launch = { tenant: changed, viewer: { candidates: { sub: '2' } }, launchId: LAUNCH };
    assert.equal(await resolver.resolve(launch), 'Ada.Byron');
  });

  it('leaves the tenant’s rule as it is', async () => {
    const { tenant, tenants, deps } = setUp({ rule: 'pseudonym' });
    await setViewerAlias({ tenant, subject: '2', viewerId: 'ada' }, deps, BY);
    assert.deepEqual((await tenants.find(tenant.id))?.identityRule, { rule: 'pseudonym' });
  });

  for (const viewerId of ['', 'a b', 'a,b', '0', '{{a}}', 'x'.repeat(101)]) {
    it(`is never ${JSON.stringify(viewerId.slice(0, 9))}, which Kaltura does not take`, async () => {
      const { tenant, deps, viewers } = setUp();
      await assertCode('INPUT_INVALID', () => setViewerAlias({ tenant, subject: '2', viewerId }, deps, BY));
      assert.deepEqual(viewers.all(), []);
    });
  }
});

describe('forgetting pins', () => {
  it('reaches every page of them and leaves aliases', async () => {
    const { tenant, deps, viewers, resolver } = setUp({ rule: '{namespace}-{username}' });
    for (let number = 0; number < 1_100; number += 1) {
      const candidates = { sub: String(number), username: `u${number}` };
      await resolver.resolve({ tenant, viewer: { candidates }, launchId: LAUNCH });
    }
    await setViewerAlias({ tenant, subject: '7', viewerId: 'ada' }, deps, BY);
    assert.equal(await forgetPins(tenant, deps, BY), 1_099);
    const left: string[] = [];
    for await (const { kind } of listPins(viewers, tenant.id)) left.push(kind);
    assert.deepEqual(left, ['alias']);
  });
});
