import assert from 'node:assert/strict';

it('passes', () => undefined);

it('fails', () => {
  assert.equal(1 + 1, 3);
});
