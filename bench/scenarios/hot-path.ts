/** What a launch of a known viewer, course and signed link asks of others. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../processes/children.js';
import type { CountedMethods } from '../world/counted.js';
import { environmentOf, fillInstallation } from '../world/installation.js';
import { PLAYER_PAGE, type World } from '../world/tools.js';

export interface HotPath {
  launches: number;
  /** Requests to the platform and to Kaltura per launch. */
  outbound: number;
  /** Writes per launch that it waits for. */
  writes: number;
  /** Every call to the store, by `<port>.<method>`. */
  calls: Record<string, number>;
}

const NAME = 'counted';
const LAUNCHES = 512;
const CONCURRENCY = 16;
/** After it the recorder has written everything. */
const FLUSH_MS = 1_000;
/** Reads; what is written in batches, after the answers; and what every process does from time to time without load. */
const NO_WRITE_OF_A_LAUNCH =
  /^changeNumber$|\.(?:find\w*|list|count\w*|has|sweep)$|^launches\.append$|^courses\.noteSeen$|^(?:jobs|leases)\./;

export async function hotPath(world: World): Promise<HotPath> {
  world.progress('counting what a launch asks of others');
  const { simulator, simulatorUrl, kaltura, children } = world;
  const directory = join(world.folder, NAME);
  const wish = { directory, name: NAME, platforms: 1, mappings: 100, simulatorUrl, kaltura };
  const platforms = await fillInstallation(wish);
  const port = await freePort();
  const env = environmentOf({ directory, port, kaltura });
  const file = new URL('../world/counted.ts', import.meta.url);
  const counted = await children.helper<CountedMethods>(file, { env, directory, port });
  const origin = `http://127.0.0.1:${port}`;
  await simulator.aim({
    name: NAME,
    loginUrl: `${origin}/lti/login`,
    targetLinkUri: `${origin}/lti/launch`,
    platforms,
    courses: wish.mappings,
    marker: PLAYER_PAGE,
  });
  const load = { name: NAME, launches: LAUNCHES, concurrency: CONCURRENCY };

  await simulator.run(load);
  await world.untilKalturaRests();
  const first = await counted.call.take(undefined);
  // The first launch of a process fetches the key set and the entry.
  if (!first['outbound']) throw new Error('requests to others are not seen, so none of them would count');
  const before = await asked(world);
  await simulator.run(load);
  await delay(FLUSH_MS);
  const { outbound = 0, ...calls } = await counted.call.take(undefined);
  const received = (await asked(world)) - before;
  await counted.stop();

  const writes = Object.entries(calls)
    .filter(([name]) => !NO_WRITE_OF_A_LAUNCH.test(name))
    .reduce((sum, [, count]) => sum + count, 0);
  // Counted where requests leave and where they arrive: a client that one side does not see, the other does.
  return { launches: LAUNCHES, outbound: Math.max(outbound, received) / LAUNCHES, writes: writes / LAUNCHES, calls };
}

const asked = async ({ simulator, kalturaRequests }: World): Promise<number> =>
  (await simulator.keySetFetches({ name: NAME })) + (await kalturaRequests());
