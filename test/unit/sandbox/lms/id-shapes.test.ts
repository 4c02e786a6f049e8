import assert from 'node:assert/strict';
import { systemRandom } from '../../../../src/runtime/random.js';
import { idLike, randomLike } from '../../../../src/sandbox/lms/id-shapes.js';

describe('demo LMS ids', () => {
  const seed = { kind: 'person', id: 'ana', ordinal: 0 } as const;

  for (const [template, shape] of [
    ['42', /^[1-9]\d$/],
    ['a6e2e413-4afb-4b60-90d1-8b0344df3e91', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/],
    ['B2A8A24F-9604-4A36-9397-B34F69E713B9', /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/],
    ['cdca1fe2c392a208bd8a657f8865ddb9ca359534', /^[0-9a-f]{40}$/],
    ['_122_1', /^_[1-9]\d\d_[1-9]$/],
    ['library', /^library-ana$/],
  ] as const) {
    it(`makes an id that looks like ${template}, always the same one`, () => {
      const id = idLike(template, seed);
      assert.match(id, shape);
      assert.notEqual(id, template);
      assert.equal(idLike(template, { ...seed }), id);
      assert.notEqual(idLike(template, { ...seed, id: 'ben', ordinal: 1 }), id);
    });
  }

  it('keeps nine people apart even in one digit', () => {
    const ids = Array.from({ length: 9 }, (_, ordinal) => idLike('7', { kind: 'person', id: `p${ordinal}`, ordinal }));
    assert.equal(new Set(ids).size, 9);
  });

  for (const [template, shape] of [
    ['kQ3vZr8TnW1xYb7', /^[a-z][A-Z]\d[a-z][A-Z][a-z]\d[A-Z][a-z][A-Z]\d[a-z][A-Z][a-z]\d$/],
    ['10000000000042', /^[1-9]\d{13}$/],
    ['189:7f95e2c1b04d38a6f5c9d2017be4a6830c1f9d52', /^[1-9]\d\d:[0-9a-f]{40}$/],
    ['53c4573a-1ac8-4484-b036-a7b22b557e8c', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ] as const) {
    it(`draws an id of the layout of ${template}, another one each time`, () => {
      assert.match(randomLike(template, systemRandom), shape);
      assert.notEqual(randomLike(template, systemRandom), randomLike(template, systemRandom));
    });
  }
});
