import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toCategoryName } from '../../../src/kaltura/category-name.js';

describe('toCategoryName', () => {
  it('replaces what separates categories, as Kaltura does', () => {
    assert.equal(toCategoryName('A, B > C < D'), 'A_ B _ C _ D');
  });

  it('leaves other characters alone', () => {
    assert.equal(toCategoryName('Biologie für Ärzte & 生物 🎓 "1"'), 'Biologie für Ärzte & 生物 🎓 "1"');
  });

  it('replaces what XML cannot hold and trims', () => {
    assert.equal(toCategoryName('  a\u0000b\tc\ud800 \n'), 'a b c');
  });

  it('cuts at 200 bytes, because Kaltura counts bytes, and never inside a character', () => {
    assert.equal(toCategoryName('x'.repeat(300)), 'x'.repeat(200));
    assert.equal(toCategoryName('ש'.repeat(150)), 'ש'.repeat(100));
    assert.equal(toCategoryName(`${'x'.repeat(198)}🎓`), 'x'.repeat(198));
  });

  it('keeps the whole suffix', () => {
    assert.equal(toCategoryName('x'.repeat(300), '-law'), `${'x'.repeat(196)}-law`);
  });

  it('is never empty', () => {
    assert.equal(toCategoryName(''), '_');
    assert.equal(toCategoryName(' \u0000 '), '_');
  });

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 30 }), (text, suffix) => {
        const name = toCategoryName(text, suffix);
        assert.equal(toCategoryName(name), name);
        assert.ok(Buffer.byteLength(name) >= 1 && Buffer.byteLength(name) <= 200);
        assert.ok(!/[<>,]/.test(name));
      }),
    );
  });
});
