/**
 * A stand-in for Kaltura: API, player, delivery and analytics collector of one pretended account, on loopback, in
 * memory. The real player and kaltura-client work against it without the internet.
 */
import express, { type NextFunction, type Request, type Response } from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import { categoryActions } from './actions/category.js';
import { entryActions } from './actions/entry.js';
import { sessionActions } from './actions/session.js';
import { createApiRoutes } from './api-routes.js';
import { createCollector, type EventRecord } from './collector.js';
import { createDeliveryRoutes } from './delivery-routes.js';
import { createDispatch } from './dispatcher.js';
import { createEntitlement } from './entitlement.js';
import { createFaults, type FaultControl } from './faults.js';
import { createPlayerBundle } from './player-bundle.js';
import { createSampleAccount, PRIVACY_CONTEXT, ROOT_CATEGORY, SAMPLE_ENTRY } from './sample-content.js';
import { createScreen } from './screen-routes.js';
import { createSessions } from './sessions.js';

export type { EventRecord } from './collector.js';
export type { Fault, FaultControl } from './faults.js';
export { SAMPLE_ENTRY } from './sample-content.js';

export interface KalturaStandInOptions {
  clock: Clock;
  random: Random;
  /** 0, the default, takes a free one. */
  port?: number;
  /** The root category gets a privacy context, and sessions are held to it, as on an account with MediaSpace. */
  entitlementEnforced?: boolean;
  /** Seconds of playing between two VIEW events; the player's own default is 10. */
  viewEventCountdownSeconds?: number;
}

export interface KalturaStandIn {
  /** Server to server: `http://127.0.0.1:<port>`. */
  url: string;
  /** For browsers: `http://kaltura.localhost:<port>`. */
  publicUrl: string;
  partnerId: number;
  uiConfId: number;
  /** Made at start, never written anywhere. */
  adminSecret: string;
  /** Full name of the root category. */
  rootCategory: string;
  /** Present when entitlement is enforced. */
  privacyContext?: string;
  /** The shared video first. */
  entries: { id: string; name: string; durationSeconds: number }[];
  /** Ids of entries by what each shows. */
  sample: typeof SAMPLE_ENTRY;
  /** Full paths of the event screen and its feeds, under `publicUrl`. */
  eventScreen: { page: string; json: string; stream: string };
  events: { list(): readonly EventRecord[]; subscribe(listener: (event: EventRecord) => void): () => void };
  faults: FaultControl;
  /** What somebody does to the categories in Kaltura's own console meanwhile. */
  categories: CategoryControl;
  close(): Promise<void>;
}

export interface CategoryControl {
  /** The id of the category of that full name. */
  find(fullName: string): number | undefined;
  rename(id: number, name: string): void;
  /** `parentId` 0: to the top. */
  move(id: number, parentId: number): void;
  /** With everything under it. */
  remove(id: number): void;
}

const HOST = '127.0.0.1';
/** A page on another name that points here (DNS rebinding) is not answered. */
const KNOWN_HOSTS = new Set(['127.0.0.1', 'localhost', 'kaltura.localhost']);

function checkHost(request: Request, response: Response, next: NextFunction): void {
  const host = (request.headers.host ?? '').replace(/:[0-9]+$/, '').toLowerCase();
  if (KNOWN_HOSTS.has(host)) next();
  else response.status(421).type('text/plain').send('This server does not answer to that name.\n');
}

function allowAnyOrigin(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'content-type, range');
  response.setHeader('Access-Control-Max-Age', '600');
  response.status(204).end();
}

function markWebm(request: Request, response: Response, next: NextFunction): void {
  if (request.url.startsWith('/webm/')) {
    request.url = request.url.slice('/webm'.length);
    response.locals.webm = true;
  }
  next();
}

const wantsWebm = (response: Response): boolean => response.locals.webm === true;

/** Starts the stand-in. Rejects when the port is taken. */
export async function startKalturaStandIn(options: KalturaStandInOptions): Promise<KalturaStandIn> {
  const { clock, random, port: wantedPort = 0, entitlementEnforced = false, viewEventCountdownSeconds } = options;

  const adminSecret = random.bytes(16).toString('hex');
  const account = createSampleAccount({ clock, entitlementEnforced });
  const { partnerId, uiConfId } = account;
  const sessions = createSessions({ partnerId, adminSecret, clock, random });
  const entitlement = createEntitlement({ account, enforced: entitlementEnforced });
  const faults = createFaults();
  const collector = createCollector({
    sessions,
    categoryName: (id) => account.categories.get(Number(id))?.fullName,
    entryName: (id) => account.entries.get(id)?.name,
    clock,
  });
  const parts = { account, sessions, entitlement, clock, adminSecret, indexLagMs: faults.indexLagMs };
  const actions = { ...sessionActions(parts), ...categoryActions(parts), ...entryActions(parts) };

  const server = createServer();
  server.listen(wantedPort, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${HOST}:${port}`;
  const publicUrl = `http://kaltura.localhost:${port}`;

  const bundle = createPlayerBundle({ partnerId, uiConfId, publicUrl, viewEventCountdownSeconds });
  const screen = createScreen({ collector, bundle });
  const closing = new AbortController();

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(checkHost, allowAnyOrigin, markWebm);
  app.use(
    '/api_v3',
    createApiRoutes({
      account,
      sessions,
      entitlement,
      collector,
      dispatch: createDispatch({ actions, sessions }),
      faults,
      clock,
      baseOf: (response) => (wantsWebm(response) ? `${publicUrl}/webm` : publicUrl),
      closing: closing.signal,
    }),
  );
  app.use('/sandbox', screen.routes);
  app.use(createDeliveryRoutes({ account, sessions, entitlement, bundle, publicUrl, wantsWebm }));
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('Not found.\n');
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = (error as { status?: unknown }).status;
    response
      .status(typeof status === 'number' ? status : 500)
      .type('text/plain')
      .send('The stand-in failed.\n');
  });
  server.on('request', app);

  return {
    url,
    publicUrl,
    partnerId,
    uiConfId,
    adminSecret,
    rootCategory: ROOT_CATEGORY,
    ...(entitlementEnforced ? { privacyContext: PRIVACY_CONTEXT } : {}),
    entries: [...account.entries.values()].map(({ id, name, durationSeconds }) => ({ id, name, durationSeconds })),
    sample: SAMPLE_ENTRY,
    eventScreen: {
      page: `${publicUrl}/sandbox/events`,
      json: `${publicUrl}/sandbox/events.json`,
      stream: `${publicUrl}/sandbox/events.stream`,
    },
    events: { list: collector.list, subscribe: collector.subscribe },
    faults,
    categories: {
      find: (fullName) => [...account.categories.values()].find((each) => each.fullName === fullName)?.id,
      rename: (id, name) => void account.updateCategory(id, { name }),
      move: (id, parentId) => void account.updateCategory(id, { parentId }),
      remove: (id) => {
        account.deleteCategory(id, false);
      },
    },
    async close() {
      closing.abort();
      screen.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
