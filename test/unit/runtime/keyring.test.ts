import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createKeyring } from '../../../src/runtime/keyring.js';
import { newPlatformRef, newUuid } from '../../../src/runtime/ids.js';
import { systemRandom } from '../../../src/runtime/random.js';
import { settableClock, testKeyring } from '../../support/lti-world.js';

describe('a keyring', () => {
  it('opens what it sealed, for the same purpose only', () => {
    const keyring = testKeyring();
    const sealed = keyring.seal('view-grant', { viewer: 'ü', n: 1 });
    assert.match(sealed, /^[\w-]+$/);
    assert.deepEqual(keyring.open('view-grant', sealed), { viewer: 'ü', n: 1 });
    assert.equal(keyring.open('launch-record', sealed), undefined);
  });

  it('never seals the same value to the same text', () => {
    const keyring = testKeyring();
    assert.notEqual(keyring.seal('x', 1), keyring.seal('x', 1));
  });

  it('opens nothing that was changed, cut, or sealed elsewhere', () => {
    const keyring = testKeyring();
    const bytes = Buffer.from(keyring.seal('x', { secret: true }), 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(keyring.open('x', changed.toString('base64url')), undefined);
      }),
    );
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(keyring.open('x', bytes.subarray(0, length).toString('base64url')), undefined);
    }
    assert.equal(testKeyring('another secret, which is long enough').open('x', bytes.toString('base64url')), undefined);
  });

  it('opens what the previous secret sealed, and seals with the present one', () => {
    const old = 'the secret before the rotation, long enough';
    const present = 'the secret after the rotation, long enough';
    const rotated = createKeyring({ secret: present, previousSecret: old, random: systemRandom });
    assert.equal(rotated.open('x', testKeyring(old).seal('x', 'before')), 'before');
    assert.equal(testKeyring(present).open('x', rotated.seal('x', 'after')), 'after');
  });

  it('derives another key for each purpose', () => {
    const keyring = testKeyring();
    assert.ok(!keyring.current('a').key.equals(keyring.current('b').key));
    assert.ok(keyring.candidates('a', keyring.current('a').id)[0]?.equals(keyring.current('a').key));
  });
});

describe('identifiers', () => {
  it('sort by the time at which they were made', () => {
    const clock = settableClock();
    const first = newUuid({ clock, random: systemRandom });
    clock.advance(1);
    assert.ok(first < newUuid({ clock, random: systemRandom }));
  });

  it('never make a platform reference that a command line takes for an option', () => {
    for (let byte = 0; byte < 256; byte++) {
      const random = { bytes: (length: number) => Buffer.alloc(length, byte) };
      assert.match(newPlatformRef(random), /^[A-Za-z][\w-]{10}$/);
    }
  });
});
