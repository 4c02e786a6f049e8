import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import type { CourseRecord } from '../../src/store/ports.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';
import { frameAt } from '../support/frames.js';

const PLAYER_PAGE = /tool\.localhost:\d+\/v\/[\w-]+$/;
const LIMIT_MS = 20_000;

async function waitFor<Value>(read: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    assert.ok(performance.now() < deadline, 'it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let browser: Browser;
before(async () => {
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
});
after(() => browser.close());

/** A browser of its own, signed in; what its pages complain about is kept. */
async function signedIn(
  link: string,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    // A refused or conflicting form is an answer like others, but browsers report its status.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (!isStatus && ['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  return { context, page, problems };
}

describe('mapping a course in the screen', function () {
  this.timeout(90_000);
  let world: DemoWorld;

  before(async () => {
    world = await startDemoWorld({ adapterId: 'moodle' });
  });
  after(() => world.close());

  it('changes the playback context that Kaltura gets with the next play', async () => {
    const lms = await browser.newContext();
    const lecture = await lms.newPage();
    const play = async (earlier: number): Promise<string> => {
      await lecture.goto(`${world.lms.url}/courses/biology/activities/cell-division?as=ana`);
      const frame = await frameAt(lecture, PLAYER_PAGE);
      await frame.locator('.playkit-pre-playback-play-button').click();
      const plays = () => world.kaltura.events.list().filter(({ eventName }) => eventName === 'Play');
      const event = await waitFor(() => (plays().length > earlier ? plays().at(-1) : undefined));
      return event.playbackContext.value ?? '';
    };
    const before = await play(0);

    const { context, page, problems } = await signedIn(await world.ownerLink());
    const course = await waitFor(async (): Promise<CourseRecord | undefined> => {
      const { items } = await world.store.courses.list({ order: 'recent', limit: 1 });
      return items[0]?.mapping ? items[0] : undefined;
    });
    assert.equal(course.mapping?.categoryId, before);
    const other = [...(await categoriesOf(world))].find((id) => id !== before) ?? assert.fail('only one category');

    await page.goto(`${world.toolUrl}/admin/courses`);
    await page.getByRole('link', { name: course.title ?? '' }).click();
    const sheet = page.getByRole('complementary', { name: 'Course' });
    await sheet.getByText(`playbackContext ${before}`).waitFor();
    await sheet.getByRole('combobox', { name: 'Another category' }).fill(other);
    await sheet.getByRole('option').first().click();
    await sheet.getByRole('button', { name: 'Change the category' }).click();
    await page.getByText(`${course.title ?? ''} reports to`).waitFor();
    await sheet.getByText(`playbackContext ${other}`).waitFor();
    await page
      .locator('tr', { hasText: course.title ?? '' })
      .getByText(`id ${other}`)
      .waitFor();

    assert.equal(await play(1), other);
    await lecture.goto(`${world.kaltura.publicUrl}/sandbox/events`);
    await lecture.getByText(other).first().waitFor();
    assert.deepEqual(problems, []);
    await context.close();
    await lms.close();
  });
});

/** The stand-in's categories, as the chooser finds them: those below the root. */
async function categoriesOf({ kaltura }: DemoWorld): Promise<Set<string>> {
  const names = ['biology', 'chemistry'].map((name) => `${kaltura.rootCategory}>${name}`);
  return new Set(
    [`${kaltura.rootCategory}>site>channels`, `${kaltura.rootCategory}>site`, ...names].flatMap((name) => {
      const id = kaltura.categories.find(name);
      return id === undefined ? [] : [String(id)];
    }),
  );
}

describe('the table of courses in a browser', function () {
  this.timeout(90_000);
  let world: CourseScreensWorld;
  let list: string;

  beforeEach(async () => {
    world = await startCourseScreensWorld();
    list = `${world.tool.publicUrl}/admin/courses`;
    await world.seeCourses([
      { courseKey: '15', title: 'Biology 101', label: 'BIO' },
      { courseKey: '16', title: 'Chemistry', label: 'CHE' },
      { courseKey: '17', title: 'Drama', label: 'DRA' },
    ]);
  });
  afterEach(() => world.close());

  it('is found, filled and undone without documentation: one button in the row, one field, one button', async () => {
    const { id } = await world.category('fifteen');
    const { context, page, problems } = await signedIn(await world.link());
    await page.goto(list);
    await page.getByRole('link', { name: 'Map this course: Biology 101' }).click();
    await page.getByRole('combobox', { name: 'Category' }).fill('fifteen');
    await page
      .getByRole('option', { name: /fifteen/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Map this course' }).click();
    await page.getByText('Biology 101 reports to').waitFor();
    assert.equal((await world.course('15')).mapping?.categoryId, id);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await waitFor(async () => ((await world.course('15')).mapping ? undefined : true));
    assert.deepEqual(problems, []);
    await context.close();
  });

  it('takes a proposal by one button, and the row keeps its place and the focus', async () => {
    await world.category('16');
    const { context, page, problems } = await signedIn(await world.link());
    await page.goto(`${list}?state=unmapped`);
    await page.getByRole('button', { name: /^Use .*>16 for Chemistry$/ }).click();
    const row = page.locator('tbody tr').nth(1);
    await row.getByText('Manual').waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Chemistry');
    assert.deepEqual(problems, []);
    await context.close();
  });

  it('shows the second of two editors both versions', async () => {
    const [theirs, mine] = [await world.category('theirs'), await world.category('mine')];
    const [first, second] = [await signedIn(await world.link()), await signedIn(await world.link())];
    for (const { page } of [first, second]) {
      await page.goto(list);
      await page.getByRole('link', { name: 'Biology 101', exact: true }).click();
      await page.getByRole('heading', { name: 'Biology 101' }).waitFor();
    }
    const choose = async (page: Page, name: string) => {
      await page.getByRole('combobox', { name: 'Category' }).fill(name);
      await page
        .getByRole('option', { name: new RegExp(name) })
        .first()
        .click();
      await page.getByRole('button', { name: 'Map this course' }).click();
    };
    await choose(first.page, 'theirs');
    await first.page.getByText('Biology 101 reports to').waitFor();
    await choose(second.page, 'mine');
    await second.page.getByRole('heading', { name: 'Somebody changed this course while you looked' }).waitFor();
    for (const words of ['theirs', 'mine', 'Ada Byron']) {
      assert.ok(await second.page.locator('.versions').getByText(words, { exact: true }).isVisible(), words);
    }
    assert.deepEqual(await barriers(second.page), []);
    assert.equal((await world.course('15')).mapping?.categoryId, theirs.id);
    await second.page.getByRole('button', { name: 'Use mine' }).click();
    await second.page.getByText('Biology 101 reports to').waitFor();
    assert.equal((await world.course('15')).mapping?.categoryId, mine.id);
    for (const { context, problems } of [first, second]) {
      assert.deepEqual(problems, []);
      await context.close();
    }
  });

  it('is searched while somebody types, and the address follows', async () => {
    const { context, page, problems } = await signedIn(await world.link());
    await page.goto(list);
    await page.keyboard.press('/');
    await page.keyboard.type('chem');
    await page.waitForURL(`${list}?q=chem`);
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.equal(await page.getByRole('searchbox').inputValue(), 'chem');
    await page.reload();
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.deepEqual(problems, []);
    await context.close();
  });

  it('is used by keyboard: rows, the sheet, and back to where it was opened', async () => {
    const { context, page } = await signedIn(await world.link());
    await page.goto(list);
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Chemistry' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Chemistry');
    await page.keyboard.press('Escape');
    assert.equal(
      await page.evaluate('document.activeElement.getAttribute("href")'),
      `/admin/courses/${world.tenant.id}/16`,
    );
    await context.close();
  });

  it('shows in the sheet what a chosen category would change, and keeps the button that does it', async () => {
    const { id } = await world.category('shown-before');
    const { context, page } = await signedIn(await world.link());
    await page.goto(list);
    await page.getByRole('link', { name: 'Chemistry', exact: true }).click();
    const sheet = page.getByRole('complementary', { name: 'Course' });
    const field = sheet.getByRole('combobox', { name: /ategory$/ });
    await field.fill(id);
    await field.press('Tab');
    await sheet.locator('.edit-effect').getByText('shown-before').waitFor();
    assert.ok(await sheet.getByRole('heading', { name: 'Chemistry' }).isVisible());
    assert.ok(await sheet.getByRole('button', { name: /^(Map this course|Change the category)$/ }).isVisible());
    await context.close();
  });

  it('says how many courses are chosen, and offers all that fit', async () => {
    const { context, page } = await signedIn(await world.link());
    await page.goto(list);
    const bar = page.getByRole('form', { name: 'Change several courses' });
    assert.equal(await bar.count(), 0);
    await page.getByRole('checkbox', { name: 'Select Drama' }).check();
    await page.getByRole('checkbox', { name: 'Select Chemistry' }).check();
    await bar.getByText('2 selected').waitFor();
    await bar.getByText('All 3 courses that fit, on every page').waitFor();
    await context.close();
  });

  it('works without script: open, map, and choose several', async () => {
    const { id } = await world.category('fifteen');
    const { context, page } = await signedIn(await world.link(), { javaScriptEnabled: false });
    await page.goto(list);
    await page.getByRole('link', { name: 'Biology 101', exact: true }).click();
    await page.getByRole('textbox', { name: 'Category' }).fill(id);
    await page.getByRole('button', { name: 'Map this course' }).click();
    await page.getByRole('status').getByText('Biology 101 reports to').waitFor();
    await page.getByRole('link', { name: 'All courses' }).click();
    await page.getByRole('checkbox', { name: 'Select Biology 101' }).check();
    await page.getByRole('button', { name: 'Remove mappings' }).click();
    assert.match(new URL(page.url()).pathname, /^\/admin\/courses\/changes\//);
    await context.close();
  });

  for (const [look, options] of [
    ['on a desktop', {}],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ['on a narrow phone', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
  ] as const satisfies [string, BrowserContextOptions][]) {
    it(`puts up no barrier ${look}`, async () => {
      const category = await world.category('16');
      await world.category('17');
      await world.map('15', { ...category, origin: 'matched' });
      const { mapping } = await world.course('15');
      await world.tool.store.courses.setProblem(
        { tenantId: world.tenant.id, courseKey: '15', expectedVersion: mapping?.version ?? 0, problem: 'deleted' },
        Date.now(),
      );
      const empty = await world.addTenant('Canvas', 'second');
      const { context, page } = await signedIn(await world.link(), options);
      for (const query of ['', '?q=zzz', `?tenant=${empty.id}`, `/${world.tenant.id}/15`, `/${world.tenant.id}/17`]) {
        await page.goto(`${list}${query}`);
        await page.waitForLoadState('networkidle');
        assert.deepEqual(await barriers(page), [], query);
      }
      await page.goto(`${list}?tenant=${world.tenant.id}`);
      await page.getByRole('checkbox', { name: 'Select Drama' }).check();
      await page.getByText('Map to category').click();
      assert.deepEqual(await barriers(page), [], 'several');
      await page.goto(`${list}?tenant=${world.tenant.id}`);
      await page.getByRole('link', { name: 'Drama', exact: true }).click();
      await page.getByRole('heading', { name: 'Drama' }).waitFor();
      assert.deepEqual(await barriers(page), [], 'sheet');
      await context.close();
    });
  }
});
