import assert from 'node:assert/strict';
import fc from 'fast-check';
import { networkOf } from '../../../src/http/limits.js';
import { isPublicAddress } from '../../../src/http/public-address.js';

const hex = (value: number): string => value.toString(16);
const group = fc.integer({ min: 0, max: 0xffff });

describe('public addresses', () => {
  it('are none of the private IPv4 ranges', () => {
    const inside = fc.tuple(
      fc.constantFrom(
        '10',
        '127',
        '0',
        '169.254',
        '192.168',
        '172.16',
        '172.31',
        '100.64',
        '100.127',
        '224',
        '255',
        '198.18',
      ),
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(inside, ([prefix, bytes]) => {
        const address = [...prefix.split('.'), ...bytes].slice(0, 4).join('.');
        assert.equal(isPublicAddress(address), false, address);
      }),
    );
  });

  it('are among IPv6 addresses only those of 2000::/3', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const address = groups.map(hex).join(':');
        if ((groups[0] ?? 0) >> 13 !== 1) assert.equal(isPublicAddress(address), false, address);
      }),
    );
  });

  it('are the usual ones, and nothing that is no address', () => {
    for (const address of ['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1']) {
      assert.equal(isPublicAddress(address), true, address);
    }
    for (const address of [
      '',
      'localhost',
      '1.1.1',
      '2606:4700::1%eth0',
      '::ffff:1.1.1.1',
      '2002:0101:0101::',
      '2001::1',
    ]) {
      assert.equal(isPublicAddress(address), false, address);
    }
  });
});

describe('the network that a failure counts for', () => {
  it('is the first half of an IPv6 address, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 0xabcd), { minLength: 4, maxLength: 4 }),
        fc.array(group, { minLength: 4, maxLength: 4 }),
        (net, host) => {
          const full = [...net, ...host].map(hex).join(':');
          const canonical = new URL(`http://[${full}]/`).hostname.slice(1, -1);
          assert.equal(networkOf(canonical), `${net.map(hex).join(':')}::/64`);
        },
      ),
    );
  });

  it('is an IPv4 address itself', () => {
    assert.equal(networkOf('198.51.100.1'), '198.51.100.1');
  });
});
