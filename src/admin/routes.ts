import type { Log } from '../http/log.js';
import type { ReplayLaunch } from '../launch/replay.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { AppError } from '../errors/app-error.js';
import { createAuditRoutes } from './audit.js';
import { createLaunchDetail } from './launches/launch-detail.js';
import { createLaunchList } from './launches/launch-list.js';
import { ADMIN_PATHS } from './paths.js';
import { createPersonScreens } from './persons.js';
import { clearedSessionCookie, type AdminSessions } from './sessions.js';
import { createSettingsRoutes } from './settings.js';
import { sectionsOf } from './shell.js';
import type { SignInAudit } from './sign-in-audit.js';
import type { SignInLinks } from './sign-in-links.js';

export interface AdminRoutesDependencies {
  store: Pick<Store, 'adminPersons' | 'audit' | 'blockedFrames' | 'launches' | 'platforms' | 'tenants'>;
  replay: ReplayLaunch;
  sessions: AdminSessions;
  links: SignInLinks;
  signInAudit: SignInAudit;
  keyring: Keyring;
  clock: Clock;
  log: Pick<Log, 'info'>;
  publicUrl: URL;
  /** Screens of the other rooms. */
  screens: readonly AdminRoute[];
}

/** Every route for signed-in admins: the table that the guard serves, the rail is made from, and tests go through. */
export function createAdminRoutes(deps: AdminRoutesDependencies): AdminRoute[] {
  const { sessions, signInAudit, screens } = deps;
  const home: AdminRoute = {
    method: 'GET',
    path: ADMIN_PATHS.home,
    template: ADMIN_PATHS.home,
    role: 'viewer',
    keepsToDeployment: true,
    handler(_request, screen) {
      const [first] = sectionsOf(table, screen.session);
      if (!first) throw new AppError('ACCESS_DENIED', { reason: 'no section is open to this session' });
      return screen.redirect(first.path);
    },
  };
  const signOut: AdminRoute = {
    method: 'POST',
    path: ADMIN_PATHS.signOut,
    template: ADMIN_PATHS.signOut,
    role: 'viewer',
    keepsToDeployment: true,
    async handler(_request, screen) {
      if (await sessions.end(screen.session)) await signInAudit.signedOut(screen.session, screen.actor);
      const answer = screen.redirect(ADMIN_PATHS.signIn);
      return { ...answer, headers: { ...answer.headers, 'Set-Cookie': clearedSessionCookie } };
    },
  };

  const table: AdminRoute[] = [
    home,
    signOut,
    ...screens,
    createLaunchList(deps),
    ...createLaunchDetail(deps),
    ...createPersonScreens(deps),
    ...createAuditRoutes(deps),
    ...createSettingsRoutes(deps),
  ];
  return table;
}
