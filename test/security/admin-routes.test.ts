/** Goes through the whole table of the admin's routes: a screen that is added is attacked here without being named. */
import assert from 'node:assert/strict';
import { tokenHash } from '../../src/admin/secret-token.js';
import type { PlatformId } from '../../src/runtime/ids.js';
import type { AdminRole } from '../../src/store/ports.js';
import type { AdminRoute } from '../../src/ui/admin-screen.js';
import { startAdminWorld, type AdminWorld, type SignedIn } from '../support/admin-world.js';
import { codeOf } from '../support/tool-world.js';

const ROLES: readonly AdminRole[] = ['viewer', 'editor', 'owner'];
const FORM_TOKEN = /^[\w-]{44}$/;

/** A path that the route answers; the guard stands before whoever looks at the values. */
const pathOf = ({ path }: AdminRoute): string => path.replace(/[:*]\w+/g, 'x');
const nameOf = ({ method, path }: AdminRoute): string => `${method} ${path}`;

describe('every route of the admin', () => {
  let world: AdminWorld;
  let foreign: AdminWorld;
  const signedIn = new Map<AdminRole, SignedIn>();

  before(async () => {
    world = await startAdminWorld();
    foreign = await startAdminWorld({ secret: 'the secret of another installation, long enough too' });
    for (const role of ROLES) signedIn.set(role, await world.signIn(role));
  });
  after(async () => {
    await world.close();
    await foreign.close();
  });

  const as = (role: AdminRole): SignedIn => signedIn.get(role) ?? assert.fail(role);
  const send = (
    route: AdminRoute,
    who?: Partial<SignedIn>,
    headers: Record<string, string> = {},
  ): Promise<Response> => {
    const all = { ...(who?.cookie === undefined ? {} : { cookie: who.cookie }), ...headers };
    if (route.method === 'GET') return world.get(pathOf(route), all);
    return world.post(pathOf(route), who?.csrfToken === undefined ? {} : { _csrf: who.csrfToken }, all);
  };
  /** Goes through the table one by one, so that the first mistake is named by its route. */
  const each = async (
    fits: (route: AdminRoute) => boolean,
    check: (route: AdminRoute) => Promise<void>,
  ): Promise<void> => {
    const routes = world.table.filter(fits);
    assert.ok(routes.length > 0);
    for (const route of routes) await check(route);
  };
  const refused = async (route: AdminRoute, answer: Response): Promise<void> => {
    const name = nameOf(route);
    if (route.method === 'GET') {
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/admin/sign-in'], name);
    } else {
      assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_DENIED'], name);
    }
    assert.deepEqual(answer.headers.getSetCookie(), [], name);
  };
  const isPost = ({ method }: AdminRoute): boolean => method === 'POST';

  it('stands under /admin and has a template without values', async () => {
    await each(
      () => true,
      (route) => {
        assert.match(route.path, /^\/admin(?:$|\/)/);
        assert.equal(route.template, route.path);
        return Promise.resolve();
      },
    );
  });

  it('is served once', () => {
    const names = world.table.map(nameOf);
    assert.deepEqual([...new Set(names)], names);
  });

  it('refuses who is not signed in', async () => {
    await each(
      () => true,
      async (route) => {
        await refused(route, await send(route));
      },
    );
  });

  it('refuses a session of another tool, a made-up one, and a stored hash in place of a token', async () => {
    const other = await foreign.signIn('owner');
    const own = as('owner').cookie.split('=')[1] ?? '';
    const cookies = [other.cookie, `__Host-pca=${'A'.repeat(43)}`, `__Host-pca=${tokenHash(own)}`];
    await each(
      () => true,
      async (route) => {
        for (const cookie of cookies) await refused(route, await send(route, { ...other, cookie }));
      },
    );
  });

  for (const role of ['viewer', 'editor'] as const) {
    it(`refuses ${role === 'viewer' ? 'a viewer' : 'an editor'} where more is asked for`, async () => {
      await each(
        (route) => ROLES.indexOf(route.role) > ROLES.indexOf(role),
        async (route) => {
          const answer = await send(route, as(role));
          assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_DENIED'], nameOf(route));
        },
      );
    });
  }

  it('refuses a session of one deployment unless it keeps to that deployment', async () => {
    const token = 'B'.repeat(43);
    const nowMs = world.clock.now;
    await world.store.admins.addSession(
      {
        tokenHash: tokenHash(token),
        adminId: 'link:Restricted',
        name: 'Restricted',
        role: 'owner',
        deployment: { platformId: 'p1' as PlatformId, deploymentId: '1' },
        createdAtMs: nowMs,
        idleExpiresAtMs: nowMs + 60_000,
        expiresAtMs: nowMs + 60_000,
      },
      nowMs,
    );
    await each(
      ({ keepsToDeployment }) => keepsToDeployment !== true,
      async (route) => {
        const answer = await send(route, { cookie: `__Host-pca=${token}` });
        assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_DENIED'], nameOf(route));
      },
    );
  });

  it('refuses to change anything for a page of another site, even with cookie and token', async () => {
    await each(isPost, async (route) => {
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: world.origin.replace('tool.', 'kaltura.') },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const answer = await send(route, as('owner'), headers);
        assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_ORIGIN'], nameOf(route));
      }
    });
  });

  it('refuses to change anything without the session’s own form token', async () => {
    const { cookie, csrfToken } = as('owner');
    assert.match(csrfToken, FORM_TOKEN);
    const wrong = [undefined, '', 'x', as('editor').csrfToken, `${csrfToken.slice(0, -4)}AAAA`];
    await each(isPost, async (route) => {
      for (const token of wrong) {
        const answer = await send(route, { cookie, ...(token === undefined ? {} : { csrfToken: token }) });
        assert.deepEqual([answer.status, await codeOf(answer)], [403, 'ACCESS_FORM_STALE'], nameOf(route));
      }
    });
  });

  it('does not change anything by GET', async () => {
    await each(isPost, async (route) => {
      const twin = world.table.some(({ method, path }) => method === 'GET' && path === route.path);
      if (twin) return;
      const answer = await world.get(pathOf(route), { cookie: as('owner').cookie });
      assert.equal(answer.status, 404, nameOf(route));
    });
  });

  it('answers nothing that a cache may keep, another site may frame, refused or not, and no screen to its opener', async () => {
    await each(
      () => true,
      async (route) => {
        if (route.path === '/admin/sign-out') return;
        for (const who of [undefined, as('viewer'), as('owner')]) {
          const { headers, status } = await send(route, who);
          assert.equal(headers.get('cache-control'), 'no-store', nameOf(route));
          if (status < 400) assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', nameOf(route));
          if (status < 300) assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
        }
      },
    );
  });
});
