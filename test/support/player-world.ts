/** Three sites on one port: an LMS that frames the tool, the tool with the player pages, and a little Kaltura. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, toAppError } from '../../src/errors/app-error.js';
import { policyHeader } from '../../src/http/security-headers.js';
import type { RequestFacts, ResponseData } from '../../src/http/types.js';
import { createPlayerPages, playerAssetFiles, type PlayView } from '../../src/player/page.js';
import type { CategoryId, EntryId, LaunchId, ViewerId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { createAssets, uiAssetFiles } from '../../src/ui/assets.js';
import { createErrorPage } from '../../src/ui/error-page.js';
import { createRenderer } from '../../src/ui/render.js';
import { createTranslator } from '../../src/ui/translate.js';
import { createMiniOvp, readBody, type MiniOvp } from './mini-ovp.js';

export const GRANT = 'sealed-grant-of-this-launch';
export const FIRST_KS = 'djJ8Zmlyc3Qta3M';
export const REQUEST_ID = '0193fd10-7c1e-7000-8000-00000000abcd';
const PATH = '/v/0193fd10-7c1e-7000-8000-000000000001';

export interface PlayerWorld {
  lmsUrl: string;
  ovp: MiniOvp;
  /** Overrides the page of the next launches. */
  view: Partial<PlayView>;
  /** Posts to `/lti/launch`, resumes, and KS renewals so far. */
  counts: { launches: number; resumes: number; sessions: number; shells: number };
  problems: Record<string, unknown>[];
  /** What the next launches answer instead of the page. */
  launchError: AppError | undefined;
  /** How many renewals fail with 503 before one succeeds. */
  failingSessions: number;
  close(): Promise<void>;
}

const lmsPage = (tool: string, width: string): string => `<!doctype html><html><head><title>Course</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0;color-scheme:light dark">
<iframe name="tool" title="Video" style="width:${width};height:480px;border:0;display:block" allow="autoplay *; fullscreen *; encrypted-media *"></iframe>
<form method="post" action="${tool}/lti/launch" target="tool"><input type="hidden" name="id_token" value="t"></form>
<script>document.forms[0].submit()</script></body></html>`;

export async function startPlayerWorld({ analytics }: { analytics?: () => Buffer } = {}): Promise<PlayerWorld> {
  const assets = createAssets({ files: { ...uiAssetFiles, ...playerAssetFiles } });
  const translate = createTranslator();
  const renderer = createRenderer({
    assets,
    translate,
    sourceUrl: 'https://source.example/playcontext',
    version: '0.1.0',
  });
  const pages = createPlayerPages({ renderer, assets, translate, random: systemRandom });
  const renderError = createErrorPage({ renderer, translate });
  const ovp = createMiniOvp({ entryName: 'Cell division' }, analytics);

  let port = 0;
  const origin = (name: string): string => `http://${name}.localhost:${port}`;

  const play = (): ResponseData =>
    pages.play({
      launchId: PATH.slice(3) as LaunchId,
      publicPath: PATH,
      grant: GRANT,
      entryId: '1_abcdefgh' as EntryId,
      entryName: ovp.settings.entryName,
      courseTitle: 'Biology 101',
      viewerId: 'campus_student-42' as ViewerId,
      categoryId: '4711' as CategoryId,
      applicationName: 'Moodle of the Law School',
      partnerId: 1234,
      uiConfId: 5678,
      playerBaseUrl: origin('kaltura'),
      playerHosts: [],
      ks: FIRST_KS,
      ksExpiresAtMs: Date.now() + 7_200_000,
      nowMs: Date.now(),
      frameAncestors: [origin('lms')],
      requestId: REQUEST_ID,
      ...world.view,
    });

  const serveAsset = (url: URL): ResponseData | Promise<ResponseData> => {
    const [, , hash = '', name = ''] = url.pathname.split('/');
    return assets.route.handler({ params: { hash, name } } as unknown as RequestFacts);
  };

  const tool = async (request: IncomingMessage, url: URL): Promise<ResponseData> => {
    const body = request.method === 'POST' ? await readBody(request) : '';
    const json = (): Record<string, unknown> => {
      if (request.headers['x-playcontext'] !== '1') throw new AppError('INTERNAL');
      return JSON.parse(body) as Record<string, unknown>;
    };
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /lti/launch':
        world.counts.launches += 1;
        if (world.launchError) throw world.launchError;
        return play();
      case 'GET /lti/launch':
        throw new AppError('LAUNCH_STATE_MISSING');
      case `GET ${PATH}`:
        world.counts.shells += 1;
        return pages.shell({ publicPath: PATH, requestId: REQUEST_ID });
      case `POST ${PATH}/resume`:
        if (new URLSearchParams(body).get('grant') !== GRANT) throw new AppError('VIEW_GRANT_INVALID');
        if (request.headers.origin !== origin('tool')) throw new AppError('VIEW_GRANT_INVALID');
        world.counts.resumes += 1;
        return play();
      case `POST ${PATH}/session`: {
        if (json()['grant'] !== GRANT) throw new AppError('VIEW_GRANT_INVALID');
        world.counts.sessions += 1;
        if (world.failingSessions-- > 0) throw new AppError('KALTURA_UNREACHABLE');
        return {
          status: 200,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ks: `djJ8cmVuZXdlZA${world.counts.sessions}`, expiresAtMs: Date.now() + 7_200_000 }),
        };
      }
      case `POST ${PATH}/problem`:
        world.problems.push(json());
        return { status: 204 };
      default:
        return serveAsset(url);
    }
  };

  const answerTool = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const facts = {
      method: request.method ?? 'GET',
      path: url.pathname,
      requestId: REQUEST_ID,
      headers: request.headers as Record<string, string | undefined>,
    };
    const {
      status,
      headers = {},
      body,
      csp,
    } = await tool(request, url).catch((error: unknown) => renderError(toAppError(error), facts));
    response.writeHead(status, {
      ...(headers as Record<string, string>),
      ...(csp ? { 'Content-Security-Policy': policyHeader(csp) } : {}),
      'Referrer-Policy': 'strict-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  };

  const server = createServer((request, response) => {
    const site = request.headers.host?.split('.')[0];
    const url = new URL(request.url ?? '/', origin('tool'));
    if (site === 'lms') {
      response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
        .end(lmsPage(origin('tool'), url.searchParams.get('width') ?? '100%'));
    } else if (site === 'kaltura') {
      void ovp.handle(request, response, origin('kaltura'));
    } else {
      void answerTool(request, response, url);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;

  const world: PlayerWorld = {
    lmsUrl: `${origin('lms')}/`,
    ovp,
    view: {},
    counts: { launches: 0, resumes: 0, sessions: 0, shells: 0 },
    problems: [],
    launchError: undefined,
    failingSessions: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return world;
}
