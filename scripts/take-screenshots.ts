/**
 * `npm run screenshots`: runs the demo with a campus of courses and keeps pictures of the admin's screens in
 * docs/images. Run it after a change of how they look, and look at what it took.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath } from '../src/cli/chromium.js';
import { startDemoWorld, type DemoWorld } from '../src/cli/demo-world.js';
import { systemClock } from '../src/runtime/clock.js';
import { isCategoryId, newLaunchId, newUuid, type TenantId } from '../src/runtime/ids.js';
import { systemRandom } from '../src/runtime/random.js';
import type { MappingOrigin } from '../src/store/ports.js';

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const DAY_MS = 24 * 3_600_000;
const SETTLE_MS = 800;

/** Title, label and how the course got its category; none: it has none. */
const COURSES: readonly [title: string, label: string, origin?: MappingOrigin][] = [
  ['Academic Writing', 'ENG110', 'matched'],
  ['Art of the Renaissance', 'ART205', 'manual'],
  ['Calculus I', 'MAT101', 'rule'],
  ['Calculus II', 'MAT102', 'rule'],
  ['Comparative Politics', 'POL220', 'matched'],
  ['Criminal Law', 'LAW210', 'inherited'],
  ['Data Structures', 'CSC202', 'rule'],
  ['Developmental Psychology', 'PSY230'],
  ['Environmental Ethics', 'PHI140', 'matched'],
  ['Film History since 1945', 'FLM301', 'manual'],
  ['General Physics', 'PHY101', 'automatic'],
  ['Human Anatomy', 'MED120', 'inherited'],
  ['Introduction to Linguistics', 'LIN100'],
  ['Macroeconomics', 'ECO201', 'matched'],
  ['Marketing for Engineers', 'BUS310'],
  ['Organic Chemistry', 'CHM220', 'automatic'],
  ['Statistics for the Social Sciences', 'SOC250', 'rule'],
  ['מבוא לבלשנות', 'LIN100-HE', 'manual'],
];

const world = await startDemoWorld({});
const browser = await chromium.launch({
  executablePath: await chromiumPath(process.env),
  args: [...chromiumArguments],
});
try {
  mkdirSync(IMAGES, { recursive: true });
  await play(browser, world);
  const tenantId = await fillCourses(world);
  await take(browser, world, tenantId);
} finally {
  await browser.close();
  await world.close();
}

/** Both demo courses play, and one launch fails, so that there is something to see. */
async function play(chrome: Browser, { lms }: DemoWorld): Promise<void> {
  const page = await chrome.newPage();
  for (const path of [
    'biology/activities/cell-division',
    'chemistry/activities/cell-division',
    'biology/activities/not-in-course',
  ]) {
    await page.goto(`${lms.url}/courses/${path}?as=ana`);
    await page.waitForTimeout(4 * SETTLE_MS);
  }
  await page.close();
}

async function fillCourses({ store, kaltura }: DemoWorld): Promise<TenantId> {
  const [tenant] = await store.tenants.list();
  const [platform] = await store.platforms.list();
  if (!tenant || !platform) throw new Error('no launch has come through');
  const nowMs = systemClock.nowMs();
  const seenIn = { platformId: platform.id, deploymentId: '1' };
  const root = `${kaltura.rootCategory}>site>channels`;
  await store.courses.noteSeen(
    COURSES.map(([title, label], index) => ({
      tenantId: tenant.id,
      courseKey: String(2_041 + 17 * index),
      title,
      label,
      previousKeys: [],
      categoryNames: [],
      seenIn,
      seenAtMs: nowMs - Math.round((index * 0.7 + 0.2) * DAY_MS),
    })),
  );
  await store.launches.append(
    COURSES.flatMap((_course, index) =>
      Array.from({ length: (index * 13) % 29 }, (_launch, launch) => ({
        launchId: newLaunchId({ clock: systemClock, random: systemRandom }),
        requestId: newUuid({ clock: systemClock, random: systemRandom }),
        atMs: nowMs - (launch + 1) * DAY_MS,
        outcome: 'played' as const,
        step: 'page',
        steps: [],
        platformId: platform.id,
        deploymentId: '1',
        tenantId: tenant.id,
        courseKey: String(2_041 + 17 * index),
      })),
    ),
  );
  const changes = COURSES.flatMap(([, label, origin], index) => {
    const categoryId = String(86_200 + 3 * index);
    if (origin === undefined || !isCategoryId(categoryId)) return [];
    return [
      {
        tenantId: tenant.id,
        courseKey: String(2_041 + 17 * index),
        to: { categoryId: categoryId, categoryFullName: `${root}>${label}`, origin },
      },
    ];
  });
  const set = {
    changeSetId: newUuid({ clock: systemClock, random: systemRandom }),
    summary: 'Term 2026',
    changes,
    atMs: nowMs,
  };
  await store.mappings.apply(set, { kind: 'admin', id: 'link:Demo owner' });
  const broken = await store.mappings.find(tenant.id, String(2_041 + 17));
  if (broken) {
    const { courseKey, version } = broken;
    await store.courses.setProblem(
      { tenantId: tenant.id, courseKey, expectedVersion: version, problem: 'renamed' },
      nowMs,
    );
  }
  return tenant.id;
}

async function take(chrome: Browser, { toolUrl, ownerLink, store }: DemoWorld, tenantId: TenantId): Promise<void> {
  const signedIn = async (options: BrowserContextOptions): Promise<Page> => {
    const page = await (await chrome.newContext({ viewport: DESKTOP, locale: 'en', ...options })).newPage();
    await page.goto(await ownerLink());
    await page.locator('form button').first().click();
    await page.waitForURL(`${toolUrl}/admin/**`);
    return page;
  };
  const shoot = async (page: Page, path: string, name: string): Promise<void> => {
    await page.goto(`${toolUrl}${path}`);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: `${IMAGES}${name}.png` });
  };
  const [failed] = await store.launches.list({ limit: 1, outcome: 'failed' });
  const [platform] = await store.platforms.list();
  const launch = `/admin/launches/${failed?.launchId ?? ''}`;

  const desktop = await signedIn({});
  await shoot(desktop, '/admin/courses', 'courses');
  await desktop.getByRole('link', { name: 'Biology 101' }).first().click();
  await desktop.waitForTimeout(SETTLE_MS);
  await desktop.screenshot({ path: `${IMAGES}course.png` });
  await shoot(desktop, launch, 'launch');
  await shoot(desktop, `/admin/platforms/${platform?.id ?? ''}`, 'platform');
  await shoot(desktop, '/admin/platforms/new/moodle', 'connect');

  await desktop.goto(`${toolUrl}/admin/courses/import?tenant=${tenantId}`);
  const rows = COURSES.map(
    ([, label], index) => `${2_041 + 17 * index},${label},${index === 4 ? 'x15' : ''},${index % 3 === 0 ? '-' : ''}`,
  );
  const file = Buffer.from(`course_key,course_label,category_id,category\n${rows.join('\n')}\n`);
  await desktop
    .locator('input[type=file]')
    .setInputFiles({ name: 'term-2026.csv', mimeType: 'text/csv', buffer: file });
  await desktop.locator('main form button[type=submit]').first().click();
  await desktop.waitForURL(/\/changes\//);
  await desktop.waitForTimeout(2 * SETTLE_MS);
  await desktop.screenshot({ path: `${IMAGES}preview.png` });

  const dark = await signedIn({ colorScheme: 'dark' });
  await shoot(dark, '/admin/courses', 'courses-dark');
  const phone = await signedIn({ viewport: PHONE, deviceScaleFactor: 2 });
  await shoot(phone, '/admin/courses', 'courses-phone');
  await shoot(phone, launch, 'launch-phone');
  const hebrew = await signedIn({ locale: 'he' });
  await shoot(hebrew, '/admin/courses', 'courses-rtl');
}
