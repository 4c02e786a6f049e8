import { setTimeout as delay } from 'node:timers/promises';
import { cpuTimeOf } from '../figures/process-tree.js';
import type { BlockResult, BlockWish } from '../simulator/load.js';
import type { Tool, World } from '../world/tools.js';

/** One block of launches at one tool. */
export interface Measurement extends BlockResult {
  /** CPU milliseconds of the tool's process tree per launch, with what it does after the launches. */
  cpuMs: number;
  /** Of these, on the thread that runs JavaScript. */
  mainThreadMs: number;
}

/** What a tool puts off (batched records, garbage) is due by then; an idle process costs next to nothing. */
const SETTLE_MS = 300;

export async function measure(world: World, tool: Tool, wish: Omit<BlockWish, 'name'>): Promise<Measurement> {
  const before = cpuTimeOf(tool.pid);
  const result = await world.simulator.run({ name: tool.name, ...wish });
  await delay(SETTLE_MS);
  const after = cpuTimeOf(tool.pid);
  return {
    ...result,
    cpuMs: (after.totalMs - before.totalMs) / wish.launches,
    mainThreadMs: (after.mainThreadMs - before.mainThreadMs) / wish.launches,
  };
}
