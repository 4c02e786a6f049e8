import assert from 'node:assert/strict';
import { createAdminSessions, SESSION_IDLE_MS, SESSION_LIFE_MS } from '../../../src/admin/sessions.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { testClock } from '../../support/kaltura-account.js';
import { createMemoryAdmins } from '../../support/memory-admins.js';

const MINUTE = 60_000;

function setUp() {
  const clock = testClock();
  const memory = createMemoryAdmins();
  let touched = 0;
  const admins = {
    ...memory.admins,
    touchSession: (...parameters: Parameters<typeof memory.admins.touchSession>) => {
      touched++;
      return memory.admins.touchSession(...parameters);
    },
  };
  const sessions = createAdminSessions({ admins, clock, random: systemRandom });
  const start = async () => {
    const { cookie } = await sessions.start({ name: 'Ada Byron', role: 'editor' });
    const [pair = ''] = cookie.split(';');
    const [name = '', token = ''] = pair.split('=');
    return { cookie, token, request: { cookies: new Map([[name, token]]) } };
  };
  return { clock, memory, sessions, start, touched: () => touched };
}

describe('an admin’s session', () => {
  it('is found by its cookie, which only our host gets and no script reads', async () => {
    const { sessions, start } = setUp();
    const { cookie, request } = await start();
    assert.match(cookie, /^__Host-pca=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    assert.equal((await sessions.find(request))?.name, 'Ada Byron');
  });

  it('is stored without its token', async () => {
    const { memory, start } = setUp();
    const { token } = await start();
    assert.ok(!memory.dump().includes(token));
  });

  it('never takes the same token twice', async () => {
    const { start } = setUp();
    assert.notEqual((await start()).token, (await start()).token);
  });

  it('ends after 30 minutes without use', async () => {
    const { clock, sessions, start } = setUp();
    const { request } = await start();
    clock.now += SESSION_IDLE_MS;
    assert.equal(await sessions.find(request), undefined);
  });

  it('goes on while it is used, but not beyond 8 hours', async () => {
    const { clock, sessions, start } = setUp();
    const { request } = await start();
    const endMs = clock.now + SESSION_LIFE_MS;
    for (clock.now += 29 * MINUTE; clock.now < endMs; clock.now += 29 * MINUTE) {
      assert.ok(await sessions.find(request), `minute ${(clock.now - endMs) / MINUTE}`);
    }
    clock.now = endMs;
    assert.equal(await sessions.find(request), undefined);
  });

  it('is written at most once a minute', async () => {
    const { clock, sessions, start, touched } = setUp();
    const { request } = await start();
    clock.now += MINUTE - 1;
    await sessions.find(request);
    assert.equal(touched(), 0);
    clock.now += 1;
    await sessions.find(request);
    await sessions.find(request);
    assert.equal(touched(), 1);
  });

  it('is gone once it is ended', async () => {
    const { sessions, start } = setUp();
    const { request } = await start();
    await sessions.end(request);
    assert.equal(await sessions.find(request), undefined);
  });

  it('is not looked up for a cookie that no token could be', async () => {
    const { sessions } = setUp();
    for (const value of ['', 'x', `${'a'.repeat(43)}=`, 'a'.repeat(44), `${'a'.repeat(42)} `]) {
      assert.equal(await sessions.find({ cookies: new Map([['__Host-pca', value]]) }), undefined);
    }
  });
});
