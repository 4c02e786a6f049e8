import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { startAdminWorld, type AdminWorld } from '../support/admin-world.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';

describe('the admin’s screens in a browser', function () {
  this.timeout(60_000);
  let world: AdminWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    context = await browser.newContext(options);
    page = await context.newPage();
    problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
  };
  const signIn = async (): Promise<void> => {
    await page.goto(await world.link());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  };

  before(async () => {
    world = await startAdminWorld();
    await world.store.audit.note({
      atMs: world.clock.now,
      actor: { kind: 'admin', id: 'link:Grace Hopper', address: '192.0.2.7' },
      action: 'platform.update',
      target: '0193fd10-7c1e-7000-8000-00000000abcd',
      before: { settings: { entryPolicy: 'root', frameOrigins: [] } },
      after: { settings: { entryPolicy: 'course', frameOrigins: ['https://portal.example.edu'] } },
    });
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    await world.close();
  });
  afterEach(() => context.close());

  it('are entered by a click on the link’s button, and left by signing out', async () => {
    await open();
    await signIn();
    await page.getByRole('link', { name: 'Audit' }).click();
    assert.equal(await page.getByRole('link', { name: 'Audit' }).getAttribute('aria-current'), 'page');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
    await page.goto(`${world.origin}/admin/audit`);
    assert.equal(new URL(page.url()).pathname, '/admin/sign-in');
    assert.deepEqual(problems, []);
  });

  it('work without script', async () => {
    await open({ javaScriptEnabled: false });
    await signIn();
    await world.signIn('editor', 'Somebody Else');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'End session of Somebody Else' }).click();
    await page.getByText('The session has ended.').waitFor();
    assert.equal(await page.getByText('Somebody Else').count(), 0);
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('2 values').click();
    assert.ok(await page.getByText('settings.entryPolicy').isVisible());
  });

  it('let a notice be dismissed', async () => {
    await open();
    await signIn();
    await world.signIn('viewer', 'Another');
    await page.goto(`${world.origin}/admin/settings`);
    await page.getByRole('button', { name: 'End session of Another' }).click();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await page.getByText('The session has ended.').count(), 0);
  });

  it('load htmx under their own policy without a complaint, and with its settings', async () => {
    await open();
    await signIn();
    const settings = await page.evaluate(
      '[htmx.config.allowEval, htmx.config.selfRequestsOnly, htmx.config.historyEnabled]',
    );
    assert.deepEqual(settings, [false, true, false]);
    assert.deepEqual(problems, []);
  });

  it('send the form token with what htmx posts, and say when that did not work', async () => {
    await open();
    await signIn();
    await page.evaluate(
      `htmx.ajax('POST', '/admin/settings/sessions/end', { source: document.querySelector('main'), values: { session: 'none' } })`,
    );
    await page.waitForURL('**/admin/settings');
    await page.getByText('The session has ended.').waitFor();
    await page.evaluate(
      `htmx.ajax('GET', '/admin/audit?before=x', { source: document.querySelector('main'), swap: 'innerHTML' })`,
    );
    await page.locator('#request-problem').filter({ hasText: 'That did not work' }).waitFor();
  });

  for (const [look, options] of [
    ['on a desktop', {}],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
  ] as const satisfies [string, BrowserContextOptions][]) {
    it(`put up no barrier ${look}`, async () => {
      await open(options);
      await page.goto(await world.link());
      assert.deepEqual(await barriers(page), [], 'link');
      await signIn();
      for (const path of [
        '/admin/launches',
        '/admin/audit',
        '/admin/settings',
        '/admin/audit?before=x',
        '/admin/sign-in',
      ]) {
        await page.goto(`${world.origin}${path}`);
        assert.deepEqual(await barriers(page), [], path);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${path} is wider than the window`);
      }
    });
  }
});
