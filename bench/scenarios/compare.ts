/** All tools, in turn, round by round. */
import { figureOf, median, pairedRatios, type Figure } from '../figures/statistics.js';
import { memoryOf } from '../figures/process-tree.js';
import { startPeer, startProduct, type PeerName, type Tool, type World } from '../world/tools.js';
import type { Amounts, ToolName } from './amounts.js';
import { measure, type Measurement } from './measure.js';

export interface ToolFigures {
  tool: ToolName;
  concurrency: number;
  /** CPU milliseconds per launch. */
  cpuMs: Figure;
  mainThreadMs: number;
  launchesPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  requestsPerLaunch: number;
  pageBytes: number;
  /** MiB, proportional set size of the process tree after the last round. */
  memoryMib: number;
  /** Our CPU per launch ÷ this tool's, paired by round. */
  ourRatio: Figure;
}

export interface Comparison {
  figures: ToolFigures[];
  /** p99 ÷ p50 of ours at 16 concurrent. */
  tail: number;
}

const PEERS: PeerName[] = ['express', 'node-http', 'lti-tool', 'ltijs'];
const MAIN_CONCURRENCY = 16;
const COURSES = 100;
/** The least that a tool answers with: what a small player page weighs. */
const LEAST_PAGE_BYTES = 5_000;

export async function compare(world: World, amounts: Amounts): Promise<Comparison> {
  const tools = await startTools(world, amounts);
  const figures: ToolFigures[] = [];
  let tail = NaN;
  for (const concurrency of [MAIN_CONCURRENCY, 1, 64]) {
    const isMain = concurrency === MAIN_CONCURRENCY;
    const rounds = isMain ? amounts.rounds : amounts.sideRounds;
    const results = await runRounds(world, tools, {
      rounds,
      concurrency,
      launchesOf: (tool) => Math.ceil(amounts.launches[tool] / (isMain ? 1 : 2)),
    });
    const ours = results.get('playcontext')!;
    if (isMain) tail = median(ours.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
    for (const [tool, measured] of results) {
      const memoryMib = memoryOf(tools.find(({ name }) => name === tool)!.pid);
      figures.push(figuresOf({ tool, concurrency, memoryMib }, measured, ours));
    }
  }
  for (const tool of tools) await tool.stop();
  return { figures, tail };
}

type NamedTool = Tool & { name: ToolName };

async function startTools(world: World, amounts: Amounts): Promise<NamedTool[]> {
  const wish = { platforms: 1, mappings: COURSES };
  const name = 'playcontext';
  const ours: NamedTool = { ...(await startProduct(world, { ...wish, name })), name };
  const fresh = 'playcontext-new-browser';
  const tools: NamedTool[] = [
    ours,
    { ...(await startProduct(world, { ...wish, name: fresh, newBrowsers: true })), name: fresh },
  ];
  const { pageBytes } = await warmUp(world, ours, amounts);
  for (const peer of PEERS) {
    tools.push({ ...(await startPeer(world, peer, Math.max(pageBytes, LEAST_PAGE_BYTES))), name: peer });
  }
  for (const tool of tools) {
    if (tool !== ours) await warmUp(world, tool, amounts);
    await requireChecks(world, tool);
  }
  return tools;
}

function warmUp(world: World, { name }: NamedTool, amounts: Amounts): Promise<{ pageBytes: number }> {
  world.progress(`warming up ${name}`);
  return world.simulator.run({ name, launches: amounts.warmUp[name], concurrency: MAIN_CONCURRENCY });
}

/** A tool that takes any token would win every comparison. */
async function requireChecks(world: World, { name }: NamedTool): Promise<void> {
  const status = await world.simulator.launchTampered({ name });
  if (status < 400 || status >= 500) throw new Error(`${name} answered ${status} to a token with a wrong signature`);
}

interface RoundsWish {
  rounds: number;
  concurrency: number;
  launchesOf(tool: ToolName): number;
}

/** Every other round goes backwards, so that none always comes after the same one. */
async function runRounds(
  world: World,
  tools: NamedTool[],
  { rounds, concurrency, launchesOf }: RoundsWish,
): Promise<Map<ToolName, Measurement[]>> {
  const results = new Map<ToolName, Measurement[]>(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    world.progress(`round ${round + 1} of ${rounds} at ${concurrency} concurrent`);
    for (const tool of round % 2 === 0 ? tools : tools.toReversed()) {
      const measured = await measure(world, tool, { launches: launchesOf(tool.name), concurrency });
      results.get(tool.name)!.push(measured);
    }
  }
  return results;
}

function figuresOf(
  what: Pick<ToolFigures, 'tool' | 'concurrency' | 'memoryMib'>,
  measured: Measurement[],
  ours: Measurement[],
): ToolFigures {
  const all = (of: (measurement: Measurement) => number): number[] => measured.map(of);
  const cpuMs = all((each) => each.cpuMs);
  return {
    ...what,
    cpuMs: figureOf(cpuMs),
    mainThreadMs: median(all((each) => each.mainThreadMs)),
    launchesPerSecond: median(all(({ launches, loadMs }) => (launches / loadMs) * 1_000)),
    p50Ms: median(all((each) => each.p50Ms)),
    p99Ms: median(all((each) => each.p99Ms)),
    requestsPerLaunch: median(all((each) => each.requestsPerLaunch)),
    pageBytes: Math.max(...all((each) => each.pageBytes)),
    ourRatio: figureOf(
      pairedRatios(
        ours.map((each) => each.cpuMs),
        cpuMs,
      ),
    ),
  };
}
