/** `/api_v3`: reads a call in any of Kaltura's forms, lets faults happen, and answers JSON. */
import express, { Router, type Request, type Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import { URLSearchParams } from 'node:url';
import type { Clock } from '../../runtime/clock.js';
import type { Account } from './account.js';
import { ApiException, exceptionBody } from './api-error.js';
import type { Collector } from './collector.js';
import { mediaFile } from './delivery-routes.js';
import type { Dispatch } from './dispatcher.js';
import type { Entitlement } from './entitlement.js';
import type { Fault, Faults } from './faults.js';
import { emptyParameters, fromJson, fromPairs, isObject, needText, text, type Parameters } from './parameters.js';
import { grants, orInvalidKs, type Sessions } from './sessions.js';

export interface ApiRoutesDependencies {
  account: Account;
  sessions: Sessions;
  entitlement: Entitlement;
  collector: Collector;
  dispatch: Dispatch;
  faults: Faults;
  clock: Clock;
  /** Where a browser finds us; `webm` for one that can't play H.264. */
  baseOf(response: Response): string;
  /** Ends waiting answers when the server closes. */
  closing: AbortSignal;
}

const BODY_LIMIT = '256kb';

/** `/service/category/action/list/ks/…` as pairs; `index.php` may stand in front. */
function pathParameters(path: string): [string, string][] {
  const parts = path.split('/').filter((part) => part !== '' && part !== 'index.php');
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    try {
      pairs.push([decodeURIComponent(parts[at]!), decodeURIComponent(parts[at + 1]!)]);
    } catch {
      // A part that isn't percent-encoding says nothing.
    }
  }
  return pairs;
}

function bodyParameters(request: Request): Parameters {
  const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  if (body === '') return emptyParameters();
  if (!body.trimStart().startsWith('{')) return fromPairs(new URLSearchParams(body));
  try {
    const parsed = fromJson(JSON.parse(body));
    return isObject(parsed) ? parsed : emptyParameters();
  } catch {
    return emptyParameters();
  }
}

export function readCall(request: Request): { service: string; action: string; parameters: Parameters } {
  const query = request.originalUrl.indexOf('?');
  const parameters = Object.assign(
    emptyParameters(),
    fromPairs(pathParameters(request.path)),
    query < 0 ? {} : fromPairs(new URLSearchParams(request.originalUrl.slice(query + 1))),
    bodyParameters(request),
  );
  return { service: text(parameters, 'service') ?? '', action: text(parameters, 'action') ?? '', parameters };
}

export function createApiRoutes(dependencies: ApiRoutesDependencies): Router {
  const { account, sessions, entitlement, collector, dispatch, faults, clock, baseOf, closing } = dependencies;

  /** True when the fault was the answer. */
  const suffer = async (fault: Fault, request: Request, response: Response): Promise<boolean> => {
    switch (fault.kind) {
      case 'refuse':
        response.json(exceptionBody(fault));
        return true;
      case 'status':
        response.status(fault.status).type('text/plain').send('The sandbox was told to answer so.\n');
        return true;
      case 'html':
        response.type('text/html').send('<!doctype html><title>Gateway</title>\n');
        return true;
      case 'slow':
        await delay(fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
        return false;
      case 'drop':
        request.socket.destroy();
        return true;
    }
  };

  /** Captions ask the same as the video: the session must be entitled and may view. */
  const serveCaptions = (parameters: Parameters, request: Request, response: Response): void => {
    const id = needText(parameters, 'captionAssetId');
    const ks = text(parameters, 'ks') ?? '';
    const from = { address: request.socket.remoteAddress ?? '', uri: request.originalUrl };
    const session = ks === '' ? undefined : orInvalidKs(sessions.open(ks, from), ks);
    for (const entry of account.entries.values()) {
      const track = entry.captions.find((each) => each.id === id);
      if (track && entitlement.seesEntry(session, entry.id) && grants(session, 'sview', entry.id)) {
        response.type('text/vtt').sendFile(track.file, mediaFile);
        return;
      }
    }
    throw new ApiException('CAPTION_ASSET_ID_NOT_FOUND', { ID: id });
  };

  const answer = (request: Request, response: Response): void => {
    const { service, action, parameters } = readCall(request);
    const name = `${service}.${action}`.toLowerCase();
    const transport = request.method === 'POST' ? 'POST' : 'GET';
    switch (name) {
      case 'analytics.trackevent':
        collector.collect({ transport, legacy: false, parameters });
        // Without viewEventsEnabled the player would stop its VIEW events.
        response.json({ time: clock.nowMs() / 1000, viewEventsEnabled: true });
        return;
      case 'stats.collect':
        collector.collect({ transport, legacy: true, parameters });
        response.json(true);
        return;
      case 'caption_captionasset.serve':
      case 'caption_captionasset.servewebvtt':
        serveCaptions(parameters, request, response);
        return;
      default: {
        const from = { address: request.socket.remoteAddress ?? '', uri: request.originalUrl };
        response.json(dispatch({ service, action, parameters, base: baseOf(response), from }));
      }
    }
  };

  const router = Router();
  router.use(express.raw({ type: () => true, limit: BODY_LIMIT }));
  router.use(async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'POST') {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    const { service, action } = readCall(request);
    const fault = faults.take(service === 'multirequest' ? service : `${service}.${action}`);
    if (fault && (await suffer(fault, request, response))) return;
    try {
      answer(request, response);
    } catch (error) {
      if (!(error instanceof ApiException)) throw error;
      response.json(exceptionBody(error));
    }
  });
  return router;
}
