/** What Kaltura's delivery hosts serve: player script, play manifests, media, thumbnails. */
import { Router, type Request, type Response } from 'express';
import { fileURLToPath } from 'node:url';
import type { Account, Entry } from './account.js';
import type { Entitlement } from './entitlement.js';
import type { PlayerBundle } from './player-bundle.js';
import { grants, type Session, type Sessions } from './sessions.js';

/** For `response.sendFile`: the sample media, which answers Range requests. */
export const mediaFile = {
  root: fileURLToPath(new URL('../media/', import.meta.url)),
  maxAge: 600_000,
} as const;

export interface DeliveryDependencies {
  account: Account;
  sessions: Sessions;
  entitlement: Entitlement;
  bundle: PlayerBundle;
  publicUrl: string;
  /** True when this browser asked under `/webm`. */
  wantsWebm(response: Response): boolean;
}

/** `entryId/X/ks/Y` after the route's own word. */
function pathValue(parts: readonly string[], name: string): string | undefined {
  const at = parts.indexOf(name);
  return at < 0 ? undefined : parts[at + 1];
}

export function createDeliveryRoutes(dependencies: DeliveryDependencies): Router {
  const { account, sessions, entitlement, bundle, publicUrl, wantsWebm } = dependencies;
  const files = new Set(
    [...account.entries.values()].flatMap((each) => (each.media === undefined ? [] : [each.media])),
  );

  const refuse = (response: Response, status: number, reason: string): void => {
    response.status(status).setHeader('X-Kaltura', reason).type('text/plain').send(`${reason}\n`);
  };

  /** A KS that doesn't hold is no KS, as on the real server's delivery URLs. */
  const sessionOf = (parts: readonly string[], request: Request): Session | undefined => {
    const ks = pathValue(parts, 'ks') ?? (typeof request.query.ks === 'string' ? request.query.ks : undefined);
    if (ks === undefined) return undefined;
    const opened = sessions.open(ks, { address: request.socket.remoteAddress ?? '', uri: request.originalUrl });
    return typeof opened === 'string' ? undefined : opened;
  };

  const entitled = (parts: readonly string[], name: string, session: Session | undefined): Entry | undefined => {
    const entry = account.entries.get(pathValue(parts, name) ?? '');
    return entry && entitlement.seesEntry(session, entry.id) ? entry : undefined;
  };

  const playManifest = (parts: readonly string[], request: Request, response: Response): void => {
    const session = sessionOf(parts, request);
    const entry = entitled(parts, 'entryId', session);
    if (!entry) {
      refuse(response, 404, 'error-4,entry not found');
      return;
    }
    if (!grants(session, 'sview', entry.id)) {
      refuse(response, 403, 'error-11,access control restricted');
      return;
    }
    const type = wantsWebm(response) ? 'webm' : 'mp4';
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(302, `${publicUrl}/media/${entry.media ?? 'lost'}.${type}`);
  };

  const thumbnail = (parts: readonly string[], request: Request, response: Response): void => {
    const entry = entitled(parts, 'entry_id', sessionOf(parts, request));
    if (!entry) {
      refuse(response, 404, 'error-4,entry not found');
      return;
    }
    const picture = parts.includes('vid_slices') ? 'sprite' : 'poster';
    response.sendFile(`cell-division-${picture}.jpg`, mediaFile);
  };

  const playerScript = async (parts: readonly string[], request: Request, response: Response): Promise<void> => {
    if (pathValue(parts, 'uiconf_id') !== String(account.uiConfId)) {
      refuse(response, 404, 'ui conf not found');
      return;
    }
    const { body, etag } = await bundle.script();
    response.setHeader('Cache-Control', 'public, max-age=600');
    response.setHeader('ETag', etag);
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.type('text/javascript').send(body);
  };

  const router = Router();
  router.get('/media/:file', (request, response) => {
    const [, name, type] = /^([a-z-]+)\.(mp4|webm)$/.exec(request.params.file) ?? [];
    if (name === undefined || type === undefined || !files.has(name)) {
      refuse(response, 404, 'file not found');
      return;
    }
    response.sendFile(`${name}.${type}`, mediaFile);
  });
  router.get('/p/:partner/*rest', async (request, response) => {
    const rest = request.params.rest;
    const parts = rest[0] === 'sp' ? rest.slice(2) : rest;
    if (request.params.partner !== String(account.partnerId)) refuse(response, 404, 'partner not found');
    else if (parts[0] === 'playManifest') playManifest(parts, request, response);
    else if (parts[0] === 'thumbnail') thumbnail(parts, request, response);
    else if (parts[0] === 'embedPlaykitJs') await playerScript(parts, request, response);
    else refuse(response, 404, 'not found');
  });
  return router;
}
