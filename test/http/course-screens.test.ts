import assert from 'node:assert/strict';
import type { MappingOrigin } from '../../src/store/ports.js';
import type { SignedIn } from '../support/admin-world.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';
import { codeOf } from '../support/tool-world.js';

const HTMX = { 'hx-request': 'true' };

/** What a person reads: without tags, entities and runs of blanks. */
const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&gt;|&#62;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
const titlesOf = (html: string): string[] =>
  [...html.matchAll(/<th scope="row"[\s\S]*?<bdi>([^<]*)<\/bdi>/g)].map(([, title = '']) => title);
const hrefOf = (html: string, words: string): string =>
  new RegExp(`href="([^"]*)"[^>]*>${words}<`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';

describe('the table of courses', function () {
  this.timeout(30_000);
  let world: CourseScreensWorld;
  let editor: SignedIn;

  beforeEach(async () => {
    world = await startCourseScreensWorld();
    editor = await world.signIn();
  });
  afterEach(() => world.close());

  const html = async (query = '', who: SignedIn = editor, headers = {}): Promise<string> => {
    const answer = await world.get(`/admin/courses${query}`, who, headers);
    assert.equal(answer.status, 200, query);
    return answer.text();
  };
  const to = async (name: string, origin: MappingOrigin = 'manual') => ({ ...(await world.category(name)), origin });

  it('says what to do first while there is no course', async () => {
    assert.match(await html(), /No courses yet[\s\S]*Open a video from a course/);
  });

  it('shows title, label, key, platform, category, how it came about, launches and the last launch', async () => {
    await world.seeCourses([{ courseKey: '15', title: 'Biology <101>', label: 'BIO' }]);
    const category = await to('15', 'rule');
    await world.map('15', category);
    const page = await html();
    assert.doesNotMatch(page, /<101>/);
    const row = wordsOf(/<tr id="c-[\s\S]*?<\/tr>/.exec(page)?.[0] ?? '');
    for (const text of ['BIO · 15', 'Moodle of the tests', `id ${category.id}`, 'Rule']) {
      assert.ok(row.includes(text), `${text} in ${row}`);
    }
    assert.ok(row.includes(category.fullName.slice(0, -2)), row);
  });

  it('leads through all courses page by page, each once, in both orders', async () => {
    await world.seeCourses(
      Array.from({ length: 120 }, (_, i) => ({ courseKey: `k${i}`, title: `Course ${String(i).padStart(3, '0')}` })),
    );
    for (const order of ['title', 'recent']) {
      const seen: string[] = [];
      for (let query = `?order=${order}`; query !== '';) {
        const page = await html(query);
        seen.push(...titlesOf(page));
        query = hrefOf(page, 'Next page').replace('/admin/courses', '');
      }
      assert.deepEqual(
        seen,
        Array.from({ length: 120 }, (_, i) => `Course ${String(i).padStart(3, '0')}`),
        order,
      );
    }
  });

  it('filters by state, by category and by words, and counts what each state holds within the search', async () => {
    await world.seeCourses([
      { courseKey: '1', title: 'Biology one' },
      { courseKey: '2', title: 'Biology two' },
      { courseKey: '3', title: 'Chemistry' },
    ]);
    const category = await to('shared');
    await world.map('1', category);
    await world.map('3', category);
    assert.deepEqual(titlesOf(await html('?state=unmapped')), ['Biology two']);
    assert.deepEqual(titlesOf(await html(`?category=${category.id}`)), ['Biology one', 'Chemistry']);
    assert.deepEqual(titlesOf(await html('?q=bio')), ['Biology one', 'Biology two']);
    assert.deepEqual(titlesOf(await html('?q=bio&state=manual')), ['Biology one']);
    const counts = wordsOf(await (await world.get('/admin/courses/counts?q=bio', editor, HTMX)).text());
    assert.match(counts, /All 2 Unmapped 1 Manual 1 Matched 0 Rule 0 Automatic 0 Inherited 0 Broken 0/);
  });

  it('offers the courses of a category when a number is searched', async () => {
    await world.seeCourses([{ courseKey: '15', title: 'Biology' }]);
    assert.equal(hrefOf(await html('?q=15'), 'Show its courses'), '/admin/courses?category=15');
    assert.equal(hrefOf(await html('?q=bio'), 'Show its courses'), '');
  });

  it('says so when nothing fits, and leads back to all', async () => {
    await world.seeCourses([{ courseKey: '15' }]);
    const page = await html('?q=zzz&state=manual&order=recent');
    assert.match(page, /No course fits/);
    assert.equal(hrefOf(page, 'Clear search and filter'), '/admin/courses?order=recent');
  });

  it('refuses what is no filter, no order and no place', async () => {
    for (const query of [
      'state=x',
      'order=x',
      'category=x',
      'after=x',
      'state=manual&state=rule',
      `q=${'x'.repeat(201)}`,
    ]) {
      const answer = await world.get(`/admin/courses?${query}`, editor);
      assert.deepEqual([answer.status, await codeOf(answer)], [400, 'INPUT_INVALID'], query);
    }
  });

  it('answers htmx with the part below the search box, which knows its own address', async () => {
    await world.seeCourses([{ courseKey: '15', title: 'Biology' }]);
    const part = await html('?q=bio&state=&category=', editor, HTMX);
    assert.doesNotMatch(part, /<html/);
    assert.match(part, /data-address="\/admin\/courses\?q=bio"/);
  });

  it('shows one LMS at a time, and another one when it is asked for', async () => {
    const other = await world.addTenant('A Canvas', 'second');
    await world.seeCourses([{ courseKey: 'm', title: 'In Moodle' }]);
    await world.seeCourses([{ courseKey: 'c', title: 'In Canvas' }], other.id);
    assert.deepEqual(titlesOf(await html()), ['In Canvas']);
    assert.deepEqual(titlesOf(await html(`?tenant=${world.tenant.id}`)), ['In Moodle']);
    assert.equal((await world.get('/admin/courses?tenant=unknown', editor)).status, 404);
  });

  it('proposes the category that Kaltura’s own integration left, and that of the course it was copied from', async () => {
    const left = await to('21');
    const copied = await to('original');
    await world.seeCourses([
      { courseKey: '21', title: 'Left' },
      { courseKey: '22', title: 'Copied', previousKeys: ['9', '8'] },
      { courseKey: '8', title: 'Source' },
      { courseKey: '23', title: 'Nothing' },
    ]);
    await world.map('8', copied);
    const part = await (await world.get('/admin/courses/proposals', editor, HTMX)).text();
    const proposed = [...part.matchAll(/name="categoryId" value="(\d+)"/g)].map(([, id]) => id);
    assert.deepEqual(proposed, [copied.id, left.id]);
    assert.deepEqual(
      [...part.matchAll(/aria-label="Use [^"]* for ([^"]*)"/g)].map(([, title]) => title),
      ['Copied', 'Left'],
    );
  });

  it('does not propose a category that another LMS uses', async () => {
    const category = await to('21');
    const other = await world.addTenant('Canvas', 'second');
    await world.seeCourses([{ courseKey: '21' }], other.id);
    await world.tool.store.mappings.apply(
      {
        changeSetId: '0193fd10-7c1e-7000-8000-00000000abcd',
        summary: 'theirs',
        atMs: 1,
        changes: [
          {
            tenantId: other.id,
            courseKey: '21',
            to: { categoryId: category.id, categoryFullName: category.fullName, origin: 'manual' },
          },
        ],
      },
      { kind: 'cli' },
    );
    await world.seeCourses([{ courseKey: '21' }]);
    const path = `/admin/courses/proposals?tenant=${world.tenant.id}`;
    assert.doesNotMatch(await (await world.get(path, editor, HTMX)).text(), /<form/);
  });

  it('goes on without Kaltura, and says that proposals are missing', async () => {
    await world.seeCourses([{ courseKey: '21', title: 'Left' }]);
    world.tool.kaltura.faults.next({ kind: 'status', status: 500 }, { times: 20 });
    const part = await world.get('/admin/courses/proposals', editor, HTMX);
    assert.equal(part.status, 200);
    assert.match(await part.text(), /no categories are proposed/);
    assert.deepEqual(titlesOf(await html()), ['Left']);
  });

  it('lets a viewer look and offers them nothing to change', async () => {
    await world.seeCourses([{ courseKey: '15', title: 'Biology' }]);
    const viewer = await world.signIn('viewer');
    const page = await html('', viewer);
    assert.deepEqual(titlesOf(page), ['Biology']);
    assert.doesNotMatch(page, /name="courseKey"|Map this course|Check categories|>Import</);
    const story = await (await world.get(`/admin/courses/${world.tenant.id}/15`, viewer)).text();
    assert.doesNotMatch(story, /name="categoryId"|>Undo</);
  });
});

describe('a course’s story', function () {
  this.timeout(30_000);
  let world: CourseScreensWorld;
  let editor: SignedIn;
  let path: string;

  beforeEach(async () => {
    world = await startCourseScreensWorld();
    editor = await world.signIn();
    path = `/admin/courses/${world.tenant.id}/15`;
    await world.seeCourses([{ courseKey: '15', title: 'Biology 101', label: 'BIO', sourcedId: 'SIS-7' }]);
  });
  afterEach(() => world.close());

  const story = async (who = editor): Promise<string> => wordsOf(await (await world.get(path, who)).text());

  it('tells what launches say, and that the next one reports no course', async () => {
    const text = await story();
    for (const part of ['Biology 101', 'BIO', 'SIS-7', 'Moodle of the tests', 'counts the play for no course']) {
      assert.ok(text.includes(part), part);
    }
  });

  const setPolicy = async (unmappedCourse: 'refuse' | 'provision') => {
    const { store, platform } = world.tool;
    const { version, settings } = (await store.platforms.findById(platform.id))!;
    await store.platforms.update(platform.id, version, { settings: { ...settings, unmappedCourse } }, { kind: 'cli' });
  };

  it('tells that the next launch is refused, or makes a category, as the platform says', async () => {
    await setPolicy('refuse');
    assert.match(await story(), /the launch is refused/);
    await setPolicy('provision');
    assert.match(await story(), /creates [^ ]*>site>channels>15 /);
    assert.equal((await world.course('15')).mapping, undefined);
  });

  it('tells which category the next launch finds', async () => {
    const { id } = await world.category('15');
    assert.match(await story(), new RegExp(`playbackContext ${id} The next launch finds`));
  });

  it('maps the course, says so with an undo, and keeps who did it', async () => {
    const category = await world.category('fifteen');
    const answer = await world.post(`${path}/category`, { categoryId: category.id, expectedVersion: '' }, editor);
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, path]);
    const page = await world.get(path, { ...editor, cookie: `${editor.cookie}; ${noticeOf(answer)}` });
    const text = await page.text();
    assert.match(wordsOf(text), /Biology 101 reports to [^ ]*>site>channels>fifteen now\. Undo/);
    const { mapping } = await world.course('15');
    assert.deepEqual([mapping?.categoryId, mapping?.origin, mapping?.version], [category.id, 'manual', 1]);
    assert.match(wordsOf(text), /Ada Byron · Mapped Biology 101/);
    assert.match(wordsOf(text), new RegExp(`playbackContext ${category.id}`));
  });

  it('takes a full name too, and refuses a category that is not there', async () => {
    const { id, fullName } = await world.category('fifteen');
    await world.post(`${path}/category`, { categoryId: fullName, expectedVersion: '' }, editor);
    assert.equal((await world.course('15')).mapping?.categoryId, id);
    for (const [categoryId, words] of [
      ['999999', /There is no category “999999”/],
      ['', /Choose a category/],
    ] as const) {
      const answer = await world.post(`${path}/category`, { categoryId, expectedVersion: '1' }, editor);
      assert.equal(answer.status, 422);
      assert.match(await answer.text(), words);
    }
  });

  it('changes nothing while Kaltura does not answer', async () => {
    await world.tool.kaltura.close();
    const answer = await world.post(`${path}/category`, { categoryId: '15', expectedVersion: '' }, editor);
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), /Kaltura does not answer/);
    assert.equal((await world.course('15')).mapping, undefined);
  });

  it('shows both versions to the second of two editors, who may keep theirs or take their own', async () => {
    const [theirs, mine] = [await world.category('theirs'), await world.category('mine')];
    await world.map('15', { ...theirs, origin: 'manual' });
    const answer = await world.post(`${path}/category`, { categoryId: mine.id, expectedVersion: '' }, editor);
    assert.equal(answer.status, 409);
    const text = await answer.text();
    assert.match(wordsOf(text), /Somebody changed this course while you looked/);
    assert.match(wordsOf(text), /Theirs, saved theirs[\s\S]*Grace Hopper[\s\S]*Yours mine/);
    assert.equal((await world.course('15')).mapping?.categoryId, theirs.id);
    const form = Object.fromEntries(
      ['expectedVersion', 'categoryId'].map((name) => [
        name,
        new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '',
      ]),
    );
    assert.deepEqual(form, { expectedVersion: '1', categoryId: mine.id });
    await world.post(`${path}/category`, form, editor);
    assert.equal((await world.course('15')).mapping?.categoryId, mine.id);
  });

  it('removes the mapping only as it was seen', async () => {
    await world.map('15', { ...(await world.category('x')), origin: 'manual' });
    assert.equal((await world.post(`${path}/remove`, { expectedVersion: '7' }, editor)).status, 409);
    assert.equal((await world.post(`${path}/remove`, { expectedVersion: 'x' }, editor)).status, 400);
    assert.ok((await world.course('15')).mapping);
    assert.equal((await world.post(`${path}/remove`, { expectedVersion: '1' }, editor)).status, 303);
    assert.equal((await world.course('15')).mapping, undefined);
  });

  it('shows before and after of a category that was chosen, and changes nothing', async () => {
    const [before, after] = [await world.category('old'), await world.category('new')];
    await world.map('15', { ...before, origin: 'manual' });
    const effect = async (categoryId: string, headers = {}): Promise<string> => {
      const query = new URLSearchParams({ categoryId }).toString();
      return wordsOf(await (await world.get(`${path}/effect?${query}`, editor, headers)).text());
    };
    const part = await effect(after.id, HTMX);
    assert.match(part, new RegExp(`id ${before.id}.*becomes.*id ${after.id}`));
    assert.match(part, /No launch came from this course/);
    assert.match(await effect(before.id, HTMX), /has this category already/);
    assert.match(await effect('4000000000', HTMX), /4000000000/);
    const page = await effect(after.id);
    assert.match(page, /What would change.*Change the category/);
    assert.equal((await world.course('15')).mapping?.categoryId, before.id);
  });

  it('answers htmx with the sheet, the row and the notice', async () => {
    const { id } = await world.category('fifteen');
    const answer = await world.post(`${path}/category`, { categoryId: id, expectedVersion: '' }, editor, HTMX);
    assert.equal(answer.status, 200);
    const text = await answer.text();
    assert.match(text, /<h2 class="sheet-title"/);
    assert.match(text, /<template>\s*<tr id="c-[\w-]+" hx-swap-oob="true"/);
    assert.match(text, /<div id="notices" hx-swap-oob="innerHTML">[\s\S]*name="changeSet"/);
    const conflict = await world.post(`${path}/category`, { categoryId: id, expectedVersion: '' }, editor, HTMX);
    assert.deepEqual([conflict.status, conflict.headers.get('hx-retarget')], [409, '#course-sheet']);
  });

  it('is effective at the next launch', async () => {
    const { id } = await world.category('fifteen');
    await world.post(`${path}/category`, { categoryId: id, expectedVersion: '' }, editor);
    await world.tool.launch();
    await waitFor(async () => {
      const [launch] = await world.tool.store.launches.list({ limit: 1 });
      return launch?.categoryId === id;
    });
  });

  it('gives the course a player of its own and takes it back', async () => {
    const player = async () =>
      ((await world.tool.store.tenants.find(world.tenant.id))?.courseSettings as { players: object } | undefined)
        ?.players;
    await world.post(`${path}/player`, { uiConfId: '4711' }, editor);
    assert.deepEqual(await player(), { 15: 4711 });
    assert.match(await story(), /4711 for this course only/);
    await world.post(`${path}/player`, { uiConfId: '' }, editor);
    assert.deepEqual(await player(), {});
    assert.equal((await world.post(`${path}/player`, { uiConfId: '-1' }, editor)).status, 400);
  });

  it('says what happened to a category that was renamed, and where it is now', async () => {
    const category = await world.category('old');
    await world.map('15', { ...category, origin: 'matched' });
    world.tool.kaltura.categories.rename(Number(category.id), 'new');
    const { mapping } = await world.course('15');
    await world.tool.store.courses.setProblem(
      { tenantId: world.tenant.id, courseKey: '15', expectedVersion: mapping?.version ?? 0, problem: 'renamed' },
      Date.now(),
    );
    assert.match(await story(), /Renamed[\s\S]*Now: Campus>site>channels>new /);
  });

  it('offers a copied course the category of the one it was copied from, or one of its own', async () => {
    await world.seeCourses([
      { courseKey: '15', title: 'Biology 101', previousKeys: ['14'] },
      { courseKey: '14', title: 'Biology of last year' },
    ]);
    const source = await world.category('last-year');
    await world.map('14', { ...source, origin: 'manual' });
    const page = await (await world.get(path, editor)).text();
    assert.match(wordsOf(page), /Copied from Biology of last year/);
    assert.match(page, new RegExp(`name="categoryId" value="${source.id}"`));
    assert.match(page, /action="[^"]*\/15\/clone"/);
  });

  it('keeps a session that is limited to a deployment to the courses seen there', async () => {
    const elsewhere = { ...world.deployment, deploymentId: 'second' };
    await world.tool.store.deployments.joinTenant({ ...elsewhere, tenantId: world.tenant.id }, { kind: 'cli' }, 1);
    await world.seeCourses([
      { courseKey: '15', title: 'Biology 101' },
      { courseKey: '16', title: 'Not theirs', seenIn: elsewhere },
    ]);
    const limited = await world.signInLimited(world.deployment);
    assert.deepEqual(titlesOf(await (await world.get('/admin/courses', limited)).text()), ['Biology 101']);
    const counts = await (await world.get('/admin/courses/counts', limited, HTMX)).text();
    assert.match(wordsOf(counts), /All 1 /);
    assert.equal((await world.get(path, limited)).status, 200);
    const foreign = `/admin/courses/${world.tenant.id}/16`;
    assert.equal((await world.get(foreign, limited)).status, 404);
    for (const action of ['category', 'remove', 'player']) {
      const answer = await world.post(`${foreign}/${action}`, { categoryId: '1', expectedVersion: '' }, limited);
      assert.equal(answer.status, 404, action);
    }
    const other = await world.addTenant('Canvas', 'third');
    await world.seeCourses([{ courseKey: '15' }], other.id);
    assert.equal((await world.get(`/admin/courses?tenant=${other.id}`, limited)).status, 404);
    assert.equal((await world.get(`/admin/courses/${other.id}/15`, limited)).status, 404);
  });

  it('takes course keys of any text as one part of the address', async () => {
    for (const courseKey of ['a/b', '../x', '%2e', 'q?x#y', 'ключ', '<b>']) {
      await world.seeCourses([{ courseKey, title: 'Odd' }]);
      const answer = await world.get(`/admin/courses/${world.tenant.id}/${encodeURIComponent(courseKey)}`, editor);
      assert.equal(answer.status, 200, courseKey);
    }
  });
});

const noticeOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, 'it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
