/** Goes through every page of the admin's table: a screen that is added is looked at here without being named. */
import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { SignedIn } from '../support/admin-world.js';
import { barriers } from '../support/axe.js';
import { chromiumArguments, chromiumPath } from '../support/chromium.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';
import { DEPLOYMENT_ID } from '../support/tool-world.js';

const LIMIT_MS = 20_000;
const LONG_TITLE =
  'Advanced Topics in Computational Fluid Dynamics and Heat Transfer for Mechanical Engineers (Section 004, evenings)';
const LONG_WORD = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenforschung';

const LOOKS = {
  'in a window': { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  'in a dark window': { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  'in a frame of an LMS': { viewport: { width: 760, height: 600 }, colorScheme: 'light' },
  'on a phone': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'light' },
  'on a dark phone': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
  'on a small phone': { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'light' },
} as const satisfies Record<string, BrowserContextOptions>;

async function waitFor<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    assert.ok(performance.now() < deadline, 'it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('every page of the admin', function () {
  this.timeout(180_000);
  let world: CourseScreensWorld;
  let browser: Browser;
  let owner: SignedIn;
  /** Paths that answer with a page, one for each route; a launch that failed besides the one that played. */
  let pages: string[];

  before(async () => {
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...chromiumArguments] });
    // Launches are kept with their message, so that the page of one has all its parts.
    world = await startCourseScreensWorld({ settings: { adminSignIn: true, captureUntilMs: Date.now() + 3_600_000 } });
    owner = await world.signIn('owner');
    const values = await fill(world, owner);
    pages = await pagesOf(world, owner, values);
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  it('is found in the table', () => {
    assert.ok(pages.length >= 20, pages.join('\n'));
  });

  for (const [name, options] of Object.entries(LOOKS)) {
    it(`puts up no barrier, keeps its policy and its width ${name}`, async () => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', ({ message }) => complaints.push(message));
      const wrong: string[] = [];
      const look = async (what: string): Promise<void> => {
        wrong.push(...[...(await wrongWith(page)), ...complaints.splice(0)].map((problem) => `${what}: ${problem}`));
      };
      await page.goto(await world.link('owner'));
      await look('the sign-in');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('navigation', { name: 'Sections' }).waitFor();

      for (const path of pages) {
        await page.goto(`${world.tool.publicUrl}${path}`);
        await look(path);
      }
      if (options.viewport.width === 1280) {
        await page.goto(`${world.tool.publicUrl}/admin/courses?tenant=${world.tenant.id}`);
        await page.getByRole('link', { name: LONG_TITLE }).click();
        await page.getByRole('heading', { name: LONG_TITLE }).waitFor();
        await page.getByRole('checkbox', { name: 'Select all courses on this page' }).check();
        await look('the sheet beside the table');
      }
      await context.close();
      assert.deepEqual(wrong, []);
    });
  }
});

/** As it comes, and with everything open that can be opened. */
async function wrongWith(page: Page): Promise<string[]> {
  await page.locator('.htmx-request, .htmx-settling').first().waitFor({ state: 'detached' });
  const isWider = '(document.documentElement.scrollWidth > document.documentElement.clientWidth)';
  const asItComes = await page.evaluate<boolean>(isWider);
  await page.evaluate(
    'for (const part of document.querySelectorAll("details")) { part.removeAttribute("name"); part.open = true; }',
  );
  const opened = await page.evaluate<boolean>(isWider);
  return [
    ...(asItComes ? ['wider than the window'] : []),
    ...(opened && !asItComes ? ['wider than the window, with its parts open'] : []),
    ...(await barriers(page)),
  ];
}

/** Something of everything that a screen shows; answers what stands in the paths. */
async function fill(world: CourseScreensWorld, owner: SignedIn): Promise<Record<string, string>> {
  const { store, platform } = world.tool;
  const nowMs = Date.now();
  await world.seeCourses([
    { courseKey: '14', title: LONG_TITLE, label: 'CFD4', sourcedId: 'SIS-2026-14' },
    { courseKey: '16', title: LONG_WORD, label: 'DON' },
    { courseKey: 'urn:lti:context:8a1f0e3c77d24b0fa1b2c3d4e5f60718-section-004', title: 'מבוא לביולוגיה של התא' },
    { courseKey: '17', title: 'Copied', previousKeys: ['14'] },
    { courseKey: '18', title: 'Drama' },
  ]);
  await world.map('14', await world.category('Institute for Computational Methods and Applied Thermodynamics'));
  await world.map('16', { ...(await world.category('16')), origin: 'matched' });
  await world.category('18');
  const { mapping } = await world.course('16');
  const broken = { tenantId: world.tenant.id, courseKey: '16', expectedVersion: mapping?.version ?? 0 };
  await store.courses.setProblem({ ...broken, problem: 'renamed' }, nowMs);
  await world.addTenant('Canvas of the Law School', 'deployment-2');
  await store.deployments.notePending({ platformId: platform.id, deploymentId: 'waits' }, { nowMs, cap: 5 });
  await store.blockedFrames.note({ platformId: platform.id, origin: 'https://portal.example.edu' }, { nowMs, cap: 5 });
  for (const [subject, role] of [['asks'], ['is-in', 'editor']] as const) {
    const person = { platformId: platform.id, deploymentId: DEPLOYMENT_ID, subject };
    await store.adminPersons.ask({ ...person, askedAtMs: nowMs }, { cap: 5 });
    if (role) await store.adminPersons.approve({ ...person, role }, { kind: 'cli' }, nowMs);
  }
  assert.equal((await world.tool.launch()).status, 200);
  const [launch] = await waitFor(async () => {
    const found = await store.launches.list({ limit: 1 });
    return found.length > 0 ? found : undefined;
  });
  assert.equal(launch?.outcome, 'played');

  const courses = { tenantId: world.tenant.id, courseKey: '18', action: 'use-proposal' };
  const staged = await world.post('/admin/courses/bulk', courses, owner);
  const changeSetId = staged.headers.get('location')?.split('/').at(-1) ?? '';
  await waitFor(async () => ((await store.stagedChanges.find(changeSetId, nowMs))?.status === 'ready' ? 1 : undefined));
  await world.post('/admin/courses/check', { tenantId: world.tenant.id }, owner);
  const [job] = await store.jobs.list({ limit: 1 });
  assert.ok(launch && job);
  return {
    platformId: platform.id,
    tenantId: world.tenant.id,
    courseKey: '14',
    adapterId: 'moodle',
    launchId: launch.launchId,
    changeSetId,
    jobId: job.id,
  };
}

/** The paths that answer with a page of their own: no file to download, and no part for htmx. */
async function pagesOf(world: CourseScreensWorld, owner: SignedIn, values: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const { path: template } of world.tool.adminTable.filter(({ method }) => method === 'GET')) {
    const filled = template.replace(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(values[name] ?? assert.fail(`no value for ${name} of ${template}`)),
    );
    const path = filled.startsWith('/admin/courses') ? `${filled}?tenant=${world.tenant.id}` : filled;
    const answer = await world.get(path, owner);
    assert.ok([200, 303].includes(answer.status), `${path} answers ${answer.status}`);
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') && answer.status === 200;
    if (isPage && (await answer.text()).includes('class="shell"')) found.push(path);
  }
  const states = ['unmapped', 'broken'].map((state) => `/admin/courses?state=${state}`);
  return [...found, ...states, '/admin/courses?q=nothing', '/admin/courses/categories?q=Bio', '/admin/launches?find=x'];
}
