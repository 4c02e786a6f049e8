/** The screens of platforms, over HTTP, with a tool, a store and a platform that sends launches. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlatformRecord } from '../../src/store/ports.js';
import {
  startPlatformScreenWorld,
  type AdminBrowser,
  type PlatformScreenWorld,
} from '../support/platform-screen-world.js';
import { claimName, DEPLOYMENT_ID } from '../support/tool-world.js';

/** What a page says, without its mark-up. */
const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

describe('the screens of platforms', () => {
  let world: PlatformScreenWorld;
  let owner: AdminBrowser;
  let viewer: AdminBrowser;

  beforeEach(async () => {
    world = await startPlatformScreenWorld();
    owner = await world.signIn('owner');
    viewer = await world.signIn('viewer');
  });
  afterEach(() => world.close());

  const pathOf = ({ id }: PlatformRecord, rest = ''): string => `/admin/platforms/${id}${rest}`;
  const present = async (): Promise<PlatformRecord> =>
    (await world.store.platforms.findById(world.platform.id)) ?? assert.fail('the platform is gone');
  const save = async (setting: string, fields: Record<string, string> | [string, string][] = {}) => {
    const { version } = await present();
    const entries = Array.isArray(fields) ? fields : Object.entries(fields);
    return owner.post(pathOf(world.platform, `/settings/${setting}`), [['version', String(version)], ...entries]);
  };
  /** One launch that has been recorded. */
  const launched = async (changes: Record<string, unknown> = {}): Promise<void> => {
    await world.launch(changes);
    for (let round = 0; round < 100; round += 1) {
      const [newest] = await world.store.launches.list({ limit: 1 });
      if (newest) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail('the launch was not recorded');
  };

  describe('list', () => {
    it('offers one thing to do while nothing is connected', async () => {
      await world.store.platforms.remove(world.platform.id, 1, { kind: 'cli' }, 1);
      const page = await owner.get('/admin/platforms');
      assert.match(page.text, /No LMS is connected yet/);
      assert.equal(page.text.match(/href="\/admin\/platforms\/new"/g)?.length, 1);
      assert.doesNotMatch((await viewer.get('/admin/platforms')).text, /platforms\/new/);
    });

    it('shows what launches of late came to and what waits for an owner', async () => {
      await launched();
      const { id } = world.platform;
      const nowMs = Date.now();
      await world.store.deployments.notePending({ platformId: id, deploymentId: 'new' }, { nowMs, cap: 50 });
      await world.store.blockedFrames.note({ platformId: id, origin: 'https://portal.example.edu' }, { nowMs, cap: 9 });
      const words = wordsOf((await viewer.get('/admin/platforms')).text);
      assert.match(words, /Moodle of the tests/);
      assert.match(words, /Played/);
      assert.match(words, /1 deployment to approve/);
      assert.match(words, /1 blocked frame/);
    });

    it('shows 25 platforms a page', async () => {
      for (let number = 0; number < 25; number += 1) await world.addPlatform({ name: `Other ${number}` }, []);
      const rows = (page: { text: string }): number => page.text.match(/class="words"/g)?.length ?? 0;
      const first = await viewer.get('/admin/platforms');
      assert.equal(rows(first), 25);
      assert.match(first.text, /href="\?page=2"/);
      assert.equal(rows(await viewer.get('/admin/platforms?page=2')), 1);
      assert.equal(rows(await viewer.get('/admin/platforms?page=99')), 1);
    });

    it('checks the keys when an admin asks, and remembers what came', async () => {
      const editor = await world.signIn('editor');
      const part = await editor.post(pathOf(world.platform, '/keys/check'), {}, { 'hx-request': 'true' });
      assert.match(wordsOf(part.text), /1 key, 1 usable/);
      assert.doesNotMatch(part.text, /<html/);
      assert.match(wordsOf((await viewer.get('/admin/platforms')).text), /1 key, 1 usable/);
      assert.equal((await editor.post(pathOf(world.platform, '/keys/check'))).location, pathOf(world.platform));
    });
  });

  describe('connecting', () => {
    const typed = {
      action: 'connect',
      name: 'Law Moodle',
      issuer: 'https://law.example.edu',
      clientId: 'abc',
      authorizationUrl: 'https://law.example.edu/mod/lti/auth.php',
      jwksUrl: 'https://law.example.edu/mod/lti/certs.php',
      deploymentIds: '1\r\n2',
      unmappedCourse: 'provision',
    };
    const added = async (): Promise<PlatformRecord | undefined> =>
      (await world.store.platforms.list()).find(({ id }) => id !== world.platform.id);

    it('shows the steps in the LMS’s own words, with this tool’s addresses to copy', async () => {
      const choice = await owner.get('/admin/platforms/new');
      for (const id of ['moodle', 'canvas', 'generic']) assert.match(choice.text, new RegExp(`/new/${id}"`));
      const { text } = await owner.get('/admin/platforms/new/moodle');
      assert.match(text, /Manage tools/);
      for (const path of ['/lti/login', '/lti/launch', '/.well-known/jwks.json']) {
        assert.ok(text.includes(`data-copy="${world.publicUrl}${path}"`), path);
      }
    });

    it('stores what was entered and goes on to wait for the first launch', async () => {
      const answer = await owner.post('/admin/platforms/new/moodle', typed);
      const platform = await added();
      assert.ok(platform);
      assert.deepEqual([answer.status, answer.location], [303, pathOf(platform, '/first-launch')]);
      assert.equal(platform.adapterId, 'moodle');
      assert.equal(platform.accountId, 'main');
      assert.equal(platform.settings.unmappedCourse, 'provision');
      const deployments = await world.store.deployments.listByPlatform(platform.id);
      assert.deepEqual(deployments.map(({ deploymentId, status }) => [deploymentId, status]).sort(), [
        ['1', 'active'],
        ['2', 'active'],
      ]);
      const page = await owner.get(pathOf(platform, '/first-launch'));
      assert.match(page.text, /Waiting for the first launch/);
      assert.match(page.text, /hx-trigger="every 2s"/);
    });

    it('keeps what was typed, and says at each field and at the top what is wrong with it', async () => {
      const answer = await owner.post('/admin/platforms/new/moodle', { ...typed, clientId: ' ', jwksUrl: 'keys' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /<a href="#field-clientId">Client ID: Enter a value\.<\/a>/);
      assert.match(answer.text, /<a href="#field-jwksUrl">/);
      assert.match(answer.text, /id="field-jwksUrl"[^>]* value="keys"[^>]* aria-invalid="true"/);
      assert.match(answer.text, /value="Law Moodle"/);
      assert.match(answer.text, /value="provision" checked/);
      assert.equal(await added(), undefined);
    });

    it('asks twice before a second platform has the same issuer and client id', async () => {
      const { issuer, clientId } = world.platform;
      const twin = { ...typed, issuer, clientId };
      const refused = await owner.post('/admin/platforms/new/moodle', twin);
      assert.equal(refused.status, 422);
      assert.match(wordsOf(refused.text), /Moodle of the tests has this issuer and client ID already/);
      assert.equal((await owner.post('/admin/platforms/new/moodle', { ...twin, twin: 'yes' })).status, 303);
    });

    describe('by discovery', () => {
      let lms: Server;
      let site: string;

      beforeEach(async () => {
        lms = createServer((_request, response) => {
          response.end(
            JSON.stringify({
              issuer: site,
              authorization_endpoint: `${site}/auth`,
              jwks_uri: 'https://keys.elsewhere.example/jwks',
            }),
          );
        });
        await new Promise<void>((resolve) => lms.listen(0, '127.0.0.1', resolve));
        site = `http://127.0.0.1:${(lms.address() as AddressInfo).port}`;
      });
      afterEach(() => new Promise((resolve) => lms.close(resolve)));

      it('fills the form with what the LMS says, sets other hosts in bold, and stores nothing', async () => {
        const form = { action: 'discover', address: `${site}/openid-configuration`, clientId: 'abc' };
        const { status, text } = await owner.post('/admin/platforms/new/generic', form);
        assert.equal(status, 200);
        assert.match(text, /<strong>keys\.elsewhere\.example<\/strong>/);
        assert.doesNotMatch(text, /<strong>127\.0\.0\.1/);
        assert.ok(text.includes(`name="authorizationUrl" value="${site}/auth"`));
        assert.ok(text.includes('name="clientId" value="abc"'));
        assert.equal(await added(), undefined);
      });

      it('is what Enter in the address does, while nothing else was typed', async () => {
        const form = { action: 'connect', address: `${site}/openid-configuration`, issuer: '' };
        const { text } = await owner.post('/admin/platforms/new/generic', form);
        assert.ok(text.includes(`name="issuer" value="${site}"`));
      });

      it('says at the field that nothing came, and keeps the rest', async () => {
        const form = { action: 'discover', address: 'http://127.0.0.1:1/openid-configuration', name: 'Law' };
        const { status, text } = await owner.post('/admin/platforms/new/generic', form);
        assert.equal(status, 422);
        assert.match(text, /id="field-address"[^>]* aria-invalid="true"/);
        assert.ok(text.includes('name="name" value="Law"'));
      });
    });
  });

  describe('first launch', () => {
    const page = (since = 0) => `${pathOf(world.platform, '/first-launch')}?since=${since}`;

    it('shows what came as soon as it came, and stops asking', async () => {
      const waiting = await owner.get(page(), { 'hx-request': 'true' });
      assert.match(waiting.text, /hx-get=/);
      await launched();
      const { text } = await owner.get(page(), { 'hx-request': 'true' });
      assert.doesNotMatch(text, /hx-get=/);
      const words = wordsOf(text);
      assert.match(words, /A launch came and played/);
      assert.match(words, /Biology 101/);
      assert.match(words, /Automatic/);
      assert.match(words, /moodleofthetests_42/);
    });

    it('shows the userId by each rule to owners only, and writes that down', async () => {
      await launched();
      assert.doesNotMatch((await viewer.get(page())).text, /moodleofthetests-42/);
      assert.equal(
        (await world.store.audit.list({ limit: 50 })).filter(({ action }) => action === 'launch.open').length,
        0,
      );
      const { text } = await owner.get(page());
      for (const id of ['moodleofthetests-42', 'moodleofthetests-ada.byron@example.edu'])
        assert.ok(text.includes(id), id);
      const opened = (await world.store.audit.list({ limit: 50 })).filter(({ action }) => action === 'launch.open');
      assert.equal(opened.length, 1);
      assert.equal(opened[0]?.actor.kind, 'admin');
    });

    it('waits for another one when asked to', async () => {
      await launched();
      assert.match((await owner.get(page(Date.now() + 60_000))).text, /Waiting for the next launch/);
    });

    it('lets an owner approve the deployment that a refused launch came from', async () => {
      await launched({ [claimName('deployment_id')]: 'a/b?c' });
      const { text } = await owner.get(page());
      assert.match(text, /PLATFORM_DEPLOYMENT_PENDING/);
      const action = pathOf(world.platform, '/deployments/a%2Fb%3Fc/approve');
      assert.ok(text.includes(`action="${action}"`));
      assert.doesNotMatch((await viewer.get(page())).text, /deployments\/a%2Fb/);
      assert.equal((await owner.post(action)).status, 303);
      assert.equal((await world.store.deployments.find(world.platform.id, 'a/b?c'))?.status, 'active');
    });
  });

  describe('a platform’s page', () => {
    it('lets viewers look and gives them no form', async () => {
      const { text, status } = await viewer.get(pathOf(world.platform));
      assert.equal(status, 200);
      assert.match(text, /https:\/\/moodle\.example\.edu/);
      assert.doesNotMatch(text, /\/settings\//);
    });

    it('is not there for an unknown id', async () => {
      assert.equal((await owner.get('/admin/platforms/none')).status, 404);
    });

    it('saves what needs no second look at once', async () => {
      assert.equal((await save('name', { name: ' Law ' })).status, 303);
      await save('entry-policy', { entryPolicy: 'course' });
      await save('unmapped-course', { unmappedCourse: 'refuse' });
      await save('player', { uiConfId: '49123' });
      await save('frame-origins', { frameOrigins: 'https://a.example.edu\r\nhttps://b.example.edu' });
      await save('service-hosts', { serviceHosts: 'API.example.edu' });
      await save('admin-sign-in', { adminSignIn: 'yes' });
      const { name, settings } = await present();
      assert.equal(name, 'Law');
      assert.deepEqual(settings, {
        unmappedCourse: 'refuse',
        entryPolicy: 'course',
        frameOrigins: ['https://a.example.edu', 'https://b.example.edu'],
        adapter: {},
        uiConfId: 49123,
        serviceHosts: ['api.example.edu'],
        adminSignIn: true,
      });
    });

    it('takes settings away again', async () => {
      await save('player', { uiConfId: '49123' });
      await save('service-hosts', { serviceHosts: 'api.example.edu' });
      await save('admin-sign-in', { adminSignIn: 'yes' });
      await save('player', { uiConfId: '' });
      await save('service-hosts', { serviceHosts: '' });
      await save('admin-sign-in');
      assert.deepEqual(Object.keys((await present()).settings).sort(), [
        'adapter',
        'entryPolicy',
        'frameOrigins',
        'unmappedCourse',
      ]);
    });

    it('writes nothing when nothing is different', async () => {
      assert.match((await save('name', { name: 'Moodle of the tests' })).location ?? '', /#setting-name$/);
      assert.equal((await present()).version, 1);
    });

    it('shows a refused form open, with what was typed', async () => {
      const answer = await save('frame-origins', { frameOrigins: 'https://a.example.edu/x' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /id="setting-frame-origins"[^>]* open>/);
      assert.match(answer.text, />\s*https:\/\/a\.example\.edu\/x<\/textarea>/);
      assert.match(answer.text, /href="#field-frameOrigins"/);
    });

    it('shows both versions when somebody else was faster, and saves neither', async () => {
      const { version } = await present();
      await save('name', { name: 'Theirs' });
      const answer = await owner.post(pathOf(world.platform, '/settings/name'), {
        version: String(version),
        name: 'Mine',
      });
      assert.equal(answer.status, 409);
      assert.match(wordsOf(answer.text), /Theirs .*Mine/);
      assert.equal((await present()).name, 'Theirs');
      assert.match(answer.text, /name="version" value="2"/);
    });

    it('warns that reports split before it changes the application name', async () => {
      await launched();
      const answer = await save('application', { applicationName: 'Law Moodle' });
      assert.equal(answer.status, 200);
      assert.match(wordsOf(answer.text), /Reports split at this date.*1 launch of the last 30 days/);
      assert.equal((await present()).settings.applicationName, undefined);
      await save('application', { applicationName: 'Law Moodle', confirm: 'yes' });
      assert.equal((await present()).settings.applicationName, 'Law Moodle');
    });

    it('says how many known courses would get a category', async () => {
      await save('unmapped-course', { unmappedCourse: 'play' });
      await launched({ [claimName('custom')]: { entry_id: '0_none' } });
      for (let round = 0; round < 50; round += 1) {
        if (wordsOf((await owner.get(pathOf(world.platform))).text).includes('1 known course would get one')) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.fail('the count is not shown');
    });

    it('clears the token URL, and keeps the rest of the addresses', async () => {
      const { issuer, clientId, authorizationUrl, jwksUrl } = world.platform;
      const addresses = { issuer, clientId, authorizationUrl, jwksUrl, confirm: 'yes' };
      await save('connection', { ...addresses, tokenUrl: 'https://moodle.example.edu/token' });
      assert.equal((await present()).tokenUrl, 'https://moodle.example.edu/token');
      await save('connection', { ...addresses, tokenUrl: '' });
      const after = await present();
      assert.equal(after.tokenUrl, undefined);
      assert.equal(after.jwksUrl, jwksUrl);
    });

    it('draws the adapter’s own settings from its schema and keeps only what differs', async () => {
      const { text } = await owner.get(pathOf(world.platform));
      assert.match(text, /name="setting\.usernameParameter" value="username"/);
      await save('adapter-settings', {
        'setting.usernameParameter': 'login',
        'setting.historyParameter': 'context_history',
        confirm: 'yes',
      });
      assert.deepEqual((await present()).settings.adapter, { usernameParameter: 'login' });
      const refused = await save('adapter-settings', {
        'setting.usernameParameter': '',
        'setting.historyParameter': 'x',
      });
      assert.equal(refused.status, 422);
      await save('adapter', { adapter: 'canvas', confirm: 'yes' });
      const changed = await present();
      assert.deepEqual([changed.adapterId, changed.settings.adapter], ['canvas', {}]);
    });

    it('previews a pilot on the launches of last week, and stores it when it is confirmed', async () => {
      await launched();
      const fields: [string, string][] = [
        ['pilot', 'yes'],
        ['pilotCourse', '99'],
        ['pilotCourses', '100'],
        ['pilotContact', 'Ada, ada@example.edu'],
      ];
      assert.match(wordsOf((await save('pilot', fields)).text), /0 would have been served and 1 refused, in 1 course/);
      await save('pilot', [...fields, ['confirm', 'yes']]);
      assert.deepEqual((await present()).settings.pilot, {
        courseKeys: ['99', '100'],
        deploymentIds: [],
        contact: 'Ada, ada@example.edu',
      });
      const empty = await save('pilot', { pilot: 'yes', pilotContact: '' });
      assert.equal(empty.status, 422);
      await save('pilot', { confirm: 'yes' });
      assert.equal((await present()).settings.pilot, undefined);
    });

    it('captures launches for an hour, and stops', async () => {
      await save('capture', { capture: 'hour' });
      const until = (await present()).settings.captureUntilMs ?? 0;
      assert.ok(Math.abs(until - Date.now() - 3_600_000) < 60_000);
      await save('capture', { capture: 'off' });
      assert.equal((await present()).settings.captureUntilMs, undefined);
    });

    it('adds a blocked frame’s site with one click, or forgets the report', async () => {
      const { id } = world.platform;
      const origins = ['https://portal.example.edu', 'https://other.example.edu'];
      for (const origin of origins) {
        await world.store.blockedFrames.note({ platformId: id, origin }, { nowMs: Date.now(), cap: 9 });
      }
      const { text } = await owner.get(pathOf(world.platform));
      assert.match(text, /Add https:\/\/portal\.example\.edu/);
      const path = pathOf(world.platform, '/blocked-frames');
      await owner.post(path, { version: '1', origin: origins[0] ?? '', action: 'add' });
      await owner.post(path, { version: '2', origin: origins[1] ?? '', action: 'dismiss' });
      assert.deepEqual((await present()).settings.frameOrigins, ['https://portal.example.edu']);
      assert.deepEqual(await world.store.blockedFrames.list(id), []);
    });
  });

  describe('deployments', () => {
    const path = (deploymentId: string, action: string) =>
      pathOf(world.platform, `/deployments/${encodeURIComponent(deploymentId)}/${action}`);
    const statusOf = async (deploymentId: string) =>
      (await world.store.deployments.find(world.platform.id, deploymentId))?.status;

    it('wait, are approved, refused and added by hand', async () => {
      const { id } = world.platform;
      await world.store.deployments.notePending({ platformId: id, deploymentId: 'x' }, { nowMs: 1, cap: 9 });
      await owner.post(path('x', 'disable'));
      assert.equal(await statusOf('x'), 'disabled');
      await owner.post(path('x', 'approve'));
      assert.equal(await statusOf('x'), 'active');
      await owner.post(pathOf(world.platform, '/deployments'), { deploymentId: ' y ' });
      assert.equal(await statusOf('y'), 'active');
      assert.equal((await owner.post(pathOf(world.platform, '/deployments'), { deploymentId: '' })).status, 422);
    });

    it('join the tenant of the same LMS', async () => {
      await launched();
      const { id } = world.platform;
      await world.store.deployments.notePending({ platformId: id, deploymentId: 'x' }, { nowMs: 1, cap: 9 });
      const { text } = await owner.get(pathOf(world.platform));
      assert.match(text, /<option value="moodleofthetests">/);
      await owner.post(path('x', 'approve'), { tenant: 'moodleofthetests' });
      const [one, other] = await Promise.all(
        [DEPLOYMENT_ID, 'x'].map((deploymentId) => world.store.deployments.find(id, deploymentId)),
      );
      assert.ok(one?.tenantId);
      assert.equal(other?.tenantId, one.tenantId);
    });

    it('do not join the tenant of another LMS, and the page says why', async () => {
      await launched();
      const stranger = await world.addPlatform({ issuer: 'https://other.example.edu' }, ['d']);
      const answer = await owner.post(pathOf(stranger, '/deployments/d/approve'), { tenant: 'moodleofthetests' });
      assert.equal(answer.status, 422);
      assert.match(wordsOf(answer.text), /The deployment cannot join/);
      assert.equal((await world.store.deployments.find(stranger.id, 'd'))?.tenantId, undefined);
    });

    it('that nobody knows are not approved by their address', async () => {
      assert.equal((await owner.post(path('unknown', 'approve'))).status, 404);
      assert.equal(await statusOf('unknown'), undefined);
    });
  });

  describe('tenants', () => {
    const tenant = async () => (await world.store.tenants.list())[0] ?? assert.fail('there is no tenant');
    const path = async (part: string) => pathOf(world.platform, `/tenants/${(await tenant()).id}/${part}`);
    const post = async (part: string, form: Record<string, string>) =>
      owner.post(await path(part), { version: String((await tenant()).version), ...form });

    beforeEach(() => launched());

    it('are renamed, and get another namespace after a warning', async () => {
      await post('name', { tenantName: 'Law School' });
      const warned = await post('namespace', { namespace: 'law' });
      assert.match(wordsOf(warned.text), /Viewers get other userIds/);
      assert.equal((await tenant()).namespace, 'moodleofthetests');
      await post('namespace', { namespace: 'law', confirm: 'yes' });
      const { name, namespace } = await tenant();
      assert.deepEqual([name, namespace], ['Law School', 'law']);
      const refused = await post('namespace', { namespace: 'Law_1' });
      assert.equal(refused.status, 422);
      assert.ok(refused.text.includes('value="Law_1"'));
    });

    it('show what a rule would do to the people of recorded launches before it is stored', async () => {
      const preview = await post('identity', { rule: '{namespace}-{email:stripDomain}' });
      const words = wordsOf(preview.text);
      assert.match(words, /1 would get another userId/);
      assert.match(words, /moodleofthetests_42 .*moodleofthetests-ada\.byron/);
      assert.equal((await tenant()).identityRule, undefined);
      const notes = await world.store.audit.list({ limit: 10 });
      assert.ok(notes.some(({ action }) => action === 'identity.preview'));
      await post('identity', { rule: '{namespace}-{email:stripDomain}', confirm: 'yes' });
      assert.deepEqual((await tenant()).identityRule, {
        rule: '{namespace}-{email:stripDomain}',
        withoutSub: 'refuse',
        sharedIds: false,
      });
    });

    it('say where a rule is wrong, and keep it in the field', async () => {
      const answer = await post('identity', { rule: '{user}' });
      assert.equal(answer.status, 422);
      assert.match(wordsOf(answer.text), /At position 2/);
      assert.ok(answer.text.includes('value="{user}"'));
    });

    it('show both rules when somebody else was faster', async () => {
      const { version } = await tenant();
      await post('identity', { rule: 'pseudonym', confirm: 'yes' });
      const late = { version: String(version), rule: '{namespace}-{email}', confirm: 'yes' };
      const answer = await owner.post(await path('identity'), late);
      assert.equal(answer.status, 409);
      assert.match(wordsOf(answer.text), /pseudonym .*\{namespace\}-\{email\}/);
    });

    it('belong to the platform of the address', async () => {
      const stranger = await world.addPlatform({ issuer: 'https://other.example.edu' }, ['d']);
      const { id } = await tenant();
      for (const part of ['identity', 'name', 'namespace']) {
        const answer = await owner.post(pathOf(stranger, `/tenants/${id}/${part}`), { version: '1', namespace: 'x' });
        assert.equal(answer.status, 404, part);
      }
      assert.equal((await owner.get(pathOf(stranger, `/tenants/${id}/identity`))).status, 404);
    });
  });

  describe('the end of a platform', () => {
    it('is switched off and on', async () => {
      const path = pathOf(world.platform, '/status');
      await owner.post(path, { version: '1', status: 'disabled' });
      assert.equal((await present()).status, 'disabled');
      assert.match(wordsOf((await viewer.get(pathOf(world.platform))).text), /This platform is disabled/);
      assert.equal((await owner.post(path, { version: '1', status: 'active' })).status, 409);
      await owner.post(path, { version: '2', status: 'active' });
      assert.equal((await present()).status, 'active');
    });

    it('says what goes and what stays, and wants the name typed', async () => {
      await launched();
      const path = pathOf(world.platform, '/delete');
      const words = wordsOf((await owner.get(path)).text);
      assert.match(words, /This goes .*1 deployment .*This stays .*1 course with its mapping .*Everything in Kaltura/);
      const wrong = await owner.post(path, { version: '1', name: 'moodle of the tests' });
      assert.equal(wrong.status, 422);
      await present();
      const done = await owner.post(path, { version: '1', name: 'Moodle of the tests' });
      assert.deepEqual([done.status, done.location], [303, '/admin/platforms']);
      assert.equal(await world.store.platforms.findById(world.platform.id), undefined);
      assert.equal((await world.store.tenants.list()).length, 1);
    });

    it('can be undone by connecting again and joining the tenant that was left', async () => {
      await launched();
      await owner.post(pathOf(world.platform, '/delete'), { version: '1', name: 'Moodle of the tests' });
      const again = await world.addPlatform({}, ['d']);
      assert.match((await owner.get(pathOf(again))).text, /<option value="moodleofthetests">/);
      await owner.post(pathOf(again, '/deployments/d/approve'), { tenant: 'moodleofthetests' });
      assert.ok((await world.store.deployments.find(again.id, 'd'))?.tenantId);
    });
  });

  it('has a guide with the login URL of the platform alone', async () => {
    const { text } = await viewer.get(pathOf(world.platform, '/guide'));
    assert.ok(text.includes(`${world.publicUrl}/lti/login/${world.platform.ref}`));
  });
});
