import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { courseUrl } from '../../src/courses/table/course-list.js';
import type { AccountId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import type { TenantRecord } from '../../src/store/ports.js';
import { startAdminWorld, type AdminWorld } from '../support/admin-world.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { testAccount } from '../support/kaltura-account.js';
import { aPlatform, anAssignment, aSeenCourse, aTenant, CLI } from '../support/store-fixtures.js';

describe('choosing a category in a browser', function () {
  this.timeout(60_000);
  let standIn: KalturaStandIn;
  let world: AdminWorld;
  let tenant: TenantRecord;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  const address = () => courseUrl({ tenantId: tenant.id, courseKey: 'bio' });
  const mapping = async () => (await world.store.courses.find(tenant.id, 'bio'))?.mapping;
  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    context = await browser.newContext(options);
    page = await context.newPage();
    problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(await world.link('editor'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  };
  const field = () => page.getByRole('combobox', { name: /category/i });
  const options = () => page.getByRole('option');

  before(async () => {
    standIn = await startKalturaStandIn({ clock: { nowMs: () => Date.now() }, random: systemRandom });
    const { id, ...account } = testAccount({
      id: 'main' as AccountId,
      serviceUrl: standIn.url,
      partnerId: standIn.partnerId,
      adminSecret: standIn.adminSecret,
      rootCategory: standIn.rootCategory,
      timeoutMs: 20_000,
    });
    world = await startAdminWorld({ accounts: { [id]: account } });
    const platform = await world.store.platforms.add(aPlatform(), ['1'], CLI);
    tenant = await world.store.deployments.assignTenant(anAssignment(platform.id, '1', { create: aTenant() }));
    await world.store.courses.noteSeen([
      aSeenCourse(tenant.id, {
        courseKey: 'bio',
        title: 'Biology 101',
        seenIn: { platformId: platform.id, deploymentId: '1' },
      }),
    ]);
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    await world.close();
    await standIn.close();
  });
  afterEach(() => context.close());

  it('works with the keyboard alone: type, arrow down, Enter, and the form maps the course', async () => {
    await open();
    await page.goto(`${world.origin}${address()}`);
    await field().fill('biology');
    await options().first().waitFor();
    assert.equal(await field().getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await barriers(page, '.chooser'), []);
    await field().press('ArrowDown');
    const active = await field().getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active ?? ''}`).getAttribute('aria-selected'), 'true');
    await field().press('Enter');
    assert.equal(await field().getAttribute('aria-expanded'), 'false');
    assert.equal(await field().inputValue(), 'Campus>Departments>Biology');
    await field().press('Enter');
    await page.waitForLoadState();
    await page.getByRole('status').getByText('Biology').first().waitFor();
    assert.equal((await mapping())?.categoryFullName, 'Campus>Departments>Biology');
    assert.deepEqual(problems, []);
  });

  it('is left with Escape, and closes when the focus goes elsewhere', async () => {
    await open();
    await page.goto(`${world.origin}${address()}`);
    await field().fill('chem');
    await options().first().waitFor();
    await field().press('Escape');
    assert.equal(await page.getByRole('listbox').count(), 0);
    await field().press('ArrowDown');
    await options().first().waitFor();
    await field().blur();
    assert.equal(await page.getByRole('listbox').count(), 0);
  });

  it('makes a new category with the last option and takes it', async () => {
    await open();
    await page.goto(`${world.origin}${address()}`);
    await field().fill('Physics 101');
    await page.getByRole('option', { name: /Create “Physics 101”/ }).click();
    await page.locator('.chooser-now', { hasText: 'no entries' }).waitFor();
    assert.equal(await field().inputValue(), 'Campus>site>channels>Physics 101');
    assert.notEqual(standIn.categories.find('Campus>site>channels>Physics 101'), undefined);
  });

  it('says so when Kaltura does not answer, and takes an id that is typed', async () => {
    await open();
    await page.goto(`${world.origin}${address()}`);
    standIn.faults.next({ kind: 'drop' }, { times: 20, action: 'category.list' });
    await field().fill('lib');
    await page.getByText('connection to Kaltura failed').first().waitFor();
    standIn.faults.clear();
    const library = String(standIn.categories.find('Campus>Library'));
    await field().fill(library);
    await field().press('Enter');
    await page.getByRole('status').getByText('Library').first().waitFor();
    assert.equal((await mapping())?.categoryId, library);
  });

  it('works without client script: search on a page, type the id or the path', async () => {
    await open({ javaScriptEnabled: false });
    await page.goto(`${world.origin}${address()}`);
    const link = page.getByRole('link', { name: 'Search the categories' }).first();
    await page.goto(`${world.origin}${(await link.getAttribute('href')) ?? ''}`);
    await page.getByRole('searchbox', { name: 'Name, path or id' }).fill('chemistry');
    await page.getByRole('button', { name: 'Find categories' }).click();
    await page.getByText('Campus>Departments>').first().waitFor();
    await page.goto(`${world.origin}${address()}`);
    await page.locator('input[name="categoryId"]:not([type="hidden"])').first().fill('Departments > Chemistry');
    await page.locator('.map-form button[type="submit"]').first().click();
    await page.waitForLoadState();
    assert.equal((await mapping())?.categoryFullName, 'Campus>Departments>Chemistry');
  });
});
