/** From starting the program to the first request that it can answer. */
import { join } from 'node:path';
import { figureOf, type Figure } from '../figures/statistics.js';
import { fillInstallation } from '../world/installation.js';
import { runProduct, type World } from '../world/tools.js';
import type { Amounts } from './amounts.js';

/** Seconds. */
export async function start(world: World, { starts }: Amounts): Promise<Figure> {
  const wish = { name: 'start', platforms: 1, mappings: 100 };
  const directory = join(world.folder, wish.name);
  const { simulatorUrl, kaltura } = world;
  const platforms = await fillInstallation({ ...wish, directory, simulatorUrl, kaltura });
  const seconds: number[] = [];
  for (let count = 0; count < starts; count += 1) {
    world.progress(`start ${count + 1} of ${starts}`);
    const product = await runProduct(world, wish, { directory, platforms });
    seconds.push(product.readyMs / 1_000);
    await product.stop();
  }
  return figureOf(seconds);
}
