import assert from 'node:assert/strict';
import { chromium, type Browser } from 'playwright-core';
import { signKs } from '../../src/kaltura/ks.js';
import type { CategoryId, EntryId, ViewerId } from '../../src/runtime/ids.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { startPlayerWorld, type PlayerWorld } from '../support/player-world.js';

const VIEWER = 'campus_student-42';

describe('player page with the Kaltura stand-in', function () {
  this.timeout(60_000);
  let browser: Browser;
  let standIn: KalturaStandIn;
  let world: PlayerWorld;

  before(async () => {
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
    standIn = await startKalturaStandIn({ clock: systemClock, random: systemRandom, viewEventCountdownSeconds: 2 });
    world = await startPlayerWorld();
  });
  after(async () => {
    await browser?.close();
    await world?.close();
    await standIn?.close();
  });

  const viewOf = (entry: { id: string; name: string }): PlayerWorld['view'] => {
    const nowMs = systemClock.nowMs();
    return {
      entryId: entry.id as EntryId,
      entryName: entry.name,
      viewerId: VIEWER as ViewerId,
      categoryId: '4711' as CategoryId,
      applicationName: 'Moodle',
      partnerId: standIn.partnerId,
      uiConfId: standIn.uiConfId,
      playerBaseUrl: standIn.publicUrl,
      nowMs,
      ksExpiresAtMs: nowMs + 7_200_000,
      ks: signKs({
        partnerId: standIn.partnerId,
        secret: standIn.adminSecret,
        userId: VIEWER,
        type: 'user',
        expiresAtSeconds: Math.floor(nowMs / 1000) + 7200,
        privileges: [
          { name: 'sview', value: entry.id },
          { name: 'setrole', value: 'PLAYBACK_BASE_ROLE' },
        ],
        random: systemRandom.bytes(16),
      }),
    };
  };

  for (const what of ['shared', 'hostile'] as const) {
    it(`plays the ${what} video within its policy, and every event is complete`, async () => {
      const entry = standIn.entries.find(({ id }) => id === standIn.sample[what]);
      assert.ok(entry);
      world.view = viewOf(entry);
      const events = () => standIn.events.list().filter(({ entryId }) => entryId === entry.id);

      const context = await browser.newContext();
      try {
        const violations: string[] = [];
        await context.exposeBinding('noteViolation', (_source, text: string) => void violations.push(text));
        await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
          noteViolation(event.effectiveDirective + ' ' + event.blockedURI))`);
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        await page.goto(world.lmsUrl);
        const frame = page.frameLocator('iframe');
        await frame.locator('.playkit-pre-playback-play-button').click();
        for (let turn = 0; turn < 300 && !events().some(({ eventType }) => eventType === 11); turn += 1) {
          await page.waitForTimeout(50);
        }
        assert.deepEqual(violations, []);
      } finally {
        await context.close();
      }

      const types = events().map(({ eventType }) => eventType);
      for (const expected of [1, 2, 3, 11, 99])
        assert.ok(types.includes(expected), `${expected} among ${types.join()}`);
      for (const { ksUser, parameterUser, playbackContext, applicationName, sessionId, eventName } of events()) {
        assert.deepEqual(
          [ksUser, parameterUser, playbackContext.value, applicationName.value],
          [VIEWER, VIEWER, '4711', 'Moodle'],
          eventName,
        );
        assert.notEqual(sessionId, '');
      }
      assert.deepEqual(world.problems, []);
    });
  }
});
