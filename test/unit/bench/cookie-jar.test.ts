import assert from 'node:assert/strict';
import { createCookieJar } from '../../../bench/simulator/cookie-jar.js';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const jar = () => createCookieJar(() => NOW_MS);

describe('the cookies of a simulated browser', () => {
  it('come back with their value as it was, equals signs and all', () => {
    const cookies = jar();
    cookies.store(['__Host-pc-a=b=c; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=None; Partitioned', 'x=1']);
    assert.equal(cookies.header('/lti/launch'), '__Host-pc-a=b=c; x=1');
  });

  it('are gone when the server says so, by age or by date', () => {
    const cookies = jar();
    cookies.store(['a=1', 'b=1', 'c=1']);
    cookies.store([
      'a=; Max-Age=0',
      'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'c=2; Expires=Fri, 01 Jan 2027 00:00:00 GMT',
    ]);
    assert.equal(cookies.header('/'), 'c=2');
    cookies.store(['c=3; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
    assert.equal(cookies.header('/'), 'c=3', 'the age wins over the date');
  });

  it('go only to their path and below', () => {
    const cookies = jar();
    cookies.store(['a=1; Path=/launch']);
    assert.equal(cookies.header('/launch'), 'a=1');
    assert.equal(cookies.header('/launch/x'), 'a=1');
    assert.equal(cookies.header('/launching'), undefined);
  });
});
