/** Where our time goes: a CPU profile of launches only, summed up by step and by function. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise, type CpuProfile, type ProfileLine } from '../figures/profile.js';
import { startProduct, type World } from '../world/tools.js';
import type { Amounts } from './amounts.js';
import { measure } from './measure.js';

export interface ProfileFigures {
  launches: number;
  /** Microseconds of CPU per launch: all threads, and the main one, both while being profiled. */
  totalUs: number;
  mainThreadUs: number;
  /** Microseconds per launch on the main thread. */
  busyUs: number;
  steps: ProfileLine[];
  functions: ProfileLine[];
}

const NAME = 'profile';
const CONCURRENCY = 16;
const FUNCTIONS = 40;

export async function profile(world: World, { profileLaunches, warmUp }: Amounts): Promise<ProfileFigures> {
  const directory = join(world.folder, 'profiles');
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
  const product = await startProduct(world, { name: NAME, platforms: 1, mappings: 100, nodeOptions });
  await world.simulator.run({ name: NAME, launches: warmUp.playcontext, concurrency: CONCURRENCY });
  world.progress('profiling');
  // Both clocks count from the start of the machine.
  const fromUs = monotonicUs();
  const { cpuMs, mainThreadMs } = await measure(world, product, {
    launches: profileLaunches,
    concurrency: CONCURRENCY,
  });
  const toUs = monotonicUs();
  await product.stop();

  const [file] = readdirSync(directory);
  const recorded = JSON.parse(readFileSync(join(directory, file!), 'utf8')) as CpuProfile;
  const summary = summarise(recorded, { fromUs, toUs });
  const perLaunch = ({ name, us }: ProfileLine): ProfileLine => ({ name, us: us / profileLaunches });
  return {
    launches: profileLaunches,
    totalUs: cpuMs * 1_000,
    mainThreadUs: mainThreadMs * 1_000,
    busyUs: summary.busyUs / profileLaunches,
    steps: summary.steps.map(perLaunch),
    functions: summary.functions.slice(0, FUNCTIONS).map(perLaunch),
  };
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1_000n);
