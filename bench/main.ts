/** `npm run bench`: measures, prints, and exits with 1 when a target is missed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reportOf, type Run } from './figures/report.js';
import { judge, type TargetId } from './figures/targets.js';
import { readOptions, USAGE, type Options, type Scenario } from './options.js';
import { createChildren } from './processes/children.js';
import { prepare } from './processes/prepare.js';
import { amounts as forms } from './scenarios/amounts.js';
import { compare, type Comparison } from './scenarios/compare.js';
import { flat } from './scenarios/flat.js';
import { hotPath } from './scenarios/hot-path.js';
import { memory } from './scenarios/memory.js';
import { profile } from './scenarios/profile.js';
import { queries } from './scenarios/queries.js';
import { start } from './scenarios/start.js';
import type { SimulatorMethods } from './simulator/main.js';
import type { KalturaMethods } from './world/kaltura.js';
import type { World } from './world/tools.js';

const progress = (line: string): void => console.error(line);

async function inWorld<Result>(work: (world: World) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'playcontext-bench-'));
  const children = createChildren();
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // However this process ends, it leaves nothing behind.
  process.once('exit', () => {
    children.kill();
    removeFolder();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const helper = (path: string): URL => new URL(path, import.meta.url);
  try {
    const simulator = await children.helper<SimulatorMethods>(helper('simulator/main.ts'), {});
    const kaltura = await children.helper<KalturaMethods>(helper('world/kaltura.ts'), {});
    const { url: simulatorUrl, publicJwk } = await simulator.call.info(undefined);
    return await work({
      children,
      simulator: simulator.call,
      simulatorUrl,
      publicJwk,
      kaltura: await kaltura.call.info(undefined),
      kalturaRequests: () => kaltura.call.requests(undefined),
      untilKalturaRests: () => untilSteady(() => kaltura.call.requests(undefined)),
      folder,
      progress,
    });
  } finally {
    await children.stopAll();
    removeFolder();
  }
}

const REST_MS = 2_000;

/** Resolves when the count has stayed the same for two seconds. */
async function untilSteady(count: () => Promise<number>): Promise<void> {
  for (let seen = await count(); ;) {
    await delay(REST_MS);
    const now = await count();
    if (now === seen) return;
    seen = now;
  }
}

async function measureAll({ form, scenarios }: Options): Promise<Omit<Run, 'verdicts' | 'tookSeconds'>> {
  const environment = {
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    loadAverage: loadavg()[0]!,
  };
  if (environment.loadAverage > environment.cores / 2) progress('This machine is busy: trust ratios, not figures.');
  const amounts = forms[form];
  const wanted = (scenario: Scenario): boolean => scenarios.has(scenario);
  return inWorld(async (world) => ({
    environment,
    ...(wanted('compare') ? { comparison: await compare(world, amounts) } : {}),
    ...(wanted('flat') ? { flatness: await flat(world, amounts) } : {}),
    ...(wanted('hot-path') ? { hotPath: await hotPath(world) } : {}),
    ...(wanted('start') ? { startSeconds: await start(world, amounts) } : {}),
    ...(wanted('memory') ? { memory: await memory(world, amounts) } : {}),
    ...(wanted('queries') ? { queries: await queries(world, amounts) } : {}),
    ...(wanted('profile') ? { profile: await profile(world, amounts) } : {}),
  }));
}

/** The figure that each target is about, as far as the run has it. */
function valuesOf(run: Omit<Run, 'verdicts'>): Partial<Record<TargetId, number>> {
  const { comparison, flatness, hotPath: hot, memory: mem, queries: table, startSeconds } = run;
  return {
    ...(comparison ? ratiosOf(comparison) : {}),
    ...(flatness ? { mappings: flatness.mappings, platforms: flatness.platforms } : {}),
    ...(hot ? { outbound: hot.outbound, writes: hot.writes } : {}),
    ...(mem ? { memory: mem.growth } : {}),
    ...(table ? { queries: table.worst } : {}),
    ...(startSeconds ? { start: startSeconds.median } : {}),
  };
}

function ratiosOf({ figures, tail }: Comparison): Partial<Record<TargetId, number>> {
  // The first rows are those at 16 concurrent.
  const ratio = (tool: string): number => figures.find((each) => each.tool === tool)!.ourRatio.median;
  return { express: ratio('express'), ltijs: 1 / ratio('ltijs'), 'lti-tool': 1 / ratio('lti-tool'), tail };
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (problem) {
    console.error(`${(problem as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  await prepare(options);
  const startedAt = performance.now();
  const measured = await measureAll(options);
  const run = { ...measured, tookSeconds: (performance.now() - startedAt) / 1_000 };
  const judged = options.form !== 'smoke' && !options.scenarios.has('profile');
  const verdicts = judged ? judge(valuesOf(run)) : [];
  const result: Run = { ...run, verdicts };
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : reportOf(result));
  if (verdicts.some(({ outcome }) => outcome === 'missed')) process.exitCode = 1;
}

await main();
