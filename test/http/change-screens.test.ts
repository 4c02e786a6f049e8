import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { newToken, tokenHash } from '../../src/admin/secret-token.js';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import { createStaging, type ChangesWanted } from '../../src/courses/changes/stage-changes.js';
import { systemClock } from '../../src/runtime/clock.js';
import { newUuid, type AccountId, type CategoryId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import type { DeploymentKey, StagedChangeSet, TenantRecord } from '../../src/store/ports.js';
import { cookieOf, startAdminWorld, type AdminWorld, type SignedIn } from '../support/admin-world.js';
import { testAccount } from '../support/kaltura-account.js';
import { ADMIN, aChange, aChangeSet, addTenant, aSeenCourse } from '../support/store-fixtures.js';

const BIOLOGY = 'Campus>Departments>Biology';
const CHEMISTRY = 'Campus>Departments>Chemistry';
const CHANGES = '/admin/courses/changes';

describe('The screens of changes', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(60_000);
  let world: AdminWorld;
  let standIn: KalturaStandIn;
  let tenant: TenantRecord;
  let deployment: DeploymentKey;
  let editor: SignedIn;

  before(async () => {
    standIn = await startKalturaStandIn({ clock: systemClock, random: systemRandom });
  });
  after(() => standIn.close());
  beforeEach(async () => {
    const { id: _id, ...account } = testAccount({
      serviceUrl: standIn.url,
      partnerId: standIn.partnerId,
      adminSecret: standIn.adminSecret,
      rootCategory: standIn.rootCategory,
    });
    world = await startAdminWorld({ accounts: { main: account } });
    tenant = await addTenant(world.store);
    const [platform] = await world.store.platforms.list();
    deployment = { platformId: platform?.id ?? assert.fail(), deploymentId: '1' };
    editor = await world.signIn('editor');
  });
  afterEach(() => world.close());

  const idOf = (fullName: string): string => String(standIn.categories.find(fullName));
  const see = (keys: string[], seenIn = deployment): Promise<void> =>
    world.store.courses.noteSeen(
      keys.map((courseKey) => aSeenCourse(tenant.id, { courseKey, title: `Course ${courseKey}`, seenIn })),
    );
  const mappingOf = async (courseKey: string) =>
    (await world.store.courses.find(tenant.id, courseKey))?.mapping?.categoryFullName;
  const show = async (path: string, who = editor, headers = {}): Promise<string> => {
    const answer = await world.get(path, { cookie: who.cookie, ...headers });
    assert.equal(answer.status, 200, path);
    return answer.text();
  };
  const post = (path: string, form: [string, string][], who = editor): Promise<Response> =>
    fetch(`${world.baseUrl}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: world.origin, cookie: who.cookie },
      body: new URLSearchParams([['_csrf', who.csrfToken], ...form]),
    });
  const bulk = async (action: string, keys: string[], more: [string, string][] = [], who = editor): Promise<string> => {
    const fields: [string, string][] = [['tenantId', tenant.id], ['action', action], ...more];
    const answer = await post(
      '/admin/courses/bulk',
      [...fields, ...keys.map((key): [string, string] => ['courseKey', key])],
      who,
    );
    assert.equal(answer.status, 303, await answer.text());
    const path = answer.headers.get('location') ?? '';
    for (let attempt = 0; attempt < 1_000; attempt += 1) {
      const set = await world.store.stagedChanges.find(path.slice(CHANGES.length + 1), world.clock.nowMs());
      if (set?.status !== 'reading') break;
      await wait(5);
    }
    return path;
  };
  const mapTo = (fullName: string, keys: string[], who = editor) =>
    bulk('map', keys, [['categoryId', idOf(fullName)]], who);
  /** What a rule, a file or another screen prepares. */
  const stage = (wanted: Partial<ChangesWanted>): Promise<StagedChangeSet> => {
    const accounts = [{ ...testAccount(), ...accountOf(standIn) }];
    const kaltura = createKaltura({ accounts, gateway: createGateway(), clock: world.clock, random: systemRandom });
    const staging = createStaging({
      store: world.store,
      kaltura,
      clock: world.clock,
      random: systemRandom,
      log: { warn: () => undefined },
    });
    return staging.stageNow({ tenant, kind: 'rules', summary: 'Rules', rows: nothing(), by: ADMIN, ...wanted });
  };
  /** An editor whom an owner approved for one deployment. */
  const signInLimited = async (to: DeploymentKey, adminId = 'person:ana'): Promise<SignedIn> => {
    const token = newToken(systemRandom);
    const expiresAtMs = world.clock.nowMs() + 60_000;
    const link = {
      tokenHash: tokenHash(token),
      role: 'editor' as const,
      name: 'Ana',
      adminId,
      deployment: to,
      expiresAtMs,
    };
    await world.store.admins.addLink(link, { kind: 'cli' }, world.clock.nowMs());
    const { pathname } = new URL(await world.link());
    const cookie = cookieOf(await world.post(pathname.replace(/[^/]+$/, token)), '__Host-pca');
    const page = await (await world.get(CHANGES, { cookie })).text();
    return { cookie, csrfToken: /name="_csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '' };
  };

  it('show what will change, change it by a button that names the effect, and take it back', async () => {
    await see(['a', 'b']);
    const path = await mapTo(BIOLOGY, ['a', 'b']);
    const preview = await show(path);
    assert.match(preview, /<h1><bdi>Map to Campus&gt;Departments&gt;Biology/);
    assert.match(preview, /2 courses change/);
    assert.match(preview, /class="button">Map 2 courses</);
    assert.match(preview, /Course a[\s\S]*no category[\s\S]*Biology[\s\S]*Campus&gt;Departments&gt;/);
    assert.equal(await mappingOf('a'), undefined);

    const applied = await post(`${path}/apply`, []);
    assert.equal(applied.headers.get('location'), path);
    assert.equal(await mappingOf('a'), BIOLOGY);
    const result = await show(path);
    assert.match(result, /2 courses were changed\./);
    assert.doesNotMatch(result, /class="button">/);

    const changeSet = path.slice(CHANGES.length + 1);
    assert.match(result, new RegExp(`name="changeSet" value="${changeSet}"`));
    const undone = await post('/admin/courses/undo', [['changeSet', changeSet]]);
    assert.equal(undone.headers.get('location'), `/admin/courses?tenant=${tenant.id}`);
    assert.equal(await mappingOf('a'), undefined);
    const notice = cookieOf(undone, '__Host-pcn');
    const next = await show(CHANGES, editor, { cookie: `${editor.cookie}; ${notice}` });
    assert.match(next, /2 courses are mapped as they were before\./);
  });

  it('name each effect when there are several', async () => {
    await see(['new', 'other', 'gone']);
    await post(`${await mapTo(CHEMISTRY, ['other', 'gone'])}/apply`, []);
    const { id } = await stage({
      rows: rows(
        { row: 1, courseKey: 'new', to: { categoryId: idOf(BIOLOGY) as CategoryId, origin: 'rule' } },
        { row: 2, courseKey: 'other', to: { categoryId: idOf(BIOLOGY) as CategoryId, origin: 'rule' } },
        { row: 3, courseKey: 'gone', to: 'remove' },
      ),
    });
    assert.match(await show(`${CHANGES}/${id}`), /class="button">Change 1 course, map 1 and unmap 1</);
  });

  it('apply nothing on a preview that nobody confirmed, and nothing for a viewer', async () => {
    await see(['a']);
    const path = await mapTo(BIOLOGY, ['a']);
    const viewer = await world.signIn('viewer', 'Vera');
    const page = await show(path, viewer);
    assert.match(page, /1 course changes/);
    assert.doesNotMatch(page, /<button[^>]*>(Map|Discard)/);
    assert.equal((await post(`${path}/apply`, [], viewer)).status, 403);
    assert.equal(await mappingOf('a'), undefined);
  });

  it('say which courses somebody else changed since', async () => {
    await see(['a', 'b']);
    const path = await mapTo(BIOLOGY, ['a', 'b']);
    const to = { categoryId: idOf(CHEMISTRY) as CategoryId, categoryFullName: CHEMISTRY, origin: 'manual' as const };
    await world.store.mappings.apply(aChangeSet([aChange(tenant.id, { courseKey: 'b', to })]), ADMIN);
    await post(`${path}/apply`, []);
    const page = await show(path);
    assert.match(
      page,
      /1 course was changed\.[\s\S]*1 course was changed after this was prepared\. It stays as it is\./,
    );
    assert.match(page, /<li><bdi>Course b<\/bdi>/);
    assert.equal(await mappingOf('b'), CHEMISTRY);
  });

  it('show problems first, and a page of rows at a time', async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `c${index}`);
    await see(keys);
    const path = await mapTo(BIOLOGY, [...keys, 'nobody']);
    const first = await show(path);
    assert.match(first, /aria-current="page">Problems <span class="count">1</);
    assert.match(first, /No launch came from this course yet/);
    const changes = await show(`${path}?show=changes`);
    assert.equal(changes.match(/<tr>/g)?.length, 101);
    const next = /href="([^"]+)" rel="next"/.exec(changes)?.[1]?.replaceAll('&amp;', '&') ?? assert.fail();
    const second = await show(next);
    assert.equal(second.match(/<tr>/g)?.length, 51);
    assert.match(second, /Course c149/);
    assert.equal((await world.get(`${path}?after=x`, { cookie: editor.cookie })).status, 400);
  });

  it('say which categories will be created, and create them by a job', async () => {
    await see(['a']);
    const fullName = `Campus>Departments>Made ${newUuid({ clock: world.clock, random: systemRandom })}`;
    const { id } = await stage({
      rows: rows({ row: 1, courseKey: 'a', to: { categoryFullName: fullName, origin: 'rule', create: true } }),
    });
    const path = `${CHANGES}/${id}`;
    const preview = await show(path);
    assert.match(preview, /1 category is created in Kaltura:/);
    assert.match(preview, /<span class="badge badge-accent">new</);
    await post(`${path}/apply`, []);
    await untilApplied(path);
    assert.equal(await mappingOf('a'), fullName);
    assert.notEqual(standIn.categories.find(fullName), undefined);
  });

  it('apply a large set in the background, show how far it is, and load the result when it ends', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => `c${index}`);
    await see(keys.slice(0, 500));
    await see(keys.slice(500));
    const path = await bulk(
      'map',
      [],
      [
        ['categoryId', idOf(BIOLOGY)],
        ['all', 'filter'],
        ['state', 'unmapped'],
      ],
    );
    assert.match(await show(path), /class="button">Map 600 courses</);
    await post(`${path}/apply`, []);
    await untilApplied(path);
    const poll = await world.get(path, { cookie: editor.cookie, 'hx-request': 'true' });
    assert.equal(poll.headers.get('hx-redirect'), path);
    assert.match(await show(path), /600 courses were changed\./);

    const { jobId } = (await world.store.stagedChanges.find(path.slice(CHANGES.length + 1), world.clock.nowMs())) ?? {};
    const jobPage = await show(`/admin/jobs/${jobId}`);
    assert.match(jobPage, /600 courses were changed\./);
    assert.match(jobPage, new RegExp(`href="${path}"`));
    assert.doesNotMatch(jobPage, /hx-trigger/);
    // Undo of so many is shown first.
    const undo = await post('/admin/courses/undo', [['changeSet', path.slice(CHANGES.length + 1)]]);
    assert.match(undo.headers.get('location') ?? '', new RegExp(`^${CHANGES}/[0-9a-f-]{36}$`));
  });

  it('show a job that waits, with a way to stop it, and what became of the set then', async () => {
    await see(['a']);
    const { id } = await stage({
      rows: rows({ row: 1, courseKey: 'a', to: { categoryId: idOf(BIOLOGY) as CategoryId, origin: 'rule' } }),
    });
    // Another process has the job.
    const { store, clock } = world;
    const job = await store.jobs.add({
      id: newUuid({ clock, random: systemRandom }),
      kind: 'courses.of-another-version',
      input: {},
      total: 9,
      actor: ADMIN,
      createdAtMs: clock.nowMs(),
    });
    await store.stagedChanges.setStatus(id, { from: 'ready', to: 'applying', jobId: job.id }, clock.nowMs());
    const path = `${CHANGES}/${id}`;
    const page = await show(path);
    assert.match(page, new RegExp(`hx-get="${path}" hx-trigger="every 1s"`));
    assert.match(page, /Waiting for its turn/);
    const part = await show(path, editor, { 'hx-request': 'true' });
    assert.doesNotMatch(part, /<html/);
    assert.match(part, new RegExp(`action="/admin/jobs/${job.id}/cancel"`));
    assert.equal((await post(`${path}/discard`, [])).status, 400);

    const cancelled = await post(`/admin/jobs/${job.id}/cancel`, []);
    assert.equal(cancelled.headers.get('location'), `/admin/jobs/${job.id}`);
    assert.match(await show(`/admin/jobs/${job.id}`), /This work was stopped\./);
    const stopped = await show(path);
    assert.match(stopped, /Applying these changes stopped before the end\./);
    assert.match(stopped, /class="button">Apply the rest</);
    await post(`${path}/apply`, []);
    await untilApplied(path);
    assert.equal(await mappingOf('a'), BIOLOGY);
  });

  it('discard what was prepared, but not what was applied', async () => {
    await see(['a']);
    const path = await mapTo(BIOLOGY, ['a']);
    const discarded = await post(`${path}/discard`, []);
    assert.equal(discarded.headers.get('location'), `/admin/courses?tenant=${tenant.id}`);
    assert.equal((await world.get(path, { cookie: editor.cookie })).status, 404);
    const applied = await mapTo(BIOLOGY, ['a']);
    await post(`${applied}/apply`, []);
    assert.equal((await post(`${applied}/discard`, [])).status, 400);
  });

  it('list what was prepared and changed, with a way back', async () => {
    assert.match(await show(CHANGES), /No changes yet/);
    await see(['a']);
    const path = await mapTo(BIOLOGY, ['a']);
    await post(`${path}/apply`, []);
    world.clock.now += 1_000;
    await bulk('remove', ['a']);
    const page = await show(CHANGES);
    assert.match(page, /Remove mappings[\s\S]*Ready to apply[\s\S]*Map to Campus[\s\S]*Applied/);
    assert.equal(page.match(/name="changeSet"/g)?.length, 1);
    assert.match(page, /<bdi>Ada Byron<\/bdi>/);
  });

  it('ask for a choice when no course was selected, and refuse a category that does not exist', async () => {
    const none = await post('/admin/courses/bulk', [
      ['tenantId', tenant.id],
      ['action', 'remove'],
      ['state', 'unmapped'],
    ]);
    assert.equal(none.headers.get('location'), `/admin/courses?tenant=${tenant.id}&state=unmapped`);
    await see(['a']);
    for (const categoryId of ['999999', '', 'No such>category']) {
      const answer = await post('/admin/courses/bulk', [
        ['tenantId', tenant.id],
        ['action', 'map'],
        ['courseKey', 'a'],
        ['categoryId', categoryId],
      ]);
      assert.ok(answer.status >= 400 && answer.status < 500, `${categoryId}: ${answer.status}`);
    }
    assert.deepEqual(await world.store.stagedChanges.list(tenant.id, world.clock.nowMs()), []);
  });

  it('say what failed when the changes can’t be prepared', async () => {
    const { id } = await stage({ tenant: { ...tenant, accountId: 'gone' as AccountId } });
    const page = await show(`${CHANGES}/${id}`);
    assert.match(page, /The changes could not be prepared\.[\s\S]*KALTURA_ACCOUNT_UNKNOWN/);
    assert.match(page, /Discard these changes/);
    assert.equal((await post(`${CHANGES}/${id}/apply`, [])).status, 400);
  });

  describe('for an editor who is limited to a deployment', () => {
    it('keep to what they prepared themselves', async () => {
      await see(['own']);
      await see(['theirs'], { ...deployment, deploymentId: '2' });
      const ana = await signInLimited(deployment);
      const all = await mapTo(BIOLOGY, ['own', 'theirs']);
      assert.equal((await world.get(all, { cookie: ana.cookie })).status, 404);
      for (const action of ['apply', 'discard']) assert.equal((await post(`${all}/${action}`, [], ana)).status, 404);
      assert.match(await show(CHANGES, ana), /No changes yet/);

      const own = await mapTo(BIOLOGY, ['own', 'theirs'], ana);
      assert.match(await show(own, ana), /This course is not among those that you may map\./);
      assert.match(await show(`${own}?show=changes`, ana), /class="button">Map 1 course</);
      await post(`${own}/apply`, [], ana);
      assert.deepEqual([await mappingOf('own'), await mappingOf('theirs')], [BIOLOGY, undefined]);
      assert.match(await show(CHANGES, ana), /Applied/);
    });

    it('choose only among their own courses when they mean all', async () => {
      await see(['own']);
      await see(['theirs'], { ...deployment, deploymentId: '2' });
      const ana = await signInLimited(deployment);
      const path = await bulk('remove', [], [['all', 'filter']], ana);
      assert.doesNotMatch(await show(`${path}?show=unchanged`, ana), /theirs/);
    });

    it('see no job of anybody else', async () => {
      const { store, clock } = world;
      await store.deployments.joinTenant({ ...deployment, tenantId: tenant.id }, ADMIN, clock.nowMs());
      const [ana, bob] = [await signInLimited(deployment), await signInLimited(deployment, 'person:bob')];
      const job = await store.jobs.add({
        id: newUuid({ clock, random: systemRandom }),
        kind: 'courses.of-another-version',
        tenantId: tenant.id,
        input: {},
        actor: { kind: 'admin', id: 'person:ana' },
        createdAtMs: clock.nowMs(),
      });
      assert.match(await show(`/admin/jobs/${job.id}`, ana), /Background work/);
      assert.equal((await world.get(`/admin/jobs/${job.id}`, { cookie: bob.cookie })).status, 404);
      assert.equal((await post(`/admin/jobs/${job.id}/cancel`, [], bob)).status, 404);
      assert.equal((await store.jobs.find(job.id))?.status, 'waiting');
      assert.equal((await post(`/admin/jobs/${job.id}/cancel`, [], ana)).status, 303);
    });
  });

  async function untilApplied(path: string): Promise<void> {
    for (let attempt = 0; attempt < 2_000; attempt += 1) {
      const set = await world.store.stagedChanges.find(path.slice(CHANGES.length + 1), world.clock.nowMs());
      if (set?.status === 'applied') return;
      await wait(5);
    }
    assert.fail('the changes were not applied');
  }
});

const accountOf = ({ url, partnerId, adminSecret, rootCategory }: KalturaStandIn) => ({
  serviceUrl: url,
  partnerId,
  adminSecret,
  rootCategory,
});

async function* rows<Row>(...all: Row[]): AsyncGenerator<Row> {
  yield* all;
}
async function* nothing(): AsyncGenerator<never> {
  // no rows
}
