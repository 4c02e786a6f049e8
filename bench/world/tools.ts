/** Starts each tool that is compared, ready for launches. */
import type { JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import { freePort, untilReady, type Child, type Children } from '../processes/children.js';
import type { Remote } from '../processes/messages.js';
import { TOOLS } from '../processes/prepare.js';
import type { SimulatedPlatform } from '../simulator/launching.js';
import type { SimulatorMethods } from '../simulator/main.js';
import { MARKER } from '../tools/input.js';
import { environmentOf, fillInstallation } from './installation.js';
import type { KalturaInfo } from './kaltura.js';

/** What the scenarios share. */
export interface World {
  children: Children;
  simulator: Remote<SimulatorMethods>;
  simulatorUrl: string;
  publicJwk: JsonWebKey;
  kaltura: KalturaInfo;
  kalturaRequests(): Promise<number>;
  /** Resolves when Kaltura was asked nothing for a while: what a process does in the background after its start is done. */
  untilKalturaRests(): Promise<void>;
  /** A folder that is removed at the end. */
  folder: string;
  progress(line: string): void;
}

export interface Tool extends Child {
  name: string;
  loginUrl: string;
}

export type PeerName = 'express' | 'node-http' | 'lti-tool' | 'ltijs';

/** Text that only our player page has. */
export const PLAYER_PAGE = 'id="view"';
const READY_PATH = '/health/ready';

export interface ProductWish {
  name: string;
  platforms: number;
  /** Mapped courses of each platform. */
  mappings: number;
  /** Of these, so many are launched from; all when absent. */
  courses?: number;
  newBrowsers?: boolean;
  nodeOptions?: string[];
}

export interface Product extends Tool {
  /** Milliseconds from start to ready. */
  readyMs: number;
  /** The same process, launched from so many courses of each platform. */
  launchedFrom(courses: number): Promise<Tool>;
}

/** An installation of its own in a new folder, filled, started as `playcontext start`, and known to the simulator. */
export async function startProduct(world: World, wish: ProductWish): Promise<Product> {
  const directory = join(world.folder, wish.name);
  const { simulatorUrl, kaltura } = world;
  const platforms = await fillInstallation({ ...wish, directory, simulatorUrl, kaltura });
  return runProduct(world, wish, { directory, platforms });
}

export async function runProduct(
  world: World,
  { name, mappings, courses = mappings, newBrowsers = false, nodeOptions = [] }: ProductWish,
  { directory, platforms }: { directory: string; platforms: SimulatedPlatform[] },
): Promise<Product> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = world.children.program(new URL('playcontext.js', TOOLS), {
    args: ['start'],
    nodeOptions,
    env: environmentOf({ directory, port, kaltura: world.kaltura }),
    logFile: join(world.folder, `${name}.log`),
  });
  const readyMs = await untilReady(origin + READY_PATH);
  const loginUrl = `${origin}/lti/login`;
  const targetLinkUri = `${origin}/lti/launch`;
  const aim = async (as: string, from: number): Promise<Tool> => {
    const target = { loginUrl, targetLinkUri, platforms, marker: PLAYER_PAGE, newBrowsers };
    await world.simulator.aim({ name: as, courses: from, ...target });
    return { ...child, name: as, loginUrl };
  };
  return {
    ...(await aim(name, courses)),
    readyMs,
    launchedFrom: (from) => aim(`${name}-from-${from}`, from),
  };
}

export async function startPeer(world: World, name: PeerName, pageBytes: number): Promise<Tool> {
  const port = await freePort();
  const issuer = 'https://moodle-0.example.edu';
  const platform = {
    issuer,
    clientId: 'client-0',
    deploymentId: '1',
    authorizationUrl: `${issuer}/mod/lti/auth.php`,
  };
  const { simulatorUrl, publicJwk } = world;
  const jwksUrl = `${simulatorUrl}/jwks/${name}`;
  const child = await world.children.tool(new URL(`${name}.js`, TOOLS), {
    port,
    pageBytes,
    jwksUrl,
    publicJwk,
    platform,
  });
  const loginUrl = `http://127.0.0.1:${port}/login`;
  await world.simulator.aim({
    name,
    loginUrl,
    targetLinkUri: `http://127.0.0.1:${port}/launch`,
    // As long as our signed links, so that the token is the same.
    platforms: [{ ...platform, custom: { entry_id: world.kaltura.entryId, pc_sig: `v1.${'x'.repeat(43)}` } }],
    courses: 100,
    marker: MARKER,
  });
  return { ...child, name, loginUrl };
}
