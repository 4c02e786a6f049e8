/** A run as text for people. The same as JSON is the run itself. */
import type { Comparison, ToolFigures } from '../scenarios/compare.js';
import type { Flatness } from '../scenarios/flat.js';
import type { HotPath } from '../scenarios/hot-path.js';
import type { MemoryFigures } from '../scenarios/memory.js';
import type { ProfileFigures } from '../scenarios/profile.js';
import type { QueryFigures } from '../scenarios/queries.js';
import type { Figure } from './statistics.js';
import type { Verdict } from './targets.js';

export interface Run {
  environment: { node: string; cpu: string; cores: number; loadAverage: number };
  /** Seconds that the whole run took. */
  tookSeconds: number;
  comparison?: Comparison;
  flatness?: Flatness;
  hotPath?: HotPath;
  startSeconds?: Figure;
  memory?: MemoryFigures;
  queries?: QueryFigures;
  profile?: ProfileFigures;
  verdicts: Verdict[];
}

export function reportOf(run: Run): string {
  const { environment } = run;
  const sections = [
    `Node ${environment.node}, ${environment.cores} × ${environment.cpu}, load average at the start ${environment.loadAverage.toFixed(1)}; ${run.tookSeconds.toFixed(0)} s`,
    ...(run.comparison ? comparisonText(run.comparison) : []),
    ...(run.flatness ? [flatnessText(run.flatness)] : []),
    ...(run.hotPath ? [hotPathText(run.hotPath)] : []),
    ...(run.startSeconds ? [`Start to ready: ${figure(run.startSeconds, 2)} s`] : []),
    ...(run.memory ? [memoryText(run.memory)] : []),
    ...(run.queries ? [queriesText(run.queries)] : []),
    ...(run.profile ? profileText(run.profile) : []),
    ...(run.verdicts.length > 0 ? [verdictText(run.verdicts)] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** A Markdown table with the columns aligned: the same text stands in a terminal and in the docs. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** `median (low–high)`. */
const figure = ({ median, low, high }: Figure, digits: number): string =>
  `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;

function comparisonText({ figures }: Comparison): string[] {
  const concurrencies = [...new Set(figures.map(({ concurrency }) => concurrency))];
  return concurrencies.map((concurrency) => {
    const rows = figures.filter((each) => each.concurrency === concurrency);
    const head = ['tool', 'CPU ms/launch', 'ours ÷ it', 'launches/s', 'p50 ms', 'p99 ms', 'requests', 'page kB', 'MiB'];
    return `${concurrency} concurrent, ${rows[0]!.cpuMs.rounds} rounds\n\n${table(head, rows.map(toolRow))}`;
  });
}

const toolRow = (each: ToolFigures): string[] => [
  each.tool,
  figure(each.cpuMs, 3),
  figure(each.ourRatio, 2),
  each.launchesPerSecond.toFixed(0),
  each.p50Ms.toFixed(1),
  each.p99Ms.toFixed(1),
  each.requestsPerLaunch.toFixed(0),
  (each.pageBytes / 1_000).toFixed(1),
  each.memoryMib.toFixed(0),
];

const flatnessText = ({ rows }: Flatness): string =>
  table(
    ['installation', 'CPU ms/launch', 'ratio'],
    rows.map(({ text, cpuMs, ratio }) => [text, figure(cpuMs, 3), figure(ratio, 2)]),
  );

const hotPathText = ({ launches, outbound, calls }: HotPath): string =>
  `${launches} launches of known viewers: ${outbound} outbound requests each; calls to the store:\n\n${table(
    ['call', 'per launch'],
    Object.entries(calls).map(([name, count]) => [name, (count / launches).toFixed(3)]),
  )}`;

function memoryText({ course, packages }: MemoryFigures): string {
  const rows = course.map(({ launches, mib }) => [launches.toLocaleString('en'), mib.toFixed(0)]);
  const added = Object.entries(packages).map(([name, mib]) => `${name} adds ${mib.toFixed(0)} MiB`);
  return `${table(['launches', 'MiB'], rows)}\n\nLoaded at first use: ${added.join(', ')}`;
}

const queriesText = ({ rows, mappings }: QueryFigures): string =>
  table(
    ['mapping table', ...mappings.map((count) => `${count.toLocaleString('en')}: ms`), 'ratio'],
    rows.map(({ query, fewMs, manyMs, ratio }) => [query, fewMs.toFixed(3), manyMs.toFixed(3), ratio.toFixed(2)]),
  );

function profileText({ totalUs, mainThreadUs, busyUs, steps, functions }: ProfileFigures): string[] {
  const head = `While being profiled: ${totalUs.toFixed(0)} µs of CPU per launch, ${mainThreadUs.toFixed(0)} of them on the main thread`;
  const lines = (rows: ProfileFigures['steps']): string[][] =>
    rows.map(({ name, us }) => [name, us.toFixed(1), `${((us / busyUs) * 100).toFixed(1)} %`]);
  return [
    head,
    table(['step', 'µs/launch', 'share'], lines(steps)),
    table(['function', 'µs/launch', 'share'], lines(functions)),
  ];
}

const verdictText = (verdicts: Verdict[]): string =>
  table(
    ['target', 'limit', 'measured', 'outcome'],
    verdicts.map(({ text, is, limit, value, outcome }) => [
      text,
      `${{ 'at most': '≤', 'at least': '≥', exactly: '=' }[is]} ${limit}`,
      value === undefined ? '' : value.toFixed(2),
      outcome,
    ]),
  );
