import assert from 'node:assert/strict';
import {
  bindingCookies,
  bindingName,
  cookiesWorked,
  hasBindingCookie,
  isBound,
  spentBindingCookies,
} from '../../../src/lti/browser-binding.js';
import { createForeignLogins } from '../../../src/lti/login/foreign-logins.js';
import { createStateCodec } from '../../../src/lti/state.js';
import type { PlatformRef } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { requestFacts, settableClock, testKeyring } from '../../support/lti-world.js';

const platformRef = 'AAAAAAAAAAE' as PlatformRef;
const codec = createStateCodec({ keyring: testKeyring(), clock: settableClock(), random: systemRandom });

/** What a browser keeps of `Set-Cookie` values. */
const jar = (lines: string[]) =>
  new Map(lines.map((line) => (line.split(';')[0] ?? '').split('=') as [string, string]));

describe('the browser binding of a login', () => {
  it('is proven by either of its cookies, and by nothing else', () => {
    const login = codec.issue({ platformRef });
    const [partitioned = '', twin = ''] = bindingCookies(login);
    assert.equal(isBound(requestFacts({ cookies: jar([partitioned]) }), login), true);
    assert.equal(isBound(requestFacts({ cookies: jar([twin]) }), login), true);
    assert.equal(isBound(requestFacts(), login), false);
    const wrong = new Map([[`__Host-pc-${bindingName(login)}`, 'A'.repeat(22)]]);
    assert.equal(isBound(requestFacts({ cookies: wrong }), login), false);
    const other = jar(bindingCookies(codec.issue({ platformRef })));
    assert.equal(isBound(requestFacts({ cookies: other }), login), false);
  });

  it('does not take the cookie of one login for another whose name is the same', () => {
    const login = codec.issue({ platformRef });
    const cookies = new Map([[`__Host-pc-${bindingName(login)}`, codec.issue({ platformRef }).cookieProof]]);
    assert.equal(isBound(requestFacts({ cookies }), login), false);
  });

  it('fits 180 times into what a browser keeps for a site in one frame', () => {
    const [partitioned = ''] = bindingCookies(codec.issue({ platformRef }));
    assert.ok((partitioned.split(';')[0] ?? '').length * 180 < 10 * 1024);
  });

  it('uses cookies that no sibling host can plant and no script can read', () => {
    const login = codec.issue({ platformRef });
    for (const line of [...bindingCookies(login), ...spentBindingCookies(login)]) {
      assert.match(line, /^__Host-/);
      assert.match(line, /; Path=\/; Secure; HttpOnly; SameSite=None(?:; Partitioned)?$/);
    }
  });

  it('is seen by the probe without telling whose it is', () => {
    const login = codec.issue({ platformRef });
    const cookies = jar(bindingCookies(login));
    assert.equal(hasBindingCookie(requestFacts({ cookies }), bindingName(login)), true);
    assert.equal(hasBindingCookie(requestFacts({ cookies }), 'AAAAAAAA'), false);
  });

  it('is remembered as working after a launch', () => {
    assert.equal(
      cookiesWorked(requestFacts({ cookies: jar(spentBindingCookies(codec.issue({ platformRef }))) })),
      true,
    );
    assert.equal(cookiesWorked(requestFacts()), false);
  });
});

describe('logins whose cookie did not come back', () => {
  it('are remembered for ten minutes, per platform and address', () => {
    const clock = settableClock();
    const foreign = createForeignLogins(clock);
    foreign.note(platformRef, '192.0.2.1');
    assert.equal(foreign.wasNoted(platformRef, '192.0.2.1'), true);
    assert.equal(foreign.wasNoted(platformRef, '192.0.2.2'), false);
    assert.equal(foreign.wasNoted('AAAAAAAAAAI' as PlatformRef, '192.0.2.1'), false);
    clock.advance(600_000);
    assert.equal(foreign.wasNoted(platformRef, '192.0.2.1'), false);
  });
});
