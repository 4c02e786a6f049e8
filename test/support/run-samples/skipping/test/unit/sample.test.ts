import { skip } from '../../../../skip.js';

it('passes', () => undefined);

it('is skipped by itself', function () {
  skip(this, 'no such device');
});

describe('a group', () => {
  before(function () {
    skip(this, 'no such service');
  });

  it('is skipped by its hook', () => {
    throw new Error('must not run');
  });
});

describe('another group', () => {
  beforeEach(function () {
    skip(this, 'no such day');
  });

  it('is skipped before it starts', () => {
    throw new Error('must not run');
  });
});
