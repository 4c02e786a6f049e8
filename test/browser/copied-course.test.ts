/** A teacher copies a course for the next term: its plays go on where those of the old one went. */
import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { frameAt } from '../support/frames.js';

const PLAYER_PAGE = /tool\.localhost:\d+\/v\/[\w-]+$/;
const PLAY = '.playkit-pre-playback-play-button';

describe('a copied course', function () {
  this.timeout(120_000);
  let world: DemoWorld;
  let browser: Browser;
  let page: Page;

  before(async () => {
    world = await startDemoWorld({ viewEventSeconds: 2 });
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
    page = await (await browser.newContext()).newPage();
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  const play = async (course: string, as: string): Promise<string | undefined> => {
    const known = world.kaltura.events.list().length;
    await page.goto(`${world.lms.url}/courses/${course}/activities/cell-division?as=${as}`);
    await (await frameAt(page, PLAYER_PAGE)).locator(PLAY).click();
    for (;;) {
      const event = world.kaltura.events.list()[known];
      if (event) return event.playbackContext.value;
      await page.waitForTimeout(100);
    }
  };

  it('inherits the category of its source, which the screens show and Kaltura sees', async () => {
    const original = await play('biology', 'tina');
    assert.match(original ?? '', /^\d+$/);

    await page.goto(`${world.lms.url}/courses/biology`);
    await page.getByRole('button', { name: 'Copy this course' }).click();
    const copy = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    assert.equal(await play(copy, 'ana'), original);

    await page.goto(await world.ownerLink());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /^Inherited/ }).click();
    const row = page.getByRole('row', { name: /Biology 101 \(copy\)/ });
    await row.getByText('Inherited').waitFor();
    assert.ok((await row.textContent())?.includes(original ?? '-'));
  });
});
