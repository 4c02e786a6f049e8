/** The demo: a Kaltura stand-in, a demo LMS and the tool between them, on free ports of this computer. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdapterRegistry } from '../adapter-sdk/registry.js';
import { createSignInLinks } from '../admin/sign-in-links.js';
import { createApp } from '../app.js';
import type { Config } from '../config/schema.js';
import { createLog, type Log } from '../http/log.js';
import { createHttpServer } from '../http/server.js';
import { addPlatform } from '../platforms/add-platform.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import { SOURCE_URL } from '../runtime/source-url.js';
import { startKalturaStandIn, type KalturaStandIn } from '../sandbox/kaltura/server.js';
import { startDemoLms, type DemoEntry, type DemoLms } from '../sandbox/lms/server.js';
import { openLibsqlStore } from '../store/libsql/store.js';
import type { Store } from '../store/ports.js';
import { toolEndpoints } from '../platforms/tool-endpoints.js';
import { loadDemoAdapters } from './demo-adapters.js';
import { closeServer, listen } from './listen.js';
import { packageVersion } from './version.js';

const LOOPBACK = '127.0.0.1';
const ACCOUNT_ID = 'demo';

export interface DemoWorldOptions {
  /** Whose launches the demo LMS sends; by default those of the first adapter from outside, else Moodle's. */
  adapterId?: string | undefined;
  /** Adapters from outside: paths, relative to the working directory, or packages. */
  adapters?: readonly string[];
  log?: Log;
  /** The stand-in keeps entries from viewers as an account with entitlement does. */
  entitlementEnforced?: boolean;
  /** How often a playing player reports VIEW; Kaltura's own default is 10. */
  viewEventSeconds?: number;
}

export interface DemoWorld {
  lms: DemoLms;
  kaltura: KalturaStandIn;
  toolUrl: string;
  store: Store;
  /** What Kaltura should see as `applicationName`. */
  applicationName: string;
  /** Makes a one-time address that signs its opener in as owner of the tool. */
  ownerLink(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts the demo. Everything lives in a temporary folder that `close` removes.
 *
 * @throws AppError `INPUT_INVALID` for an adapter without a launch to imitate, `ADAPTER_INVALID` for one from outside
 * that cannot be loaded
 */
export async function startDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const { log = createLog({ level: 'silent' }), entitlementEnforced = false, viewEventSeconds } = options;
  const adapters = await loadDemoAdapters(options.adapters);
  const { adapter, launch } = adapters.find(options.adapterId ?? adapters.defaultId);
  const adapterId = adapter.id;
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    const kaltura = await startKalturaStandIn({
      clock: systemClock,
      random: systemRandom,
      entitlementEnforced,
      ...(viewEventSeconds === undefined ? {} : { viewEventCountdownSeconds: viewEventSeconds }),
    });
    closing.push(() => kaltura.close());

    const lms = await startDemoLms({
      clock: systemClock,
      random: systemRandom,
      shape: { adapterId, title: adapter.title, claims: launch },
      eventsUrl: `${kaltura.publicUrl}/sandbox/events`,
      entries: demoEntries(kaltura),
    });
    closing.push(() => lms.close());

    const directory = await mkdtemp(join(tmpdir(), 'playcontext-demo-'));
    closing.push(() => rm(directory, { recursive: true, force: true }));
    const store = await openLibsqlStore({ directory, clock: systemClock, random: systemRandom });
    closing.push(() => store.close());

    let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
    // The port must be known before the configuration that names it.
    const server = createHttpServer((request, response) => listener(request, response));
    const address = await listen(server, 0, LOOPBACK);
    closing.push(() => closeServer(server));
    const port = Number(address.split(':').at(-1));
    const toolUrl = `http://tool.localhost:${port}`;
    const config = demoConfig({
      toolUrl,
      port,
      directory,
      kaltura,
      entitlementEnforced,
      adapters: adapters.specifiers,
    });
    const app = await createApp({
      config,
      store,
      log,
      clock: systemClock,
      random: systemRandom,
      version: packageVersion(),
    });
    listener = app.listener;
    closing.push(() => app.close());

    const endpoints = toolEndpoints(new URL(toolUrl));
    const { clientId, deploymentId } = lms.registerTool({
      name: endpoints.toolName,
      loginUrl: endpoints.loginUrl,
      redirectUris: [endpoints.redirectUrl],
      targetLinkUri: endpoints.targetLinkUrl,
      jwksUrl: endpoints.jwksUrl,
      activated: true,
      visible: true,
    });
    const applicationName = `${adapter.title} demo`;
    await addPlatform(
      {
        name: adapter.title,
        adapter: adapterId,
        issuer: lms.issuer,
        clientId,
        authorizationUrl: lms.authorizationUrl,
        jwksUrl: lms.jwksUrl,
        tokenUrl: lms.tokenUrl,
        deploymentIds: [deploymentId],
        applicationName,
        accountId: ACCOUNT_ID,
        unmappedCourse: 'provision',
        entryPolicy: 'root',
        frameOrigins: [],
        acceptedIssuers: [],
      },
      { kind: 'cli' },
      { store, registry: createAdapterRegistry(adapters.all), config, clock: systemClock, random: systemRandom },
    );
    const links = createSignInLinks({
      admins: store.admins,
      publicUrl: new URL(toolUrl),
      clock: systemClock,
      random: systemRandom,
    });
    const ownerLink = () => links.make({ role: 'owner', name: 'Demo owner' }, { kind: 'cli' });
    lms.setTourFacts({
      adminLink: ownerLink,
      loginUrl: endpoints.loginUrl,
      redirectUri: endpoints.redirectUrl,
      jwksUrl: endpoints.jwksUrl,
      targetLinkUri: endpoints.targetLinkUrl,
    });
    return { lms, kaltura, toolUrl, store, applicationName, ownerLink, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The shared video, a second one for Biology, and one that no course may play. */
function demoEntries({ entries, sample }: KalturaStandIn): DemoEntry[] {
  const entry = (id: string): DemoEntry => ({ id, name: entries.find((known) => known.id === id)?.name ?? id });
  return [entry(sample.shared), entry(sample.recap), { ...entry(sample.unassigned), inNoCourse: true }];
}

interface DemoConfigInput {
  toolUrl: string;
  port: number;
  directory: string;
  kaltura: KalturaStandIn;
  entitlementEnforced: boolean;
  adapters: string[];
}

function demoConfig({ toolUrl, port, directory, kaltura, entitlementEnforced, adapters }: DemoConfigInput): Config {
  return {
    environment: 'development',
    server: { host: LOOPBACK, port, publicUrl: toolUrl, trustedProxies: [] },
    secret: systemRandom.bytes(32).toString('base64url'),
    store: { kind: 'libsql', directory },
    kaltura: {
      accounts: {
        [ACCOUNT_ID]: {
          partnerId: kaltura.partnerId,
          serviceUrl: kaltura.url,
          playerBaseUrl: kaltura.publicUrl,
          uiConfId: kaltura.uiConfId,
          adminSecret: kaltura.adminSecret,
          rootCategory: kaltura.rootCategory,
          entitlement: { mode: entitlementEnforced ? 'exempt-entry' : 'off' },
          playerHosts: [],
          timeoutMs: 5_000,
        },
      },
    },
    log: { level: 'info' },
    metrics: {},
    retention: { launchesDays: 30 },
    sourceUrl: SOURCE_URL,
    adapters,
    dangerouslyAllowHttp: true,
    dangerouslyAllowPrivateAddresses: true,
  };
}
