import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { createSignInLinks } from '../../src/admin/sign-in-links.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { PlatformRecord } from '../../src/store/ports.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { frameAt } from '../support/frames.js';
import { startInspectorWorld, type InspectorWorld } from '../support/inspector-world.js';
import { claimName, DEPLOYMENT_ID } from '../support/tool-world.js';

const ADMINISTRATOR = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator';

describe('the launch inspector in a browser', function () {
  this.timeout(120_000);
  let world: InspectorWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let server: Server;
  let lms: string;
  let portal: string;
  let platform: PlatformRecord;
  /** Who launches next, and what for. */
  let person: Record<string, unknown> = {};

  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    context = await browser.newContext(options);
    page = await context.newPage();
  };
  const signIn = async (): Promise<void> => {
    const links = createSignInLinks({
      admins: world.store.admins,
      publicUrl: new URL(world.publicUrl),
      clock: systemClock,
      random: systemRandom,
    });
    await page.goto(await links.make({ role: 'owner', name: 'Ada Byron' }, { kind: 'cli' }));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  };

  const claimsOf = (nonce: string): Record<string, unknown> =>
    world.claims({ nonce }, { iss: lms, aud: 'client-lms', [claimName('launch_presentation')]: {}, ...person });

  /** An LMS whose course page shows the tool in a frame, and on another host a portal that shows that page in one. */
  const answer = async (request: IncomingMessage): Promise<string> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    if (url.hostname.startsWith('portal.')) return `<iframe src="${lms}/course" width="900" height="700"></iframe>`;
    if (url.pathname === '/auth') {
      const token = await world.signer.sign(claimsOf(url.searchParams.get('nonce') ?? ''));
      return (
        `<form method="post" action="${world.publicUrl}/lti/launch">` +
        `<input type="hidden" name="state" value="${url.searchParams.get('state') ?? ''}">` +
        `<input type="hidden" name="id_token" value="${token}"></form><script>onload = () => document.forms[0].submit()</script>`
      );
    }
    const login = new URLSearchParams({
      iss: lms,
      login_hint: '42',
      target_link_uri: `${world.publicUrl}/lti/launch`,
      client_id: 'client-lms',
    });
    const src = `${world.publicUrl}/lti/login?${login.toString()}`.replaceAll('&', '&amp;');
    return `<iframe src="${src}" width="800" height="600"></iframe>`;
  };

  before(async () => {
    world = await startInspectorWorld({ settings: { adminSignIn: true, captureUntilMs: 8e15 } });
    await world.launch();
    await world.launch({ sub: 'ada.byron@example.edu' });
    await world.recorded(2);
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      void answer(request).then((body) => response.end(`<!doctype html>${body}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    [lms, portal] = [`http://lms.localhost:${port}`, `http://portal.localhost:${port}`];
    platform = await world.addPlatform({
      name: 'LMS of the tests',
      issuer: lms,
      clientId: 'client-lms',
      authorizationUrl: `${lms}/auth`,
    });
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await world.close();
  });
  afterEach(() => context.close());

  it('finds a failed launch by what a viewer copied from their error page', async () => {
    await open();
    person = { sub: undefined };
    await page.goto(`${lms}/course`);
    const frame = await frameAt(page, /\/lti\/launch$/);
    await frame.getByText('VIEWER_ID_MISSING').waitFor();
    const told = await frame.locator('.reference').innerText();
    await signIn();
    await page.getByRole('link', { name: 'Launches' }).click();
    await page.getByLabel('Find a launch by the id').fill(told);
    await page.getByRole('button', { name: 'Find launch' }).click();
    await page.getByRole('heading', { level: 1, name: /Failed VIEWER_ID_MISSING/ }).waitFor();
    await page.getByText('privacy settings that hold the user id back').waitFor();
  });

  it('names the portal whose frame the browser left blank, whoever stands between', async () => {
    await open();
    person = {};
    await page.goto(portal);
    const deadline = performance.now() + 20_000;
    while ((await world.store.blockedFrames.list()).length === 0 && performance.now() < deadline) {
      await page.waitForTimeout(100);
    }
    assert.deepEqual(
      (await world.store.blockedFrames.list()).map(({ origin }) => origin),
      [portal],
    );
    await signIn();
    await page.getByRole('link', { name: 'Launches' }).click();
    await page.getByText(`refused to show a page of LMS of the tests inside ${portal}`).waitFor();
  });

  it('replays and opens a launch in its page, with and without script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await open({ javaScriptEnabled });
      await signIn();
      await page.goto(`${world.publicUrl}/admin/launches?outcome=played`);
      await page
        .getByRole('link')
        .filter({ has: page.locator('time') })
        .last()
        .click();
      await page.getByRole('button', { name: 'Show what would happen now' }).click();
      await page.getByText('this launch would play').waitFor();
      await page.getByRole('button', { name: 'Show personal values' }).click();
      await page.getByText('Ada Byron').nth(1).waitFor();
      await context.close();
    }
    await open();
  });

  it('lets an approved person of the LMS in by a button in the frame, into a window of their own', async () => {
    person = {
      sub: 'admin-1',
      [claimName('target_link_uri')]: `${world.publicUrl}/lti/launch/admin`,
      [claimName('custom')]: {},
      [claimName('roles')]: [ADMINISTRATOR],
    };
    await open();
    await page.goto(`${lms}/course`);
    await (await frameAt(page, /\/lti\/launch$/)).getByText('An owner has to approve you').waitFor();
    await world.store.adminPersons.approve(
      { platformId: platform.id, deploymentId: DEPLOYMENT_ID, subject: 'admin-1', role: 'editor' },
      { kind: 'cli' },
      systemClock.nowMs(),
    );
    await page.goto(`${lms}/course`);
    const frame = await frameAt(page, /\/lti\/launch$/);
    const [admin] = await Promise.all([
      context.waitForEvent('page'),
      frame.getByRole('button', { name: 'Open in a new window' }).click(),
    ]);
    await admin.getByRole('navigation', { name: 'Sections' }).waitFor();
    assert.equal(await admin.getByRole('link', { name: 'Settings' }).count(), 0);
    await admin.goto(`${world.publicUrl}/admin/launches`);
    await admin.getByRole('heading', { name: 'Launches' }).waitFor();
  });

  for (const [look, options] of [
    ['on a desktop', {}],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
  ] as const satisfies [string, BrowserContextOptions][]) {
    it(`puts up no barrier ${look}`, async () => {
      const [played] = await world.store.launches.list({ limit: 1, outcome: 'played' });
      const failed = (await world.store.launches.list({ limit: 50, outcome: 'failed' }))[0];
      await open(options);
      await signIn();
      for (const path of [
        '/admin/launches',
        '/admin/launches?find=nothing',
        '/admin/launches?code=NOTHING',
        `/admin/launches/${failed?.launchId ?? ''}`,
        `/admin/launches/${played?.launchId ?? ''}`,
        '/admin/settings',
        '/admin/audit',
        '/admin/audit?action=job.',
        `/admin/platforms/${platform.id}/persons`,
      ]) {
        await page.goto(`${world.publicUrl}${path}`);
        assert.deepEqual(await barriers(page), [], path);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${path} is wider than the window`);
      }
      const video = (await world.store.launches.list({ limit: 50, outcome: 'played' })).find(({ entryId }) => entryId);
      await page.goto(`${world.publicUrl}/admin/launches/${video?.launchId ?? ''}`);
      await page.getByRole('button', { name: 'Show what would happen now' }).click();
      await page.locator('#replayed').waitFor();
      assert.deepEqual(await barriers(page), [], 'replay');
      await page.getByRole('button', { name: 'Show personal values' }).click();
      await page.locator('#personal').waitFor();
      assert.deepEqual(await barriers(page), [], 'personal values');
      await page.goto(`${world.publicUrl}/admin/settings`);
      await page.getByLabel('Who it is for').fill('Mary Shelley');
      await page.getByRole('button', { name: 'Make a sign-in link' }).click();
      await page.locator('#sign-in-link').waitFor();
      assert.deepEqual(await barriers(page), [], 'link');
    });
  }
});
