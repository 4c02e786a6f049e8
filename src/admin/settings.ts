/** For owners: who is signed in, and ending a session that should not be. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import type { Clock } from '../runtime/clock.js';
import type { AdminSession, AdminStore } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { ADMIN_PATHS } from './paths.js';

const TEMPLATE = fileURLToPath(new URL('./settings.eta', import.meta.url));

/** Names a session in a form. The hash proves nothing, but its front half is enough to find one. */
const publicId = ({ tokenHash }: AdminSession): string => tokenHash.slice(0, 16);

const minute = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

export interface SettingsDependencies {
  admins: Pick<AdminStore, 'listSessions' | 'removeSession'>;
  clock: Clock;
  log: Pick<Log, 'info'>;
}

export function createSettingsRoutes({ admins, clock, log }: SettingsDependencies): AdminRoute[] {
  return [
    {
      method: 'GET',
      path: ADMIN_PATHS.settings,
      template: ADMIN_PATHS.settings,
      role: 'owner',
      async handler(_request, screen) {
        const sessions = await admins.listSessions(clock.nowMs());
        return screen.page(TEMPLATE, {
          title: screen.messages.text('admin.settings.title'),
          section: 'settings',
          endUrl: ADMIN_PATHS.endSession,
          sessions: sessions.map((session) => ({
            id: publicId(session),
            name: session.name,
            role: session.role,
            own: session.tokenHash === screen.session.tokenHash,
            since: minute(session.createdAtMs),
            sinceIso: new Date(session.createdAtMs).toISOString(),
            until: minute(session.expiresAtMs),
            untilIso: new Date(session.expiresAtMs).toISOString(),
          })),
        });
      },
    },
    {
      method: 'POST',
      path: ADMIN_PATHS.endSession,
      template: ADMIN_PATHS.endSession,
      role: 'owner',
      async handler({ form, requestId }, screen) {
        const id = form?.get('session');
        if (id === undefined) throw new AppError('INPUT_INVALID', { reason: 'the form names no session' });
        const found = (await admins.listSessions(clock.nowMs())).find((session) => publicId(session) === id);
        if (found && (await admins.removeSession(found.tokenHash))) {
          log.info({ requestId, role: found.role }, 'an owner ended the session of an admin');
        }
        return screen.redirect(ADMIN_PATHS.settings, { text: screen.messages.text('admin.settings.ended') });
      },
    },
  ];
}
