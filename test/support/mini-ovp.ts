/** The least Kaltura that the real player plays from: API, manifest, media, analytics. For tests of the player page. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const player = readFileSync(require.resolve('@playkit-js/kaltura-player-js/dist/kaltura-ovp-player.js'));
const media = readFileSync(new URL('../../src/sandbox/media/cell-division.mp4', import.meta.url));

const npmAnalytics = (): Buffer => readFileSync(require.resolve('@playkit-js/playkit-js-kava/dist/playkit-kava.js'));

export type Beacon = Readonly<Record<string, string>>;

export interface MiniOvpSettings {
  entryName: string;
  /** What the player's script, the API or the media answers. */
  broken?: 'script' | 'setup' | 'entry' | 'media' | undefined;
}

export interface MiniOvp {
  settings: MiniOvpSettings;
  /** Every analytics event in the order of arrival; query and body in one. */
  beacons: Beacon[];
  /** KS of each `baseEntry.list`. */
  loadedWith: string[];
  handle(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void>;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface ApiRequest {
  service: string;
  ks: string;
}

export function createMiniOvp(initial: MiniOvpSettings, analytics: () => Buffer = npmAnalytics): MiniOvp {
  const beacons: Beacon[] = [];
  const loadedWith: string[] = [];
  const settings = { ...initial };

  const answerApi = (service: string): unknown => {
    if (settings.broken === 'entry') {
      return { objectType: 'KalturaAPIException', code: 'ENTRY_ID_NOT_FOUND', message: 'Entry id not found' };
    }
    if (service === 'baseEntry') return undefined;
    return {};
  };

  const multirequest = (body: Record<string, ApiRequest>): unknown[] =>
    Object.keys(body)
      .filter((key) => /^\d+$/.test(key))
      .map((key) => {
        const { service, ks, action } = body[key] as ApiRequest & { action: string };
        const answer = answerApi(service);
        if (answer) return answer;
        if (action === 'list') {
          loadedWith.push(ks);
          return {
            totalCount: 1,
            objects: [{ id: '1_abcdefgh', name: settings.entryName, mediaType: 1, type: 1, status: 2, duration: 12 }],
          };
        }
        return {
          sources: [{ format: 'url', protocols: 'http,https', flavorIds: '1_flavor01', deliveryProfileId: 2 }],
          flavorAssets: [{ id: '1_flavor01', fileExt: 'mp4', bitrate: 400, width: 640, height: 360 }],
        };
      });

  const script = (origin: string): Buffer => {
    if (settings.broken === 'setup')
      return Buffer.from('window.KalturaPlayer = { setup() { throw new TypeError("x"); } };');
    const data = {
      provider: {
        env: {
          serviceUrl: `${origin}/api_v3`,
          cdnUrl: origin,
          analyticsServiceUrl: origin.replace(/^http:/, ''),
        },
      },
      plugins: { kava: { viewEventCountdown: 2 } },
      uiConfData: { width: 560, height: 395, name: 'test' },
    };
    return Buffer.concat([
      player,
      Buffer.from('\n;'),
      analytics(),
      Buffer.from(`\n;window.__kalturaplayerdata=${JSON.stringify(data)}`),
    ]);
  };

  const sendMedia = (request: IncomingMessage, response: ServerResponse): void => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    const to = range?.[2] ? Number(range[2]) : media.length - 1;
    response.writeHead(range ? 206 : 200, {
      'Content-Type': 'video/mp4',
      'Accept-Ranges': 'bytes',
      'Content-Length': to - from + 1,
      ...(range ? { 'Content-Range': `bytes ${from}-${to}/${media.length}` } : {}),
    });
    response.end(media.subarray(from, to + 1));
  };

  return {
    settings,
    beacons,
    loadedWith,
    async handle(request, response, origin) {
      const url = new URL(request.url ?? '/', origin);
      const json = (value: unknown): void => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      };
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Allow-Headers', 'content-type');
      if (request.method === 'OPTIONS') {
        response.writeHead(204).end();
      } else if (url.pathname.includes('/embedPlaykitJs/')) {
        if (settings.broken === 'script') response.writeHead(404).end();
        else response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script(origin));
      } else if (url.pathname === '/api_v3/service/multirequest') {
        json(multirequest(JSON.parse(await readBody(request)) as Record<string, ApiRequest>));
      } else if (url.pathname === '/api_v3/service/user/action/get') {
        json({ id: 'student-42' });
      } else if (url.pathname === '/api_v3/index.php') {
        const text = request.method === 'POST' ? await readBody(request) : '';
        const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
        const merged = { ...Object.fromEntries(url.searchParams), ...body };
        beacons.push(Object.fromEntries(Object.entries(merged).map(([key, value]) => [key, String(value)])));
        json({ time: 1_700_000_000, viewEventsEnabled: true });
      } else if (url.pathname.includes('/playManifest/')) {
        response.writeHead(302, { Location: '/media/sample.mp4' }).end();
      } else if (url.pathname === '/media/sample.mp4' && settings.broken !== 'media') {
        sendMedia(request, response);
      } else {
        response.writeHead(404).end();
      }
    },
  };
}
