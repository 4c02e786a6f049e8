/**
 * `demo --check`: a student and a teacher play in a headless browser, in the LMS's cross-site frame with third-party
 * cookies blocked. What counts is what the browser sent, by its own network log: each event must carry exactly the
 * values of that person in that course, and the collector must have got the same events.
 */
import type { Browser, BrowserContext, Frame, Page, Request } from 'playwright-core';
import { AppError } from '../errors/app-error.js';
import type { TenantId } from '../runtime/ids.js';
import { chromiumArguments, chromiumPath } from './chromium.js';
import { compareEvents, readBeacon, type Beacon, type ExpectedValues } from './demo-events.js';
import { expectedViewerId } from './demo-viewer.js';
import { startDemoWorld, type DemoWorld } from './demo-world.js';

const PLAYS = [
  { persona: 'ana', course: 'biology' },
  { persona: 'tina', course: 'chemistry' },
] as const;
const ACTIVITY = 'cell-division';
const STEP_TIMEOUT_MS = 60_000;
const VIEW_EVENT_SECONDS = 2;

/**
 * Prints what happened; true when every event carried its three values and all kinds of events came. Which launches are
 * imitated, and `adapters` from outside: see `DemoWorldOptions`.
 */
export async function runDemoCheck(
  adapterId: string | undefined,
  print: (line: string) => void = console.log,
  adapters: readonly string[] = [],
): Promise<boolean> {
  const executablePath = await chromiumPath(process.env);
  const { chromium } = await import('playwright-core');
  const world = await startDemoWorld({ adapterId, adapters, viewEventSeconds: VIEW_EVENT_SECONDS });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
    const beacons: Beacon[] = [];
    for (const play of PLAYS) {
      print(`${play.persona} plays in ${play.course}…`);
      beacons.push(...(await playOnce(browser, world, play)));
    }
    return report(beacons, world, print);
  } finally {
    await browser?.close();
    await world.close();
  }
}

interface Play {
  persona: string;
  course: string;
}

async function playOnce(browser: Browser, world: DemoWorld, play: Play): Promise<Beacon[]> {
  const context = await browser.newContext();
  try {
    const requests: Request[] = [];
    context.on('request', (request) => requests.push(request));
    const page = await context.newPage();
    await page.goto(`${world.lms.url}/courses/${play.course}/activities/${ACTIVITY}?as=${play.persona}`);
    const frame = await playerFrame(page);
    await assertCookiesBlocked(frame, context);
    await watch(frame, () => requests.filter(isBeaconRequest).length);

    const expected = await expectedValues(world, play);
    return requests
      .filter(isBeaconRequest)
      .map((request) => ({ ...readBeacon(request), expected, play: `${play.persona} in ${play.course}` }));
  } finally {
    await context.close();
  }
}

/** The tool's page inside the LMS's; it must be there within the limit. */
async function playerFrame(page: Page): Promise<Frame> {
  const deadline = performance.now() + STEP_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const frame = page
      .mainFrame()
      .childFrames()
      .find((candidate) => /\/v\/[\w-]+$/.test(candidate.url()));
    if (frame) return frame;
    await pause(100);
  }
  throw new AppError('DEMO_CHECK_FAILED', { reason: 'no player page came up in the LMS’s frame' });
}

/** Plays as a person does: start, pause, go on, seek, watch to the end. */
async function watch(frame: Frame, sentSoFar: () => number): Promise<void> {
  await frame.locator('.playkit-pre-playback-play-button').click({ timeout: STEP_TIMEOUT_MS });
  await video(frame, ({ currentTime }) => currentTime > 1.5);
  await control(frame, 'pause');
  await pause(500);
  await control(frame, 'play');
  await pause(500);
  await control(frame, 'seek');
  await video(frame, ({ ended }) => ended);
  await settled(sentSoFar);
}

/** Waits until the video is as `test` says. Asked from outside: the page's policy lets nobody evaluate text in it. */
async function video(frame: Frame, test: (video: { currentTime: number; ended: boolean }) => boolean): Promise<void> {
  const deadline = performance.now() + STEP_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const state = await frame.locator('video').evaluate((element) => {
      const { currentTime, ended } = element as unknown as { currentTime: number; ended: boolean };
      return { currentTime, ended };
    });
    if (test(state)) return;
    await pause(100);
  }
  throw new AppError('DEMO_CHECK_FAILED', { reason: 'the video did not play' });
}

/** Through the player's own interface, which reports what it is asked to do. */
function control(frame: Frame, action: 'pause' | 'play' | 'seek'): Promise<void> {
  return frame.evaluate((wish) => {
    interface Player {
      play(): void;
      pause(): void;
      currentTime: number;
      duration: number;
    }
    const { KalturaPlayer } = globalThis as unknown as { KalturaPlayer: { getPlayers(): Record<string, Player> } };
    const [player] = Object.values(KalturaPlayer.getPlayers());
    if (!player) throw new Error('no player');
    if (wish === 'seek') player.currentTime = player.duration * 0.4;
    else player[wish]();
  }, action);
}

/** The last events leave a moment after the end. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1; last !== count();) {
    last = count();
    await pause(1_500);
  }
}

/** The proof must hold where it is hardest: a frame that were given ordinary cookies or storage would prove less. */
async function assertCookiesBlocked(frame: Frame, context: BrowserContext): Promise<void> {
  const cookieSet = await frame.evaluate(() => {
    const { document } = globalThis as unknown as { document: { cookie: string } };
    document.cookie = 'probe=1; SameSite=None; Secure';
    return document.cookie.includes('probe=1');
  });
  const cookies = await context.cookies(new URL(frame.url()).origin);
  if (cookieSet || cookies.some(({ name }) => name.startsWith('__Host-pw-'))) {
    throw new AppError('DEMO_CHECK_FAILED', { reason: 'this browser allows third-party cookies' });
  }
}

async function expectedValues(world: DemoWorld, { persona, course }: Play): Promise<ExpectedValues> {
  const person = world.lms.personas.find(({ id }) => id === persona);
  const place = world.lms.courses.find(({ id }) => id === course);
  const [tenant] = await world.store.tenants.list();
  const mapping = place && tenant && (await world.store.mappings.find(tenant.id satisfies TenantId, place.contextId));
  if (!person || !tenant || !mapping) throw new AppError('DEMO_CHECK_FAILED', { reason: 'the launch left no mapping' });
  return {
    userId: await expectedViewerId(world.store, tenant, person.sub),
    applicationName: world.applicationName,
    playbackContext: mapping.categoryId,
  };
}

function isBeaconRequest(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url());
  const service = searchParams.get('service') ?? pathname;
  return request.method() !== 'OPTIONS' && /(?:^|\/service\/)(?:analytics|stats)(?:$|\/)/.test(service);
}

function report(beacons: Beacon[], world: DemoWorld, print: (line: string) => void): boolean {
  const { table, complete, missingKinds, neverSent, problems } = compareEvents(beacons, world.kaltura.events.list());
  for (const line of table) print(line);
  if (neverSent.length > 0) print(`not sent by this player version: ${neverSent.join(', ')}`);
  for (const problem of problems) print(`PROBLEM: ${problem}`);
  // Kinds of ids that the LMS makes differ; that two people have two of them does not.
  const viewers = new Set(beacons.map(({ expected }) => expected.userId)).size;
  if (viewers !== PLAYS.length) print(`PROBLEM: ${PLAYS.length} people played and ${viewers} userIds were expected`);
  if (missingKinds.length > 0) print(`PROBLEM: no event of these kinds was sent: ${missingKinds.join(', ')}`);
  print(`events: ${complete}/${beacons.length} carry userId, applicationName and playbackContext`);
  const allSent = problems.length === 0 && missingKinds.length === 0;
  return complete === beacons.length && allSent && viewers === PLAYS.length;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
