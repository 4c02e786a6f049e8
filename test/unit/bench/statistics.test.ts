import assert from 'node:assert/strict';
import { figureOf, median, pairedRatios, percentile, seededRandom } from '../../../bench/figures/statistics.js';

describe('the statistics of the bench', () => {
  it('take the middle value, and of an even number the mean of the middle two, whatever the order', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 7]), 6);
    assert.equal(median([10, 9, 2, 100]), 9.5);
    assert.throws(() => median([]), RangeError);
  });

  it('take percentiles by nearest rank, so that each is a value that occurred', () => {
    const values = Array.from({ length: 200 }, (_nothing, index) => 200 - index);
    assert.equal(percentile(values, 0.5), 100);
    assert.equal(percentile(values, 0.99), 198);
    assert.equal(percentile(values, 1), 200);
    assert.equal(percentile([7], 0.01), 7);
  });

  it('leave the values that they are given in their order', () => {
    const values = [3, 1, 2];
    median(values);
    percentile(values, 0.5);
    figureOf(values);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it('divide round by round, so that a slow moment counts on both sides', () => {
    assert.deepEqual(pairedRatios([2, 30], [1, 10]), [2, 3]);
    assert.throws(() => pairedRatios([1, 2], [1]), RangeError);
  });

  it('put the median into its interval, and the interval into the values', () => {
    const values = [1.1, 0.9, 1, 1.3, 0.95, 1.05, 1.02, 0.98, 4];
    const { median: middle, low, high, rounds } = figureOf(values);
    assert.equal(middle, 1.02);
    assert.equal(rounds, 9);
    assert.ok(low < middle && middle < high, `${low} ${middle} ${high}`);
    assert.ok(low >= 0.9 && high < 4, 'one outlier of nine moves no end of the interval');
  });

  it('give the same interval for the same values', () => {
    assert.deepEqual(figureOf([1, 2, 3, 4]), figureOf([1, 2, 3, 4]));
  });

  it('give an interval without width when every round agrees', () => {
    assert.deepEqual(figureOf([2, 2, 2]), { median: 2, low: 2, high: 2, rounds: 3 });
  });

  it('draw numbers from 0 up to 1 evenly', () => {
    const random = seededRandom(1);
    const numbers = Array.from({ length: 10_000 }, random);
    assert.ok(numbers.every((number) => number >= 0 && number < 1));
    for (const tenth of [0, 0.5, 0.9]) {
      const hits = numbers.filter((number) => number >= tenth && number < tenth + 0.1).length;
      assert.ok(hits > 900 && hits < 1_100, `${hits} of 10,000 from ${tenth}`);
    }
  });
});
