import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startApi, type Api } from './support.js';

interface Beacon {
  method: 'GET' | 'POST';
  query?: Record<string, string>;
  body?: Record<string, unknown>;
}
const captures = (
  JSON.parse(readFileSync(new URL('../../fixtures/kava-beacons.json', import.meta.url), 'utf8')) as {
    captures: Record<string, Beacon[]>;
  }
).captures;

describe('the collector over HTTP', () => {
  let api: Api;
  before(async () => {
    api = await startApi();
  });
  after(() => api.standIn.close());

  for (const [name, beacons] of Object.entries(captures)) {
    it(`collects every recorded event of ${name} with the three values and its KS's user`, async () => {
      const ks = await api.ks({ userId: 'student-42', privileges: 'sview:*' });
      const own = { ks, playbackContext: '86092' };
      const sent = beacons.filter(({ query }) => query !== undefined);
      const already = api.standIn.events.list().length;
      for (const { method, query, body } of sent) {
        const isGet = method === 'GET';
        const address = new URLSearchParams({ ...query, ...(isGet ? own : {}) }).toString();
        const response = await fetch(`${api.standIn.url}/api_v3/index.php?${address}`, {
          method,
          ...(isGet
            ? {}
            : { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, ...own }) }),
        });
        assert.deepEqual(Object.keys((await response.json()) as object), ['time', 'viewEventsEnabled']);
      }
      const collected = api.standIn.events.list().slice(already);
      assert.equal(collected.length, sent.length);
      for (const event of collected) {
        assert.deepEqual(event.userId, { value: 'student-42', source: 'ks' });
        assert.deepEqual(
          [event.playbackContext.value, event.playbackContext.categoryFullName],
          ['86092', 'Campus>Library'],
        );
        assert.equal(event.applicationName.value, 'Moodle LTI');
        assert.equal(event.applicationName.source, event.transport === 'GET' ? 'handler' : 'parameter');
        assert.deepEqual(event.flags, []);
      }
    });
  }

  it('flags a KS that does not hold, and takes the parameter instead', async () => {
    const { query } = captures['A_kava0.15.1_mp4']![0]!;
    await fetch(`${api.standIn.url}/api_v3/index.php?${new URLSearchParams(query).toString()}`);
    const event = api.standIn.events.list().at(-1)!;
    assert.deepEqual(event.userId, { value: 'student-42', source: 'parameter' });
    assert.deepEqual(event.flags, ['ks:INVALID_STR', 'context:no-such-category']);
  });

  it('streams events to an open screen, the earlier ones first', async () => {
    const controller = new AbortController();
    const response = await fetch(`${api.standIn.url}/sandbox/events.stream`, {
      signal: controller.signal,
      headers: { 'last-event-id': String(api.standIn.events.list().length - 1) },
    });
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    await fetch(`${api.standIn.url}/api_v3/index.php?service=analytics&action=trackEvent&eventType=41`);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes('"Speed"')) break;
    }
    controller.abort();
    assert.equal(text.match(/^id: /gm)?.length, 2);
  });

  it('shows its events to pages of this machine only', async () => {
    const allowed = async (origin: string) =>
      (await fetch(`${api.standIn.url}/sandbox/events.json`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    assert.equal(await allowed('http://lms.localhost:3000'), 'http://lms.localhost:3000');
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'http://evil-localhost', 'null']) {
      assert.equal(await allowed(origin), null, origin);
    }
    const policy = (await fetch(`${api.standIn.url}/sandbox/events`)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'/);
    assert.match(policy, /frame-ancestors http:\/\/localhost:\* http:\/\/\*\.localhost:\*$/);
    assert.doesNotMatch(policy, /unsafe/);
  });
});

describe('delivery of the stand-in', () => {
  let api: Api;
  before(async () => {
    api = await startApi({ viewEventCountdownSeconds: 2 });
  });
  after(() => api.standIn.close());
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${api.standIn.url}${path}`, { headers, redirect: 'manual' });
  const manifest = async (entryId: string, privileges: string, prefix = '') => {
    const ks = await api.ks({ privileges });
    return get(
      `${prefix}/p/102030/sp/10203000/playManifest/entryId/${entryId}/protocol/http/format/url/flavorIds/1_x/ks/${ks}/a.mp4`,
    );
  };

  it('serves parts of a video, so that a player can seek', async () => {
    const response = await get('/media/cell-division.mp4', { range: 'bytes=100-199' });
    assert.equal(response.status, 206);
    assert.match(response.headers.get('content-range') ?? '', /^bytes 100-199\/[0-9]+$/);
    assert.equal((await response.arrayBuffer()).byteLength, 100);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
  });

  it('serves nothing but its sample media', async () => {
    for (const path of ['/media/..%2F..%2Fkaltura%2Fserver.ts', '/media/make-media.sh', '/media/lost.mp4']) {
      assert.equal((await get(path)).status, 404, path);
    }
  });

  it('leads a session that may view to the video, and nobody else', async () => {
    const { publicUrl } = api.standIn;
    const allowed = await manifest('1_celldiv1', 'sview:1_celldiv1');
    assert.deepEqual([allowed.status, allowed.headers.get('location')], [302, `${publicUrl}/media/cell-division.mp4`]);
    assert.equal((await manifest('1_celldiv1', 'sview:1_recapclp')).status, 403);
    assert.equal((await manifest('1_unknown0', 'sview:*')).status, 404);
    assert.equal((await get('/p/102030/playManifest/entryId/1_celldiv1/format/url/a.mp4')).status, 403);
  });

  it('leads a browser without H.264 to WebM', async () => {
    const response = await manifest('1_celldiv1', 'sview:*', '/webm');
    assert.match(response.headers.get('location') ?? '', /\/media\/cell-division\.webm$/);
    const ks = await api.ks({ privileges: 'sview:*' });
    const url = `/webm/api_v3/service/baseEntry/action/get?ks=${ks}&entryId=1_celldiv1`;
    const { thumbnailUrl } = (await (await get(url)).json()) as { thumbnailUrl: string };
    assert.match(thumbnailUrl, /^http:\/\/kaltura\.localhost:[0-9]+\/webm\/p\//);
  });

  it('serves a poster, and a strip of pictures for the seek bar', async () => {
    const picture = async (rest: string) =>
      (await get(`/p/102030/sp/10203000/thumbnail/entry_id/1_celldiv1/version/1/${rest}`)).arrayBuffer();
    assert.notEqual((await picture('width/640')).byteLength, (await picture('width/164/vid_slices/100')).byteLength);
  });

  it('serves the real player with the analytics plugin and its own addresses, and a 304 to who has it', async () => {
    const path = '/p/102030/embedPlaykitJs/uiconf_id/5060';
    const response = await get(path);
    const script = await response.text();
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.ok(script.includes('KalturaPlayer') && script.includes('window.__kalturaplayerdata'));
    assert.ok(script.includes('"plugins":{"kava":{"viewEventCountdown":2}}'));
    assert.ok(script.includes(`"analyticsServiceUrl":"//kaltura.localhost:`));
    assert.equal(
      (await get(path, { 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' })).status,
      304,
    );
    assert.equal((await get('/p/102030/sp/10203000/embedPlaykitJs/uiconf_id/5060')).status, 200);
    assert.equal((await get('/p/102030/embedPlaykitJs/uiconf_id/1')).status, 404);
    assert.equal((await get('/p/1/embedPlaykitJs/uiconf_id/5060')).status, 404);
  });

  it('shows the licences of the player', async () => {
    assert.match(await (await get('/sandbox/player-licences.txt')).text(), /GNU AFFERO GENERAL PUBLIC LICENSE/);
  });

  it('answers preflights of any origin', async () => {
    const response = await fetch(`${api.standIn.url}/api_v3/service/multirequest`, { method: 'OPTIONS' });
    assert.deepEqual(
      [response.status, response.headers.get('access-control-allow-headers')],
      [204, 'content-type, range'],
    );
  });
});
