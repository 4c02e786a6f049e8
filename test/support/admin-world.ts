/** The tool's admin screens behind the real exchange, with a store in memory and a clock that the test moves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app.js';
import type { Config } from '../../src/config/schema.js';
import { createSignInLinks } from '../../src/admin/sign-in-links.js';
import { createLog } from '../../src/http/log.js';
import { systemClock, type Clock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import { SOURCE_URL } from '../../src/runtime/source-url.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { AdminRole, Store } from '../../src/store/ports.js';
import type { AdminRoute } from '../../src/ui/admin-screen.js';

export interface AdminWorld {
  baseUrl: string;
  /** `http://tool.localhost:<port>`: what Origin has to be. */
  origin: string;
  table: readonly AdminRoute[];
  store: Store;
  logLines: string[];
  clock: { now: number } & Clock;
  /** A fresh one-time address. */
  link(role?: AdminRole, name?: string): Promise<string>;
  /** Signs in by a link as a browser does; answers the session's `Cookie` header and its form token. */
  signIn(role?: AdminRole, name?: string): Promise<SignedIn>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Posts a form as a page of our own would, unless `headers` say otherwise. */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export interface SignedIn {
  cookie: string;
  csrfToken: string;
}

/** What the tool seals with, for records that a test makes. */
export const ADMIN_WORLD_SECRET = 'a secret of the tests that is long enough to be one';

export async function startAdminWorld({
  secret = ADMIN_WORLD_SECRET,
  accounts = {},
}: { secret?: string; accounts?: Config['kaltura']['accounts'] } = {}): Promise<AdminWorld> {
  const clock = { now: systemClock.nowMs(), nowMs: () => clock.now };
  const store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom });
  const logLines: string[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://tool.localhost:${port}`;
  const app = await createApp({
    config: { ...configOf(origin, port, secret), kaltura: { accounts } },
    store,
    log: createLog({ level: 'info', destination: { write: (line: string) => void logLines.push(line) } }),
    clock,
    random: systemRandom,
    version: '0.0.0-test',
  });
  server.on('request', app.listener);
  const baseUrl = `http://127.0.0.1:${port}`;
  const links = createSignInLinks({ admins: store.admins, publicUrl: new URL(origin), clock, random: systemRandom });

  // Hundreds of refusals are what these tests are about; from one address they would be cut short.
  let requests = 0;
  const someAddress = () => ({ 'x-forwarded-for': `10.0.${(++requests >> 6) & 255}.${requests & 63}` });

  const world: AdminWorld = {
    baseUrl,
    origin,
    table: app.adminTable,
    store,
    logLines,
    clock,
    link: (role = 'owner', name = 'Ada Byron') => links.make({ role, name }, { kind: 'cli' }),
    async signIn(role = 'owner', name = 'Ada Byron') {
      const { pathname } = new URL(await world.link(role, name));
      const answer = await world.post(pathname);
      const cookie = cookieOf(answer, '__Host-pca');
      const page = await (await world.get('/admin/launches', { cookie })).text();
      return { cookie, csrfToken: /name="_csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '' };
    },
    get: (path, headers = {}) =>
      fetch(`${baseUrl}${path}`, { redirect: 'manual', headers: { ...someAddress(), ...headers } }),
    post: (path, form = {}, headers = {}) =>
      fetch(`${baseUrl}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...someAddress(), origin, ...headers },
        body: new URLSearchParams(form),
      }),
    async close() {
      await new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      });
      await app.close();
      await store.close();
    },
  };
  return world;
}

/** `name=value` of a cookie that the answer sets. */
export function cookieOf(answer: Response, name: string): string {
  const line = answer.headers.getSetCookie().find((candidate) => candidate.startsWith(`${name}=`));
  return line?.split(';')[0] ?? '';
}

const configOf = (publicUrl: string, port: number, secret: string): Config => ({
  environment: 'development',
  server: { host: '127.0.0.1', port, publicUrl, trustedProxies: ['loopback'] },
  secret,
  store: { kind: 'libsql', directory: ':memory:' },
  kaltura: { accounts: {} },
  log: { level: 'info' },
  metrics: {},
  retention: { launchesDays: 30 },
  sourceUrl: SOURCE_URL,
  adapters: [],
  dangerouslyAllowHttp: true,
  dangerouslyAllowPrivateAddresses: true,
});
