import assert from 'node:assert/strict';
import type { ViewerCandidates } from '../../../src/adapter-sdk/types.js';
import type { LaunchId, ViewerId } from '../../../src/runtime/ids.js';
import type { TenantRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { LAUNCH, otherTenant, tenantWith, testResolver } from '../../support/identity.js';
import { createMemoryViewers } from '../../support/memory-viewers.js';

const SHARED = { rule: '{username}', sharedIds: true };
const OWN = { rule: '{namespace}-{username}' };

function setUp(tenant: TenantRecord = tenantWith(OWN), tenants = [tenant, otherTenant()]) {
  const viewers = createMemoryViewers();
  const resolver = testResolver(viewers, tenants);
  const resolve = (candidates: ViewerCandidates, of = tenant, launchId = LAUNCH) =>
    resolver.resolve({ tenant: of, viewer: { candidates }, launchId });
  return { viewers, resolver, resolve, tenant };
}

describe('who a viewer is', () => {
  it('is told without a read where nothing was ever set', async () => {
    const { viewers, resolve } = setUp(tenantWith());
    assert.equal(await resolve({ sub: '42' }), 'law_42');
    assert.deepEqual(Object.values(viewers.calls), [0, 0, 0, 0, 0]);
  });

  it('costs one read per viewer until the store changes', async () => {
    const { viewers, resolver, resolve } = setUp();
    await resolve({ sub: '1', username: 'ada' });
    await resolve({ sub: '1', username: 'ada' });
    const before = viewers.calls.find;
    for (let launch = 0; launch < 5; launch += 1) await resolve({ sub: '1', username: 'ada' });
    assert.equal(viewers.calls.find, before);
    resolver.change();
    await resolve({ sub: '1', username: 'ada' });
    assert.equal(viewers.calls.find, before + 1);
    assert.equal(viewers.calls.pinIfAbsent, 1);
  });

  it('stays when the login name changes', async () => {
    const { resolve } = setUp();
    assert.equal(await resolve({ sub: '1', username: 'ada' }), 'law-ada');
    assert.equal(await resolve({ sub: '1', username: 'ada.king' }), 'law-ada');
    assert.equal(await resolve({ sub: '1' }), 'law-ada');
  });

  it('is not handed to the next person who gets the login name', async () => {
    const { resolve } = setUp();
    await resolve({ sub: '1', username: 'ada' });
    const error = await assertCode('VIEWER_ID_COLLISION', () => resolve({ sub: '2', username: 'ada' }));
    assert.ok(!error.message.includes('ada'));
    await assertCode('VIEWER_ID_COLLISION', () => resolve({ sub: '3', username: 'ADA' }));
  });

  it('is decided once when two processes see the person at once', async () => {
    const viewers = createMemoryViewers();
    const tenant = tenantWith(OWN);
    const [one, two] = [testResolver(viewers), testResolver(viewers)];
    const launch = (username: string) => ({ tenant, viewer: { candidates: { sub: '1', username } }, launchId: LAUNCH });
    const ids = await Promise.all([one.resolve(launch('ada')), two.resolve(launch('ada.king'))]);
    assert.equal(new Set(ids).size, 1);
  });

  it('follows the alias before the pin, and the pin before the rule', async () => {
    const { viewers, resolver, resolve, tenant } = setUp();
    await resolve({ sub: '1', username: 'ada' });
    const alias = { tenantId: tenant.id, subject: '1', viewerId: 'Somebody.Else' as ViewerId, atMs: 2 };
    await viewers.setAlias(alias, { kind: 'cli' });
    resolver.change();
    assert.equal(await resolve({ sub: '1', username: 'ada' }), 'Somebody.Else');
  });

  it('may be the same for two subs that are one person', async () => {
    const { viewers, resolve, tenant } = setUp(tenantWith({ rule: 'default' }));
    const alias = { tenantId: tenant.id, subject: '2', viewerId: 'law_1' as ViewerId, atMs: 2 };
    await viewers.setAlias(alias, { kind: 'cli' });
    assert.equal(await resolve({ sub: '2' }), await resolve({ sub: '1' }));
  });

  it('is kept apart in two tenants with the same login name', async () => {
    const other = otherTenant(OWN);
    const { resolve } = setUp();
    assert.notEqual(await resolve({ sub: '1', username: 'ada' }), await resolve({ sub: '1', username: 'ada' }, other));
  });

  it('is the same in two tenants only where both say that their ids are shared', async () => {
    const other = otherTenant(SHARED);
    const { resolve } = setUp(tenantWith(SHARED));
    assert.equal(await resolve({ sub: '1', username: 'ada' }), await resolve({ sub: '9', username: 'ada' }, other));
  });

  for (const username of ['arts_42', 'ARTS_42', 'arts-ada', 'arts.guest.1', 'law_42', 'law.guest.1']) {
    it(`is never ${username}, which another rule or tenant may give`, async () => {
      const { resolve, viewers } = setUp(tenantWith(SHARED));
      await assertCode('VIEWER_ID_COLLISION', () => resolve({ sub: '1', username }));
      assert.deepEqual(viewers.all(), []);
    });
  }

  it('may begin like a namespace of nobody', async () => {
    const { resolve } = setUp(tenantWith(SHARED));
    assert.equal(await resolve({ sub: '1', username: 'john_smith' }), 'john_smith');
    assert.equal(await resolve({ sub: '2', username: 'law-admin' }), 'law-admin');
  });

  it('is pinned only when the id can be used', async () => {
    const { resolve, viewers } = setUp();
    await assertCode('VIEWER_ID_UNUSABLE', () => resolve({ sub: '1', username: 'a b' }));
    assert.deepEqual(viewers.all(), []);
    assert.equal(await resolve({ sub: '1', username: 'ab' }), 'law-ab');
  });

  it('keeps the id of a template when the tenant goes back to the default rule', async () => {
    const { resolve } = setUp();
    await resolve({ sub: '1', username: 'ada' });
    const back = tenantWith({ rule: 'default' });
    assert.equal(await resolve({ sub: '1', username: 'ada' }, back), 'law-ada');
    assert.equal(await resolve({ sub: '2', username: 'ben' }, back), 'law_2');
  });
});

describe('a visitor without a sub', () => {
  it('is refused by every rule, unless the tenant takes guests', async () => {
    for (const tenant of [tenantWith(), tenantWith(OWN), tenantWith({ rule: 'pseudonym' })]) {
      const { resolve } = setUp(tenant);
      await assertCode('VIEWER_ID_MISSING', () => resolve({ username: 'ada' }));
    }
  });

  it('is a viewer of one launch only, so that no two visitors are one person', async () => {
    const { resolve, viewers } = setUp(tenantWith({ rule: 'default', withoutSub: 'guest' }));
    const second = '01900000-0000-7000-8000-0000000000bb' as LaunchId;
    const [one, two] = [await resolve({}), await resolve({ sub: ' ' }, undefined, second)];
    assert.equal(one, `law.guest.${LAUNCH}`);
    assert.equal(two, `law.guest.${second}`);
    assert.match(one, /^[A-Za-z0-9.@_-]{1,100}$/);
    assert.deepEqual(viewers.all(), []);
  });
});

describe('a tenant whose rule cannot be read', () => {
  it('fails its launches with a code of its own, and reads nobody', async () => {
    const { resolve, viewers } = setUp(tenantWith({ rule: '{nobody}' }));
    await assertCode('IDENTITY_RULE_INVALID', () => resolve({ sub: '1' }));
    assert.equal(viewers.calls.find, 0);
  });
});
