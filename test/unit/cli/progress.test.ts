import assert from 'node:assert/strict';
import { createProgress, duration, type ProgressOptions } from '../../../src/cli/progress.js';

describe('progress of long work', () => {
  let nowMs: number;
  let written: string[];

  const progress = (options: Partial<ProgressOptions> & { isTTY?: boolean } = {}) =>
    createProgress({
      label: 'records',
      total: 1_000,
      clock: { nowMs: () => nowMs },
      stream: { write: (text) => written.push(text), isTTY: options.isTTY ?? false },
      ...options,
    });

  beforeEach(() => {
    nowMs = 1_790_000_000_000;
    written = [];
  });

  it('draws a bar with count, rate and time left on a terminal', () => {
    const bar = progress({ isTTY: true });
    nowMs += 2_000;
    bar.add(250);
    assert.deepEqual(written, ['\r[######..................] 250 of 1,000 records, 25 %, 125/s, 6 s left\u001b[K']);
  });

  it('draws over the same line, and ends it once', () => {
    const bar = progress({ isTTY: true });
    for (let step = 0; step < 4; step += 1) {
      nowMs += 500;
      bar.add(250);
    }
    bar.end();
    bar.end();
    assert.equal(written.length, 5);
    assert.ok(written.every((text) => text.startsWith('\r')));
    assert.deepEqual(
      written.map((text) => text.endsWith('\n')),
      [false, false, false, false, true],
    );
    assert.match(written[4] ?? '', /1,000 of 1,000 records, 100 %, 500\/s, took 2 s/);
  });

  it('draws ten times a second at most', () => {
    const bar = progress({ isTTY: true, total: 100_000 });
    for (let step = 0; step < 1_000; step += 1) {
      nowMs += 1;
      bar.add(1);
    }
    assert.equal(written.length, 10);
  });

  it('prints plain lines elsewhere, one in five seconds', () => {
    const lines = progress();
    for (let step = 0; step < 100; step += 1) {
      nowMs += 100;
      lines.add(10);
    }
    lines.end();
    assert.deepEqual(written, [
      '500 of 1,000 records, 50 %, 100/s, 5 s left\n',
      '1,000 of 1,000 records, 100 %, 100/s\n',
      '1,000 of 1,000 records, 100 %, 100/s, took 10 s\n',
    ]);
  });

  it('claims no share and no time where the total is unknown', () => {
    const lines = progress({ total: 0 });
    nowMs += 6_000;
    lines.add(600);
    lines.end();
    assert.deepEqual(written, ['600 records, 100/s\n', '600 records, 100/s, took 6 s\n']);
  });

  it('stays at 100 % when more comes than was announced', () => {
    const bar = progress({ isTTY: true, total: 10 });
    nowMs += 1_000;
    bar.add(20);
    assert.match(written[0] ?? '', /\[#{24}\] 20 of 10 records, 100 %, 20\/s/);
  });

  for (const [seconds, words] of [
    [0.2, '1 s'],
    [59, '59 s'],
    [125, '2 min 05 s'],
    [3_720, '1 h 02 min'],
  ] as const) {
    it(`says ${words} for ${seconds} seconds`, () => assert.equal(duration(seconds), words));
  }
});
