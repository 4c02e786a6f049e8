import assert from 'node:assert/strict';
import type { DemoLms } from '../../../src/sandbox/lms/server.js';
import { createRender } from '../../../src/sandbox/lms/render.js';
import { tourSteps } from '../../../src/sandbox/lms/tour.js';
import { createBrowser, launch, startLms, startStubTool, type Browser, type StubTool } from './support.js';

describe('demo LMS: its pages', () => {
  let lms: DemoLms;
  let tool: StubTool;
  let browser: Browser;
  const seenSteps: number[] = [];

  before(async () => {
    lms = await startLms('moodle', {
      eventsUrl: 'http://kaltura.localhost:9999/events',
      onTour: (step) => seenSteps.push(step),
    });
    tool = await startStubTool(() => lms.authorizationUrl);
    lms.registerTool({ ...tool.input, activated: true, visible: true });
  });
  after(async () => {
    await tool.close();
    await lms.close();
  });
  beforeEach(() => {
    browser = createBrowser();
  });

  const registration = (values: Record<string, string> = {}): Record<string, string> => ({
    name: 'My tool',
    loginUrl: 'https://tool.example/login',
    redirectUris: 'https://tool.example/launch\nhttps://tool.example/deep',
    targetLinkUri: 'https://tool.example/launch',
    jwksUrl: 'https://tool.example/jwks',
    ...values,
  });

  it('answers only to its own name', async () => {
    const { port } = new URL(lms.url);
    const answer = await browser.open(`${lms.url}/courses`, { headers: { host: `evil.example:${port}` } });
    assert.equal(answer.status, 421);
    assert.doesNotMatch(answer.body, /Biology/);
  });

  it('lets only the tool and the event screen into its frames', async () => {
    const { headers } = await browser.get(`${lms.url}/courses/biology/activities/cell-division`);
    const csp = String(headers['content-security-policy']);
    assert.ok(csp.includes(`frame-src 'self' ${tool.url} http://kaltura.localhost:9999;`), csp);
    assert.ok(csp.includes("default-src 'none'"));
    assert.doesNotMatch(csp, /unsafe|\*/);
  });

  it('keeps its session from scripts and other sites', async () => {
    const { headers } = await browser.get(`${lms.url}/courses`);
    assert.match(String(headers['set-cookie']), /^demo_lms_\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('refuses forms from other sites', async () => {
    for (const path of ['/persona', '/tour/start', '/admin/tools']) {
      const answer = await browser.post(lms.url + path, { persona: 'ben' }, { origin: 'https://evil.example' });
      assert.equal(answer.status, 403, path);
    }
    assert.equal((await browser.post(`${lms.url}/persona`, { persona: 'ben' }, { origin: 'null' })).status, 403);
  });

  for (const back of [
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
  ]) {
    it(`goes nowhere else after a change of person: ${JSON.stringify(back)}`, async () => {
      const { status, headers } = await browser.post(`${lms.url}/persona`, { persona: 'ben', back });
      assert.equal(status, 303);
      assert.equal(new URL(String(headers.location), lms.url).origin, lms.url);
      assert.equal(headers.location, '/courses');
    });
  }

  it('changes the person and comes back to the same page', async () => {
    await browser.get(`${lms.url}/courses`);
    const back = '/courses/biology?step=1';
    const { headers } = await browser.post(`${lms.url}/persona`, { persona: 'tina', back });
    assert.equal(headers.location, back);
    assert.match((await browser.get(lms.url + back)).body, /You are Tina, a teacher/);
  });

  it('shows a tool’s message as text and links only to its own courses', async () => {
    const { body } = await browser.get(
      `${lms.url}/return?course=https://evil.example&lti_errormsg=${encodeURIComponent('Bad <img src=x onerror=alert(1)> "link" & more')}`,
    );
    assert.doesNotMatch(body, /<img|evil/);
    assert.match(body, /Bad  &quot;link&quot; &amp; more/);
    assert.match(body, /href="\/courses"/);
  });

  it('registers a tool by hand as pending and hidden, with its values to copy', async () => {
    const made = await browser.post(`${lms.url}/admin/tools`, registration({ name: '<b>"Mine"</b>' }));
    assert.equal(made.status, 303);
    const clientId = decodeURIComponent(String(made.headers.location).split('#tool-')[1] ?? '');
    const { body } = await browser.get(`${lms.url}/admin/tools`);
    assert.match(body, /&lt;b&gt;&quot;Mine&quot;&lt;\/b&gt;/);
    assert.doesNotMatch(body, /<b>/);
    assert.match(body, /Pending/);
    for (const value of [clientId, lms.issuer, lms.authorizationUrl, lms.tokenUrl, lms.jwksUrl]) {
      assert.ok(body.includes(`<code data-copy>${value}</code>`), value);
    }
    const url = `${lms.url}/launch/biology/cell-division?tool=${clientId}`;
    assert.equal((await browser.get(url)).status, 403);
    await browser.post(`${lms.url}/admin/tools/${clientId}/activate`, {});
    assert.equal((await browser.get(url)).status, 403);
    assert.doesNotMatch((await browser.get(`${lms.url}/courses/biology`)).body, /Opened with/);
    await browser.post(`${lms.url}/admin/tools/${clientId}/visibility`, { visible: 'yes' });
    assert.equal((await browser.get(url)).status, 200);
    assert.match((await browser.get(`${lms.url}/courses/biology`)).body, /Opened with &lt;b&gt;/);
  });

  for (const [field, value] of [
    ['name', ' '],
    ['loginUrl', 'javascript:alert(1)'],
    ['loginUrl', 'https://user:pass@tool.example/login'],
    ['redirectUris', ''],
    ['redirectUris', 'https://tool.example/launch\nnot an address'],
    ['jwksUrl', '/jwks'],
    ['targetLinkUri', 'https://tool.example/#x'],
  ] as const) {
    it(`refuses a tool whose ${field} is ${JSON.stringify(value)} and keeps what was typed`, async () => {
      const { status, body } = await browser.post(`${lms.url}/admin/tools`, registration({ [field]: value }));
      assert.equal(status, 422);
      assert.ok(body.includes(`id="e-${field}"`));
      if (field !== 'name') assert.match(body, /value="My tool"/);
    });
  }

  it('leads through every step of the tour by one button each', async () => {
    assert.match((await browser.get(`${lms.url}/`)).body, /Start the tour/);
    let location = String((await browser.post(`${lms.url}/tour/start`, {})).headers.location);
    for (const [index, step] of tourSteps.entries()) {
      assert.equal(location, `${step.path}?step=${index + 1}`);
      const { status, body } = await browser.get(lms.url + location);
      assert.equal(status, 200);
      const strip = /<section class="tour"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
      assert.ok(strip.includes(`Step ${index + 1} of ${tourSteps.length}`));
      assert.equal(strip.match(/<a /g)?.length, 1);
      location = /href="([^"]*)"/.exec(strip)?.[1] ?? '';
    }
    assert.equal(location, '/courses');
    assert.deepEqual(
      seenSteps.slice(-tourSteps.length),
      tourSteps.map((_step, index) => index + 1),
    );
  });

  it('makes the visitor Ana when the tour starts', async () => {
    await browser.post(`${lms.url}/persona`, { persona: 'ben' });
    const { headers } = await browser.post(`${lms.url}/tour/start`, {});
    assert.match((await browser.get(lms.url + String(headers.location))).body, /You are Ana, a student/);
  });

  it('shows no strip for a step that does not exist', async () => {
    for (const step of ['0', '99', '1x', '<b>']) {
      const { body } = await browser.get(`${lms.url}/courses?step=${encodeURIComponent(step)}`);
      assert.doesNotMatch(body, /class="tour"/);
    }
  });

  it('prints the tool’s addresses at the last step once it knows them', async () => {
    assert.doesNotMatch((await browser.get(`${lms.url}/connect`)).body, /Redirect URL/);
    lms.setTourFacts({ loginUrl: `${tool.url}/login`, redirectUri: `${tool.url}/launch`, jwksUrl: `${tool.url}/jwks` });
    const { body } = await browser.get(`${lms.url}/connect`);
    for (const path of ['/login', '/launch', '/jwks'])
      assert.ok(body.includes(`<code data-copy>${tool.url}${path}</code>`));
    assert.match(body, /npx playcontext platform add --help/);
  });

  it('opens the tool’s admin screens with a fresh link each time', async () => {
    assert.equal((await browser.get(`${lms.url}/tour/admin`)).status, 404);
    assert.doesNotMatch((await browser.get(`${lms.url}/be-the-admin`)).body, /tour\/admin/);
    let made = 0;
    const adminLink = () => Promise.resolve(`${tool.url}/admin/link/${++made}`);
    lms.setTourFacts({ loginUrl: tool.url, redirectUri: tool.url, jwksUrl: tool.url, adminLink });
    assert.match((await browser.get(`${lms.url}/be-the-admin`)).body, /href="\/tour\/admin" target="_blank"/);
    for (const number of [1, 2]) {
      const { status, headers } = await browser.get(`${lms.url}/tour/admin`);
      assert.deepEqual([status, headers.location], [303, `${tool.url}/admin/link/${number}`]);
    }
  });

  it('names whose launch is replayed and how old it is', async () => {
    assert.match((await browser.get(`${lms.url}/replay`)).body, /no launch to copy yet/);
    await launch(browser, `${lms.url}/launch/chemistry/cell-division?as=ben`);
    const { body, headers } = await browser.get(`${lms.url}/replay`);
    assert.match(body, /Ben Okafor’s launch in Chemistry 101/);
    assert.match(String(headers['content-security-policy']), new RegExp(`frame-src 'self' ${tool.url};`));
    assert.doesNotMatch(body, /eyJ/);
  });

  it('escapes the names of videos and people wherever it shows them', async () => {
    const hostile = 'x {{ks}} <b>"bold"</b> & \u202Etxet';
    const other = await startLms('moodle', { entries: [{ id: '1_hostile1', name: hostile }] });
    try {
      other.registerTool({ ...tool.input, activated: true, visible: true });
      for (const path of ['/courses/biology', '/courses/biology/activities/cell-division']) {
        const { body } = await browser.get(other.url + path);
        assert.doesNotMatch(body, /<b>/, path);
        assert.match(body, /&lt;b&gt;&quot;bold&quot;&lt;\/b&gt; &amp;/, path);
      }
    } finally {
      await other.close();
    }
    const persona = { id: 'x', givenName: '<i>', familyName: '', role: 'student' };
    const data = { title: 't', path: '/', here: '"><i>', persona, people: [{ id: '"', name: '<i>', role: 'student' }] };
    assert.doesNotMatch(createRender()('courses', { ...data, lmsTitle: '<i>', courses: [] }), /<i>/);
  });

  it('has no page for unknown courses, activities, people or files', async () => {
    for (const path of [
      '/courses/x',
      '/courses/biology/activities/x',
      '/launch/x/y',
      '/assets/lms.css.map',
      '/assets/..%2fserver.ts',
    ]) {
      assert.equal((await browser.get(lms.url + path)).status, 404, path);
    }
    assert.equal((await browser.get(`${lms.url}/launch/biology/cell-division?as=mallory`)).status, 400);
  });
});
