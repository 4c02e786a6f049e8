import assert from 'node:assert/strict';
import { openKs } from '../../src/kaltura/ks.js';
import { claimName, codeOf, startToolWorld, type ToolWorld } from '../support/tool-world.js';

/** The values that the page's script reads. */
async function pageValues(response: Response): Promise<Record<string, unknown>> {
  const html = await response.text();
  const [, json = ''] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

const TORTS = { id: '77', title: 'Torts', type: ['CourseSection'] };

describe('a launch', () => {
  let world: ToolWorld;
  before(async () => void (world = await startToolWorld()));
  after(() => world.close());

  it('answers with the player page that reports who, in which course and from which application', async () => {
    const response = await world.launch();
    assert.equal(response.status, 200);
    const values = await pageValues(response);
    const [tenant] = await world.store.tenants.list();
    const mapping = await world.store.mappings.find(tenant!.id, '15');
    assert.deepEqual(
      [values['viewerId'], values['categoryId'], values['applicationName']],
      [`${tenant!.namespace}_42`, mapping?.categoryId, 'Moodle'],
    );
    assert.match(mapping?.categoryFullName ?? '', />site>channels>15$/);
  });

  it('signs a session of exactly the privileges that watching one entry needs', async () => {
    const values = await pageValues(await world.launch());
    const opened = openKs(String(values['ks']), [world.kaltura.adminSecret]);
    assert.ok(opened.ok);
    const launchId = String(values['publicPath']).split('/').at(-1);
    assert.equal(opened.session.userId, values['viewerId']);
    assert.deepEqual(
      opened.session.privileges.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`)),
      [`sview:${world.kaltura.entries[0]!.id}`, 'setrole:PLAYBACK_BASE_ROLE', `sessionid:${launchId}`],
    );
  });

  it('gives the same person the same userId in another course, and that course another category', async () => {
    const biology = await pageValues(await world.launch());
    const chemistry = await pageValues(
      await world.launch({ [claimName('context')]: { id: '16', title: 'Chemistry 101', type: ['CourseSection'] } }),
    );
    assert.equal(chemistry['viewerId'], biology['viewerId']);
    assert.notEqual(chemistry['categoryId'], biology['categoryId']);
  });

  it('creates one category when twenty first launches of a course come at once', async () => {
    const course = { [claimName('context')]: { id: '17', title: 'Physics', type: ['CourseSection'] } };
    const pages = await Promise.all(Array.from({ length: 20 }, async () => pageValues(await world.launch(course))));
    assert.equal(new Set(pages.map((values) => values['categoryId'])).size, 1);
  });

  it('plays without playbackContext when the launch comes from no course', async () => {
    const values = await pageValues(await world.launch({ [claimName('context')]: undefined }));
    assert.equal('categoryId' in values, false);
  });

  it('may be framed by this platform’s origins and nobody else', async () => {
    const policy = (await world.launch()).headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors https:\/\/moodle\.example\.edu(;|$)/);
  });

  it('keeps page and token out of caches, and sends pages only its origin as referrer', async () => {
    const response = await world.launch();
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('referrer-policy'), 'strict-origin');
    assert.equal(response.headers.get('x-frame-options'), null);
  });

  it('drops the login’s cookies and remembers that cookies work', async () => {
    const cookies = (await world.launch()).headers.getSetCookie();
    assert.equal(cookies.filter((line) => /^__Host-p[cw]-[\w-]{8}=; Max-Age=0;/.test(line)).length, 2);
    assert.ok(cookies.some((line) => line.startsWith('__Host-pcok=1;')));
    assert.ok(cookies.every((line) => /; Secure;/.test(line) && /; HttpOnly;/.test(line) && /; Path=\//.test(line)));
  });

  it('takes the entry from the path of the target when no parameter names one', async () => {
    const entryId = world.kaltura.entries[0]!.id;
    const values = await pageValues(
      await world.launch({
        [claimName('custom')]: {},
        [claimName('target_link_uri')]: `${world.publicUrl}/play/${entryId}`,
      }),
    );
    assert.equal(values['entryId'], entryId);
  });

  it('is accepted on paths under the redirect URI, where some platforms post it', async () => {
    const login = await world.login();
    const body = new URLSearchParams({ state: login.state, id_token: await world.signer.sign(world.claims(login)) });
    const response = await fetch(`${world.baseUrl}/play/${world.kaltura.entries[0]!.id}`, {
      method: 'POST',
      headers: { cookie: login.cookie },
      body,
    });
    assert.equal(response.status, 200);
  });

  it('is kept for the inspector with its outcome, its steps and no personal value in the clear', async () => {
    await world.launch();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const [record] = await world.store.launches.list({ limit: 1 });
    assert.equal(record?.outcome, 'played');
    assert.deepEqual(
      record.steps.map(({ step }) => step),
      [
        'find-platform',
        'verify-token',
        'read-claims',
        'check-deployment',
        'prove-binding',
        'consume-state',
        'adapter',
        'identity',
        'course',
        'authorise',
        'session',
        'page',
      ],
    );
    assert.doesNotMatch(JSON.stringify(record), /Ada|Byron|example\.edu/);
  });

  it('makes its course known, and leaves who mapped it in the audit', async () => {
    await world.launch({ [claimName('context')]: { ...TORTS, label: 'LAW 1' } });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { items } = await world.store.courses.list({ order: 'title', limit: 10, search: 'law tor' });
    assert.deepEqual(
      items.map(({ courseKey, title, label, mapping }) => [courseKey, title, label, mapping?.origin]),
      [['77', 'Torts', 'LAW 1', 'automatic']],
    );
    const [created] = await world.store.audit.list({ limit: 1 });
    assert.deepEqual([created?.action, created?.actor], ['mapping.create', { kind: 'launch' }]);
  });

  it('makes its course known also when it is refused because the course has no category', async () => {
    const refusing = await startToolWorld({ settings: { unmappedCourse: 'refuse' } });
    try {
      assert.equal((await refusing.launch({ [claimName('context')]: TORTS })).status, 404);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const { items } = await refusing.store.courses.list({ order: 'recent', limit: 10, state: 'unmapped' });
      assert.deepEqual(
        items.map(({ courseKey, title }) => [courseKey, title]),
        [['77', 'Torts']],
      );
    } finally {
      await refusing.close();
    }
  });

  it('leaves no token, session, state, name or e-mail in the log', async () => {
    const login = await world.login();
    const idToken = await world.signer.sign(world.claims(login));
    const values = await pageValues(await world.post({ state: login.state, id_token: idToken }, login.cookie));
    const log = world.logLines.join('\n');
    for (const secret of [
      idToken,
      login.state,
      login.nonce,
      String(values['ks']),
      String(values['grant']),
      'Ada',
      'ada.byron@example.edu',
    ]) {
      assert.ok(!log.includes(secret), secret.slice(0, 12));
    }
  });
});

describe('the page after a launch', () => {
  let world: ToolWorld;
  before(async () => void (world = await startToolWorld()));
  after(() => world.close());

  const own = () => ({ origin: world.publicUrl, 'x-playcontext': '1' });

  it('resumes with its grant, as the same viewer in the same course', async () => {
    const first = await pageValues(await world.launch());
    const response = await fetch(`${world.baseUrl}${String(first['publicPath'])}/resume`, {
      method: 'POST',
      headers: own(),
      body: new URLSearchParams({ grant: String(first['grant']) }),
    });
    assert.equal(response.status, 200);
    const again = await pageValues(response);
    for (const key of ['viewerId', 'categoryId', 'applicationName', 'entryId', 'publicPath'])
      assert.equal(again[key], first[key]);
  });

  it('gets a new session with its grant', async () => {
    const first = await pageValues(await world.launch());
    const response = await fetch(`${world.baseUrl}${String(first['publicPath'])}/session`, {
      method: 'POST',
      headers: { ...own(), 'content-type': 'application/json' },
      body: JSON.stringify({ grant: first['grant'] }),
    });
    const { ks, expiresAtMs } = (await response.json()) as { ks: string; expiresAtMs: number };
    assert.ok(openKs(ks, [world.kaltura.adminSecret]).ok);
    assert.ok(expiresAtMs > Date.now());
  });

  it('gives nothing to a page of another origin, a foreign grant, or a grant of another launch', async () => {
    const one = await pageValues(await world.launch());
    const two = await pageValues(await world.launch());
    const ask = (path: unknown, grant: unknown, headers: Record<string, string> = own()) =>
      fetch(`${world.baseUrl}${String(path)}/resume`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ grant: String(grant) }),
      });
    assert.equal(
      await codeOf(await ask(one['publicPath'], one['grant'], { origin: 'https://evil.example' })),
      'ACCESS_ORIGIN',
    );
    assert.equal(await codeOf(await ask(one['publicPath'], one['grant'], {})), 'ACCESS_ORIGIN');
    assert.equal(
      await codeOf(await ask(one['publicPath'], one['grant'], { ...own(), 'sec-fetch-site': 'cross-site' })),
      'ACCESS_ORIGIN',
    );
    assert.equal(await codeOf(await ask(two['publicPath'], one['grant'])), 'VIEW_GRANT_INVALID');
    assert.equal(await codeOf(await ask(one['publicPath'], 'made-up')), 'VIEW_GRANT_INVALID');
    assert.equal(await codeOf(await ask(one['publicPath'], '')), 'VIEW_GRANT_MISSING');
  });

  it('shows a page without data at its address', async () => {
    const first = await pageValues(await world.launch());
    const html = await (await fetch(`${world.baseUrl}${String(first['publicPath'])}`)).text();
    for (const value of [first['ks'], first['grant'], first['viewerId'], first['entryId']])
      assert.ok(!html.includes(String(value)));
  });
});
