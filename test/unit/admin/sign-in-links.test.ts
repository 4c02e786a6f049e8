import assert from 'node:assert/strict';
import { createSignInLinks, LINK_LIFE_MS, ownerLinkWasMade } from '../../../src/admin/sign-in-links.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { testClock } from '../../support/kaltura-account.js';
import { createMemoryAdmins } from '../../support/memory-admins.js';

function setUp() {
  const clock = testClock();
  const memory = createMemoryAdmins();
  const publicUrl = new URL('https://tool.example.edu');
  const links = createSignInLinks({ admins: memory.admins, publicUrl, clock, random: systemRandom });
  const make = async (role: 'owner' | 'viewer' = 'owner') =>
    (await links.make({ role, name: 'Ada Byron' }, { kind: 'cli' })).slice(
      'https://tool.example.edu/admin/link/'.length,
    );
  return { clock, memory, links, make };
}

describe('a sign-in link', () => {
  it('works once, for the name and the role that it was made for', async () => {
    const { links, make } = setUp();
    const token = await make('viewer');
    assert.match(token, /^[\w-]{43}$/);
    const link = await links.consume(token);
    assert.deepEqual([link?.name, link?.role], ['Ada Byron', 'viewer']);
    assert.equal(await links.consume(token), undefined);
  });

  it('ends after 15 minutes', async () => {
    const { clock, links, make } = setUp();
    const token = await make();
    clock.now += LINK_LIFE_MS;
    assert.equal(await links.consume(token), undefined);
  });

  it('is stored and audited without its token', async () => {
    const { memory, make } = setUp();
    const token = await make();
    assert.match(memory.dump(), /admin-link\.add/);
    assert.ok(!memory.dump().includes(token));
  });

  it('is not looked up when it could be none', async () => {
    const { links } = setUp();
    assert.equal(await links.consume('x'.repeat(10_000)), undefined);
  });
});

describe('the first owner', () => {
  it('is offered a link only while none was made for an owner', async () => {
    const { memory, make } = setUp();
    assert.equal(await ownerLinkWasMade(memory.audit), false);
    await make('viewer');
    assert.equal(await ownerLinkWasMade(memory.audit), false);
    await make('owner');
    assert.equal(await ownerLinkWasMade(memory.audit), true);
  });

  it('is remembered behind thousands of later changes, and after the link has ended', async () => {
    const { clock, memory, make } = setUp();
    await make('owner');
    clock.now += LINK_LIFE_MS;
    for (let i = 0; i < 1_200; i++) memory.record({ action: 'mapping.apply', target: String(i), atMs: clock.now });
    assert.equal(await ownerLinkWasMade(memory.audit), true);
  });
});
