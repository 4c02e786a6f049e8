import assert from 'node:assert/strict';
import { chromium, type Browser } from 'playwright-core';
import { expectedViewerId } from '../../src/cli/demo-viewer.js';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { frameAt } from '../support/frames.js';

const PLAYER_PAGE = /tool\.localhost:\d+\/v\/[\w-]+$/;
const LIMIT_MS = 20_000;

describe('the first events of a launch in the LMS’s frame', () => {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(() => browser.close());

  /** Plays until Kaltura has heard of the play, not to the end: `demo --check` does that. */
  async function firstEvents(world: DemoWorld) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${world.lms.url}/courses/biology/activities/cell-division?as=ana`);
      const frame = await frameAt(page, PLAYER_PAGE);
      await frame.locator('.playkit-pre-playback-play-button').click({ timeout: LIMIT_MS });
      const deadline = performance.now() + LIMIT_MS;
      const events = () => world.kaltura.events.list();
      const isRecorded = async () => (await world.store.launches.list({ limit: 1 })).length > 0;
      const isComplete = async () => events().some(({ eventName }) => eventName === 'Play') && (await isRecorded());
      while (!(await isComplete()) && performance.now() < deadline) await page.waitForTimeout(50);
      return events();
    } finally {
      await context.close();
    }
  }

  for (const adapterId of ['blackboard', 'sakai', 'brightspace', 'openedx']) {
    it(`carry the three values, launched as ${adapterId} does`, async () => {
      const world = await startDemoWorld({ adapterId });
      try {
        const events = await firstEvents(world);
        const [tenant] = await world.store.tenants.list();
        const course = world.lms.courses.find(({ id }) => id === 'biology')!;
        const mapping = await world.store.mappings.find(tenant!.id, course.contextId);
        const { sub } = world.lms.personas.find(({ id }) => id === 'ana')!;
        const expected = [
          await expectedViewerId(world.store, tenant!, sub),
          mapping?.categoryId,
          world.applicationName,
        ];
        assert.ok(events.some(({ eventName }) => eventName === 'Play'));
        for (const { eventName, userId, playbackContext, applicationName, flags } of events) {
          assert.deepEqual([userId.value, playbackContext.value, applicationName.value], expected, eventName);
          assert.deepEqual(flags, [], eventName);
        }
      } finally {
        await world.close();
      }
    });
  }
});
