import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openKs, signKs } from '../../../src/kaltura/ks.js';

const printable = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const privilegeValue = printable.filter((text) => !/[,;]|\{\{/.test(text) && text === text.trim());
const privilegeName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,20}$/);
const privileges = fc.uniqueArray(
  fc.record({ name: privilegeName, value: privilegeValue }, { noNullPrototype: true }),
  {
    selector: ({ name }) => name,
    maxLength: 6,
  },
);
const input = fc.record({
  partnerId: fc.integer({ min: 1, max: 2_147_483_647 }),
  secret: fc.string({ minLength: 1, maxLength: 64 }),
  userId: printable,
  type: fc.constantFrom('user' as const, 'admin' as const),
  expiresAtSeconds: fc.integer({ min: 1, max: 99_999_999_999 }),
  privileges,
  random: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

describe('KS v2, for any session', () => {
  it('gives back what was signed', () => {
    fc.assert(
      fc.property(input, (given) => {
        const opened = openKs(signKs(given), ['not the secret of any run', given.secret]);
        assert.ok(opened.ok);
        assert.deepEqual(opened.session, {
          partnerId: given.partnerId,
          userId: given.userId,
          type: given.type,
          expiresAtSeconds: given.expiresAtSeconds,
          privileges: given.privileges,
        });
      }),
    );
  });

  it('is URL-safe base64 with its padding kept', () => {
    fc.assert(fc.property(input, (given) => /^djJ8[A-Za-z0-9_-]+={0,2}$/.test(signKs(given))));
  });

  it('does not open with another secret', () => {
    fc.assert(fc.property(input, (given) => !openKs(signKs(given), [`${given.secret}x`]).ok));
  });

  it('does not open after one changed byte of what is encrypted', () => {
    fc.assert(
      fc.property(input, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, position, flip) => {
        const bytes = Buffer.from(signKs(given).replaceAll('-', '+').replaceAll('_', '/'), 'base64');
        const start = `v2|${given.partnerId}|`.length;
        const index = start + (position % (bytes.length - start));
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        return !openKs(bytes.toString('base64'), [given.secret]).ok;
      }),
    );
  });

  it('never throws on text from outside', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        assert.equal(openKs(text, ['secret']).ok, false);
      }),
    );
  });
});
