import assert from 'node:assert/strict';
import { createSignInLinks, LINK_LIFE_MS, ownerLinkWasMade } from '../../../src/admin/sign-in-links.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { testClock } from '../../support/kaltura-account.js';
import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import { contentOf } from '../../support/store-content.js';

async function setUp() {
  const clock = testClock();
  const store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom });
  const publicUrl = new URL('https://tool.example.edu');
  const links = createSignInLinks({ admins: store.admins, publicUrl, clock, random: systemRandom });
  const make = async (role: 'owner' | 'viewer' = 'owner') =>
    (await links.make({ role, name: 'Ada Byron' }, { kind: 'cli' })).slice(
      'https://tool.example.edu/admin/link/'.length,
    );
  return { clock, store, links, make };
}

describe('a sign-in link', () => {
  it('works once, for the name and the role that it was made for', async () => {
    const { links, make } = await setUp();
    const token = await make('viewer');
    assert.match(token, /^[\w-]{43}$/);
    const link = await links.consume(token);
    assert.deepEqual([link?.name, link?.role], ['Ada Byron', 'viewer']);
    assert.equal(await links.consume(token), undefined);
  });

  it('ends after 15 minutes', async () => {
    const { clock, links, make } = await setUp();
    const token = await make();
    clock.now += LINK_LIFE_MS;
    assert.equal(await links.consume(token), undefined);
  });

  it('is stored and audited without its token', async () => {
    const { store, make } = await setUp();
    const token = await make();
    assert.match(await contentOf(store), /admin-link\.add/);
    assert.ok(!(await contentOf(store)).includes(token));
  });

  it('is not looked up when it could be none', async () => {
    const { links } = await setUp();
    assert.equal(await links.consume('x'.repeat(10_000)), undefined);
  });
});

describe('the first owner', () => {
  it('is offered a link only while none was made for an owner', async () => {
    const { store, make } = await setUp();
    assert.equal(await ownerLinkWasMade(store.audit), false);
    await make('viewer');
    assert.equal(await ownerLinkWasMade(store.audit), false);
    await make('owner');
    assert.equal(await ownerLinkWasMade(store.audit), true);
  });

  it('is remembered behind thousands of later changes, and after the link has ended', async () => {
    const { clock, store, make } = await setUp();
    await make('owner');
    clock.now += LINK_LIFE_MS;
    for (let i = 0; i < 1_200; i++) {
      await store.audit.note({ atMs: clock.now, actor: { kind: 'cli' }, action: 'mapping.apply', target: String(i) });
    }
    assert.equal(await ownerLinkWasMade(store.audit), true);
  });
});
