/** A whole term's mapping from a file: looked at, applied, taken back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import type { TenantRecord } from '../../src/store/ports.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';

const ROWS = 10_000;
const BAD_ROWS = 50;
const LONG_MS = 90_000;

describe('a file with ten thousand courses', function () {
  this.timeout(180_000);
  let world: DemoWorld;
  let browser: Browser;
  let page: Page;
  let tenant: TenantRecord;
  let categoryIds: string[];
  const problems: string[] = [];

  before(async () => {
    world = await startDemoWorld({});
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
    page = await (await browser.newContext()).newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    for (const course of ['biology', 'chemistry']) {
      await page.goto(`${world.lms.url}/courses/${course}/activities/cell-division?as=ana`);
      await page
        .locator('iframe')
        .first()
        .contentFrame()
        .locator('video')
        .waitFor({ state: 'attached', timeout: LONG_MS });
    }
    // The first launch makes the tenant; its record is written a moment later.
    [tenant = assert.fail('no tenant')] = await world.store.tenants.list();
    const { items } = await world.store.courses.list({ tenantId: tenant.id, order: 'title', limit: 10 });
    categoryIds = items.flatMap(({ mapping }) => (mapping ? [mapping.categoryId] : []));
    assert.equal(categoryIds.length, 2);
    await page.goto(await world.ownerLink());
    await page.getByRole('button', { name: 'Sign in' }).click();
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  const mapped = (): Promise<number> => world.store.courses.count({ tenantId: tenant.id, state: 'manual' }, ROWS + 1);
  const file = (): Buffer => {
    const lines = Array.from({ length: ROWS }, (_, index) => {
      const id = categoryIds[index % 2] ?? '';
      if (index % (ROWS / BAD_ROWS) !== 7) return `term-${index},Course ${index},${id}`;
      return index % 3 === 0
        ? `,Course ${index},${id}`
        : index % 3 === 1
          ? `term-${index},T,4000000001`
          : `term-${index},T,x1`;
    });
    return Buffer.from(`course_key,course_title,category_id\n${lines.join('\n')}\n`);
  };

  it('is shown before anything happens, with what is wrong by row and column', async () => {
    await page.goto(`${world.toolUrl}/admin/courses`);
    await page.getByRole('link', { name: 'Import' }).click();
    await page.getByLabel('File').setInputFiles({ name: 'term.csv', mimeType: 'text/csv', buffer: file() });
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('button', { name: 'Map 9,950 courses' }).waitFor({ timeout: LONG_MS });
    await page.getByText('50 rows have problems and are left out.').waitFor();
    assert.equal(await mapped(), 0);

    await page.getByRole('link', { name: 'Problems 50' }).click();
    const rows = page.getByRole('table').getByRole('row');
    assert.match((await rows.nth(1).textContent()) ?? '', /^\s*9[\s\S]*Kaltura has no such category[\s\S]*4000000001/);
    assert.match((await page.getByRole('table').textContent()) ?? '', /course_key/);
    assert.deepEqual(await barriers(page), []);

    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the problems' }).click();
    const text = readFileSync(await (await download).path(), 'utf8');
    assert.equal(text.trim().split('\r\n').length, BAD_ROWS + 1);
  });

  it('is applied by one button, with progress, and without the bad rows', async () => {
    await page.getByRole('button', { name: 'Map 9,950 courses' }).click();
    await page.getByText('9,950 courses were changed.').waitFor({ timeout: LONG_MS });
    assert.equal(await mapped(), ROWS - BAD_ROWS);
  });

  it('changes nothing when it is imported again', async () => {
    await page.goto(`${world.toolUrl}/admin/courses/import`);
    await page.getByLabel('File').setInputFiles({ name: 'again.csv', mimeType: 'text/csv', buffer: file() });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('Nothing would change').waitFor({ timeout: LONG_MS });
  });

  it('is taken back as a whole', async () => {
    await page.goto(`${world.toolUrl}/admin/courses/changes`);
    await page.getByRole('link', { name: 'term.csv' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Unmap 9,950 courses' }).click({ timeout: LONG_MS });
    await page.getByText('9,950 courses were changed.').waitFor({ timeout: LONG_MS });
    assert.equal(await mapped(), 0);
    assert.deepEqual(problems, []);
  });
});
