/** The tool with an LMS that launches into it and an admin who looks at the launches, over HTTP. */
import assert from 'node:assert/strict';
import { tokenHash } from '../../src/admin/secret-token.js';
import { createSignInLinks } from '../../src/admin/sign-in-links.js';
import { systemClock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { AdminRole, DeploymentKey, LaunchRecord } from '../../src/store/ports.js';
import { cookieOf } from './admin-world.js';
import { startToolWorld, type ToolWorld, type ToolWorldOptions } from './tool-world.js';

const WAIT_MS = 10_000;

export interface Admin {
  cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Posts a form as a page of our own would. */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

export interface InspectorWorld extends ToolWorld {
  /** Signs in by a link. */
  admin(role?: AdminRole): Promise<Admin>;
  /** Somebody whose session is limited to a deployment. */
  adminOf(deployment: DeploymentKey, role?: AdminRole): Promise<Admin>;
  /** The admin that a session's cookie makes. */
  adminWith(cookie: string): Promise<Admin>;
  /** The newest launch, once there are `count` of them. */
  recorded(count: number): Promise<LaunchRecord>;
}

export async function startInspectorWorld(options: ToolWorldOptions = {}): Promise<InspectorWorld> {
  const world = await startToolWorld(options);
  const clock = options.clock ?? systemClock;
  const { origin } = new URL(world.publicUrl);
  const links = createSignInLinks({
    admins: world.store.admins,
    publicUrl: new URL(world.publicUrl),
    clock,
    random: systemRandom,
  });

  const send = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${world.baseUrl}${path}`, { redirect: 'manual', ...init });

  const adminWith = async (cookie: string): Promise<Admin> => {
    const get: Admin['get'] = (path, headers = {}) => send(path, { headers: { cookie, ...headers } });
    const html = await (await get('/admin/launches')).text();
    const csrfToken = /name="_csrf" value="([\w-]+)"/.exec(html)?.[1] ?? '';
    return {
      cookie,
      get,
      post: (path, form = {}, headers = {}) =>
        send(path, {
          method: 'POST',
          headers: { cookie, origin, ...headers },
          body: new URLSearchParams({ _csrf: csrfToken, ...form }),
        }),
    };
  };

  return {
    ...world,
    adminWith,
    async admin(role = 'owner') {
      const { pathname } = new URL(await links.make({ role, name: `The ${role}` }, { kind: 'cli' }));
      return adminWith(cookieOf(await send(pathname, { method: 'POST', headers: { origin } }), '__Host-pca'));
    },
    async adminOf(deployment, role = 'editor') {
      const token = systemRandom.bytes(32).toString('base64url');
      const nowMs = clock.nowMs();
      await world.store.admins.addSession(
        {
          tokenHash: tokenHash(token),
          adminId: 'link:Restricted',
          name: 'Restricted',
          role,
          deployment,
          createdAtMs: nowMs,
          idleExpiresAtMs: nowMs + 60_000,
          expiresAtMs: nowMs + 60_000,
        },
        nowMs,
      );
      return adminWith(`__Host-pca=${token}`);
    },
    async recorded(count) {
      const deadline = performance.now() + WAIT_MS;
      while (performance.now() < deadline) {
        const records = await world.store.launches.list({ limit: 500 });
        if (records.length >= count) return records[0] ?? assert.fail('no launch');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return assert.fail(`${count} launches were not recorded in time`);
    },
  };
}
