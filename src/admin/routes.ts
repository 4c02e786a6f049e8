import type { Log } from '../http/log.js';
import type { Clock } from '../runtime/clock.js';
import type { Store } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { AppError } from '../errors/app-error.js';
import { createAuditRoutes } from './audit.js';
import { createLaunchList } from './launches.js';
import { ADMIN_PATHS } from './paths.js';
import { clearedSessionCookie, type AdminSessions } from './sessions.js';
import { createSettingsRoutes } from './settings.js';
import { sectionsOf } from './shell.js';

export interface AdminRoutesDependencies {
  store: Pick<Store, 'admins' | 'audit' | 'launches' | 'platforms'>;
  sessions: AdminSessions;
  clock: Clock;
  log: Pick<Log, 'info'>;
  /** Screens of the other rooms. */
  screens: readonly AdminRoute[];
}

/** Every route for signed-in admins: the table that the guard serves, the rail is made from, and tests go through. */
export function createAdminRoutes({ store, sessions, clock, log, screens }: AdminRoutesDependencies): AdminRoute[] {
  const home: AdminRoute = {
    method: 'GET',
    path: ADMIN_PATHS.home,
    template: ADMIN_PATHS.home,
    role: 'viewer',
    keepsToPlatform: true,
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
    keepsToPlatform: true,
    async handler(request, screen) {
      await sessions.end(request);
      const answer = screen.redirect(ADMIN_PATHS.signIn);
      return { ...answer, headers: { ...answer.headers, 'Set-Cookie': clearedSessionCookie } };
    },
  };

  const table: AdminRoute[] = [
    home,
    signOut,
    ...screens,
    createLaunchList({ store }),
    ...createAuditRoutes({ audit: store.audit }),
    ...createSettingsRoutes({ admins: store.admins, clock, log }),
  ];
  return table;
}
