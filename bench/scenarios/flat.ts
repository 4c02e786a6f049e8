/** Whether a launch costs the same in a large installation as in a small one. */
import { figureOf, pairedRatios, type Figure } from '../figures/statistics.js';
import { startProduct, type Product, type Tool, type World } from '../world/tools.js';
import type { Amounts } from './amounts.js';
import { measure } from './measure.js';

export interface FlatFigures {
  text: string;
  cpuMs: Figure;
  /** Against what this is compared with. */
  ratio: Figure;
}

export interface Flatness {
  rows: FlatFigures[];
  /** Worst ratio of the large tables of mappings, and that of many platforms. */
  mappings: number;
  platforms: number;
}

const CONCURRENCY = 16;

interface Variant {
  text: string;
  tool: Tool;
  /** Several variants may be launches at one process. */
  process: Product;
  /** Index of the variant that it is compared with. */
  base: number;
  /** What the ratio says about; absent for what no target is about. */
  about?: 'mappings' | 'platforms';
  /** Launches until every platform and course was seen once. */
  warmUp: number;
}

export async function flat(world: World, amounts: Amounts): Promise<Flatness> {
  const variants = await startVariants(world, amounts.flat);
  for (const { tool, warmUp } of variants) {
    await world.simulator.run({ name: tool.name, launches: warmUp, concurrency: CONCURRENCY });
  }
  // Each process checks its tenants' categories once after its start.
  await world.untilKalturaRests();
  const cpuMs = variants.map((): number[] => []);
  for (let round = 0; round < amounts.flat.rounds; round += 1) {
    world.progress(`round ${round + 1} of ${amounts.flat.rounds} of small and large installations`);
    const order = variants.map((_variant, index) => index);
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      const wish = { launches: amounts.flat.launches, concurrency: CONCURRENCY };
      cpuMs[index]!.push((await measure(world, variants[index]!.tool, wish)).cpuMs);
    }
  }
  for (const tool of new Set(variants.map((variant) => variant.process))) await tool.stop();

  const rows = variants.map(({ text, base }, index) => ({
    text,
    cpuMs: figureOf(cpuMs[index]!),
    ratio: figureOf(pairedRatios(cpuMs[index]!, cpuMs[base]!)),
  }));
  const worst = (about: Variant['about']): number =>
    Math.max(...rows.filter((_row, index) => variants[index]!.about === about).map(({ ratio }) => ratio.median));
  return { rows, mappings: worst('mappings'), platforms: worst('platforms') };
}

async function startVariants(world: World, amounts: Amounts['flat']): Promise<Variant[]> {
  const { fewMappings: few, platforms, launches } = amounts;
  const variants: Variant[] = [];
  const start = async (
    text: string,
    wish: { platforms: number; mappings: number; courses?: number },
    rest: Pick<Variant, 'about'> & { base: number },
  ): Promise<Product> => {
    world.progress(`filling an installation: ${text}`);
    const process = await startProduct(world, { name: `flat-${variants.length}`, ...wish });
    variants.push({ text, tool: process, process, warmUp: 2 * Math.max(launches, wish.platforms), ...rest });
    return process;
  };
  const number = (count: number): string => count.toLocaleString('en');

  await start(`${number(few)} mappings`, { platforms: 1, mappings: few }, { base: 0 });
  for (const many of amounts.manyMappings) {
    const about = 'mappings';
    const wish = { platforms: 1, mappings: many, courses: few };
    const process = await start(`${number(many)} mappings`, wish, { base: 0, about });
    // No cache holds all of them: each launch is the first one of its course.
    const tool = await process.launchedFrom(many);
    variants.push({
      text: `${number(many)} mappings, each launch from another course`,
      tool,
      process,
      warmUp: launches,
      base: 0,
    });
  }
  // As many courses as there are platforms on the other side, since records are batched by course.
  const base = variants.length;
  await start(`1 platform, ${number(platforms)} courses`, { platforms: 1, mappings: platforms }, { base });
  await start(
    `${number(platforms)} platforms, 1 course each`,
    { platforms, mappings: 1 },
    { base, about: 'platforms' },
  );
  return variants;
}
