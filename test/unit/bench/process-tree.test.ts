import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import {
  cpuTimeOf,
  memoryOf,
  parsePss,
  parseSchedstat,
  parseStat,
  treeOf,
} from '../../../bench/figures/process-tree.js';

describe('the CPU time and memory of a process tree', () => {
  it('is the first number of a schedstat, not the time spent waiting', () => {
    assert.equal(parseSchedstat('2087943539 4365184344 1043\n'), 2_087_943_539);
    assert.throws(() => parseSchedstat('cpu 1 2 3'), TypeError);
  });

  it('reads the parent behind the name, which may hold spaces and parentheses', () => {
    assert.deepEqual(parseStat('20528 (node) R 20526 20526 8244 0'), { pid: 20_528, parentPid: 20_526 });
    assert.deepEqual(parseStat('7 (a) R 1 (b) S 3 7 7 0'), { pid: 7, parentPid: 3 });
    assert.throws(() => parseStat(''), TypeError);
  });

  it('counts shared pages by their share', () => {
    const rollup = '5550000-7ff0000 ---p 00000000 00:00 0 [rollup]\nRss:  1852 kB\nPss:   339 kB\nPss_Dirty:  112 kB\n';
    assert.equal(parsePss(rollup), 339);
    assert.throws(() => parsePss('Rss: 1852 kB\n'), TypeError);
  });

  it('holds children and their children, and nobody else', () => {
    const processes = [
      { pid: 12, parentPid: 11 },
      { pid: 11, parentPid: 10 },
      { pid: 10, parentPid: 1 },
      { pid: 20, parentPid: 1 },
      { pid: 13, parentPid: 10 },
    ];
    assert.deepEqual(treeOf(processes, 10).sort(), [10, 11, 12, 13]);
  });

  it('can be read of a process that runs, and the main thread is a part of it', function () {
    if (!existsSync('/proc/self/smaps_rollup')) this.skip();
    const { totalMs, mainThreadMs } = cpuTimeOf(process.pid);
    assert.ok(mainThreadMs > 0 && totalMs >= mainThreadMs, `${mainThreadMs} of ${totalMs}`);
    assert.ok(memoryOf(process.pid) > 10);
  });

  it('fails for a process that has ended, instead of saying that it cost nothing', () => {
    assert.throws(() => cpuTimeOf(2 ** 30), /has ended/);
  });
});
