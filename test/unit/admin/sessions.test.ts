import assert from 'node:assert/strict';
import {
  createAdminSessions,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  signedInAtMs,
  TOKEN_LIFE_MS,
} from '../../../src/admin/sessions.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { testClock } from '../../support/kaltura-account.js';
import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import { contentOf } from '../../support/store-content.js';
import { testKeyring } from './test-screen.js';

const MINUTE = 60_000;

function requestOf(cookie = '') {
  const [pair = ''] = cookie.split(';');
  const [name = '', token = ''] = pair.split('=');
  return { cookies: new Map([[name, token]]) };
}

async function setUp() {
  const clock = testClock();
  const store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom });
  let touched = 0;
  const admins = {
    ...store.admins,
    touchSession: (...parameters: Parameters<typeof store.admins.touchSession>) => {
      touched++;
      return store.admins.touchSession(...parameters);
    },
  };
  const welcome = { is: true };
  const another = () =>
    createAdminSessions({
      admins,
      isWelcome: () => Promise.resolve(welcome.is),
      keyring: testKeyring,
      clock,
      random: systemRandom,
    });
  const sessions = another();
  const start = async () => {
    const { cookie, session } = await sessions.start({ name: 'Ada Byron', role: 'editor' });
    const request = requestOf(cookie);
    return { cookie, session, token: request.cookies.get('__Host-pca') ?? '', request };
  };
  return { clock, store, sessions, another, welcome, start, touched: () => touched };
}

describe('an admin’s session', () => {
  it('is found by its cookie, which only our host gets and no script reads', async () => {
    const { sessions, start } = await setUp();
    const { cookie, request } = await start();
    assert.match(cookie, /^__Host-pca=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    assert.equal((await sessions.find(request))?.session.name, 'Ada Byron');
  });

  it('is stored without its token', async () => {
    const { store, start } = await setUp();
    const { token } = await start();
    assert.ok(!(await contentOf(store)).includes(token));
  });

  it('never takes the same token twice', async () => {
    const { start } = await setUp();
    assert.notEqual((await start()).token, (await start()).token);
  });

  it('ends after 30 minutes without use', async () => {
    const { clock, sessions, start } = await setUp();
    const { request } = await start();
    clock.now += SESSION_IDLE_MS;
    assert.equal(await sessions.find(request), undefined);
  });

  it('goes on while it is used, but not beyond 8 hours', async () => {
    const { clock, sessions, start } = await setUp();
    let { request } = await start();
    const endMs = clock.now + SESSION_LIFE_MS;
    for (clock.now += 29 * MINUTE; clock.now < endMs; clock.now += 29 * MINUTE) {
      const found = await sessions.find(request);
      assert.ok(found, `minute ${(clock.now - endMs) / MINUTE}`);
      if (found.cookie) request = requestOf(found.cookie);
    }
    clock.now = endMs;
    assert.equal(await sessions.find(request), undefined);
  });

  it('is written at most once a minute', async () => {
    const { clock, sessions, start, touched } = await setUp();
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
    const { sessions, start } = await setUp();
    const { request, session } = await start();
    assert.equal(await sessions.end(session), true);
    assert.equal(await sessions.find(request), undefined);
    assert.equal(await sessions.end(session), false);
  });

  it('is not found once its reason has gone', async () => {
    const { sessions, start, welcome } = await setUp();
    const { request } = await start();
    welcome.is = false;
    assert.equal(await sessions.find(request), undefined);
  });

  it('is not looked up for a cookie that no token could be', async () => {
    const { sessions } = await setUp();
    for (const value of ['', 'x', `${'a'.repeat(43)}=`, 'a'.repeat(44), `${'a'.repeat(42)} `]) {
      assert.equal(await sessions.find({ cookies: new Map([['__Host-pca', value]]) }), undefined);
    }
  });
});

describe('the token of an admin’s session', () => {
  const inUseForAnHour = async () => {
    const world = await setUp();
    const started = await world.start();
    for (let passed = 0; passed < TOKEN_LIFE_MS; passed += 20 * MINUTE) {
      assert.equal((await world.sessions.find(started.request))?.cookie, undefined);
      world.clock.now += 20 * MINUTE;
    }
    return { ...world, ...started };
  };

  it('is renewed after an hour of use: same sign-in, same end', async () => {
    const { sessions, request, session, token } = await inUseForAnHour();
    const found = await sessions.find(request);
    assert.match(found?.cookie ?? '', /^__Host-pca=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    assert.ok(!found?.cookie?.includes(token));
    assert.equal(found?.session.expiresAtMs, session.expiresAtMs);
    assert.equal(signedInAtMs(found.session), session.createdAtMs);
    assert.equal((await sessions.find(requestOf(found.cookie)))?.cookie, undefined);
  });

  it('is renewed to the same one by requests side by side, in whatever process', async () => {
    const { sessions, another, request } = await inUseForAnHour();
    const found = await Promise.all([sessions, sessions, another(), another()].map((some) => some.find(request)));
    assert.equal(new Set(found.map((one) => one?.cookie)).size, 1);
    assert.equal((await sessions.list()).length, 1);
  });

  it('counts for one more minute, so that no request under way is lost', async () => {
    const { clock, sessions, request } = await inUseForAnHour();
    const { cookie } = (await sessions.find(request)) ?? {};
    clock.now += MINUTE - 1;
    assert.equal((await sessions.find(request))?.cookie, cookie);
    clock.now += 1;
    assert.equal(await sessions.find(request), undefined);
    assert.ok(await sessions.find(requestOf(cookie)));
  });

  it('does not come back to life by its old one after the session has ended', async () => {
    const { sessions, request } = await inUseForAnHour();
    const found = await sessions.find(request);
    assert.ok(found?.cookie);
    await sessions.end(found.session);
    assert.equal(await sessions.find(request), undefined);
    assert.equal(await sessions.find(requestOf(found.cookie)), undefined);
  });
});
