import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page, type Request } from 'playwright-core';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { back, frameAt, go, reload } from '../support/frames.js';

const PLAYER_PAGE = /tool\.localhost:\d+\/v\/[\w-]+$/;

describe('a launch in a real browser', () => {
  let world: DemoWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requests: Request[];
  let violations: string[];

  before(async () => {
    world = await startDemoWorld({ adapterId: 'moodle', viewEventSeconds: 2 });
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    await world.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    requests = [];
    violations = [];
    context.on('request', (request) => requests.push(request));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    assert.deepEqual(violations, []);
  });

  const launch = (activity = 'cell-division', as = 'ana') =>
    page.goto(`${world.lms.url}/courses/biology/activities/${activity}?as=${as}`);
  const launchPosts = () =>
    requests.filter((request) => request.method() === 'POST' && request.url().includes('/lti/launch')).length;
  const playButton = '.playkit-pre-playback-play-button';

  it('shows the player in the LMS’s frame with third-party cookies blocked, and no token in any address', async () => {
    await launch();
    const frame = await frameAt(page, PLAYER_PAGE);
    await frame.locator(playButton).waitFor();
    const cookies = await context.cookies(world.toolUrl);
    assert.ok(
      cookies.every(({ name }) => !name.startsWith('__Host-pw-')),
      'the browser took an unpartitioned cookie',
    );
    const addresses = requests
      .filter((request) => new URL(request.url()).hostname === 'tool.localhost')
      .map((request) => request.url());
    assert.ok(addresses.every((address) => !/eyJ|djJ8|grant=/.test(address)));
  });

  it('asks the browser once whether its cookie came back, and goes straight on at the next launch', async () => {
    const probes = () => requests.filter((request) => request.url().includes('/lti/probe/')).length;
    await launch();
    await frameAt(page, PLAYER_PAGE);
    assert.equal(probes(), 1);
    await launch();
    await page.waitForTimeout(300);
    await frameAt(page, PLAYER_PAGE);
    assert.equal(probes(), 1);
  });

  it('resumes after a reload and after going back without posting the token again', async () => {
    await launch();
    const first = await frameAt(page, PLAYER_PAGE);
    await first.locator(playButton).waitFor();
    const address = first.url();
    await reload(first);
    await page.waitForTimeout(500);
    const again = await frameAt(page, PLAYER_PAGE);
    await again.locator(playButton).waitFor();
    assert.equal(again.url(), address);
    await go(again, `${world.lms.url}/courses`);
    await frameAt(page, /lms\.localhost:\d+\/courses$/);
    await back(page);
    await (await frameAt(page, PLAYER_PAGE)).locator(playButton).waitFor();
    assert.equal(launchPosts(), 1);
  });

  it('opens in a new window when the LMS is set to do so', async () => {
    await launch('cell-division-window');
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open the video' }).click();
    const window = await opened;
    await window.waitForURL(PLAYER_PAGE);
    await window.locator(playButton).waitFor();
  });

  it('shows an error page with its code in the frame, and a reload of it does not post the token again', async () => {
    await launch('not-in-course');
    const frame = await frameAt(page, /tool\.localhost:\d+\/lti\/launch$/);
    await frame.getByText('ENTRY_NOT_ALLOWED').waitFor();
    await reload(frame);
    await frame.getByText('LAUNCH_STATE_MISSING').waitFor();
    assert.equal(launchPosts(), 1);
  });

  it('tells a used launch from a first one', async () => {
    await launch();
    await frameAt(page, PLAYER_PAGE);
    await page.goto(`${world.lms.url}/replay?step=4`);
    await page.locator('iframe').first().contentFrame().getByText('LAUNCH_REPLAYED').waitFor();
  });

  it('plays for the exact person in the exact course', async () => {
    await launch('cell-division', 'ben');
    const frame = await frameAt(page, PLAYER_PAGE);
    await frame.locator(playButton).click();
    const ben = world.lms.personas.find(({ id }) => id === 'ben')!;
    const deadline = performance.now() + 15_000;
    const played = () =>
      world.kaltura.events
        .list()
        .filter(({ eventName, userId }) => eventName === 'Play' && userId.value === `moodle_${ben.sub}`);
    while (played().length === 0 && performance.now() < deadline) await page.waitForTimeout(100);
    const [event] = played();
    assert.equal(event?.ksUser, `moodle_${ben.sub}`);
    assert.match(event.playbackContext.categoryFullName ?? '', />site>channels>/);
    assert.deepEqual(event.flags, []);
  });
});

describe('a browser that keeps no cookie in frames, not even partitioned ones', () => {
  let world: DemoWorld;
  let context: BrowserContext;
  let profile: string;

  before(async () => {
    world = await startDemoWorld({ adapterId: 'moodle' });
    profile = await mkdtemp(join(tmpdir(), 'playcontext-profile-'));
    await mkdir(join(profile, 'Default'));
    // Cookies are refused everywhere but on first-party pages: what older browsers and strict settings come down to.
    const own = (url: string) => [`${url},${url}`, { setting: 1 }] as const;
    const exceptions = Object.fromEntries([own(world.toolUrl), own(world.lms.url)]);
    const preferences = {
      profile: {
        default_content_setting_values: { cookies: 2 },
        content_settings: { exceptions: { cookies: exceptions } },
      },
    };
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: await chromiumPath(),
      args: [...chromiumArguments],
    });
  });
  after(async () => {
    await context.close();
    await world.close();
    await rm(profile, { recursive: true, force: true });
  });

  it('is offered a window before the LMS’s hint is spent, and the video plays there', async () => {
    const page = await context.newPage();
    await page.goto(`${world.lms.url}/courses/biology/activities/cell-division?as=ana`);
    const frame = await frameAt(page, /tool\.localhost:\d+\/lti\/login/);
    const button = frame.getByRole('button', { name: 'Open in a new window' });
    await button.waitFor();
    const opened = context.waitForEvent('page');
    await button.click();
    const window = await opened;
    await window.waitForURL(PLAYER_PAGE);
    await window.locator('.playkit-pre-playback-play-button').waitFor();
  });
});
