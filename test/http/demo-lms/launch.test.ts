import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import type { DemoLms } from '../../../src/sandbox/lms/server.js';
import {
  createBrowser,
  entries,
  fixture,
  launch,
  readForm,
  startLms,
  startStubTool,
  type Answer,
  type Browser,
  type StubTool,
} from './support.js';

const CONTEXT = 'https://purl.imsglobal.org/spec/lti/claim/context';
const CUSTOM = 'https://purl.imsglobal.org/spec/lti/claim/custom';
const PRESENTATION = 'https://purl.imsglobal.org/spec/lti/claim/launch_presentation';

describe('demo LMS: a launch', () => {
  let lms: DemoLms;
  let tool: StubTool;
  let browser: Browser;
  let clientId: string;

  const start = async (adapterId: string): Promise<void> => {
    lms = await startLms(adapterId);
    tool = await startStubTool(() => lms.authorizationUrl);
    browser = createBrowser();
    ({ clientId } = lms.registerTool({ ...tool.input, activated: true, visible: true }));
  };
  const claimsOf = async (answer: Answer): Promise<Record<string, unknown>> => {
    const { fields } = readForm(answer);
    const keys = JSON.parse((await browser.get(lms.jwksUrl)).body) as JSONWebKeySet;
    const { payload } = await jwtVerify(fields['id_token'] ?? '', createLocalJWKSet(keys), {
      issuer: lms.issuer,
      audience: clientId,
      algorithms: ['RS256'],
    });
    return payload;
  };
  const launchUrl = (course: string, as: string, extra = ''): string =>
    `${lms.url}/launch/${course}/cell-division?as=${as}${extra}`;

  afterEach(async () => {
    await tool.close();
    await lms.close();
  });

  for (const adapterId of ['moodle', 'canvas', 'blackboard', 'brightspace', 'openedx', 'sakai']) {
    it(`signs a token with its published key, in the shape of ${adapterId}`, async () => {
      await start(adapterId);
      const answer = await launch(browser, launchUrl('biology', 'ana'));
      const form = readForm(answer);
      const claims = await claimsOf(answer);
      const { _source, ...shape } = fixture(adapterId);

      assert.equal(form.action, tool.input.redirectUris[0]);
      assert.equal(form.fields['state'], 'state-1');
      assert.equal(claims['nonce'], 'nonce-1');
      assert.equal(typeof decodeProtectedHeader(form.fields['id_token'] ?? '').kid, 'string');
      assert.deepEqual(Object.keys(claims).sort(), [...new Set([...Object.keys(shape), CUSTOM])].sort());
      assert.equal(Number(claims['exp']) - Number(claims['iat']), Number(shape['exp']) - Number(shape['iat']));
      assert.equal((claims[CUSTOM] as { entry_id: string }).entry_id, entries[0]?.id);
    });
  }

  it('gives one person the same sub in both courses, and the courses different ids', async () => {
    await start('moodle');
    const biology = await claimsOf(await launch(browser, launchUrl('biology', 'ana')));
    const chemistry = await claimsOf(await launch(browser, launchUrl('chemistry', 'ana')));
    const ben = await claimsOf(await launch(browser, launchUrl('biology', 'ben')));
    assert.equal(biology['sub'], chemistry['sub']);
    assert.notEqual(biology['sub'], ben['sub']);
    assert.notEqual((biology[CONTEXT] as { id: string }).id, (chemistry[CONTEXT] as { id: string }).id);
    assert.equal((biology[CONTEXT] as { id: string }).id, lms.courses.find(({ id }) => id === 'biology')?.contextId);
    assert.equal(biology['sub'], lms.personas.find(({ id }) => id === 'ana')?.sub);
  });

  it('says in the token whether it opened a frame or a window', async () => {
    await start('moodle');
    const framed = await claimsOf(await launch(browser, launchUrl('biology', 'ana', '&window=frame')));
    const windowed = await claimsOf(await launch(browser, launchUrl('biology', 'ana', '&window=new')));
    assert.equal((framed[PRESENTATION] as { document_target: string }).document_target, 'iframe');
    assert.equal((windowed[PRESENTATION] as { document_target: string }).document_target, 'window');
    assert.ok((framed[PRESENTATION] as { return_url: string }).return_url.startsWith(`${lms.url}/`));
  });

  it('sends the login parameters that Moodle sends, by POST', async () => {
    await start('moodle');
    const { action, fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    assert.equal(action, tool.input.loginUrl);
    assert.deepEqual(Object.keys(fields).sort(), [
      'client_id',
      'iss',
      'login_hint',
      'lti_deployment_id',
      'lti_message_hint',
      'target_link_uri',
    ]);
    assert.deepEqual(Object.keys(JSON.parse(fields['lti_message_hint'] ?? '') as object), ['cmid', 'launchid']);
  });

  it('sends the login parameters that Canvas sends, and offers platform storage', async () => {
    await start('canvas');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    assert.match(fields['deployment_id'] ?? '', /^\d{3}:[0-9a-f]{40}$/);
    assert.equal(fields['lti_deployment_id'], undefined);
    assert.equal(fields['lti_storage_target'], 'post_message_forwarding');
    assert.equal(fields['canvas_environment'], 'prod');
    const page = await browser.get(`${lms.url}/courses/biology/activities/cell-division`);
    assert.match(page.body, /<iframe[^>]*name="post_message_forwarding"/);
  });

  it('sends a hint as Blackboard does, which is encoded already, and refuses it when it comes back otherwise', async () => {
    await start('blackboard');
    const opened = await browser.get(launchUrl('biology', 'ana'));
    assert.equal(opened.status, 302);
    const login = new URL(String(opened.headers.location)).searchParams;
    const hint = login.get('login_hint') ?? '';
    assert.match(hint, /^https%3A%2F%2F[^?&,]+\?cmd=authenticate&course_id=_\d+_1,[0-9a-f]{32}$/);
    assert.deepEqual([login.get('iss'), lms.issuer], ['https://blackboard.com', 'https://blackboard.com']);
    assert.equal(login.get('lti_storage_target'), 'lti_storage_frame');
    const answer = await launch(browser, launchUrl('biology', 'ana'));
    assert.equal(readForm(answer).fields['lti_storage_target'], undefined);
    assert.ok(readForm(answer).fields['id_token']);
    tool.request['login_hint'] = decodeURIComponent(hint);
    assert.equal(readForm(await launch(browser, launchUrl('biology', 'ana'))).fields['error'], 'access_denied');
  });

  it('goes to the login by script as Sakai does, without a message hint, and lets it ask twice', async () => {
    await start('sakai');
    const opened = await browser.get(launchUrl('biology', 'ana'));
    assert.match(opened.body, /follow\.js/);
    const login = (/<a href="([^"]*)"/.exec(opened.body)?.[1] ?? '').replaceAll('&amp;', '&');
    const { searchParams } = new URL(login);
    assert.equal(searchParams.has('lti_message_hint'), false);
    assert.equal(searchParams.get('lti_storage_target'), '_parent');
    for (const _time of ['first', 'second']) {
      const location = String((await browser.get(login)).headers.location);
      const { fields } = readForm(await browser.get(location));
      assert.ok(fields['id_token']);
      assert.equal(fields['lti_storage_target'], '_parent');
    }
    const page = await browser.get(`${lms.url}/courses/biology/activities/cell-division`);
    assert.match(page.body, /storage\.js/);
  });

  it('spends a message hint at its first use', async () => {
    await start('moodle');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    const login = await browser.post(tool.input.loginUrl, fields);
    const authentication = String(login.headers.location);
    assert.ok(readForm(await browser.get(authentication)).fields['id_token']);
    const second = await browser.get(authentication);
    assert.equal(second.status, 400);
    assert.match(second.body, /used already/);
    assert.doesNotMatch(second.body, /id_token/);
  });

  it('accepts the authentication request by POST', async () => {
    await start('moodle');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    const login = await browser.post(tool.input.loginUrl, fields);
    const parameters = Object.fromEntries(new URL(String(login.headers.location)).searchParams);
    const answer = await browser.post(lms.authorizationUrl, parameters, { origin: tool.url });
    assert.ok(readForm(answer).fields['id_token']);
  });

  it('asks the browser to post the request again when the cookie was held back', async () => {
    await start('moodle');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    const location = String((await browser.post(tool.input.loginUrl, fields)).headers.location);
    const stranger = createBrowser();
    const repost = readForm(await stranger.get(location));
    assert.equal(repost.fields['repost'], '1');
    const answer = await browser.post(lms.url + repost.action, repost.fields);
    assert.ok(readForm(answer).fields['id_token']);
    const refused = await stranger.post(lms.url + repost.action, repost.fields);
    assert.equal(refused.status, 403);
  });

  for (const redirectUri of ['/launch/', '/launch?x=1', '/other']) {
    it(`shows its own page when the redirect address is not exactly registered: ${redirectUri}`, async () => {
      await start('moodle');
      tool.request['redirect_uri'] = tool.url + redirectUri;
      const answer = await launch(browser, launchUrl('biology', 'ana'));
      assert.equal(answer.status, 400);
      assert.doesNotMatch(answer.body, /<form/);
    });
  }

  for (const [name, value] of [
    ['nonce', undefined],
    ['scope', 'openid profile'],
    ['response_type', 'code'],
    ['lti_message_hint', undefined],
    ['lti_message_hint', 'null'],
  ] as const) {
    it(`shows its own page when ${name} is ${value ?? 'missing'}`, async () => {
      await start('moodle');
      tool.request[name] = value;
      const answer = await launch(browser, launchUrl('biology', 'ana'));
      assert.equal(answer.status, 400);
      assert.doesNotMatch(answer.body, /<form/);
    });
  }

  for (const [name, value, error, description] of [
    ['prompt', 'login', 'invalid_request', 'Invalid prompt'],
    ['response_mode', undefined, 'invalid_request', 'Invalid response_mode'],
    ['login_hint', '1', 'access_denied', undefined],
    ['client_id', 'another', 'unauthorized_client', undefined],
  ] as const) {
    it(`posts ${error} to the tool when ${name} is ${value ?? 'missing'}`, async () => {
      await start('moodle');
      tool.request[name] = value;
      const { action, fields } = readForm(await launch(browser, launchUrl('biology', 'ana')));
      assert.equal(action, tool.input.redirectUris[0]);
      assert.deepEqual(fields, {
        error,
        ...(description === undefined ? {} : { error_description: description }),
        state: 'state-1',
      });
    });
  }

  it('refuses a launch that was begun by another person than the one signed in now', async () => {
    await start('moodle');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    await browser.get(launchUrl('biology', 'ben'));
    const login = await browser.post(tool.input.loginUrl, fields);
    assert.equal(readForm(await browser.get(String(login.headers.location))).fields['error'], 'access_denied');
  });

  it('cleans the state as plain text, so that a state with tags does not come back whole', async () => {
    await start('moodle');
    tool.request['state'] = 'a<b>c</b>d';
    const { fields } = readForm(await launch(browser, launchUrl('biology', 'ana')));
    assert.equal(fields['state'], 'acd');
  });

  for (const [state, flags] of [
    ['pending', { activated: false, visible: true }],
    ['hidden', { activated: true, visible: false }],
  ] as const) {
    it(`refuses to launch a ${state} tool`, async () => {
      await start('moodle');
      const other = lms.registerTool({ ...tool.input, ...flags });
      const answer = await browser.get(launchUrl('biology', 'ana', `&tool=${other.clientId}`));
      assert.equal(answer.status, 403);
      assert.doesNotMatch(answer.body, /<form/);
    });
  }

  it('refuses a launch whose tool was hidden while it was under way', async () => {
    await start('moodle');
    const { fields } = readForm(await browser.get(launchUrl('biology', 'ana')));
    const login = await browser.post(tool.input.loginUrl, fields);
    await browser.post(`${lms.url}/admin/tools/${clientId}/visibility`, { visible: 'no' });
    assert.equal((await browser.get(String(login.headers.location))).status, 400);
  });

  it('lists recent launches without tokens, names or addresses', async () => {
    await start('moodle');
    await launch(browser, launchUrl('chemistry', 'tina'));
    const { body } = await browser.get(`${lms.url}/sandbox/launches.json`);
    const [record, ...others] = (JSON.parse(body) as { launches: Record<string, unknown>[] }).launches;
    assert.deepEqual([record], lms.launches());
    assert.equal(others.length, 0);
    assert.equal(record?.['persona'], 'tina');
    assert.equal(record?.['clientId'], clientId);
    assert.equal(record?.['nonce'], 'nonce-1');
    assert.doesNotMatch(body, /eyJ|@|Lindqvist/);
  });

  it('sends the very same form again for the replay', async () => {
    await start('moodle');
    const sent = readForm(await launch(browser, launchUrl('biology', 'ana')));
    const again = readForm(await browser.get(`${lms.url}/replay/frame`));
    assert.equal(again.action, sent.action);
    assert.deepEqual(again.fields, { id_token: sent.fields['id_token'], state: sent.fields['state'] });
    assert.equal((await createBrowser().get(`${lms.url}/replay/frame`)).status, 404);
  });

  it('tells of a copied course which courses it comes from, nearest first, and lets only teachers copy', async () => {
    await start('moodle');
    const copy = async (course: string): Promise<Answer> => browser.post(`${lms.url}/courses/${course}/copy`, {});
    await browser.post(`${lms.url}/persona`, { persona: 'ana' });
    assert.equal((await copy('biology')).status, 403);
    await browser.post(`${lms.url}/persona`, { persona: 'tina' });
    const ids: string[] = [];
    for (let course = 'biology'; ids.length < 2;) {
      const { headers } = await copy(course);
      course = String(headers.location).split('/').at(-1) ?? '';
      ids.push(course);
    }
    const contextOf = async (course: string) => await claimsOf(await launch(browser, launchUrl(course, 'ana')));
    const [original, first, second] = [await contextOf('biology'), await contextOf(ids[0]!), await contextOf(ids[1]!)];
    const idOf = (claims: Record<string, unknown>) => (claims[CONTEXT] as { id: string }).id;
    const historyOf = (claims: Record<string, unknown>) =>
      (claims[CUSTOM] as { context_history?: string }).context_history;
    assert.equal(new Set([idOf(original), idOf(first), idOf(second)]).size, 3);
    assert.deepEqual(
      [historyOf(original), historyOf(first), historyOf(second)],
      ['', idOf(original), `${idOf(first)},${idOf(original)}`],
    );
    await browser.post(`${lms.url}/persona`, { persona: 'tina' });
    let copies = 0;
    while ((await copy('chemistry')).status === 303) copies += 1;
    assert.ok(copies > 0 && copies < 9);
  });

  it('publishes its endpoints where tools look for them', async () => {
    await start('canvas');
    const { status, body } = await browser.get(`${lms.url}/.well-known/openid-configuration`);
    const found = JSON.parse(body) as Record<string, unknown>;
    assert.equal(status, 200);
    assert.deepEqual(
      [found['issuer'], found['authorization_endpoint'], found['jwks_uri'], found['token_endpoint']],
      [lms.issuer, lms.authorizationUrl, lms.jwksUrl, lms.tokenUrl],
    );
  });
});
