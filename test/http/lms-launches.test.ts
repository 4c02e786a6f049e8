import assert from 'node:assert/strict';
import { startDemoWorld, type DemoWorld } from '../../src/cli/demo-world.js';
import { claimName, codeOf, DEPLOYMENT_ID, startToolWorld, type ToolWorld } from '../support/tool-world.js';
import { createBrowser, readForm, type Answer, type Browser } from './demo-lms/support.js';

const valuesOf = (html: string): Record<string, unknown> => {
  const [, json = ''] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
};

/** The tool's own answers to logins and launches, with a browser whose cookies are known to work. */
function createVisitor(world: DemoWorld): {
  open(course: string, person: string): Promise<string>;
  login(loginUrl: string, form?: Record<string, string>): Promise<string>;
  launch(authenticationUrl: string): Promise<Answer>;
} {
  const browser: Browser = createBrowser();
  const cookies = new Map([['__Host-pcok', '1']]);
  const ask = async (url: string, form?: Record<string, string>): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const tool = createBrowser();
    const answer = await tool.open(url, {
      ...(form ? { method: 'POST' as const, form } : {}),
      headers: { cookie },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const login = async (loginUrl: string, form?: Record<string, string>) =>
    String((await ask(loginUrl, form)).headers.location);
  return {
    login,
    async open(course, person) {
      const opened = await browser.get(`${world.lms.url}/launch/${course}/cell-division?as=${person}`);
      if (opened.status === 302) return login(String(opened.headers.location));
      const link = /<a href="([^"]*)">Continue/.exec(opened.body)?.[1];
      if (link !== undefined) return link.replaceAll('&amp;', '&');
      const { action, fields } = readForm(opened);
      return login(action, fields);
    },
    async launch(authenticationUrl) {
      const { action, fields } = readForm(await browser.get(authenticationUrl));
      return ask(action, fields);
    },
  };
}

for (const adapterId of ['moodle', 'canvas', 'blackboard', 'sakai', 'brightspace', 'openedx']) {
  describe(`launches as ${adapterId} sends them`, () => {
    let world: DemoWorld;
    before(async () => void (world = await startDemoWorld({ adapterId })));
    after(() => world.close());

    const play = async (course: string, person: string): Promise<Record<string, unknown>> => {
      const visitor = createVisitor(world);
      const next = await visitor.open(course, person);
      const authenticationUrl = next.includes('/lti/login') ? await visitor.login(next) : next;
      return valuesOf((await visitor.launch(authenticationUrl)).body);
    };

    it('give each person one userId, each course one category, and name the application', async () => {
      const ana = await play('biology', 'ana');
      const anaElsewhere = await play('chemistry', 'ana');
      const tina = await play('biology', 'tina');
      const [tenant, ...others] = await world.store.tenants.list();
      assert.deepEqual(others, []);
      const biology = world.lms.courses.find(({ id }) => id === 'biology')!;
      const mapping = await world.store.mappings.find(tenant!.id, biology.contextId);
      assert.deepEqual([ana['categoryId'], tina['categoryId']], [mapping?.categoryId, mapping?.categoryId]);
      assert.notEqual(anaElsewhere['categoryId'], ana['categoryId']);
      assert.equal(anaElsewhere['viewerId'], ana['viewerId']);
      assert.notEqual(tina['viewerId'], ana['viewerId']);
      assert.match(String(ana['viewerId']), new RegExp(`^${tenant!.namespace}_[a-z0-9._@-]+$`));
      assert.equal(ana['applicationName'], world.applicationName);
    });

    if (adapterId !== 'sakai') return;

    it('keep both logins of one click valid, whichever comes back first', async () => {
      const visitor = createVisitor(world);
      const loginUrl = await visitor.open('biology', 'ben');
      const [first, second] = [await visitor.login(loginUrl), await visitor.login(loginUrl)];
      assert.notEqual(new URL(first).searchParams.get('state'), new URL(second).searchParams.get('state'));
      for (const authenticationUrl of [second, first]) {
        const answer = await visitor.launch(authenticationUrl);
        assert.equal(answer.status, 200);
        assert.match(String(valuesOf(answer.body)['viewerId']), /^sakai_/);
      }
    });

    it('go back to Sakai without a message hint, as they came', async () => {
      const visitor = createVisitor(world);
      const authenticationUrl = new URL(await visitor.login(await visitor.open('biology', 'ben')));
      assert.equal(authenticationUrl.searchParams.has('lti_message_hint'), false);
    });
  });
}

describe('what single LMSs do differently', () => {
  let world: ToolWorld;
  before(async () => void (world = await startToolWorld()));
  after(() => world.close());

  /** A launch of another platform than the world's own. */
  const launchAs = async (
    { issuer, clientId, ...platform }: { issuer: string; clientId: string; adapterId: string },
    changes: Record<string, unknown>,
    { deployments = [DEPLOYMENT_ID], path = '/lti/launch', named = {} } = {},
  ): Promise<Response> => {
    const known = await world.store.platforms.findByIssuer(issuer, clientId);
    if (known.length === 0) await world.addPlatform({ issuer, clientId, ...platform }, deployments);
    const login = await world.login({ iss: issuer, client_id: clientId, ...named });
    const claims = world.claims(login, { iss: issuer, aud: clientId, ...changes });
    return fetch(`${world.baseUrl}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: login.cookie },
      body: new URLSearchParams({ state: login.state, id_token: await world.signer.sign(claims) }),
    });
  };

  const sakai = { adapterId: 'sakai', issuer: 'https://sakai.example.edu', clientId: 'sakai-tool' };
  const learner = { sub: 'https://sakai.example.edu/user/c71bb6b6' };

  it('Sakai’s token names deployment and site behind the issuer, and one person stays one viewer', async () => {
    const plain = await launchAs(sakai, learner);
    const fromSite = await launchAs(sakai, { ...learner, iss: `${sakai.issuer}/deployment/2/site/mercury` });
    assert.deepEqual([plain.status, fromSite.status], [200, 200]);
    const [one, two] = [valuesOf(await plain.text()), valuesOf(await fromSite.text())];
    assert.equal(one['viewerId'], two['viewerId']);
  });

  it('a host that only begins like Sakai’s is refused', async () => {
    for (const iss of ['https://sakai.example.edu.evil', 'https://sakai.example.edu.evil/site/mercury']) {
      assert.equal(await codeOf(await launchAs(sakai, { ...learner, iss })), 'LAUNCH_TOKEN_ISSUER');
    }
    const moodle = await world.launch({ iss: `${world.platform.issuer}/site/mercury` });
    assert.equal(await codeOf(moodle), 'LAUNCH_TOKEN_ISSUER');
  });

  it('Brightspace writes the letters of a deployment in either case', async () => {
    const brightspace = { adapterId: 'brightspace', issuer: 'https://example.brightspace.com', clientId: 'd2l-tool' };
    const [upper, lower] = ['B2A8A24F-9604-4A36-9397-B34F69E713B9', 'b2a8a24f-9604-4a36-9397-b34f69e713b9'];
    const launch = (sent: string, named: string) =>
      launchAs(
        brightspace,
        { [claimName('deployment_id')]: sent },
        { deployments: [upper], named: { lti_deployment_id: named } },
      );
    assert.equal((await launch(lower, upper)).status, 200);
    assert.equal((await launch(upper, lower)).status, 200);
    assert.equal(await codeOf(await launch(lower.replace('b', 'c'), lower)), 'LAUNCH_CLAIM_INVALID');
    const [platform] = await world.store.platforms.findByIssuer(brightspace.issuer);
    await world.store.deployments.notePending({ platformId: platform!.id, deploymentId: lower }, { nowMs: 1, cap: 10 });
    assert.equal((await launch(lower, lower)).status, 200, 'a queued spelling does not hide the approved one');
  });

  it('a deployment id that is no UUID keeps its case', async () => {
    const launch = await world.launch({ [claimName('deployment_id')]: DEPLOYMENT_ID.toUpperCase() });
    assert.equal(await codeOf(launch), 'PLATFORM_DEPLOYMENT_PENDING');
  });

  it('Open edX posts content selection to an address of its own', async () => {
    const openedx = { adapterId: 'openedx', issuer: 'https://lms.openedx.example.edu', clientId: 'block-1' };
    const message = { [claimName('context')]: { id: 'course-v1:X+Y+Z', type: [] } };
    assert.equal((await launchAs(openedx, message, { path: '/lti/launch/choose' })).status, 200);
  });

  it('institutions with Blackboard share issuer and client, and none sees another’s viewers', async () => {
    const blackboard = { adapterId: 'blackboard', issuer: 'https://blackboard.com', clientId: 'one-for-all' };
    const [law, arts] = ['c3c37f92-d008-43db-9e8a-e10fd139ec2d', '0b6f1d2c-3a4e-4f50-9b61-7c8d9e0f1a2b'];
    const launch = (deployment: string) =>
      launchAs(
        blackboard,
        { sub: '4f1025ffab1846ee9ca0a53299dd51b6', [claimName('deployment_id')]: deployment },
        { deployments: [law, arts] },
      );
    const [one, two] = [await launch(law), await launch(arts)];
    assert.notEqual(valuesOf(await one.text())['viewerId'], valuesOf(await two.text())['viewerId']);
  });

  it('Blackboard’s session token is written nowhere, in success or failure', async () => {
    const secret = '5f1d3c7e9a2b4d6880e1c3f5a7b9d1e3';
    const token = { 'https://blackboard.com/lti/claim/one_time_session_token': secret };
    const played = await world.launch(token);
    const refused = await world.launch({ ...token, [claimName('custom')]: { entry_id: '0_nosuch1' } });
    assert.deepEqual([played.status, refused.status >= 400], [200, true]);
    assert.doesNotMatch(`${await played.text()}${await refused.text()}${world.logLines.join('')}`, new RegExp(secret));
  });
});
