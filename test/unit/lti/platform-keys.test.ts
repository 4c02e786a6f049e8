import assert from 'node:assert/strict';
import sinon from 'sinon';
import { generateKeyPair, exportJWK, type JWK } from 'jose';
import { createPlatformKeys } from '../../../src/lti/platform-keys.js';
import { assertCode } from '../../support/assert-code.js';
import { settableClock, testPlatform, testSigner } from '../../support/lti-world.js';

const platform = testPlatform();

describe('the cache of platforms’ keys', () => {
  let one: JWK;
  let two: JWK;
  before(async () => {
    one = (await testSigner('one')).publicJwk;
    two = (await testSigner('two')).publicJwk;
  });

  const cacheOver = (answer: () => Promise<unknown>) => {
    const clock = settableClock();
    const getJson = sinon.fake(answer);
    return { clock, getJson, keys: createPlatformKeys({ outbound: { getJson }, clock }) };
  };

  it('fetches a key set once for many launches at once', async () => {
    const { keys, getJson } = cacheOver(() => Promise.resolve({ keys: [one] }));
    await Promise.all(Array.from({ length: 50 }, () => keys.find(platform, 'one')));
    assert.equal(getJson.callCount, 1);
  });

  it('looks again for an unknown key id, at most every thirty seconds', async () => {
    let published = [one];
    const { keys, getJson, clock } = cacheOver(() => Promise.resolve({ keys: published }));
    await keys.find(platform, 'one');
    published = [one, two];
    for (let attempt = 0; attempt < 20; attempt++) await keys.find(platform, `made-up-${attempt}`);
    assert.equal(getJson.callCount, 1);
    clock.advance(30_000);
    assert.ok(await keys.find(platform, 'two'));
    assert.equal(getJson.callCount, 2);
  });

  it('goes on with the old keys while the platform cannot be reached', async () => {
    let reachable = true;
    const { keys, clock } = cacheOver(() =>
      reachable ? Promise.resolve({ keys: [one] }) : Promise.reject(new Error('down')),
    );
    await keys.find(platform, 'one');
    reachable = false;
    clock.advance(3_600_000);
    assert.ok(await keys.find(platform, 'one'));
    assert.equal(await keys.find(platform, 'two'), undefined);
  });

  it('refreshes in the background, so that a rotation is known before it is needed', async () => {
    let published = [one];
    const { keys, clock } = cacheOver(() => Promise.resolve({ keys: published }));
    await keys.find(platform, 'one');
    published = [two];
    clock.advance(16 * 60_000);
    assert.ok(await keys.find(platform, 'one'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(await keys.find(platform, 'two'));
  });

  it('says LAUNCH_KEYSET_UNREACHABLE when there never was a key set, and tries again at the next launch', async () => {
    let reachable = false;
    const { keys } = cacheOver(() =>
      reachable ? Promise.resolve({ keys: [one] }) : Promise.reject(new Error('down')),
    );
    await assertCode('LAUNCH_KEYSET_UNREACHABLE', () => keys.find(platform, 'one'));
    reachable = true;
    assert.ok(await keys.find(platform, 'one'));
  });

  it('takes only RSA keys of 2048 bits and more that may sign', async () => {
    const weak = {
      ...(await exportJWK((await generateKeyPair('RS256', { modulusLength: 2048 })).publicKey)),
      kid: 'weak',
    };
    const elliptic = { ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid: 'elliptic' };
    const { keys } = cacheOver(() =>
      Promise.resolve({
        keys: [
          { ...weak, n: 'q83v' },
          { ...one, kid: 'for-encryption', use: 'enc' },
          elliptic,
          { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
          one,
        ],
      }),
    );
    for (const kid of ['weak', 'for-encryption', 'elliptic', 'oct'])
      assert.equal(await keys.find(platform, kid), undefined);
    assert.ok(await keys.find(platform, 'one'));
  });

  it('refuses what is no key set, or one of more than a hundred keys', async () => {
    for (const answer of ['<html>', null, { keys: 'none' }, { keys: Array.from({ length: 101 }, () => one) }]) {
      const { keys } = cacheOver(() => Promise.resolve(answer));
      await assertCode('LAUNCH_KEYSET_UNREACHABLE', () => keys.find(platform, 'one'));
    }
  });
});
