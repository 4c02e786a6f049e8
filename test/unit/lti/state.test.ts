import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createStateCodec, STATE_LIFE_MS } from '../../../src/lti/state.js';
import { createKeyring } from '../../../src/runtime/keyring.js';
import type { PlatformRef } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { assertCode } from '../../support/assert-code.js';
import { settableClock, testKeyring } from '../../support/lti-world.js';

const platformRef = 'AAAAAAAAAAE' as PlatformRef;
const codecWith = (keyring = testKeyring(), clock = settableClock()) =>
  createStateCodec({ keyring, clock, random: systemRandom });

describe('the state of a login', () => {
  it('is 63 characters that no LMS cleans away, and names nothing but the platform reference', () => {
    const { state } = codecWith().issue({ platformRef, deploymentId: 'deployment-of-a-school' });
    assert.match(state, /^[A-Za-z0-9_-]{63}$/);
    assert.ok(!Buffer.from(state, 'base64url').toString('latin1').includes('deployment'));
  });

  it('reads back as what was issued, in another process with the same secret', () => {
    const issued = codecWith().issue({ platformRef });
    const read = codecWith().read(issued.state);
    assert.deepEqual(
      [read.platformRef, read.stateId, read.nonce, read.cookieProof, read.expiresAtMs],
      [platformRef, issued.stateId, issued.nonce, issued.cookieProof, issued.expiresAtMs],
    );
  });

  it('gives nonce and cookie proof of 128 bits that differ from each other and from login to login', () => {
    const codec = codecWith();
    const [one, two] = [codec.issue({ platformRef }), codec.issue({ platformRef })];
    assert.equal(new Set([one.nonce, one.cookieProof, two.nonce, two.cookieProof, one.stateId, two.stateId]).size, 6);
    assert.match(one.nonce, /^[A-Za-z0-9_-]{22}$/);
    assert.match(one.cookieProof, /^[A-Za-z0-9_-]{22}$/);
  });

  it('is refused once its ten minutes have passed', async () => {
    const clock = settableClock();
    const codec = codecWith(testKeyring(), clock);
    const { state } = codec.issue({ platformRef });
    clock.advance(STATE_LIFE_MS - 1000);
    codec.read(state);
    clock.advance(1000);
    await assertCode('LAUNCH_STATE_EXPIRED', () => codec.read(state));
  });

  it('is refused when any one bit was changed', async () => {
    const codec = codecWith();
    const bytes = Buffer.from(codec.issue({ platformRef }).state, 'base64url');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
        await assertCode('LAUNCH_STATE_INVALID', () => codec.read(changed.toString('base64url')));
      }),
    );
  });

  it('is refused when it is anything else than a state', async () => {
    const codec = codecWith();
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
        await assertCode('LAUNCH_STATE_INVALID', () => codec.read(text));
      }),
    );
  });

  it('is refused when another installation signed it', async () => {
    const foreign = codecWith(testKeyring('another secret that is also long enough')).issue({ platformRef });
    await assertCode('LAUNCH_STATE_INVALID', () => codecWith().read(foreign.state));
  });

  it('outlives a rotation of the secret', () => {
    const old = 'the secret before the rotation, long enough';
    const { state, nonce } = codecWith(testKeyring(old)).issue({ platformRef });
    const rotated = createKeyring({
      secret: 'the secret after the rotation, long enough',
      previousSecret: old,
      random: systemRandom,
    });
    assert.equal(codecWith(rotated).read(state).nonce, nonce);
  });

  it('holds a launch to the deployment that the login named, and to none when it named none', () => {
    const codec = codecWith();
    const named = codec.read(codec.issue({ platformRef, deploymentId: '7' }).state);
    assert.equal(named.acceptsDeployment('7'), true);
    assert.equal(named.acceptsDeployment('8'), false);
    const unnamed = codec.read(codec.issue({ platformRef }).state);
    assert.equal(unnamed.acceptsDeployment('8'), true);
  });
});
