/** The admin's screens, put together: sign-in, guard, shell, and the screens of all rooms behind them. */
import type { Log } from '../http/log.js';
import type { Route } from '../http/types.js';
import type { AdminDoor } from '../launch/admin-launch.js';
import type { ReplayLaunch } from '../launch/replay.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Random } from '../runtime/random.js';
import type { Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import type { Renderer } from '../ui/render.js';
import type { Translate } from '../ui/translate.js';
import { createFormTokens } from './csrf.js';
import { createAdminGuard } from './guard.js';
import { createLtiDoor } from './lti-door.js';
import { createNotices } from './notices.js';
import { createAdminRoutes } from './routes.js';
import { createAdminSessions } from './sessions.js';
import { createAdminShell } from './shell.js';
import { createSignInAudit } from './sign-in-audit.js';
import { createSignInLinks } from './sign-in-links.js';
import { createSignInRoutes } from './sign-in.js';
import { createWelcome } from './welcome.js';

export interface AdminDependencies {
  store: Pick<
    Store,
    'admins' | 'adminPersons' | 'audit' | 'blockedFrames' | 'deployments' | 'launches' | 'platforms' | 'tenants'
  >;
  /** What a recorded launch would come to today. */
  replay: ReplayLaunch;
  renderer: Renderer;
  translate: Translate;
  keyring: Keyring;
  clock: Clock;
  random: Random;
  log: Log;
  publicUrl: URL;
  /** Screens that stand in the rooms whose data they show. */
  screens: readonly AdminRoute[];
}

export interface Admin {
  /** What the exchange serves: every route of the table behind the guard, and the sign-in. */
  routes: Route[];
  /** What stands behind the guard, with the least role of each. */
  table: readonly AdminRoute[];
  /** For launches that ask for these screens. */
  door: AdminDoor;
}

export function createAdmin(deps: AdminDependencies): Admin {
  const { store, renderer, translate, keyring, clock, random, publicUrl } = deps;
  const isWelcome = createWelcome(store);
  const sessions = createAdminSessions({ admins: store.admins, isWelcome, keyring, clock, random });
  const links = createSignInLinks({ admins: store.admins, publicUrl, clock, random });
  const signInAudit = createSignInAudit({ audit: store.audit, clock });
  const formTokens = createFormTokens({ keyring });
  const signIn = { ...deps, links, sessions, signInAudit };
  const table = createAdminRoutes(signIn);
  const shell = createAdminShell({
    table,
    renderer,
    translate,
    formTokens,
    notices: createNotices({ keyring, clock }),
  });
  const guard = createAdminGuard({ sessions, formTokens, shell, publicUrl });
  const door = createLtiDoor({ ...signIn, adminPersons: store.adminPersons, isWelcome });
  return {
    table,
    routes: [...createSignInRoutes(signIn), door.route, ...table.map(guard)],
    door: door.open,
  };
}
