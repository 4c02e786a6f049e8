import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type FrameLocator, type Page } from 'playwright-core';
import { AppError } from '../../src/errors/app-error.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { FIRST_KS, GRANT, REQUEST_ID, startPlayerWorld, type PlayerWorld } from '../support/player-world.js';

const VIEWER = 'campus_student-42';
const CATEGORY = '4711';
const APPLICATION = 'Moodle of the Law School';
const IMPRESSION = '1';
const PLAY = '3';
const VIEW = '99';

describe('player page in a frame of another site', function () {
  this.timeout(40_000);

  let browser: Browser;
  let world: PlayerWorld;
  let context: BrowserContext;
  let page: Page;
  let frame: FrameLocator;
  let violations: string[];

  before(async () => {
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(() => browser.close());

  beforeEach(async () => {
    world = await startPlayerWorld();
    context = await browser.newContext({ viewport: { width: 760, height: 480 } });
    violations = [];
    await context.exposeBinding('noteViolation', (_source, text: string) => void violations.push(text));
    await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
      noteViolation(event.effectiveDirective + ' ' + event.blockedURI))`);
    page = await context.newPage();
    page.setDefaultTimeout(12_000);
    frame = page.frameLocator('iframe');
  });
  afterEach(async () => {
    await context.close();
    await world.close();
    assert.deepEqual(violations, []);
  });

  const launch = () => page.goto(world.lmsUrl);
  const playButton = () => frame.locator('.playkit-pre-playback-play-button');
  const play = async (): Promise<void> => {
    await launch();
    await playButton().click();
    await until(() => types().includes(PLAY), 'a PLAY beacon');
  };
  const types = () => world.ovp.beacons.map(({ eventType }) => eventType);
  const inFrame = (expression: string): Promise<unknown> => {
    const [, tool] = page.frames();
    assert.ok(tool);
    return tool.evaluate(expression);
  };
  const reloadFrame = () => inFrame('void setTimeout(() => location.reload())');

  const until = async (condition: () => boolean, what: string): Promise<void> => {
    for (let turn = 0; turn < 300; turn += 1) {
      if (condition()) return;
      await page.waitForTimeout(50);
    }
    assert.fail(`no ${what} within 15 s; beacons ${types().join()}, problems ${JSON.stringify(world.problems)}`);
  };

  it('plays where storage is blocked, and tells viewer, category and application with every event', async () => {
    await play();
    await inFrame('document.querySelector("video").pause()');
    await until(() => types().includes('33'), 'PAUSE beacon');
    await inFrame('void Object.assign(document.querySelector("video"), { currentTime: 8 }).play()');
    await until(
      () => ['33', '35', '11', VIEW].every((type) => types().includes(type)),
      'pause, seek, quarter and view',
    );
    for (const beacon of world.ovp.beacons) {
      assert.equal(beacon['userId'], VIEWER, beacon['eventType']);
      assert.equal(beacon['playbackContext'], CATEGORY, beacon['eventType']);
      assert.equal(beacon['application'], APPLICATION, beacon['eventType']);
      assert.equal(beacon['ks'], FIRST_KS, beacon['eventType']);
    }
    assert.deepEqual(world.problems, []);
  });

  it('leaves out the category of a course that has none', async () => {
    world.view = { categoryId: undefined };
    await play();
    for (const beacon of world.ovp.beacons) {
      assert.equal('playbackContext' in beacon, false);
      assert.equal(beacon['userId'], VIEWER);
    }
  });

  it('overrules values that something else set, and leaves application events their kind of player', async () => {
    await launch();
    await playButton().waitFor();
    const completed = (event: object) =>
      inFrame(`(() => {
        const [player] = Object.values(KalturaPlayer.getPlayers());
        const event = ${JSON.stringify(event)};
        return [player.plugins.kava.config.tamperAnalyticsHandler(event), event];
      })()`);
    const ours = { ks: FIRST_KS, userId: VIEWER, playbackContext: CATEGORY };
    const foreign = { userId: 'x', playbackContext: '1', ks: 'x' };
    assert.deepEqual(await completed({ eventType: 21, application: 'x', ...foreign }), [
      true,
      { eventType: 21, ...ours, application: APPLICATION },
    ]);
    assert.deepEqual(await completed({ eventType: 10_002, application: 'video', ...foreign }), [
      true,
      { eventType: 10_002, ...ours, application: 'video' },
    ]);

    world.view = { categoryId: undefined };
    await launch();
    await playButton().waitFor();
    assert.deepEqual(await completed({ eventType: 1, ...foreign }), [
      true,
      { eventType: 1, ks: FIRST_KS, userId: VIEWER, application: APPLICATION },
    ]);
  });

  it('loses no event of an entry whose name breaks the player’s templates', async () => {
    world.ovp.settings.entryName = 'C:\\x {{ks}} new $& "q"';
    await play();
    await until(() => types().includes(VIEW), 'VIEW beacon');
    for (const beacon of world.ovp.beacons) {
      assert.equal(beacon['userId'], VIEWER);
      assert.equal(beacon['entryId'], '1_abcdefgh');
      assert.match(beacon['sessionId'] ?? '', /^[\w-]+:[\w-]+$/);
    }
    assert.equal(types()[0], IMPRESSION);
    assert.equal(await frame.locator('h1').textContent(), 'C:\\x {{ks}} new $& "q"');
  });

  it('has no token in its address, and comes back from a reload without posting the launch again', async () => {
    await launch();
    await playButton().waitFor();
    const address = page.frames()[1]?.url() ?? '';
    assert.match(address, /\/v\/[0-9a-f-]{36}$/);
    for (const round of [1, 2]) {
      await reloadFrame();
      await until(() => world.counts.resumes === round, `resume ${round}`);
      await playButton().waitFor();
    }
    assert.deepEqual(world.counts, { launches: 1, resumes: 2, sessions: 0, shells: 2 });
    assert.equal(page.frames()[1]?.url(), address);
  });

  it('asks to be opened from the course when the browser has no grant', async () => {
    await launch();
    await playButton().waitFor();
    await inFrame('history.replaceState(null, "", location.href)');
    await reloadFrame();
    await frame.getByText('Open this video from your course').waitFor();
    assert.equal(world.counts.resumes, 0);
  });

  it('gets a new session before the old one ends, tries again when that fails, and tells the new one', async () => {
    const nowMs = Date.now();
    world.failingSessions = 1;
    world.view = { nowMs, ksExpiresAtMs: nowMs + 4_000 };
    await play();
    await until(() => world.ovp.beacons.at(-1)?.['ks'] === 'djJ8cmVuZXdlZA2', 'beacon with the renewed KS');
    assert.equal(world.ovp.beacons[0]?.['ks'], FIRST_KS);
    assert.deepEqual(world.counts, { launches: 1, resumes: 0, sessions: 2, shells: 0 });
  });

  it('loads the video with the renewed session when it is played once more', async () => {
    const nowMs = Date.now();
    world.view = { nowMs, ksExpiresAtMs: nowMs + 3_000 };
    await play();
    await until(() => world.counts.sessions === 1, 'renewal');
    await inFrame('{ const video = document.querySelector("video"); video.currentTime = video.duration - 0.3 }');
    await until(() => types().includes('14'), 'end');
    await inFrame('void document.querySelector("video").play()');
    await until(() => world.ovp.loadedWith.length === 2, 'second load');
    assert.deepEqual(world.ovp.loadedWith, [FIRST_KS, 'djJ8cmVuZXdlZA1']);
  });

  it('loads the video once more with the renewed session before it calls an error final', async () => {
    const nowMs = Date.now();
    world.view = { nowMs, ksExpiresAtMs: nowMs + 3_000 };
    await play();
    await until(() => world.counts.sessions === 1, 'renewal');
    const breakPlayback = () =>
      inFrame(`Object.values(KalturaPlayer.getPlayers())[0].dispatchEvent(
        new KalturaPlayer.core.FakeEvent('error', { severity: 2, category: 1, code: 1002 }))`);
    await breakPlayback();
    await until(() => world.ovp.loadedWith.length === 2, 'second load');
    assert.equal(world.ovp.loadedWith[1], 'djJ8cmVuZXdlZA1');
    await until(() => types().filter((type) => type === PLAY).length === 2, 'second PLAY beacon');
    assert.deepEqual(world.problems, []);
    await breakPlayback();
    await until(() => world.problems.length === 1, 'report');
  });

  const FAILURES = [
    { broken: 'script', kind: 'script', code: 'unreachable' },
    { broken: 'setup', kind: 'setup', code: 'TypeError' },
    { broken: 'entry', kind: 'load', code: undefined },
    { broken: 'media', kind: 'playback', code: undefined },
  ] as const;
  for (const { broken, kind, code } of FAILURES) {
    it(`says calmly when the ${broken} fails, reports it once, and retries on request`, async () => {
      world.ovp.settings.broken = broken;
      await launch();
      if (broken === 'media') await playButton().click();
      await frame.getByRole('heading', { name: 'The video cannot be played right now' }).waitFor();
      await frame.getByText(REQUEST_ID).waitFor();
      await until(() => world.problems.length > 0, 'report');
      await page.waitForTimeout(300);
      const [problem, ...more] = world.problems;
      assert.deepEqual(more, []);
      assert.deepEqual(
        { ...problem, code: code ?? problem?.['code'] },
        { grant: GRANT, requestId: REQUEST_ID, kind, code: code ?? problem?.['code'] },
      );
      assert.match(String(problem?.['code']), /^[\w.-]{1,40}$/);

      world.ovp.settings.broken = undefined;
      await frame.getByRole('button', { name: 'Try again' }).click();
      await playButton().waitFor();
      assert.deepEqual([world.counts.launches, world.counts.resumes], [1, 1]);
    });
  }

  it('reaches the player by keyboard, and says language, title and heading', async () => {
    await launch();
    await playButton().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await inFrame('document.getElementById("player").contains(document.activeElement)'), true);
    assert.deepEqual(await inFrame('[document.documentElement.lang, document.documentElement.dir, document.title]'), [
      'en',
      'ltr',
      'Cell division',
    ]);
    await frame.getByRole('main').waitFor();
    await frame.getByRole('heading', { level: 1, name: 'Cell division' }).waitFor();
    await frame
      .getByRole('contentinfo')
      .getByRole('link', { name: /Source/ })
      .waitFor();
  });

  for (const { width, height } of [
    { width: 760, height: 428 },
    { width: 320, height: 180 },
  ]) {
    it(`fills a frame ${width} px wide at 16:9 and never scrolls sideways`, async () => {
      await page.setViewportSize({ width, height: 480 });
      await launch();
      await playButton().waitFor();
      const box = await frame.locator('#stage').boundingBox();
      assert.deepEqual([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)], [width, height]);
      assert.equal(await inFrame('document.documentElement.scrollWidth <= innerWidth'), true);
    });
  }

  it('shows a failed launch in the frame, and a reload of it posts nothing', async () => {
    world.launchError = new AppError('LAUNCH_STATE_FOREIGN');
    await launch();
    await frame.getByText('LAUNCH_STATE_FOREIGN').waitFor();
    await reloadFrame();
    await frame.getByText('LAUNCH_STATE_MISSING').waitFor();
    assert.equal(world.counts.launches, 1);
  });
});
