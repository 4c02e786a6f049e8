import assert from 'node:assert/strict';
import type { AdminPerson, AuditRecord } from '../../src/store/ports.js';
import { cookieOf } from '../support/admin-world.js';
import { startInspectorWorld, type Admin, type InspectorWorld } from '../support/inspector-world.js';
import { settableClock } from '../support/lti-world.js';
import { claimName, codeOf, DEPLOYMENT_ID } from '../support/tool-world.js';

const ADMINISTRATOR = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator';
const roles = (...uris: string[]): Record<string, unknown> => ({ [claimName('roles')]: uris });

describe('signing in from an LMS', () => {
  const clock = settableClock();
  let world: InspectorWorld;
  let owner: Admin;

  beforeEach(async () => {
    world = await startInspectorWorld({ clock, settings: { adminSignIn: true } });
    owner = await world.admin();
  });
  afterEach(() => world.close());

  const target = (): Record<string, unknown> => ({
    [claimName('target_link_uri')]: `${world.publicUrl}/lti/launch/admin`,
    [claimName('custom')]: {},
  });
  const launch = (changes: Record<string, unknown> = {}): Promise<Response> =>
    world.launch({ sub: 'admin-1', ...target(), ...roles(ADMINISTRATOR), ...changes });
  const persons = (): Promise<AdminPerson[]> => world.store.adminPersons.list(world.platform.id);
  const personsPath = (): string => `/admin/platforms/${world.platform.id}/persons`;
  const codeOnPage = (html: string): string => /<code>([A-Z2-9]{4}-[A-Z2-9]{4})<\/code>/.exec(html)?.[1] ?? '';
  const ticketOf = (html: string): string => /name="ticket" value="([\w-]{43})"/.exec(html)?.[1] ?? '';
  const approve = async (role: 'viewer' | 'editor' = 'editor'): Promise<void> => {
    const person = codeOnPage(await (await launch()).text());
    const answer = await owner.post(`${personsPath()}/approve`, { person, role });
    assert.equal(answer.status, 303);
  };
  const enter = (ticket: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${world.baseUrl}/admin/ticket`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: world.publicUrl, ...headers },
      body: new URLSearchParams({ ticket }),
    });
  const signIn = async (): Promise<Admin> =>
    world.adminWith(cookieOf(await enter(ticketOf(await (await launch()).text())), '__Host-pca'));
  const audited = async (action: string): Promise<AuditRecord | undefined> =>
    (await world.store.audit.list({ limit: 100 })).find((record) => record.action === action);
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

  it('only files a request at first: a role alone opens nothing', async () => {
    const answer = await launch();
    const html = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(html, /An owner has to approve you/);
    assert.match(codeOnPage(html), /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    assert.equal(ticketOf(html), '');
    assert.deepEqual(
      answer.headers.getSetCookie().filter((line) => line.startsWith('__Host-pca=')),
      [],
    );
    const [person] = await persons();
    assert.deepEqual([person?.subject, person?.status, person?.role], ['admin-1', 'asked', undefined]);
    assert.doesNotMatch(JSON.stringify(person), /Ada/);
  });

  it('works by a custom parameter too, where an LMS has one address for all links', async () => {
    const html = await (
      await world.launch({ sub: 'admin-1', ...roles(ADMINISTRATOR), [claimName('custom')]: { pc_screen: 'admin' } })
    ).text();
    assert.match(html, /An owner has to approve you/);
  });

  it('is off unless an owner switched it on', async () => {
    await settings({ adminSignIn: undefined });
    clock.advance(1_100);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const answer = await launch();
    assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_ADMIN_LTI_OFF']);
    assert.deepEqual(await persons(), []);
  });

  it('is refused to everybody without the institution’s administrator role', async () => {
    for (const role of [
      'http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator',
      'http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator',
      'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor',
      'Administrator',
    ]) {
      const answer = await launch(roles(role));
      assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_ADMIN_LTI_ROLE'], role);
    }
    assert.deepEqual(await persons(), []);
  });

  it('is refused to a launch that was not proven to come from this browser', async () => {
    const login = await world.login();
    const claims = world.claims(login, { sub: 'admin-1', ...target(), ...roles(ADMINISTRATOR) });
    const answer = await world.post({ state: login.state, id_token: await world.signer.sign(claims) });
    assert.deepEqual([answer.status, await codeOf(answer)], [401, 'LAUNCH_STATE_FOREIGN']);
    assert.deepEqual(await persons(), []);
  });

  it('shows the owner who asks, by name and code, and writes down that they looked', async () => {
    const code = codeOnPage(await (await launch()).text());
    const html = await (await owner.get(personsPath())).text();
    assert.match(html, /Ada Byron[\s\S]*ada\.byron@example\.edu/);
    assert.ok(html.includes(code));
    assert.equal((await audited('admin-person.view'))?.actor.id, 'link:The owner');
  });

  it('opens a window of ours for a person who was approved: a one-time ticket, no cookie in the frame', async () => {
    await approve();
    const answer = await launch();
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors https:\/\/moodle\.example\.edu;/);
    assert.match(policy, /form-action 'self'/);
    assert.match(html, /<form method="post" action="\/admin\/ticket" target="_blank"/);
    const entered = await enter(ticketOf(html));
    assert.deepEqual([entered.status, entered.headers.get('location')], [303, '/admin']);
    assert.match(
      entered.headers.getSetCookie().join(),
      /^__Host-pca=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const [session] = (await world.store.admins.listSessions(clock.nowMs())).filter(({ deployment }) => deployment);
    assert.deepEqual(
      [session?.role, session?.adminId, session?.deployment],
      ['editor', `lti:${world.platform.id}:admin-1`, { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID }],
    );
    assert.equal((await audited('admin.sign-in'))?.actor.id, `lti:${world.platform.id}:admin-1`);
    assert.ok(!world.logLines.join('').includes(ticketOf(html)));
  });

  it('takes a ticket once, for two minutes, from pages of ours, and never as a link', async () => {
    await approve();
    const ticket = async (): Promise<string> => ticketOf(await (await launch()).text());
    const used = await ticket();
    assert.equal((await enter(used)).status, 303);
    assert.equal(await codeOf(await enter(used)), 'ACCESS_TICKET_SPENT');

    const foreign = await ticket();
    assert.equal(await codeOf(await enter(foreign, { origin: 'https://evil.example' })), 'ACCESS_ORIGIN');
    const asLink = await fetch(`${world.baseUrl}/admin/link/${foreign}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: world.publicUrl },
    });
    assert.equal(await codeOf(asLink), 'ACCESS_LINK_SPENT');
    assert.equal((await enter(foreign)).status, 303);

    const late = await ticket();
    clock.advance(2 * 60_000);
    assert.equal(await codeOf(await enter(late)), 'ACCESS_TICKET_SPENT');
    assert.equal(await codeOf(await enter('A'.repeat(43))), 'ACCESS_TICKET_SPENT');
  });

  it('reaches nothing beyond the deployment, and no settings', async () => {
    await approve();
    const person = await signIn();
    assert.equal((await person.get('/admin/launches')).status, 200);
    for (const path of ['/admin/settings', '/admin/audit', personsPath()]) {
      const answer = await person.get(path);
      assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_DENIED'], path);
    }
  });

  it('never takes the session of somebody who is signed in for everything', async () => {
    await approve();
    const answer = await enter(ticketOf(await (await launch()).text()), { cookie: owner.cookie });
    assert.deepEqual([answer.status, answer.headers.getSetCookie()], [303, []]);
    assert.equal((await owner.get('/admin/settings')).status, 200);
  });

  it('ends with the approval', async () => {
    await approve();
    const person = await signIn();
    const code = codeOnPage(await (await owner.get(personsPath())).text());
    await owner.post(`${personsPath()}/remove`, { person: code });
    assert.equal((await person.get('/admin/launches')).status, 303);
    assert.equal(ticketOf(await (await launch()).text()), '');
  });

  it('ends when the role is changed, or the deployment disabled', async () => {
    await approve();
    const changes: [string, () => Promise<unknown>][] = [
      ['role', () => approveAs('viewer')],
      [
        'deployment',
        () =>
          world.store.deployments.setStatus(
            { platformId: world.platform.id, deploymentId: DEPLOYMENT_ID, status: 'disabled' },
            { kind: 'cli' },
            clock.nowMs(),
          ),
      ],
    ];
    const approveAs = async (role: string): Promise<Response> => {
      const person = codeOnPage(await (await owner.get(personsPath())).text());
      return owner.post(`${personsPath()}/approve`, { person, role });
    };
    for (const [what, change] of changes) {
      const person = await signIn();
      assert.equal((await person.get('/admin/launches')).status, 200, what);
      await change();
      assert.equal((await person.get('/admin/launches')).status, 303, what);
    }
  });

  it('ends for everybody when the owner switches it off on the screen', async () => {
    await approve();
    const person = await signIn();
    const form = await (await owner.get(personsPath())).text();
    const version = /name="version" value="(\d+)"/.exec(form)?.[1] ?? assert.fail('the form names no version');
    const answer = await owner.post(`${personsPath()}/switch`, { on: '0', version });
    assert.equal(answer.status, 303);
    assert.equal((await person.get('/admin/launches')).status, 303);
    const again = await owner.post(`${personsPath()}/switch`, { on: '1', version });
    assert.deepEqual([again.status, await codeOf(again)], [409, 'STORE_CONFLICT']);
  });

  it('files at most 50 requests of a platform', async () => {
    for (let i = 0; i < 50; i++) {
      await world.store.adminPersons.ask(
        {
          platformId: world.platform.id,
          deploymentId: DEPLOYMENT_ID,
          subject: `person-${i}`,
          askedAtMs: clock.nowMs(),
        },
        { cap: 50 },
      );
    }
    assert.match(await (await launch()).text(), /Too many requests wait/);
    assert.equal((await persons()).length, 50);
  });

  it('approves nobody by an editor, as an owner, or under another platform', async () => {
    const code = codeOnPage(await (await launch()).text());
    const editor = await world.admin('editor');
    assert.equal((await editor.get(personsPath())).status, 403);
    assert.equal((await editor.post(`${personsPath()}/approve`, { person: code, role: 'editor' })).status, 403);
    assert.equal((await owner.post(`${personsPath()}/approve`, { person: code, role: 'owner' })).status, 400);
    const other = await world.addPlatform({ clientId: 'client-2' });
    const elsewhere = `/admin/platforms/${other.id}/persons/approve`;
    assert.equal((await owner.post(elsewhere, { person: code, role: 'viewer' })).status, 404);
    assert.equal((await persons())[0]?.status, 'asked');
  });
});
