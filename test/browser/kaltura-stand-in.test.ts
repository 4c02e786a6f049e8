import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { EventRecord } from '../../src/sandbox/kaltura/server.js';
import { startApi, type Api } from '../http/kaltura-stand-in/support.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';

const REQUIRED = [1, 2, 3, 33, 4, 35, 11, 12, 13, 14, 99];

/** The least page that plays: the embed script, and setup as an integrator writes it. */
function pageHtml({ script, config }: { script: string; config: string }): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Player</title>
<style>body{margin:0}#player{width:640px;height:360px}</style><div id="player"></div><script src="${script}"></script>
<script>
const config = ${config};
const kava = { userId: config.userId, playbackContext: config.playbackContext, tamperAnalyticsHandler(model) {
  model.application = config.applicationName; return true; } };
window.player = KalturaPlayer.setup({ targetId: 'player', logLevel: 'ERROR',
  provider: { partnerId: config.partnerId, uiConfId: config.uiConfId, ks: config.ks }, plugins: { kava } });
window.failed = [];
player.addEventListener('error', ({ payload }) => window.failed.push(payload.code));
window.loaded = player.loadMedia({ entryId: config.entryId }).then(() => true, () => false);
</script>`;
}

describe('the real player against the Kaltura stand-in', function () {
  this.timeout(120_000);
  let api: Api;
  let browser: Browser;
  let page: Page;
  let server: Server;
  let html = '';

  before(async () => {
    api = await startApi({ viewEventCountdownSeconds: 2 });
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(request.url === '/' ? html : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await chromium.launch({
      executablePath: await chromiumPath(),
      args: [...chromiumArguments, '--autoplay-policy=no-user-gesture-required'],
    });
  });
  after(async () => {
    await browser?.close();
    server?.close();
    await api?.standIn.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  const open = async (entryId: string, { h264 = true } = {}): Promise<void> => {
    const { standIn } = api;
    const { partnerId, uiConfId, publicUrl } = standIn;
    const ks = await api.ks({ userId: 'ana', privileges: `sview:${entryId},setrole:PLAYBACK_BASE_ROLE` });
    const values = { userId: 'ana', playbackContext: '86092', applicationName: 'A plain page' };
    html = pageHtml({
      script: `${publicUrl}/p/${partnerId}/embedPlaykitJs/uiconf_id/${uiConfId}`,
      config: JSON.stringify({ ...values, partnerId, uiConfId, ks, entryId }),
    });
    if (!h264) {
      await page.addInitScript({
        content: `const original = HTMLMediaElement.prototype.canPlayType;
          HTMLMediaElement.prototype.canPlayType = function (type) {
            return type.includes('avc1') ? '' : original.call(this, type);
          };`,
      });
    }
    await page.goto(`http://page.localhost:${(server.address() as AddressInfo).port}/`);
  };
  const run = (script: string): Promise<unknown> => page.evaluate(script);
  const eventsSince = (index: number): EventRecord[] =>
    api.standIn.events.list().filter((event) => event.index > index);
  const lastIndex = (): number => api.standIn.events.list().at(-1)?.index ?? 0;
  const until = (wanted: (event: EventRecord) => boolean, since: number): Promise<void> =>
    new Promise((resolve) => {
      if (eventsSince(since).some(wanted)) resolve();
      const leave = api.standIn.events.subscribe((event) => {
        if (!wanted(event)) return;
        leave();
        resolve();
      });
    });

  it('plays to the end and reports every event with the three values', async () => {
    const since = lastIndex();
    await open('1_celldiv1');
    const arrived = (type: number) => until(({ eventType }) => eventType === type, since);
    assert.equal(await run('window.loaded'), true);
    await run('player.play()');
    await arrived(3);
    await run(`player.pause()`);
    await arrived(33);
    await run(`player.play()`);
    await arrived(4);
    await run('player.currentTime = 12');
    await arrived(35);
    await arrived(14);
    const events = eventsSince(since);
    const kinds = new Set(events.map(({ eventType }) => eventType));
    assert.deepEqual(
      REQUIRED.filter((type) => !kinds.has(type)),
      [],
    );
    for (const event of events) {
      assert.deepEqual(event.userId, { value: 'ana', source: 'ks' });
      assert.equal(event.playbackContext.categoryFullName, 'Campus>Library');
      assert.deepEqual(event.applicationName, { value: 'A plain page', source: 'handler' });
      assert.deepEqual(event.flags, []);
    }
  });

  it('offers captions in two languages and shows their text', async () => {
    await open('1_celldiv1');
    assert.equal(await run('window.loaded'), true);
    await run('player.play()');
    await page.waitForFunction(`player.getTracks('text').filter(({ language }) => language !== 'off').length === 2`);
    const languages = await run(
      `player.getTracks('text').map(({ language }) => language).filter((each) => each !== 'off')`,
    );
    assert.deepEqual(languages, ['en', 'es']);
    await run(`player.selectTrack(player.getTracks('text').find(({ language }) => language === 'es'))`);
    await run('player.currentTime = 5');
    await page.waitForFunction(`document.body.innerText.includes('Metafase')`);
  });

  it('plays the WebM file in a browser without H.264', async () => {
    const media = page.waitForResponse((response) => response.url().includes('/media/') && response.status() === 206);
    const since = lastIndex();
    await open('1_recapclp', { h264: false });
    await run('window.loaded.then(() => player.play())');
    assert.match((await media).url(), /cell-division\.webm$/);
    await until(({ eventType }) => eventType === 3, since);
  });

  it('reports an error when the file is lost', async () => {
    const since = lastIndex();
    await open('1_brokenfl');
    await run('window.loaded.then(() => player.play())').catch(() => undefined);
    await until(({ eventType }) => eventType === 98, since);
  });

  it('shows every event on the event screen, and marks what is missing', async () => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    const ks = await api.ks({ userId: 'ana', privileges: 'sview:*' });
    const values = { userId: 'ana', playbackContext: '86092', application: 'A plain page', entryId: '1_celldiv1', ks };
    const beacon = new URLSearchParams({ service: 'analytics', action: 'trackEvent', eventType: '3', ...values });
    for (let sent = 0; sent < 2; sent += 1) {
      await fetch(`${api.standIn.url}/api_v3/index.php?${beacon.toString()}`);
    }
    const count = api.standIn.events.list().length;
    await page.goto(api.standIn.eventScreen.page);
    await page.getByText(`${count} of ${count} events carry all three values`).waitFor();
    await page.evaluate(
      `fetch('/api_v3/index.php?service=analytics&action=trackEvent&eventType=41&entryId=1_x&sessionId=x&userId=%3Cb%3E')`,
    );
    await page.getByText(`${count} of ${count + 1} events carry all three values`).waitFor();
    const newest = page.locator('tbody').first().locator('tr').nth(1);
    assert.deepEqual(
      await Promise.all((await newest.locator('td').all()).map((cell) => cell.getAttribute('data-source'))),
      ['parameter', 'none', 'none'],
    );
    assert.equal(await newest.locator('.text').first().innerText(), '<b>');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await barriers(page), [], colorScheme);
    }
    assert.deepEqual(problems, []);
  });

  it('says on an empty event screen what to do, and fits a narrow side panel of another local site', async () => {
    const fresh = await startApi();
    try {
      html = `<!doctype html><title>LMS</title><iframe src="${fresh.standIn.eventScreen.page}" width="320" height="500"></iframe>`;
      await page.goto(`http://lms.localhost:${(server.address() as AddressInfo).port}/`);
      const frame = page.frameLocator('iframe');
      await frame.getByText('Play the video.').waitFor();
      await fetch(`${fresh.standIn.url}/api_v3/index.php?service=analytics&action=trackEvent&eventType=3&userId=ana`);
      await frame.getByText('0 of 1 event carries all three values').waitFor();
      assert.equal(await frame.getByText('Play the video.').isVisible(), false);
      const width = await page.frames()[1]?.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width !== undefined && width <= 320, `${width} px`);
    } finally {
      await fresh.standIn.close();
    }
  });
});
