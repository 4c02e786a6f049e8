/** What the player page asks after the launch: resume after a reload, a fresh session, and a report of its problems. */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { requireSameOrigin } from '../http/same-origin.js';
import type { RequestFacts, ResponseData, Route } from '../http/types.js';
import type { PlayerPages } from '../player/page.js';
import type { PlatformDirectory } from '../platforms/directory.js';
import type { ViewGrant, ViewGrants } from './view-grant.js';
import type { ViewPages } from './view-pages.js';

const MAX_BODY_BYTES = 16 * 1024;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

const sessionBody = z.object({ grant: z.string() });
const problemBody = z.object({
  grant: z.string(),
  requestId: z.string().regex(UUID),
  kind: z.enum(['script', 'setup', 'load', 'playback']),
  code: z.string().max(80).optional(),
});

export interface ViewRouteDependencies {
  grants: ViewGrants;
  pages: ViewPages;
  player: PlayerPages;
  directory: PlatformDirectory;
  log: Log;
  publicUrl: URL;
}

export function createViewRoutes({ grants, pages, player, directory, log, publicUrl }: ViewRouteDependencies): Route[] {
  /** The grant of the launch in the path, while its platform and deployment are still welcome. */
  const openGrant = async (sealed: unknown, request: RequestFacts): Promise<ViewGrant> => {
    const grant = grants.open(sealed, request.params['launchId']);
    const platform = await directory.findById(grant.platformId);
    const deployment = await directory.findDeployment(grant.platformId, grant.deploymentId);
    if (platform?.status !== 'active' || deployment?.status !== 'active') throw new AppError('PLATFORM_DISABLED');
    return grant;
  };

  return [
    {
      method: 'GET',
      path: '/v/:launchId',
      template: '/v/:launchId',
      handler: (request) => {
        const launchId = request.params['launchId'] ?? '';
        if (!UUID.test(launchId)) throw new AppError('HTTP_NOT_FOUND');
        return player.shell({ publicPath: `/v/${launchId}`, requestId: request.requestId });
      },
    },
    {
      method: 'POST',
      path: '/v/:launchId/resume',
      template: '/v/:launchId/resume',
      maxBodyBytes: MAX_BODY_BYTES,
      handler: async (request) => {
        requireSameOrigin(request, publicUrl);
        const sealedGrant = request.form?.get('grant') ?? '';
        const grant = await openGrant(sealedGrant, request);
        return pages.play({ ...(await pages.openSession(grant)), sealedGrant, requestId: request.requestId });
      },
    },
    {
      method: 'POST',
      path: '/v/:launchId/session',
      template: '/v/:launchId/session',
      maxBodyBytes: MAX_BODY_BYTES,
      handler: async (request) => {
        requireSameOrigin(request, publicUrl);
        const { grant } = readBody(sessionBody, request);
        const { session } = await pages.openSession(await openGrant(grant, request));
        return json({ ks: session.ks, expiresAtMs: session.expiresAtMs });
      },
    },
    {
      method: 'POST',
      path: '/v/:launchId/problem',
      template: '/v/:launchId/problem',
      maxBodyBytes: MAX_BODY_BYTES,
      handler: async (request) => {
        requireSameOrigin(request, publicUrl);
        const { grant, requestId, kind, code } = readBody(problemBody, request);
        const { launchId, entryId } = await openGrant(grant, request);
        log.warn(
          { launchId, entryId, pageRequestId: requestId, kind, playerCode: code },
          'a player page had a problem',
        );
        return { status: 204 };
      },
    },
  ];
}

function readBody<Schema extends z.ZodType>(schema: Schema, request: RequestFacts): z.output<Schema> {
  const parsed = schema.safeParse(request.json);
  if (!parsed.success) throw new AppError('INPUT_INVALID', { reason: z.prettifyError(parsed.error) });
  return parsed.data;
}

const json = (body: unknown): ResponseData => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});
