/**
 * CPU time and memory of a process and all its descendants, from Linux's /proc. `schedstat` counts nanoseconds per
 * thread, so garbage collection and the thread pool are in it; what a thread used that has ended since is not.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessParent {
  pid: number;
  parentPid: number;
}

/** Time on a CPU: the first of the three numbers, in nanoseconds. */
export function parseSchedstat(text: string): number {
  const match = /^(\d+) \d+ \d+\s*$/.exec(text);
  if (!match) throw new TypeError('not a schedstat');
  return Number(match[1]);
}

/** `/proc/<pid>/stat`. The name of the program stands in parentheses and may hold some itself. */
export function parseStat(text: string): ProcessParent {
  const pid = Number.parseInt(text, 10);
  const [, parentPid] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (!Number.isInteger(pid) || parentPid === undefined || !Number.isInteger(parentPid)) {
    throw new TypeError('not a stat');
  }
  return { pid, parentPid };
}

/** Proportional set size in KiB: a page that n processes share counts 1/n. */
export function parsePss(smapsRollup: string): number {
  const match = /^Pss:\s+(\d+) kB$/m.exec(smapsRollup);
  if (!match) throw new TypeError('not a smaps_rollup');
  return Number(match[1]);
}

/** The root and everything below it. */
export function treeOf(processes: readonly ProcessParent[], root: number): number[] {
  const tree = [root];
  for (const pid of tree) {
    tree.push(...processes.filter(({ parentPid }) => parentPid === pid).map((child) => child.pid));
  }
  return tree;
}

export interface CpuTime {
  /** Milliseconds of all threads of the tree. */
  totalMs: number;
  /** Of these, the main thread of the root: what runs JavaScript. */
  mainThreadMs: number;
}

export function cpuTimeOf(root: number): CpuTime {
  const mainThread = readProc(`${root}/task/${root}/schedstat`);
  if (mainThread === undefined) throw new Error(`process ${root} has ended`);
  const totalNs = descendantsOf(root)
    .flatMap((pid) => namesIn(`${pid}/task`).map((thread) => readProc(`${pid}/task/${thread}/schedstat`)))
    .reduce((sum, text) => sum + (text === undefined ? 0 : parseSchedstat(text)), 0);
  return { totalMs: totalNs / 1e6, mainThreadMs: parseSchedstat(mainThread) / 1e6 };
}

/** Proportional set size of the tree, in MiB. */
export function memoryOf(root: number): number {
  const kib = descendantsOf(root)
    .map((pid) => readProc(`${pid}/smaps_rollup`))
    .reduce((sum, text) => sum + (text === undefined ? 0 : parsePss(text)), 0);
  return kib / 1024;
}

function descendantsOf(root: number): number[] {
  const stats = namesIn('.')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readProc(`${pid}/stat`));
  return treeOf(stats.filter((text) => text !== undefined).map(parseStat), root);
}

/** Processes and threads may end between listing and reading. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}
