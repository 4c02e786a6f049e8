import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';

describe('the screen of the rules in a browser', function () {
  this.timeout(60_000);
  let world: CourseScreensWorld;
  let browser: Browser;
  let problems: string[];

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(await world.link());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Sections' }).waitFor();
    await page.goto(`${world.tool.publicUrl}/admin/courses/rules`);
    return page;
  };

  before(async () => {
    world = await startCourseScreensWorld();
    await world.seeCourses([
      { courseKey: 'k1', title: 'Biology', label: 'BIO101-2026', sourcedId: 'B.101' },
      { courseKey: 'k2', title: 'A title that has no space to break at '.repeat(3), label: 'L'.repeat(120) },
    ]);
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
  });
  after(async () => {
    await browser.close();
    await world.close();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  it('shows what rules make of courses while they are written, and keeps the cursor where it is', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start with this example' }).click();
    await page.getByText('1 of 2 courses fit').waitFor();
    const pattern = page.getByLabel('fits the pattern');
    await pattern.fill('(L+)');
    await page.getByText('1 of 2 courses fit').waitFor();
    await page.locator('#rules-trial b', { hasText: 'LLL' }).waitFor();
    await pattern.fill('(');
    await page.getByText('The pattern cannot be read: missing closing )').waitFor();
    assert.ok(await pattern.evaluate((input) => input === input.ownerDocument.activeElement));
    assert.deepEqual(problems, []);
  });

  it('moves a rule by its buttons, and the button keeps the focus', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Start with this example' }).click();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('fits the pattern').nth(1).fill('second');
    await page.getByRole('button', { name: 'Try rule 2 earlier' }).press('Enter');
    const moved = page.getByLabel('fits the pattern').first();
    await page.waitForFunction('document.querySelector(".rule-pattern input").value === "second"');
    assert.equal(await moved.inputValue(), 'second');
    assert.match(String(await page.evaluate('document.activeElement.id')), /^(?:up|down)-/);
  });

  it('works without client script', async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.getByRole('button', { name: 'Start with this example' }).click();
    await page.getByLabel('the category is').fill('Faculty>$1');
    await page.getByLabel('the category is').press('Enter');
    await page.getByText('Faculty>BIO').waitFor();
    await page.getByRole('button', { name: 'Save rules' }).click();
    await page.getByText('Rules saved').waitFor();
    await page.getByRole('button', { name: 'Remove rule 1' }).click();
    await page.getByRole('button', { name: 'Save rules' }).click();
    await page.getByText('Map many courses with one line').waitFor();
  });

  for (const [name, options] of [
    ['on a wide screen', { viewport: { width: 1280, height: 800 } }],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a small phone', { viewport: { width: 320, height: 640 } }],
  ] as const) {
    it(`bars nobody and never scrolls sideways ${name}`, async () => {
      const page = await open(options);
      assert.deepEqual(await barriers(page), []);
      await page.getByRole('button', { name: 'Start with this example' }).click();
      await page.locator('#rules-trial table').waitFor();
      await page.getByText('How patterns and paths work').click();
      assert.deepEqual(await barriers(page), []);
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    });
  }
});
