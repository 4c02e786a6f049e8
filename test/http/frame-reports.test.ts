import assert from 'node:assert/strict';
import { startToolWorld, type ToolWorld } from '../support/tool-world.js';

/** As Chromium sends it: the body names our own address only, the ancestor stands in `Referer`. */
const report = (changes: Record<string, string> = {}): string =>
  JSON.stringify({
    'csp-report': {
      'document-uri': 'https://tool.example.edu/',
      referrer: '',
      'violated-directive': 'frame-ancestors',
      'effective-directive': 'frame-ancestors',
      'original-policy': "default-src 'self'; frame-ancestors https://moodle.example.edu",
      disposition: 'enforce',
      'blocked-uri': 'https://tool.example.edu/',
      'status-code': 200,
      ...changes,
    },
  });

describe('a browser’s report of a refused frame', () => {
  let world: ToolWorld;
  beforeEach(async () => void (world = await startToolWorld()));
  afterEach(() => world.close());

  const send = (
    body: string,
    {
      ref = world.platform.ref,
      referer = 'https://portal.example.edu/',
      type = 'application/csp-report',
    }: { ref?: string; referer?: string | undefined; type?: string } = {},
  ): Promise<Response> =>
    fetch(`${world.baseUrl}/frames/report/${ref}`, {
      method: 'POST',
      headers: { 'content-type': type, origin: 'null', ...(referer === '' ? {} : { referer }) },
      body,
    });
  const origins = async (): Promise<string[]> =>
    (await world.store.blockedFrames.list(world.platform.id)).map(({ origin }) => origin);

  it('is asked for by the player page, beside the platform’s frame-ancestors', async () => {
    const policy = (await world.launch()).headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors https:\/\/moodle\.example\.edu;/);
    assert.ok(policy.includes(`report-uri /frames/report/${world.platform.ref}`));
    assert.doesNotMatch(policy, /report-to/);
  });

  it('is kept as an origin and a count, and nothing else of it', async () => {
    const referer = 'https://portal.example.edu/intranet/people?name=Ada+Byron';
    assert.equal((await send(report(), { referer })).status, 204);
    assert.equal((await send(report(), { referer })).status, 204);
    const [frame] = await world.store.blockedFrames.list();
    assert.deepEqual([frame?.origin, frame?.count], ['https://portal.example.edu', 2]);
    assert.doesNotMatch(JSON.stringify(frame) + world.logLines.join(''), /intranet|Ada/);
  });

  it('falls back to what the body names where the browser sends no Referer', async () => {
    await send(report({ referrer: 'https://desk.example.edu/x' }), { referer: '' });
    await send(report({ 'blocked-uri': 'https://shell.example.edu' }), { referer: '' });
    assert.deepEqual((await origins()).sort(), ['https://desk.example.edu', 'https://shell.example.edu']);
  });

  it('is left aside when it names nobody, ourselves, or an origin that may frame the page', async () => {
    const { origin } = new URL(world.publicUrl);
    for (const referer of ['', 'https://moodle.example.edu/course', origin, 'file:///etc/passwd', 'nonsense']) {
      const answer = await send(report({ 'blocked-uri': origin, referrer: '' }), { referer });
      assert.equal(answer.status, 204, referer);
    }
    assert.deepEqual(await origins(), []);
  });

  it('is left aside when another rule of the policy was broken', async () => {
    await send(report({ 'effective-directive': 'script-src-elem', 'violated-directive': 'script-src' }));
    assert.deepEqual(await origins(), []);
  });

  it('names at most 50 origins of a platform', async () => {
    for (let i = 0; i < 55; i++) await send(report(), { referer: `https://p${i}.example.edu/` });
    assert.equal((await origins()).length, 50);
  });

  it('is counted no more than 60 times a minute', async () => {
    for (let i = 0; i < 70; i++) await send(report());
    assert.equal((await world.store.blockedFrames.list())[0]?.count, 60);
  });

  it('is refused for an unknown platform, when it is too long, of another kind, or no report', async () => {
    assert.equal((await send(report(), { ref: 'AAAAAAAAAAA' })).status, 404);
    assert.equal((await send(report({ referrer: 'x'.repeat(9_000) }))).status, 413);
    assert.equal((await send(report(), { type: 'text/plain' })).status, 415);
    for (const body of ['{}', '[]', 'null', '{"csp-report":[]}', '{'])
      assert.equal((await send(body)).status, 400, body);
    assert.deepEqual(await origins(), []);
  });

  it('is no way to send other routes what only pages of ours may', async () => {
    const answer = await fetch(`${world.baseUrl}/v/0193fd10-7c1e-7000-8000-00000000abcd/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/csp-report', origin: world.publicUrl },
      body: '{"grant":"x"}',
    });
    assert.equal(answer.status, 415);
  });
});
