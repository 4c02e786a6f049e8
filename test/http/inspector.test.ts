import assert from 'node:assert/strict';
import type { CategoryId, LaunchId } from '../../src/runtime/ids.js';
import type { LaunchRecord } from '../../src/store/ports.js';
import { startInspectorWorld, type Admin, type InspectorWorld } from '../support/inspector-world.js';
import { claimName, codeOf, DEPLOYMENT_ID } from '../support/tool-world.js';

const NOBODY = { sub: undefined };

describe('the launch inspector', () => {
  let world: InspectorWorld;
  let owner: Admin;
  let played: LaunchRecord;
  let failed: LaunchRecord;

  before(async () => {
    world = await startInspectorWorld();
    await world.launch({ sub: 'ada.byron@example.edu' });
    played = await world.recorded(1);
    await world.launch(NOBODY);
    failed = await world.recorded(2);
    owner = await world.admin();
  });
  after(() => world.close());

  const page = async (path: string, admin = owner): Promise<string> => (await admin.get(path)).text();
  const pathOf = (record: LaunchRecord): string => `/admin/launches/${record.launchId}`;

  it('leads from the id on the viewer’s error page to the launch, however it was copied', async () => {
    const html = await (await world.launch(NOBODY)).text();
    const [, copied = ''] = /data-copy="([^"]+)"/.exec(html) ?? [];
    assert.match(copied, /^VIEWER_ID_MISSING [\w-]{36}$/);
    const record = await world.recorded(3);
    for (const text of [copied, record.requestId, record.launchId, ` ${record.requestId.toUpperCase()} `]) {
      const answer = await owner.get(`/admin/launches?${new URLSearchParams({ find: text }).toString()}`);
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, pathOf(record)], text);
    }
  });

  it('finds a login of an LMS that nobody connected, and says what it called itself', async () => {
    const login = new URLSearchParams({
      iss: 'https://unknown.example.edu',
      client_id: 'client-9',
      login_hint: '1',
      target_link_uri: `${world.publicUrl}/lti/launch`,
    });
    const html = await (await fetch(`${world.baseUrl}/lti/login?${login.toString()}`)).text();
    const [, copied = ''] = /data-copy="([^"]+)"/.exec(html) ?? [];
    assert.match(copied, /^PLATFORM_UNKNOWN /);
    assert.doesNotMatch(html, /client-9/);
    await world.recorded(4);
    const found = await owner.get(`/admin/launches?${new URLSearchParams({ find: copied }).toString()}`);
    const detail = await page(found.headers.get('location') ?? '');
    assert.match(detail, /https:\/\/unknown\.example\.edu/);
    assert.match(detail, /client-9/);
  });

  it('says so when no launch has the id', async () => {
    for (const find of ['0193fd10-7c1e-7000-8000-00000000abcd', '<b>nonsense']) {
      const html = await page(`/admin/launches?${new URLSearchParams({ find }).toString()}`);
      assert.match(html, /There is no launch/);
      assert.doesNotMatch(html, /<b>nonsense/);
    }
  });

  it('narrows the list by outcome, code, platform and course', async () => {
    const rows = async (query: Record<string, string>): Promise<string[]> => {
      const html = await page(`/admin/launches?${new URLSearchParams(query).toString()}`);
      return [...html.matchAll(/href="\/admin\/launches\/([\w-]{36})"/g)].map(([, id = '']) => id);
    };
    assert.ok((await rows({})).includes(played.launchId));
    assert.deepEqual(await rows({ outcome: 'played' }), [played.launchId]);
    assert.ok(!(await rows({ outcome: 'failed' })).includes(played.launchId));
    assert.ok((await rows({ code: 'VIEWER_ID_MISSING' })).includes(failed.launchId));
    assert.deepEqual(await rows({ code: 'ENTRY_NOT_ALLOWED' }), []);
    assert.deepEqual(await rows({ platform: '0193fd10-7c1e-7000-8000-00000000abcd' }), []);
    assert.ok((await rows({ tenant: played.tenantId ?? '', course: '15' })).includes(played.launchId));
    assert.deepEqual(await rows({ tenant: played.tenantId ?? '', course: '16' }), []);
  });

  it('opens the step that failed with what to change, and greys what was not reached', async () => {
    const html = await page(pathOf(failed));
    const [, identity = ''] = /<li class="way-failed">([\s\S]*?)<\/li>/.exec(html) ?? [];
    assert.match(identity, /Who is watching[\s\S]*privacy settings that hold the user id back[\s\S]*no sub/);
    assert.deepEqual(
      [...html.matchAll(/<li class="way-([\w-]+)">/g)].map(([, state]) => state),
      ['done', 'done', 'done', 'done', 'failed', 'not-reached', 'not-reached', 'not-reached', 'not-reached', 'done'],
    );
  });

  it('shows the three values that Kaltura got, and hides a user id that is somebody’s address', async () => {
    const html = await page(pathOf(played));
    assert.ok(html.includes(`<bdi class="id">${played.categoryId}</bdi>`));
    assert.match(html, /applicationName<\/dt><dd><bdi>Moodle<\/bdi>/);
    assert.match(played.viewerId ?? '', /ada\.byron@example\.edu$/);
    assert.match(html, /userId<\/dt><dd><span class="none">Person [0-9a-f]{6}</);
    for (const path of [pathOf(played), '/admin/launches'])
      assert.doesNotMatch(await page(path), /ada\.byron|Ada Byron/);
  });

  it('shows personal values to an editor who asks, once, and writes down who looked', async () => {
    const editor = await world.admin('editor');
    const answer = await editor.post(`${pathOf(played)}/open`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(await answer.text(), /Ada Byron[\s\S]*ada\.byron@example\.edu/);
    const [note] = await world.store.audit.list({ limit: 1 });
    assert.deepEqual(
      [note?.action, note?.target, note?.actor.id, note?.tenantId],
      ['launch.open', played.launchId, 'link:The editor', played.tenantId],
    );
    assert.doesNotMatch(JSON.stringify(await world.store.audit.list({ limit: 50 })), /ada\.byron@/);
    assert.ok(!world.logLines.join('').includes('ada.byron@'));
  });

  it('keeps personal values from a viewer, and does not offer them', async () => {
    const viewer = await world.admin('viewer');
    const answer = await viewer.post(`${pathOf(played)}/open`);
    assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_DENIED']);
    assert.doesNotMatch(await page(pathOf(played), viewer), /Show personal values/);
  });

  it('says what has no personal values to show', async () => {
    const login = await world.login();
    await world.post({ state: login.state, id_token: 'no.token.at-all' }, login.cookie);
    const record = await world.recorded(5);
    assert.equal(record.code, 'LAUNCH_TOKEN_MALFORMED');
    const answer = await owner.post(`${pathOf(record)}/open`);
    assert.deepEqual([answer.status, await codeOf(answer)], [400, 'INPUT_INVALID']);
    assert.doesNotMatch(await page(pathOf(record)), /Show personal values/);
  });

  it('shows a session of one deployment that deployment’s launches only, others exactly like unknown ones', async () => {
    const own = await world.adminOf({ platformId: world.platform.id, deploymentId: DEPLOYMENT_ID });
    const other = await world.adminOf({ platformId: world.platform.id, deploymentId: 'deployment-2' });
    assert.match(await page('/admin/launches', own), new RegExp(played.launchId));
    assert.doesNotMatch(await page(`/admin/launches?platform=${world.platform.id}`, other), /launches\/[\w-]{36}/);
    const unknown = '0193fd10-7c1e-7000-8000-00000000abcd' as LaunchId;
    for (const [method, suffix] of [
      ['get', ''],
      ['get', '/fixture'],
      ['post', '/open'],
      ['post', '/replay'],
    ] as const) {
      for (const id of [played.launchId, unknown]) {
        const answer = await other[method](`/admin/launches/${id}${suffix}`);
        assert.deepEqual([answer.status, await codeOf(answer)], [404, 'HTTP_NOT_FOUND'], `${method} ${suffix} ${id}`);
      }
    }
    const search = await other.get(`/admin/launches?find=${played.requestId}`);
    assert.equal(search.status, 200);
    assert.match(await search.text(), /There is no launch/);
  });

  it('refuses what is no launch id', async () => {
    for (const id of ['x', `${played.launchId}x`, '%27%20OR%201=1']) {
      assert.equal((await owner.get(`/admin/launches/${id}`)).status, 404, id);
    }
    assert.equal((await owner.get('/admin/launches?before=x')).status, 400);
    assert.equal((await owner.get('/admin/launches?outcome=maybe')).status, 400);
  });
});

describe('what would happen now', () => {
  let world: InspectorWorld;
  let owner: Admin;
  let record: LaunchRecord;

  beforeEach(async () => {
    world = await startInspectorWorld();
    await world.launch();
    record = await world.recorded(1);
    owner = await world.admin();
  });
  afterEach(() => world.close());

  const replay = async (): Promise<string> =>
    (await owner.post(`/admin/launches/${record.launchId}/replay`, {}, { 'hx-request': 'true' })).text();
  const settings = async (changes: object): Promise<void> => {
    const platform = await world.store.platforms.findById(world.platform.id);
    assert.ok(platform);
    await world.store.platforms.update(
      platform.id,
      platform.version,
      { settings: { ...platform.settings, ...changes } },
      { kind: 'cli' },
    );
  };

  it('is the same as long as nothing changes, and says who asked', async () => {
    const html = await replay();
    assert.match(html, /this launch would play/);
    assert.doesNotMatch(html, /class="changed"/);
    const [note] = await world.store.audit.list({ limit: 1 });
    assert.deepEqual([note?.action, note?.target], ['launch.replay', record.launchId]);
  });

  it('shows another category and another application name, then beside now', async () => {
    const mapping = await world.store.mappings.find(record.tenantId!, '15');
    assert.ok(mapping);
    await world.store.mappings.apply(
      {
        changeSetId: '0193fd10-7c1e-7000-8000-00000000abcd',
        summary: 'A test',
        atMs: mapping.updatedAtMs + 1,
        changes: [
          {
            tenantId: mapping.tenantId,
            courseKey: '15',
            expectedVersion: mapping.version,
            to: { categoryId: '4242' as CategoryId, categoryFullName: 'Somewhere>Else', origin: 'manual' },
          },
        ],
      },
      { kind: 'cli' },
    );
    await settings({ applicationName: 'Moodle at Law School', entryPolicy: 'root' });
    // The resolver's memory follows the store within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const html = await replay();
    assert.match(html, new RegExp(`${record.categoryId ?? ''}[\\s\\S]*4242`));
    assert.match(html, /Somewhere&gt;Else/);
    assert.match(html, /Moodle<\/bdi>[\s\S]*Moodle at Law School/);
  });

  it('tells when the launch would be refused, with the reason for an admin', async () => {
    await settings({ pilot: { courseKeys: ['99'], deploymentIds: [], contact: 'Ask Ada' } });
    assert.match(await replay(), /would end with <code>LAUNCH_NOT_IN_PILOT/);
    await settings({ pilot: undefined, entryPolicy: 'signed' });
    assert.match(await replay(), /ENTRY_NOT_ALLOWED[\s\S]*signatures are not kept/);
  });

  it('writes nothing but the audit, makes no category, and signs no session', async () => {
    const tenant = await world.store.tenants.find(record.tenantId!);
    assert.ok(tenant);
    await world.store.tenants.update(
      tenant.id,
      tenant.version,
      { identityRule: { rule: '{namespace}-{email}' } },
      { kind: 'cli' },
      tenant.createdAtMs + 1,
    );
    const stored = async (): Promise<unknown> => {
      const { audit: _audit, ...others } = await world.store.transfer.counts();
      return [others, await world.store.changeNumber()];
    };
    const before = await stored();
    const html = await replay();
    assert.match(html, /would be kept for the person/);
    assert.doesNotMatch(html, /ada\.byron|djJ8/);
    assert.deepEqual(await stored(), before);
  });
});

describe('a captured launch', () => {
  let world: InspectorWorld;
  before(async () => void (world = await startInspectorWorld({ settings: { captureUntilMs: 8e15 } })));
  after(() => world.close());

  it('is saved as a fixture without people, and shown on its page', async () => {
    await world.launch();
    const record = await world.recorded(1);
    const owner = await world.admin();
    const answer = await owner.get(`/admin/launches/${record.launchId}/fixture`);
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="resource-link\.json"$/);
    const text = await answer.text();
    const claims = JSON.parse(text) as Record<string, unknown>;
    assert.equal(claims[claimName('message_type')], 'LtiResourceLinkRequest');
    assert.doesNotMatch(text, /Ada|Byron|moodle\.example/i);
    assert.match(await (await owner.get(`/admin/launches/${record.launchId}`)).text(), /Save as fixture/);
  });
});

describe('a frame that a browser refused', () => {
  let world: InspectorWorld;
  before(async () => void (world = await startInspectorWorld()));
  after(() => world.close());

  it('is named on the launches of its platform until its origin is added', async () => {
    await world.launch();
    const record = await world.recorded(1);
    const owner = await world.admin();
    await world.store.blockedFrames.note(
      { platformId: world.platform.id, origin: 'https://portal.example.edu' },
      { nowMs: record.atMs, cap: 50 },
    );
    const paths = ['/admin/launches', `/admin/launches/${record.launchId}`];
    for (const path of paths) {
      const html = await (await owner.get(path)).text();
      assert.match(html, /refused to show a page of Moodle of the tests inside https:\/\/portal\.example\.edu/);
      assert.ok(html.includes(`href="/admin/platforms/${world.platform.id}#frames"`));
    }
    const platform = await world.store.platforms.findById(world.platform.id);
    assert.ok(platform);
    const frameOrigins = ['https://portal.example.edu'];
    await world.store.platforms.update(
      platform.id,
      platform.version,
      { settings: { ...platform.settings, frameOrigins } },
      { kind: 'cli' },
    );
    for (const path of paths) assert.doesNotMatch(await (await owner.get(path)).text(), /refused to show/);
  });
});
