/** For owners: letting somebody in, who is signed in, and ending a session that should not be. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import type { Parameters } from '../http/types.js';
import type { AdminRole, AdminSession, Store } from '../store/ports.js';
import type { AdminRoute, AdminScreen } from '../ui/admin-screen.js';
import { ADMIN_PATHS } from './paths.js';
import { signedInAtMs, signInOf, type AdminSessions } from './sessions.js';
import type { SignInAudit } from './sign-in-audit.js';
import { LINK_LIFE_MS, NAME_MAX_LENGTH, type SignInLinks } from './sign-in-links.js';

const TEMPLATE = fileURLToPath(new URL('./settings.eta', import.meta.url));
const LINK_MADE = fileURLToPath(new URL('./settings-link.eta', import.meta.url));
const ROLES: readonly AdminRole[] = ['viewer', 'editor', 'owner'];

/** Names a sign-in in a form. */
const publicId = (session: AdminSession): string => signInOf(session).slice(0, 16);

const minute = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

export interface SettingsDependencies {
  store: Pick<Store, 'platforms'>;
  sessions: Pick<AdminSessions, 'list' | 'end'>;
  links: Pick<SignInLinks, 'make'>;
  signInAudit: SignInAudit;
  log: Pick<Log, 'info'>;
}

export function createSettingsRoutes({ store, sessions, links, signInAudit, log }: SettingsDependencies): AdminRoute[] {
  const sessionRows = async (screen: AdminScreen): Promise<object[]> => {
    const [living, platforms] = await Promise.all([sessions.list(), store.platforms.list()]);
    const names = new Map<string, string>(platforms.map(({ id, name }) => [id, name]));
    return living.map((session) => ({
      id: publicId(session),
      name: session.name,
      role: session.role,
      own: signInOf(session) === signInOf(screen.session),
      platform: session.deployment && (names.get(session.deployment.platformId) ?? session.deployment.platformId),
      deploymentId: session.deployment?.deploymentId,
      since: minute(signedInAtMs(session)),
      sinceIso: new Date(signedInAtMs(session)).toISOString(),
      until: minute(session.expiresAtMs),
      untilIso: new Date(session.expiresAtMs).toISOString(),
    }));
  };

  return [
    {
      method: 'GET',
      path: ADMIN_PATHS.settings,
      template: ADMIN_PATHS.settings,
      role: 'owner',
      async handler(_request, screen) {
        return screen.page(TEMPLATE, {
          title: screen.messages.text('admin.settings.title'),
          section: 'settings',
          styles: ['inspector.css'],
          endUrl: ADMIN_PATHS.endSession,
          linkUrl: ADMIN_PATHS.makeLink,
          roles: ROLES,
          nameMaxLength: NAME_MAX_LENGTH,
          sessions: await sessionRows(screen),
        });
      },
    },
    {
      method: 'POST',
      path: ADMIN_PATHS.makeLink,
      template: ADMIN_PATHS.makeLink,
      role: 'owner',
      async handler({ form, requestId }, screen) {
        const wish = readWish(form);
        // The address is the answer itself: it stands in no redirect, no cookie and no log, and can't be shown again.
        const link = await links.make(wish, screen.actor);
        log.info({ requestId, role: wish.role }, 'an owner made a sign-in link');
        return screen.page(LINK_MADE, {
          title: screen.messages.text('admin.invite.madeTitle'),
          section: 'settings',
          styles: ['inspector.css'],
          link,
          name: wish.name,
          role: wish.role,
          minutes: LINK_LIFE_MS / 60_000,
          settingsUrl: ADMIN_PATHS.settings,
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
        const found = (await sessions.list()).find((session) => publicId(session) === id);
        if (found && (await sessions.end(found))) {
          await signInAudit.signedOut(found, screen.actor);
          log.info({ requestId, role: found.role }, 'an owner ended the session of an admin');
        }
        return screen.redirect(ADMIN_PATHS.settings, { text: screen.messages.text('admin.settings.ended') });
      },
    },
  ];
}

function readWish(form: Parameters | undefined): { role: AdminRole; name: string } {
  const role = ROLES.find((known) => known === form?.get('role'));
  const name = form?.get('name')?.trim() ?? '';
  if (role === undefined) throw new AppError('INPUT_INVALID', { reason: 'choose a role' });
  if (name === '' || name.length > NAME_MAX_LENGTH) {
    throw new AppError('INPUT_INVALID', { reason: `a name has 1 to ${NAME_MAX_LENGTH} characters` });
  }
  return { role, name };
}
