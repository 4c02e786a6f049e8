import assert from 'node:assert/strict';
import { createNotices } from '../../../src/admin/notices.js';
import { testClock } from '../../support/kaltura-account.js';
import { testKeyring, testSession } from './test-screen.js';

const session = testSession();

function setUp() {
  const clock = testClock();
  const notices = createNotices({ keyring: testKeyring, clock });
  const request = (cookie: string) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    return { cookies: new Map([[name, value]]) };
  };
  return { clock, notices, request };
}

describe('a notice', () => {
  it('comes back once: the answer that shows it forgets it', () => {
    const { notices, request } = setUp();
    const carried = notices.carry({ text: 'Mapped 42 courses.', undo: 'set-1' }, session);
    assert.match(carried, /; Max-Age=60; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const taken = notices.take(request(carried), session);
    assert.deepEqual(taken.notice, { text: 'Mapped 42 courses.', undo: 'set-1' });
    assert.match(taken.cookie ?? '', /^__Host-pcn=; Max-Age=0; .*Secure/);
  });

  it('does not stand readable in the cookie', () => {
    const { notices } = setUp();
    const carried = notices.carry({ text: 'Mapped Biology' }, session);
    assert.ok(!carried.includes('Biology'));
    assert.ok(
      !Buffer.from(carried.split(/[=;]/)[1] ?? '', 'base64url')
        .toString('latin1')
        .includes('Biology'),
    );
  });

  it('is not shown to another session, nor when it is old, nor when somebody made it up', () => {
    const { clock, notices, request } = setUp();
    const carried = request(notices.carry({ text: 'x' }, session));
    assert.equal(notices.take(carried, testSession({ adminId: 'link:Another' })).notice, undefined);
    assert.equal(
      notices.take(request('__Host-pcn=made-up-by-somebody-else-and-long-enough'), session).notice,
      undefined,
    );
    clock.now += 60_000;
    assert.equal(notices.take(carried, session).notice, undefined);
  });

  it('fits into a cookie whatever its length and letters', () => {
    const { notices } = setUp();
    assert.ok(notices.carry({ text: '漢'.repeat(5_000) }, session).length < 4_096);
  });

  it('costs no cookie where there is none', () => {
    assert.deepEqual(setUp().notices.take({ cookies: new Map() }, session), {});
  });
});
