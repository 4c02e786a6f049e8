/** Memory over many launches, and what the two heavy packages add, which are loaded at their first use only. */
import { memoryOf } from '../figures/process-tree.js';
import { TOOLS } from '../processes/prepare.js';
import { startProduct, type World } from '../world/tools.js';
import type { Amounts } from './amounts.js';

export interface MemoryFigures {
  /** MiB (proportional set size) by launches so far. The first is a process that has just become ready. */
  course: { launches: number; mib: number }[];
  /** End ÷ middle. */
  growth: number;
  /** MiB that loading it adds to an empty Node process. */
  packages: Record<string, number>;
}

const NAME = 'memory';
const PARTS = 10;
const CONCURRENCY = 16;
const PACKAGES = ['kaltura-client', 'ltijs'];

export async function memory(world: World, { memoryLaunches }: Amounts): Promise<MemoryFigures> {
  const product = await startProduct(world, { name: NAME, platforms: 1, mappings: 100 });
  const course = [{ launches: 0, mib: memoryOf(product.pid) }];
  const launches = Math.ceil(memoryLaunches / PARTS);
  for (let part = 1; part <= PARTS; part += 1) {
    world.progress(`memory: ${part * launches} launches of ${PARTS * launches}`);
    await world.simulator.run({ name: NAME, launches, concurrency: CONCURRENCY });
    course.push({ launches: part * launches, mib: memoryOf(product.pid) });
  }
  await product.stop();
  // The garbage collector lets a heap swing: the mean of three points says more than one.
  const around = (part: number): number => course.slice(part - 2, part + 1).reduce((sum, { mib }) => sum + mib, 0) / 3;
  return { course, growth: around(PARTS) / around(PARTS / 2), packages: await weights(world) };
}

async function weights(world: World): Promise<Record<string, number>> {
  const weigh = async (input: { name?: string }): Promise<number> => {
    const child = await world.children.tool(new URL('module-weight.js', TOOLS), input);
    const mib = memoryOf(child.pid);
    await child.stop();
    return mib;
  };
  const empty = await weigh({});
  const entries: [string, number][] = [];
  for (const name of PACKAGES) entries.push([name, (await weigh({ name })) - empty]);
  return Object.fromEntries(entries);
}
