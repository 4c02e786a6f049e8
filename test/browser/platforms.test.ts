/** An LMS is connected in the screens alone, from nothing to a played video. */
import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { frameAt } from '../support/frames.js';

const PLAYER_PAGE = /tool\.localhost:\d+\/v\/[\w-]+$/;

describe('the screens of platforms in a browser', function () {
  this.timeout(90_000);
  let world: DemoWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  before(async () => {
    world = await startDemoWorld({ adapterId: 'moodle', viewEventSeconds: 2 });
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    await world.close();
  });
  afterEach(() => context.close());

  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    context = await browser.newContext(options);
    page = await context.newPage();
    problems = [];
    page.on('console', (message) => {
      // A refused form is shown again with its status, which Chromium writes down as a failed resource.
      if (message.type() === 'error' && !/status of 4(?:09|22)/.test(message.text())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(await world.ownerLink());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  };
  /** What the guide offers to copy under this label. */
  const toCopy = async (label: string): Promise<string> =>
    (await page.getByRole('button', { name: `Copy ${label}`, exact: true }).getAttribute('data-copy')) ?? '';

  it('fit every window and put up no barrier', async () => {
    const [platform] = await world.store.platforms.list();
    assert.ok(platform);
    await world.store.deployments.notePending(
      { platformId: platform.id, deploymentId: '42' },
      { nowMs: Date.now(), cap: 9 },
    );
    await world.store.blockedFrames.note(
      { platformId: platform.id, origin: 'https://portal.example.edu' },
      { nowMs: Date.now(), cap: 9 },
    );
    for (const options of [
      {},
      { colorScheme: 'dark' },
      { viewport: { width: 320, height: 700 }, hasTouch: true, isMobile: true },
    ] as const satisfies BrowserContextOptions[]) {
      await open(options);
      for (const path of [
        '',
        '/new',
        '/new/canvas',
        `/${platform.id}`,
        `/${platform.id}/guide`,
        `/${platform.id}/first-launch`,
        `/${platform.id}/delete`,
      ]) {
        await page.goto(`${world.toolUrl}/admin/platforms${path}`);
        for (const setting of ['pilot', 'connection', 'unmapped-course']) {
          const summary = page.locator(`#setting-${setting} > summary`);
          if ((await summary.count()) > 0) await summary.click();
        }
        assert.deepEqual(await barriers(page), [], path);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${path} is wider than the window`);
      }
      assert.deepEqual(problems, []);
      await context.close();
    }
    await open();
  });

  it('work without script', async () => {
    const [platform] = await world.store.platforms.list();
    assert.ok(platform);
    await open({ javaScriptEnabled: false });
    await page.goto(`${world.toolUrl}/admin/platforms/${platform.id}`);
    await page.locator('#setting-name > summary').click();
    await page.locator('#field-name').fill('Moodle of Law');
    await page.getByRole('button', { name: 'Save “Name”' }).click();
    await page.getByRole('heading', { name: 'Moodle of Law' }).waitFor();
    await page.locator('#setting-application > summary').click();
    await page.locator('#field-applicationName').fill('Law');
    await page.getByRole('button', { name: 'Save “Application name”' }).click();
    await page.getByRole('button', { name: 'Change “Application name”' }).click();
    await page.getByText('“Application name” is saved.').waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.locator('.keys').getByText('1 key, 1 usable').waitFor();
  });

  it('connect an LMS from nothing, approve its deployment, and see it play', async () => {
    for (const { id, version } of await world.store.platforms.list()) {
      await world.store.platforms.remove(id, version, { kind: 'cli' }, Date.now());
    }
    await open();
    await page.goto(`${world.toolUrl}/admin/platforms`);
    await page.getByRole('link', { name: 'Connect an LMS' }).click();
    await page.getByRole('link', { name: 'Moodle', exact: true }).click();

    const lms = await context.newPage();
    await lms.goto(`${world.lms.url}/admin/tools`);
    const values = {
      Name: await toCopy('Tool name'),
      'Login URL': await toCopy('Initiate login URL'),
      'Tool URL': await toCopy('Tool URL'),
      'Public keys URL': await toCopy('Public keyset'),
      'Redirect URLs': await toCopy('Redirection URI(s)'),
    };
    for (const [label, value] of Object.entries(values)) await lms.getByLabel(label, { exact: true }).fill(value);
    await lms.getByRole('button', { name: 'Register the tool' }).click();
    await lms.getByRole('button', { name: 'Activate' }).click();
    await lms.getByRole('button', { name: 'Show in activity chooser' }).click();
    const tool = lms.locator('.tool').last();
    await tool.getByText('Values for the tool').click();
    const given = async (label: string): Promise<string> =>
      (await tool
        .locator('div', { has: lms.getByText(label, { exact: true }) })
        .locator('code')
        .last()
        .textContent()) ?? '';
    const clientId = await given('Client id');

    await page.getByLabel('Address of the LMS').fill(world.lms.url);
    await page.keyboard.press('Enter');
    await page.getByText('The LMS publishes these addresses').waitFor();
    assert.equal(await page.getByLabel('Issuer').inputValue(), await given('Issuer'));
    assert.equal(await page.getByLabel('Authentication URL').inputValue(), await given('Authentication request URL'));
    await page.getByLabel('Name', { exact: true }).fill('Moodle of the demo');
    await page.getByLabel('Client ID').fill(clientId);
    await page.getByLabel('Create a category').check();
    await page.getByRole('button', { name: 'Connect Moodle' }).last().click();
    await page.getByText('Waiting for the first launch').waitFor();

    const activity = `${world.lms.url}/courses/biology/activities/cell-division?tool=${encodeURIComponent(clientId)}`;
    await lms.goto(activity);
    await page.getByText('nobody has approved yet').waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Active', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Test a launch' }).click();
    await page.getByText('Waiting for the next launch').waitFor();

    await lms.goto(activity);
    const player = await frameAt(lms, PLAYER_PAGE);
    await player.locator('.playkit-pre-playback-play-button').click();
    await page.getByText('A launch came and played.').waitFor();
    await page.getByText('Biology 101').waitFor();
    assert.deepEqual(await barriers(page), []);
    const ana = world.lms.personas.find(({ id }) => id === 'ana');
    const viewerId = `moodleofthedemo_${ana?.sub ?? ''}`;
    assert.ok((await page.locator('#first-launch').textContent())?.includes(viewerId));

    const deadline = performance.now() + 20_000;
    const played = () =>
      world.kaltura.events.list().find(({ eventName, userId }) => eventName === 'Play' && userId.value === viewerId);
    while (!played() && performance.now() < deadline) await lms.waitForTimeout(100);
    assert.match(played()?.playbackContext.categoryFullName ?? '', />site>channels>/);
    assert.deepEqual(problems, []);
  });
});
