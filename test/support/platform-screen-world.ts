/** The tool world with somebody signed in to the admin's screens. */
import { createSignInLinks } from '../../src/admin/sign-in-links.js';
import { systemClock, type Clock } from '../../src/runtime/clock.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { AdminRole } from '../../src/store/ports.js';
import { cookieOf } from './admin-world.js';
import { startToolWorld, type ToolWorld, type ToolWorldOptions } from './tool-world.js';

export interface Answer {
  status: number;
  location: string | null;
  text: string;
}

export interface AdminBrowser {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Posts a form as a page of our own would. */
  post(
    path: string,
    form?: Record<string, string> | [string, string][],
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export interface PlatformScreenWorld extends ToolWorld {
  signIn(role?: AdminRole): Promise<AdminBrowser>;
}

export async function startPlatformScreenWorld(options: ToolWorldOptions = {}): Promise<PlatformScreenWorld> {
  const world = await startToolWorld(options);
  const clock: Clock = options.clock ?? systemClock;
  const { baseUrl, publicUrl, store } = world;
  const links = createSignInLinks({ admins: store.admins, publicUrl: new URL(publicUrl), clock, random: systemRandom });
  const origin = publicUrl;

  return {
    ...world,
    async signIn(role = 'owner') {
      const { pathname } = new URL(await links.make({ role, name: role }, { kind: 'cli' }));
      const entered = await fetch(`${baseUrl}${pathname}`, { method: 'POST', redirect: 'manual', headers: { origin } });
      const cookie = cookieOf(entered, '__Host-pca');
      const page = await (await fetch(`${baseUrl}/admin/platforms`, { headers: { cookie } })).text();
      const csrfToken = /name="_csrf" value="([\w-]+)"/.exec(page)?.[1] ?? '';
      const answerOf = async (response: Response): Promise<Answer> => ({
        status: response.status,
        location: response.headers.get('location'),
        text: await response.text(),
      });
      return {
        get: async (path, headers = {}) =>
          answerOf(await fetch(`${baseUrl}${path}`, { redirect: 'manual', headers: { cookie, ...headers } })),
        post: async (path, form = {}, headers = {}) =>
          answerOf(
            await fetch(`${baseUrl}${path}`, {
              method: 'POST',
              redirect: 'manual',
              headers: { cookie, origin, ...headers },
              body: new URLSearchParams([...(Array.isArray(form) ? form : Object.entries(form)), ['_csrf', csrfToken]]),
            }),
          ),
      };
    },
  };
}
