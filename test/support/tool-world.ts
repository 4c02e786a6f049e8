/** The tool with a Kaltura stand-in and a platform whose every message the test writes itself, on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app.js';
import type { Config } from '../../src/config/schema.js';
import { createLog } from '../../src/http/log.js';
import { systemClock, type Clock } from '../../src/runtime/clock.js';
import { newPlatformId, newPlatformRef, type AccountId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { SOURCE_URL } from '../../src/runtime/source-url.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { PlatformRecord, PlatformSettings, Store } from '../../src/store/ports.js';
import type { AdminRoute } from '../../src/ui/admin-screen.js';
import { testSigner, type Payload, type TestSigner } from './lti-world.js';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim';
export const DEPLOYMENT_ID = 'deployment-1';

export interface ToolWorldOptions {
  clock?: Clock;
  settings?: Partial<PlatformSettings>;
  /** Share a store directory with another process or world. */
  directory?: string;
  entitlementEnforced?: boolean;
  /** Replaces the stand-in as what the tool believes to be Kaltura. */
  kalturaServiceUrl?: string;
  kalturaTimeoutMs?: number;
}

export interface LoginResult {
  status: number;
  location: URL | undefined;
  state: string;
  nonce: string;
  /** `Cookie` header that a browser would send back. */
  cookie: string;
  response: Response;
}

export interface ToolWorld {
  /** Where requests go; the public URL differs in its host name. */
  baseUrl: string;
  publicUrl: string;
  store: Store;
  kaltura: KalturaStandIn;
  platform: PlatformRecord;
  signer: TestSigner;
  /** Every log line so far. */
  logLines: string[];
  adminTable: readonly AdminRoute[];
  addPlatform(overrides?: Partial<PlatformRecord>, deployments?: string[]): Promise<PlatformRecord>;
  login(parameters?: Record<string, string>, init?: { path?: string; cookie?: string }): Promise<LoginResult>;
  claims(login: Pick<LoginResult, 'nonce'>, changes?: Payload): Payload;
  /** Posts a launch form; `cookie` defaults to none. */
  post(form: Record<string, string> | [string, string][], cookie?: string): Promise<Response>;
  /** A whole launch as a browser does it. */
  launch(changes?: Payload): Promise<Response>;
  close(): Promise<void>;
}

export async function startToolWorld(options: ToolWorldOptions = {}): Promise<ToolWorld> {
  const clock = options.clock ?? systemClock;
  const kaltura = await startKalturaStandIn({
    clock,
    random: systemRandom,
    entitlementEnforced: options.entitlementEnforced ?? false,
  });
  const signer = await testSigner();
  const jwks = await listening(
    createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [signer.publicJwk] }));
    }),
  );
  const store = await openLibsqlStore({ directory: options.directory ?? ':memory:', clock, random: systemRandom });

  const logLines: string[] = [];
  const server = createServer();
  const tool = await listening(server);
  const publicUrl = `http://tool.localhost:${tool.port}`;
  const config: Config = {
    environment: 'development',
    server: { host: '127.0.0.1', port: tool.port, publicUrl, trustedProxies: [] },
    secret: 'a secret of the tests that is long enough to be one',
    store: { kind: 'libsql', directory: ':memory:' },
    kaltura: {
      accounts: {
        main: {
          partnerId: kaltura.partnerId,
          serviceUrl: options.kalturaServiceUrl ?? kaltura.url,
          playerBaseUrl: kaltura.publicUrl,
          uiConfId: kaltura.uiConfId,
          adminSecret: kaltura.adminSecret,
          rootCategory: kaltura.rootCategory,
          entitlement: { mode: options.entitlementEnforced ? 'exempt-entry' : 'off' },
          playerHosts: [],
          timeoutMs: options.kalturaTimeoutMs ?? 5_000,
        },
      },
    },
    log: { level: 'info' },
    metrics: {},
    retention: { launchesDays: 30 },
    sourceUrl: SOURCE_URL,
    adapters: [],
    dangerouslyAllowHttp: true,
    dangerouslyAllowPrivateAddresses: true,
  };
  const log = createLog({ level: 'info', destination: { write: (line: string) => void logLines.push(line) } });
  const app = await createApp({ config, store, log, clock, random: systemRandom, version: '0.0.0-test' });
  server.on('request', app.listener);

  const addPlatform: ToolWorld['addPlatform'] = (overrides = {}, deployments = [DEPLOYMENT_ID]) =>
    store.platforms.add(
      {
        id: newPlatformId({ clock, random: systemRandom }),
        ref: newPlatformRef(systemRandom),
        name: 'Moodle of the tests',
        adapterId: 'moodle',
        issuer: 'https://moodle.example.edu',
        acceptedIssuers: [],
        clientId: 'client-1',
        authorizationUrl: 'https://moodle.example.edu/mod/lti/auth.php',
        jwksUrl: `http://127.0.0.1:${jwks.port}/jwks`,
        accountId: 'main' as AccountId,
        status: 'active',
        createdAtMs: clock.nowMs(),
        updatedAtMs: clock.nowMs(),
        ...overrides,
        settings: {
          unmappedCourse: 'provision',
          entryPolicy: 'root',
          frameOrigins: [],
          adapter: {},
          ...options.settings,
          ...overrides.settings,
        },
      },
      deployments,
      { kind: 'cli' },
    );
  const platform = await addPlatform();
  const baseUrl = `http://127.0.0.1:${tool.port}`;
  const entryId = kaltura.entries[0]?.id ?? '';

  const world: ToolWorld = {
    baseUrl,
    publicUrl,
    store,
    kaltura,
    platform,
    signer,
    logLines,
    adminTable: app.adminTable,
    addPlatform,

    async login(parameters = {}, { path = '/lti/login', cookie = '__Host-pcok=1' } = {}) {
      const query = new URLSearchParams({
        iss: platform.issuer,
        login_hint: '42',
        target_link_uri: `${publicUrl}/lti/launch`,
        client_id: platform.clientId,
        lti_message_hint: '{"cmid":3}',
        ...parameters,
      });
      const response = await fetch(`${baseUrl}${path}?${query.toString()}`, {
        redirect: 'manual',
        headers: { cookie },
      });
      const header = response.headers.get('location') ?? nextOfLoginPage(await response.clone().text());
      const location = header === undefined ? undefined : new URL(header);
      return {
        status: response.status,
        location,
        state: location?.searchParams.get('state') ?? '',
        nonce: location?.searchParams.get('nonce') ?? '',
        cookie: response.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; '),
        response,
      };
    },

    claims({ nonce }, changes = {}) {
      const nowSeconds = Math.floor(clock.nowMs() / 1000);
      return {
        iss: platform.issuer,
        aud: platform.clientId,
        sub: '42',
        iat: nowSeconds,
        exp: nowSeconds + 60,
        nonce,
        name: 'Ada Byron',
        email: 'ada.byron@example.edu',
        [`${LTI}/version`]: '1.3.0',
        [`${LTI}/message_type`]: 'LtiResourceLinkRequest',
        [`${LTI}/deployment_id`]: DEPLOYMENT_ID,
        [`${LTI}/target_link_uri`]: `${publicUrl}/lti/launch`,
        [`${LTI}/roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
        [`${LTI}/context`]: { id: '15', label: 'BIO101', title: 'Biology 101', type: ['CourseSection'] },
        [`${LTI}/resource_link`]: { id: '12', title: 'Lecture 1' },
        [`${LTI}/custom`]: { entry_id: entryId },
        [`${LTI}/launch_presentation`]: {
          document_target: 'iframe',
          return_url: 'https://moodle.example.edu/mod/lti/return.php?course=15',
        },
        ...changes,
      };
    },

    post: (form, cookie = '') =>
      fetch(`${baseUrl}/lti/launch`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie },
        body: new URLSearchParams(form),
      }),

    async launch(changes = {}) {
      const login = await world.login();
      return world.post(
        { state: login.state, id_token: await signer.sign(world.claims(login, changes)) },
        login.cookie,
      );
    },

    async close() {
      await Promise.all([server, jwks.server].map(closed));
      await app.close();
      await store.close();
      await kaltura.close();
    },
  };
  return world;
}

export const claimName = (name: string): string => `${LTI}/${name}`;

/** The code that an error page shows. */
export async function codeOf(response: Response): Promise<string | undefined> {
  return /<code>([A-Z_]+)<\/code>/.exec(await response.text())?.[1];
}

/** Where the login page goes on to once the probe says that cookies come back. */
const nextOfLoginPage = (html: string): string | undefined =>
  /data-next="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');

async function listening(server: Server): Promise<{ server: Server; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
