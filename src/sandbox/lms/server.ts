import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { createAdminRoutes } from './admin-routes.js';
import { createCourses, personas } from './campus.js';
import { createClaimsMaker } from './claims.js';
import { sendNotice, type LmsContext } from './context.js';
import { createPageRoutes } from './page-routes.js';
import { createPlatformRoutes } from './platform-routes.js';
import { createRender } from './render.js';
import { createSessions } from './sessions.js';
import { shapeOf } from './shapes.js';
import { createSigner } from './signing.js';
import { createToolRegistry } from './tools.js';
import type { DemoLmsOptions, LaunchRecord, PersonaRole, ToolInput, TourFacts } from './types.js';

export type { DemoEntry, DemoLmsOptions, LaunchRecord, LmsTemplate, ToolInput, TourFacts } from './types.js';

const HOST_NAME = 'lms.localhost';
const FORM_LIMIT = '64kb';

export interface DemoLms {
  /** `http://lms.localhost:<port>`. Browsers resolve the name, Node's own lookup does not. */
  readonly url: string;
  /** `iss` of logins and tokens: the same address, or what all institutions with that LMS share. */
  readonly issuer: string;
  /** 127.0.0.1 is the only address that is listened on. */
  readonly port: number;
  readonly jwksUrl: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  /** Ids as launches carry them, for whoever prepares courses and viewers. */
  readonly courses: readonly { id: string; title: string; code: string; contextId: string }[];
  readonly personas: readonly { id: string; role: PersonaRole; sub: string }[];
  /** A tool that is not activated and shown can't be launched. The first one plays the courses' videos. */
  registerTool(tool: ToolInput & { activated?: boolean; visible?: boolean }): {
    clientId: string;
    deploymentId: string;
  };
  /** The last 200 launches, oldest first, without tokens or names. */
  launches(): readonly LaunchRecord[];
  setTourFacts(facts: TourFacts): void;
  close(): Promise<void>;
}

const assetTypes = {
  'icon.svg': 'image/svg+xml',
  'lms.css': 'text/css; charset=utf-8',
  'lms.js': 'text/javascript; charset=utf-8',
  'submit.js': 'text/javascript; charset=utf-8',
  'follow.js': 'text/javascript; charset=utf-8',
  'storage.js': 'text/javascript; charset=utf-8',
} as const;

function loadAssets(): Map<string, { type: string; body: Buffer }> {
  return new Map(
    Object.entries(assetTypes).map(([name, type]) => [
      name,
      { type, body: readFileSync(new URL(`./assets/${name}`, import.meta.url)) },
    ]),
  );
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Starts an LTI 1.3 platform in the shape of one LMS: people, two courses, an admin page and the guided tour.
 * Keys, client ids and sessions are new at every start and live in memory. Rejects when the port is taken.
 */
export async function startDemoLms(options: DemoLmsOptions): Promise<DemoLms> {
  const { random, shape: template } = options;
  const firstPersona = personas[0];
  if (!firstPersona) throw new Error('The demo LMS needs a persona');
  const app = express();
  const server = createServer(app);
  const courses = createCourses(options.entries);
  const signer = await createSigner(random);
  const port = await listen(server, options.port ?? 0);
  const url = `http://${HOST_NAME}:${port}`;
  const claims = createClaimsMaker(template.claims, url);
  const shape = shapeOf(template.adapterId);
  const issuer = shape.sharedIssuer ?? url;
  const tools = createToolRegistry({ random, ...claims });
  const context: LmsContext = {
    options,
    url,
    issuer,
    courses,
    shape,
    claims,
    signer,
    tools,
    sessions: createSessions({ random, cookieName: `demo_lms_${port}`, firstPersona }),
    render: createRender(),
    launches: [],
    tourFacts: { current: undefined },
  };

  const assets = loadAssets();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use((request, response, next) => {
    // A page of the internet whose name was pointed at 127.0.0.1 must not be able to read the demo.
    if (request.headers.host === `${HOST_NAME}:${port}`) next();
    else response.status(421).type('text/plain').send('This server answers only to its own name.\n');
  });
  app.get('/assets/:name', (request, response, next) => {
    const asset = assets.get(request.params.name);
    if (asset) response.set({ 'content-type': asset.type, 'x-content-type-options': 'nosniff' }).send(asset.body);
    else next();
  });
  app.use(express.urlencoded({ extended: false, limit: FORM_LIMIT }));
  app.use((request, response, next) => {
    const { origin } = request.headers;
    const own = origin === undefined || origin === url;
    // Only tools may post from elsewhere, and only authentication requests.
    if (request.method !== 'POST' || own || [shape.paths.authorization, shape.paths.token].includes(request.path))
      next();
    else
      sendNotice(context, response, { status: 403, title: 'Refused', sentence: 'This form came from another site.' });
  });
  app.use(createPlatformRoutes(context), createPageRoutes(context), createAdminRoutes(context));
  app.use((_request, response) => {
    sendNotice(context, response, {
      status: 404,
      title: 'Not found',
      sentence: 'There is no such page.',
      link: { href: '/courses', label: 'Go to the courses' },
    });
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
    const status = known >= 400 && known < 500 ? known : 500;
    sendNotice(context, response, { status, title: 'That did not work', sentence: 'Go back and try again.' });
  });

  return {
    url,
    issuer,
    port,
    jwksUrl: url + shape.paths.jwks,
    authorizationUrl: url + shape.paths.authorization,
    tokenUrl: url + shape.paths.token,
    courses: courses.map((course) => ({
      id: course.id,
      title: course.title,
      code: course.code,
      contextId: claims.contextId(course),
    })),
    personas: personas.map((persona) => ({ id: persona.id, role: persona.role, sub: claims.sub(persona) })),
    registerTool(tool) {
      const { clientId, deploymentId } = tools.register(tool);
      return { clientId, deploymentId };
    },
    launches: () => [...context.launches],
    setTourFacts(facts) {
      context.tourFacts.current = facts;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
