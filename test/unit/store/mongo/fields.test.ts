import assert from 'node:assert/strict';
import {
  absent,
  atMost,
  beginsWith,
  hasLength,
  compileFields,
  compileFilter,
  compileUpdate,
  greaterThan,
  keyOf,
  oneOf,
  type Fields,
  type Filter,
} from '../../../../src/store/mongo/fields.js';
import { assertCode } from '../../../support/assert-code.js';
import { UNSTORABLE_TEXTS } from '../../../support/store-fixtures.js';

const compile = (filter: Filter) => compileFilter(filter, (operators) => operators);

/** What a caller without types could hand in where a text is meant. */
const STRANGE: Record<string, unknown> = {
  'an operator': { $gt: '' },
  'an empty object': {},
  'a list': ['a'],
  'a regular expression': /a/,
  nothing: undefined,
  null: null,
  'a function': () => true,
  'a fraction': 1.5,
  'no number': Number.NaN,
  'a large number': 2 ** 53,
  'no date': new Date(Number.NaN),
};

describe('filters and updates of the Mongo store', () => {
  it('are values, and comparisons that our own functions made', () => {
    assert.deepEqual(compile({ a: '{"$gt":""}', b: 1, c: true, d: greaterThan(2), e: absent, f: oneOf(['x']) }), {
      a: '{"$gt":""}',
      b: 1,
      c: true,
      d: { $gt: 2 },
      e: { $exists: false },
      f: { $in: ['x'] },
    });
    assert.deepEqual(compile({ a: hasLength(2) }), { a: { $size: 2 } });
    assert.deepEqual(compile({ $or: [{ a: atMost(1) }, { a: 'x' }] }), { $or: [{ a: { $lte: 1 } }, { a: 'x' }] });
  });

  for (const [what, value] of Object.entries(STRANGE)) {
    it(`refuse ${what} in the place of a value`, async () => {
      await assertCode('INPUT_INVALID', () => compile({ a: value } as Filter));
      await assertCode('INPUT_INVALID', () => compile({ $or: [{ a: value }] } as Filter));
      await assertCode('INPUT_INVALID', () => greaterThan(value as string));
      await assertCode('INPUT_INVALID', () => oneOf([value as string]));
      await assertCode('INPUT_INVALID', () => keyOf('a', value as string));
    });
  }

  for (const [what, value] of Object.entries(STRANGE)) {
    if (['nothing', 'a list', 'an empty object'].includes(what)) continue;
    it(`refuse ${what} in a document`, async () => {
      await assertCode('INPUT_INVALID', () => compileFields({ a: value } as Fields));
      await assertCode('INPUT_INVALID', () => compileUpdate({ set: { a: { b: value } } as unknown as Fields }));
    });
  }

  for (const [what, text] of Object.entries(UNSTORABLE_TEXTS)) {
    it(`refuse ${what} everywhere`, async () => {
      await assertCode('INPUT_INVALID', () => compile({ a: text }));
      await assertCode('INPUT_INVALID', () => beginsWith(text));
      await assertCode('INPUT_INVALID', () => compileFields({ a: [text] }));
      await assertCode('INPUT_INVALID', () => compileFields({ a: { b: text } }));
      await assertCode('INPUT_INVALID', () => keyOf(text));
    });
  }

  it('refuse operators in the place of a field', async () => {
    await assertCode('INPUT_INVALID', () => compile({ $where: 'true' }));
    await assertCode('INPUT_INVALID', () => compile({ $or: 'x' }));
    await assertCode('INPUT_INVALID', () => compileFields({ $set: 'x' }));
  });

  it('take the beginning of a word letter by letter', () => {
    assert.deepEqual(compile({ a: beginsWith('a.*(b|c)$[x]\\') }), {
      a: { $regex: '^a\\.\\*\\(b\\|c\\)\\$\\[x\\]\\\\' },
    });
    const { $regex } = compile({ a: beginsWith('a.*(b|c)$[x]\\') })['a'] as { $regex: string };
    assert.ok(new RegExp($regex).test('a.*(b|c)$[x]\\y'));
    assert.ok(!new RegExp($regex).test('abx'));
  });

  it('remove what is set to nothing, and leave out empty parts', () => {
    assert.deepEqual(compileUpdate({ set: { a: 1, b: undefined, c: ['x'], d: { e: 'f', g: undefined } } }), {
      $set: { a: 1, c: ['x'], d: { e: 'f' } },
      $unset: { b: 1 },
    });
    assert.deepEqual(compileUpdate({ onInsert: { a: 1, b: undefined }, increase: { n: 1 }, raise: { m: 2 } }), {
      $setOnInsert: { a: 1 },
      $inc: { n: 1 },
      $max: { m: 2 },
    });
  });

  it('make one key of several texts, another one for each list', () => {
    const lists = [['a', 'b'], ['a,b'], ['a', '', 'b'], ['ab'], ['a"', 'b'], ['a', '"b']];
    assert.equal(new Set(lists.map((list) => keyOf(...list))).size, lists.length);
  });
});
