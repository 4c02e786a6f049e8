/**
 * The composition root: builds every room from its dependencies and joins their routes. Reads no environment, opens no
 * port: the caller listens with `listener`.
 */
import express from 'express';
import type { RequestListener } from 'node:http';
import { builtInAdapters } from '../adapters/index.js';
import { loadAdapters } from './adapter-sdk/load-adapters.js';
import { createAdapterRegistry } from './adapter-sdk/registry.js';
import { createAdmin } from './admin/admin.js';
import { adminWorkAssetFiles, createAdminWork } from './app-admin-work.js';
import type { Config } from './config/schema.js';
import { createEntryAuthoriser } from './courses/authorise-entry.js';
import { CLONE_ENTRIES } from './courses/categories/clone-entries.js';
import { createCategoryResolver } from './courses/resolve-category.js';
import { AppError } from './errors/app-error.js';
import { createExchange } from './http/exchange.js';
import { createHealth } from './http/health.js';
import { createHotRouter } from './http/hot-router.js';
import type { Log } from './http/log.js';
import { createMetrics } from './http/metrics.js';
import { createOutbound } from './http/outbound.js';
import type { Route } from './http/types.js';
import { createViewerResolver } from './identity/resolver.js';
import { accountsOf } from './kaltura/accounts.js';
import { createGateway } from './kaltura/gateway.js';
import { createKaltura } from './kaltura/kaltura.js';
import { createFrameReportRoute } from './launch/frame-reports.js';
import { installationKey } from './launch/installation-keys.js';
import { createLaunchPipeline } from './launch/pipeline.js';
import { createLaunchRecorder } from './launch/recorder.js';
import { createReplay } from './launch/replay.js';
import { createViewGrants } from './launch/view-grant.js';
import { createViewPages } from './launch/view-pages.js';
import { createViewRoutes } from './launch/view-routes.js';
import { createForeignLogins } from './lti/login/foreign-logins.js';
import { createLoginPage, ltiAssetFiles } from './lti/login/login-page.js';
import { createLoginFailures } from './lti/login/note-failure.js';
import { createPlatformKeys } from './lti/platform-keys.js';
import { createLtiRoutes } from './lti/routes.js';
import { ensureSigningKeys } from './lti/signing-keys.js';
import { createStateCodec } from './lti/state.js';
import { createPlatformDirectory } from './platforms/directory.js';
import { createPlayerPages, playerAssetFiles } from './player/page.js';
import type { Clock } from './runtime/clock.js';
import { createKeyring } from './runtime/keyring.js';
import type { Random } from './runtime/random.js';
import { createChangeFeed } from './store/change-feed.js';
import type { Store } from './store/ports.js';
import type { AdminRoute } from './ui/admin-screen.js';
import { adminAssetFiles, createAssets, uiAssetFiles } from './ui/assets.js';
import { createErrorPage } from './ui/error-page.js';
import { createRenderer } from './ui/render.js';
import { createTranslator } from './ui/translate.js';

const OUTBOUND_TIMEOUT_MS = 5_000;
const OUTBOUND_MAX_BYTES = 1024 * 1024;

export interface AppDependencies {
  config: Config;
  store: Store;
  log: Log;
  clock: Clock;
  random: Random;
  version: string;
}

export interface App {
  listener: RequestListener;
  /** The screens behind the admin's guard, for tests that go through all of them. */
  adminTable: readonly AdminRoute[];
  /** From now on `/health/ready` says no, so that a load balancer sends nothing new. */
  drain(): void;
  /** Writes what waits and stops timers. The store stays open. */
  close(): Promise<void>;
}

export async function createApp({ config, store, log, clock, random, version }: AppDependencies): Promise<App> {
  const publicUrl = new URL(config.server.publicUrl);
  const keyring = createKeyring({ secret: config.secret, previousSecret: config.previousSecret, random });
  const ids = { clock, random };

  const changes = createChangeFeed(store, (error) =>
    log.warn({ err: error }, 'the store did not tell its change number'),
  );
  await changes.poll();
  changes.start();

  await ensureSigningKeys({ store: store.signingKeys, keyring, clock, random });
  const installation = { store: store.installationKeys, keyring, random };
  const [pseudonymKey, linkKey] = await Promise.all([
    installationKey('pseudonym', installation),
    installationKey('entry-link', installation),
  ]);

  const assets = createAssets({
    files: {
      ...uiAssetFiles,
      ...adminAssetFiles,
      ...ltiAssetFiles,
      ...playerAssetFiles,
      ...adminWorkAssetFiles,
    },
  });
  const translate = createTranslator();
  const renderer = createRenderer({ assets, translate, sourceUrl: config.sourceUrl, version });
  const metrics = createMetrics({ bearerToken: config.metrics.bearerToken });
  const health = createHealth({ checks: { store: () => store.ping() } });
  const exchange = createExchange({
    publicUrl,
    trustedProxies: config.server.trustedProxies,
    renderError: createErrorPage({ renderer, translate }),
    log,
    metrics,
    clock,
    random,
  });

  const registry = createAdapterRegistry([...builtInAdapters, ...(await loadAdapters(config.adapters))]);
  const outbound = createOutbound({
    dangerouslyAllowHttp: config.dangerouslyAllowHttp,
    dangerouslyAllowPrivateAddresses: config.dangerouslyAllowPrivateAddresses,
    timeoutMs: OUTBOUND_TIMEOUT_MS,
    maxBytes: OUTBOUND_MAX_BYTES,
  });
  const kaltura = createKaltura({ accounts: accountsOf(config), gateway: createGateway(), clock, random });
  const directory = createPlatformDirectory({ store, changes });
  const recorder = createLaunchRecorder({
    launches: store.launches,
    courses: store.courses,
    ids,
    log,
    onOutcome: (outcome, code) => metrics.countLaunch(outcome, code),
  });
  const grants = createViewGrants({ keyring, clock });
  const player = createPlayerPages({ renderer, assets, translate, random });
  const pages = createViewPages({ kaltura, player, clock });
  const categories = createCategoryResolver({
    store,
    changes,
    kaltura,
    onCloned: (copy) =>
      work.jobs.enqueue({ kind: CLONE_ENTRIES, tenantId: copy.tenantId, input: copy }, { kind: 'launch' }),
    clock,
    log,
  });
  const entries = createEntryAuthoriser({ kaltura, linkKey, clock });
  const pipeline = createLaunchPipeline({
    adapters: registry,
    viewers: createViewerResolver({ viewers: store.viewers, tenants: store.tenants, changes, pseudonymKey, clock }),
    directory,
    categories,
    entries,
    kaltura,
    grants,
    pages,
    adminDoor: (launch, person) => admin.door(launch, person),
    recorder,
    keyring,
    ids,
    clock,
  });
  const lti = createLtiRoutes({
    states: createStateCodec({ keyring, clock, random }),
    directory,
    deployments: store.deployments,
    consumedStates: store.consumedStates,
    keys: createPlatformKeys({ outbound, clock }),
    adapters: registry,
    signingKeys: store.signingKeys,
    foreignLogins: createForeignLogins(clock),
    loginFailures: createLoginFailures({ recorder, clock }),
    page: createLoginPage({ renderer, translate }),
    pipeline,
    recorder,
    ids,
    clock,
    publicUrl,
  });

  const work = createAdminWork({
    config,
    store,
    registry,
    kaltura,
    categories,
    changes,
    outbound,
    keyring,
    pseudonymKey,
    publicUrl,
    clock,
    random,
    log,
  });
  const admin = createAdmin({
    store,
    renderer,
    translate,
    keyring,
    clock,
    random,
    log,
    publicUrl,
    replay: createReplay({ store, categories, entries, kaltura, pseudonymKey }),
    screens: work.screens,
  });

  const routes: Route[] = [
    ...lti.cold,
    ...createViewRoutes({ grants, pages, player, directory, log, publicUrl }),
    createFrameReportRoute({ directory, blockedFrames: store.blockedFrames, clock, publicUrl }),
    ...health.routes,
    metrics.route,
    assets.route,
    ...admin.routes,
  ];
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  for (const route of routes) {
    app[route.method === 'GET' ? 'get' : 'post'](route.path, exchange.express(route));
  }
  app.use(exchange.express(notFound));

  work.jobs.start();

  return {
    listener: createHotRouter(exchange, lti.hot, app),
    adminTable: admin.table,
    drain: () => health.drain(),
    async close() {
      await work.stop();
      changes.stop();
      await outbound.close();
      await recorder.close();
    },
  };
}

const notFound: Route = {
  method: 'GET',
  path: '*',
  template: 'not-found',
  handler: () => {
    throw new AppError('HTTP_NOT_FOUND');
  },
};
