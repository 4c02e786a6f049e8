import assert from 'node:assert/strict';
import { cookieOf, startAdminWorld, type AdminWorld } from '../../support/admin-world.js';
import { codeOf } from '../../support/tool-world.js';

const MINUTE = 60_000;

describe('signing in by a link', () => {
  let world: AdminWorld;
  beforeEach(async () => void (world = await startAdminWorld()));
  afterEach(() => world.close());

  const pathOf = async (): Promise<string> => new URL(await world.link()).pathname;

  it('takes a click: opening the link shows a button and changes nothing', async () => {
    const path = await pathOf();
    for (let visit = 0; visit < 3; visit++) {
      const shown = await world.get(path);
      assert.equal(shown.status, 200);
      assert.deepEqual(shown.headers.getSetCookie(), []);
      assert.match(await shown.text(), /<form method="post"[^>]*><button type="submit"/);
    }
    assert.equal((await fetch(`${world.baseUrl}${path}`, { method: 'HEAD' })).status, 200);
    assert.equal((await world.post(path)).status, 303);
  });

  it('gives a session whose cookie only our host gets, and goes to the screens', async () => {
    const answer = await world.post(await pathOf());
    assert.equal(answer.headers.get('location'), '/admin');
    assert.match(
      answer.headers.getSetCookie().join(),
      /^__Host-pca=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const home = await world.get('/admin', { cookie: cookieOf(answer, '__Host-pca') });
    assert.deepEqual([home.status, home.headers.get('location')], [303, '/admin/courses']);
  });

  it('works once, and says so the second time', async () => {
    const path = await pathOf();
    await world.post(path);
    const again = await world.post(path);
    assert.deepEqual([again.status, await codeOf(again)], [410, 'ACCESS_LINK_SPENT']);
  });

  it('works once when two browsers click at the same moment', async () => {
    const path = await pathOf();
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.post(path)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 410, 410, 410, 410, 410, 410, 410]);
  });

  it('works for 15 minutes', async () => {
    const path = await pathOf();
    world.clock.now += 15 * MINUTE;
    assert.equal(await codeOf(await world.post(path)), 'ACCESS_LINK_SPENT');
  });

  it('is refused from a page of another site, and the link stays good', async () => {
    const path = await pathOf();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      assert.equal(await codeOf(await world.post(path, {}, headers)), 'ACCESS_ORIGIN');
    }
    assert.equal((await world.post(path)).status, 303);
  });

  it('ends the session that the browser had and starts another', async () => {
    const before = await world.signIn('viewer');
    const answer = await world.post(await pathOf(), {}, { cookie: before.cookie });
    assert.notEqual(cookieOf(answer, '__Host-pca'), before.cookie);
    assert.equal(
      (await world.get('/admin/audit', { cookie: before.cookie })).headers.get('location'),
      '/admin/sign-in',
    );
  });

  it('does not keep a session under a token that the browser brought', async () => {
    const planted = `__Host-pca=${'A'.repeat(43)}`;
    await world.post(await pathOf(), {}, { cookie: planted });
    assert.equal((await world.get('/admin/audit', { cookie: planted })).status, 303);
  });

  it('leaves neither link nor session in a log', async () => {
    const path = await pathOf();
    await world.get(path);
    const answer = await world.post(path);
    await world.post(path);
    const token = cookieOf(answer, '__Host-pca').split('=')[1] ?? '';
    const log = world.logLines.join('');
    assert.match(log, /\/admin\/link\/:token/);
    assert.ok(token.length === 43 && !log.includes(token));
    assert.ok(!log.includes(path.split('/').at(-1) ?? ''));
  });

  it('is explained where somebody without a session comes', async () => {
    const answer = await world.get('/admin');
    assert.equal(answer.headers.get('location'), '/admin/sign-in');
    assert.match(await (await world.get('/admin/sign-in')).text(), /playcontext admin link/);
  });
});

describe('a signed-in admin', () => {
  let world: AdminWorld;
  beforeEach(async () => void (world = await startAdminWorld()));
  afterEach(() => world.close());

  it('gets pages that no cache keeps, in a policy without anything inline', async () => {
    const { cookie } = await world.signIn();
    const { headers } = await world.get('/admin/audit', { cookie });
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('vary'), 'HX-Request');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('signs out: the cookie goes and the session ends', async () => {
    const { cookie, csrfToken } = await world.signIn();
    const answer = await world.post('/admin/sign-out', { _csrf: csrfToken }, { cookie });
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/admin/sign-in']);
    assert.match(answer.headers.getSetCookie().join(), /^__Host-pca=; Max-Age=0; .*Secure/);
    assert.equal((await world.get('/admin/audit', { cookie })).status, 303);
  });

  it('is signed out after 30 minutes without use, and after 8 hours of use', async () => {
    const idle = await world.signIn();
    const busy = await world.signIn('viewer');
    world.clock.now += 29 * MINUTE;
    assert.equal((await world.get('/admin/audit', { cookie: busy.cookie })).status, 200);
    world.clock.now += MINUTE;
    assert.equal((await world.get('/admin/audit', { cookie: idle.cookie })).status, 303);
    let { cookie } = busy;
    for (let passed = 30; passed < 480; passed += 25, world.clock.now += 25 * MINUTE) {
      const answer = await world.get('/admin/audit', { cookie });
      assert.equal(answer.status, 200, `minute ${passed}`);
      cookie = cookieOf(answer, '__Host-pca') || cookie;
    }
    assert.equal((await world.get('/admin/audit', { cookie })).status, 303);
  });

  it('gets a new token after an hour, while forms that were open before go on working', async () => {
    const owner = await world.signIn();
    const other = await world.signIn('viewer', 'Another');
    for (let passed = 0; passed < 60; passed += 20, world.clock.now += 20 * MINUTE) {
      for (const { cookie } of [owner, other]) assert.equal((await world.get('/admin/audit', { cookie })).status, 200);
    }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => world.get('/admin/settings', { cookie: owner.cookie })),
    );
    const cookies = new Set(answers.map((answer) => cookieOf(answer, '__Host-pca')));
    assert.equal(cookies.size, 1);
    const [cookie = ''] = cookies;
    assert.notEqual(cookie, owner.cookie);
    const [, id = ''] =
      /Another<\/bdi>[\s\S]*?name="session" value="([\w-]+)"/.exec((await answers[0]?.text()) ?? '') ?? [];
    const ended = await world.post('/admin/settings/sessions/end', { _csrf: owner.csrfToken, session: id }, { cookie });
    assert.equal(ended.status, 303);
    world.clock.now += MINUTE;
    assert.equal((await world.get('/admin/audit', { cookie: owner.cookie })).status, 303);
    assert.equal((await world.get('/admin/audit', { cookie })).status, 200);
  });

  it('stands in the audit when they come and when they go', async () => {
    const { cookie, csrfToken } = await world.signIn('editor', 'Grace Hopper');
    await world.post('/admin/sign-out', { _csrf: csrfToken }, { cookie });
    const notes = (await world.store.audit.list({ limit: 10 })).filter(({ action }) => action.startsWith('admin.'));
    assert.deepEqual(
      notes.map(({ action, actor, target, after }) => [action, actor.id, target, after]),
      [
        ['admin.sign-out', 'link:Grace Hopper', 'Grace Hopper', { role: 'editor' }],
        ['admin.sign-in', 'link:Grace Hopper', 'Grace Hopper', { role: 'editor' }],
      ],
    );
    assert.ok(notes.every(({ actor }) => actor.address?.startsWith('10.0.')));
  });

  it('is sent to the sign-in by htmx’s own header when the session ended under a page', async () => {
    const answer = await world.get('/admin/audit', { 'hx-request': 'true' });
    assert.deepEqual([answer.status, answer.headers.get('hx-redirect')], [200, '/admin/sign-in']);
    assert.equal(await answer.text(), '');
  });
});

describe('the settings of an owner', () => {
  let world: AdminWorld;
  before(async () => void (world = await startAdminWorld()));
  after(() => world.close());

  it('end somebody else’s session at once, and say so once', async () => {
    const owner = await world.signIn('owner', 'Ada Byron');
    const other = await world.signIn('editor', 'Grace Hopper');
    const page = await (await world.get('/admin/settings', { cookie: owner.cookie })).text();
    assert.match(page, /This session/);
    const [, id = ''] = /Grace Hopper<\/bdi>[\s\S]*?name="session" value="([\w-]+)"/.exec(page) ?? [];
    const answer = await world.post(
      '/admin/settings/sessions/end',
      { _csrf: owner.csrfToken, session: id },
      { cookie: owner.cookie },
    );
    assert.equal(answer.headers.get('location'), '/admin/settings');
    assert.equal((await world.get('/admin/audit', { cookie: other.cookie })).status, 303);

    const cookie = `${owner.cookie}; ${cookieOf(answer, '__Host-pcn')}`;
    const after = await world.get('/admin/settings', { cookie });
    assert.match(await after.text(), /role="status"[^>]*>\s*<p>The session has ended\./);
    assert.match(after.headers.getSetCookie().join(), /__Host-pcn=; Max-Age=0/);
    assert.doesNotMatch(await (await world.get('/admin/settings', { cookie: owner.cookie })).text(), /has ended/);
  });

  it('make a link for somebody, shown once and kept in no address, cookie or log', async () => {
    const owner = await world.signIn('owner', 'Ada Byron');
    const answer = await world.post(
      '/admin/settings/links',
      { _csrf: owner.csrfToken, name: 'Mary Shelley', role: 'viewer' },
      { cookie: owner.cookie },
    );
    assert.deepEqual([answer.status, answer.headers.get('location'), answer.headers.getSetCookie()], [200, null, []]);
    const [, path = ''] =
      /<code id="sign-in-link">http:\/\/[^/<]+(\/admin\/link\/[\w-]{43})</.exec(await answer.text()) ?? [];
    assert.ok(!world.logLines.join('').includes(path.split('/').at(-1) ?? 'no token'));
    assert.doesNotMatch(await (await world.get('/admin/settings', { cookie: owner.cookie })).text(), /admin\/link\//);
    const cookie = cookieOf(await world.post(path), '__Host-pca');
    assert.match(await (await world.get('/admin/audit', { cookie })).text(), /Mary Shelley/);
    assert.equal((await world.get('/admin/settings', { cookie })).status, 403);
    const [made] = (await world.store.audit.list({ limit: 10 })).filter(({ action }) => action === 'admin-link.add');
    assert.equal(made?.actor.id, 'link:Ada Byron');
  });

  it('refuse a link without a name or of a role that there is not', async () => {
    const { cookie, csrfToken } = await world.signIn();
    for (const wish of [
      { name: '', role: 'viewer' },
      { name: 'x'.repeat(61), role: 'viewer' },
      { name: 'Mary', role: 'root' },
    ]) {
      const answer = await world.post('/admin/settings/links', { _csrf: csrfToken, ...wish }, { cookie });
      assert.deepEqual([answer.status, await codeOf(answer)], [400, 'INPUT_INVALID'], JSON.stringify(wish));
    }
  });

  it('show no session’s token or whole hash', async () => {
    const { cookie } = await world.signIn();
    const page = await (await world.get('/admin/settings', { cookie })).text();
    assert.doesNotMatch(page, /name="session" value="[\w-]{17,}"/);
    assert.ok(!page.includes(cookie.split('=')[1] ?? ''));
  });
});
