import assert from 'node:assert/strict';
import type { SignedIn } from '../support/admin-world.js';
import { startCourseScreensWorld, type CourseScreensWorld } from '../support/course-screens-world.js';

const RULES = '/admin/courses/rules';

/** Names and values of the form on a page, as a browser would post them without pressing a button. */
function formOf(html: string): Record<string, string> {
  const form = /<form class="rules".*?<\/form>/s.exec(html)?.[0] ?? '';
  const values: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name === undefined || (/type="(?:checkbox|radio)"/.test(tag) && !/ checked/.test(tag))) continue;
    values[name] = unescape(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select [^>]*name="([^"]*)">(.*?)<\/select>/gs)) {
    values[name] = /value="([^"]*)" selected/.exec(options)?.[1] ?? '';
  }
  return values;
}

const unescape = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const idsOf = (form: Record<string, string>): string[] =>
  Object.keys(form).flatMap((name) => /^pattern\.(.*)$/.exec(name)?.[1] ?? []);

describe('the screen of the rules', () => {
  let world: CourseScreensWorld;
  let editor: SignedIn;
  before(async () => {
    world = await startCourseScreensWorld();
    editor = await world.signIn('editor');
    await world.seeCourses([
      { courseKey: 'k1', title: 'Biology of <Cells>', label: 'BIO101-2026' },
      { courseKey: 'k2', title: 'Contracts', label: 'LAW7-2026' },
      { courseKey: 'k3', title: 'Seminar', label: 'seminar' },
    ]);
  });
  after(() => world.close());
  beforeEach(() => store(undefined));

  const stored = async () => (await world.tool.store.tenants.find(world.tenant.id))?.courseSettings;
  async function store(courseSettings: unknown): Promise<void> {
    const now = await world.tool.store.tenants.find(world.tenant.id);
    assert.ok(now);
    const change = { courseSettings: courseSettings ?? null };
    await world.tool.store.tenants.update(now.id, now.version, change, { kind: 'cli' }, Date.now());
  }
  const open = async (who = editor) => (await world.get(RULES, who)).text();
  const draft = async (form: Record<string, string>, step?: string, headers: Record<string, string> = {}) =>
    (await world.post(`${RULES}/draft`, step === undefined ? form : { ...form, step }, editor, headers)).text();
  /** The form with one rule in it. */
  const withRule = async (changes: Record<string, string> = {}) => {
    const form = formOf(await draft(formOf(await open()), 'add'));
    const [id = ''] = idsOf(form);
    const values = { field: 'label', pattern: '([A-Z]+)\\d+.*', path: 'Faculty>$1', ...changes };
    for (const [name, value] of Object.entries(values)) form[`${name}.${id}`] = value;
    return form;
  };

  it('teaches one rule while there is none', async () => {
    const html = await open();
    assert.match(html, /Start with this example/);
    const form = formOf(await draft(formOf(html), 'example'));
    assert.equal(form[`pattern.${idsOf(form)[0]}`], '([A-Z]+)\\d+.*');
    assert.equal(await stored(), undefined);
  });

  it('moves and removes rules of the draft by buttons, and saves them in their order', async () => {
    const one = await withRule();
    const two = formOf(await draft(one, 'add'));
    const [first = '', second = ''] = idsOf(two);
    Object.assign(two, { [`pattern.${second}`]: 'x', [`path.${second}`]: 'y' });
    const moved = formOf(await draft(two, `up.${second}`));
    assert.deepEqual(idsOf(moved), [second, first]);
    assert.deepEqual(idsOf(formOf(await draft(moved, `up.${second}`))), [second, first]);
    assert.deepEqual(idsOf(formOf(await draft(moved, `down.${second}`))), [first, second]);
    assert.deepEqual(idsOf(formOf(await draft(moved, `remove.${second}`))), [first]);

    const answer = await world.post(RULES, { ...moved, copiedCourse: 'new' }, editor);
    assert.equal(answer.status, 303);
    assert.deepEqual(await stored(), {
      rules: [
        { id: second, field: 'label', pattern: 'x', categoryPath: 'y', create: false },
        { id: first, field: 'label', pattern: '([A-Z]+)\\d+.*', categoryPath: 'Faculty>$1', create: false },
      ],
      copiedCourse: 'new',
      players: {},
    });
  });

  it('shows what the rules make of recorded courses, and whether Kaltura has the category', async () => {
    const { fullName } = await world.category('LAW');
    const root = world.tool.kaltura.rootCategory;
    const path = fullName.slice(root.length + 1).replace(/LAW$/, '$1');
    const html = await draft(await withRule({ path }), undefined, { 'hx-request': 'true', 'hx-target': 'rules-trial' });
    assert.doesNotMatch(html, /<form/);
    assert.match(html, /2 of 3 courses fit/);
    assert.match(html, /<b>BIO<\/b>.*?not in Kaltura/s);
    assert.match(html, /<b>LAW<\/b>.*?exists in Kaltura/s);
    assert.match(html, /Biology of &lt;Cells&gt;/);
    assert.match(html, /no rule fits/);
  });

  it('tries the courses that a search finds', async () => {
    const html = await draft({ ...(await withRule()), q: 'contr' });
    assert.match(html, /1 of 1 course fits/);
  });

  it('says which rule is wrong, keeps what was typed, and saves nothing', async () => {
    const answer = await world.post(RULES, await withRule({ pattern: '(<' }), editor);
    const html = await answer.text();
    assert.equal(answer.status, 422);
    assert.match(html, /Rule 1<\/a>: The pattern cannot be read: missing closing \)/);
    assert.match(html, /aria-invalid="true"/);
    const form = formOf(html);
    assert.equal(form[`pattern.${idsOf(form)[0]}`], '(<');
    assert.equal(await stored(), undefined);
  });

  it('leaves the players of courses as they are', async () => {
    await store({ players: { k1: 77 } });
    assert.equal((await world.post(RULES, await withRule(), editor)).status, 303);
    assert.deepEqual(((await stored()) as { players: object }).players, { k1: 77 });
  });

  it('shows both to the second of two who save, and saves theirs only when they say so again', async () => {
    const mine = await withRule({ pattern: '(mine)' });
    const theirs = { rules: [{ id: 't', field: 'title', pattern: 'theirs', categoryPath: 'z', create: true }] };
    await store(theirs);
    const answer = await world.post(RULES, mine, editor);
    const html = await answer.text();
    assert.equal(answer.status, 409);
    assert.match(html, /<code dir="ltr">theirs<\/code>/);
    assert.match(html, /value="\(mine\)"/);
    assert.deepEqual(await stored(), theirs);
    assert.equal((await world.post(RULES, formOf(html), editor)).status, 303);
    assert.equal(((await stored()) as { rules: { pattern: string }[] }).rules[0]?.pattern, '(mine)');
  });

  it('has no conflict about a new player or another change that leaves the rules alone', async () => {
    const mine = await withRule();
    await store({ players: { k1: 77 } });
    assert.equal((await world.post(RULES, mine, editor)).status, 303);
  });

  it('can replace settings that cannot be read', async () => {
    await store({ rules: 'broken' });
    const html = await open();
    assert.match(html, /Start with this example/);
    assert.equal((await world.post(RULES, formOf(html), editor)).status, 303);
    assert.deepEqual(await stored(), { rules: [], copiedCourse: 'inherit', players: {} });
  });

  it('stages the saved rules over all courses without a category, and changes nothing by itself', async () => {
    const answer = await world.post(`${RULES}/preview`, await withRule({ create: '1' }), editor);
    assert.equal(answer.status, 303);
    const path = answer.headers.get('location') ?? '';
    assert.match(path, /^\/admin\/courses\/changes\/[\w-]+$/);
    const id = path.split('/').at(-1) ?? '';
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await world.tool.store.stagedChanges.find(id, Date.now()))?.status !== 'reading') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const set = await world.tool.store.stagedChanges.find(id, Date.now());
    assert.deepEqual([set?.kind, set?.status, set?.counts.add, set?.total], ['rules', 'ready', 2, 3]);
    const rows = await world.tool.store.stagedChanges.rows(id, { limit: 10 });
    assert.deepEqual(
      rows.map(({ courseKey, to }) => [courseKey, to?.categoryFullName.split('>').slice(-2), to?.origin]),
      [
        ['k1', ['Faculty', 'BIO'], 'rule'],
        ['k2', ['Faculty', 'LAW'], 'rule'],
      ],
    );
    assert.equal((await world.course('k1')).mapping, undefined);
  });

  it('looks again at courses that a rule mapped only when it is asked to', async () => {
    const category = await world.category('Again');
    await world.map('k2', { ...category, origin: 'rule' });
    await world.map('k3', { ...category, origin: 'manual' });
    try {
      for (const [again, expected] of [
        [{}, ['k1']],
        [{ again: '1' }, ['k1', 'k2']],
      ] as const) {
        const form = { ...(await withRule({ create: '1', pattern: '([A-Z]+).*' })), ...again };
        const answer = await world.post(`${RULES}/preview`, form, editor);
        const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
        for (let tries = 0; tries < 100; tries += 1) {
          if ((await world.tool.store.stagedChanges.find(id, Date.now()))?.status !== 'reading') break;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const rows = await world.tool.store.stagedChanges.rows(id, { limit: 10 });
        assert.deepEqual(rows.map(({ courseKey }) => courseKey).sort(), expected);
        await store(undefined);
      }
    } finally {
      await world.map('k2', undefined);
      await world.map('k3', undefined);
    }
  });

  it('is read-only for viewers', async () => {
    await store({ rules: [{ id: 'r1', field: 'label', pattern: '.*', categoryPath: 'x', create: false }] });
    const viewer = await world.signIn('viewer');
    const html = await open(viewer);
    assert.match(html, /<fieldset class="plain" disabled>/);
    assert.doesNotMatch(html, /Save rules|Add a rule|Remove rule/);
    assert.equal((await world.post(RULES, formOf(html), viewer)).status, 403);
  });

  it('is closed to sessions that are limited to a deployment: rules are the whole LMS’s', async () => {
    const limited = await world.signInLimited(world.deployment);
    assert.equal((await world.get(RULES, limited)).status, 403);
  });

  it('knows no LMS that does not exist', async () => {
    assert.equal((await world.get(`${RULES}?tenant=nobody`, editor)).status, 404);
    assert.equal((await world.post(RULES, { tenantId: 'nobody' }, editor)).status, 404);
  });
});
