/** Stands before every screen of the admin's. Nothing of a screen runs before all of this has passed. */
import { AppError, isAppError } from '../errors/app-error.js';
import { requireSameOrigin } from '../http/same-origin.js';
import type { RequestFacts, ResponseData, Route } from '../http/types.js';
import type { AdminSession } from '../store/ports.js';
import type { AdminRoute } from '../ui/admin-screen.js';
import { requireAccess } from './access.js';
import type { FormTokens } from './csrf.js';
import { ADMIN_PATHS } from './paths.js';
import type { AdminSessions } from './sessions.js';
import { isHtmx, type AdminShell } from './shell.js';

/** Takes a route for signed-in admins and answers the one that the exchange serves. */
export type AdminGuard = (route: AdminRoute) => Route;

export interface AdminGuardDependencies {
  sessions: Pick<AdminSessions, 'find'>;
  formTokens: Pick<FormTokens, 'check'>;
  shell: AdminShell;
  publicUrl: URL;
}

/**
 * Without a session, GET goes to the sign-in page and POST is ACCESS_DENIED. Then: the least role (ACCESS_DENIED), and
 * for POST the Origin (ACCESS_ORIGIN) and the form's token (ACCESS_FORM_STALE). Answers are never stored.
 */
export function createAdminGuard({ sessions, formTokens, shell, publicUrl }: AdminGuardDependencies): AdminGuard {
  return (route) => {
    const admit = async (request: RequestFacts): Promise<void> => {
      requireSameOrigin(request, publicUrl);
      const found = await sessions.find(request);
      if (!found) throw new AppError('ACCESS_DENIED', { reason: 'nobody is signed in' });
      requireAccess(found.session, route);
    };
    const answer = async (request: RequestFacts): Promise<ResponseData> => {
      if (route.method === 'POST') requireSameOrigin(request, publicUrl);
      const found = await sessions.find(request);
      if (!found) {
        if (route.method === 'POST') throw new AppError('ACCESS_DENIED', { reason: 'nobody is signed in' });
        return toSignIn(request);
      }
      return withCookie(found.cookie, await answerTo(request, found.session));
    };
    const answerTo = async (request: RequestFacts, session: AdminSession): Promise<ResponseData> => {
      try {
        requireAccess(session, route);
        if (route.method === 'POST') formTokens.check(request, session);
        return await route.handler(request, shell.screenFor(request, session));
      } catch (error) {
        // What failed inside is the exchange's to log in full; a refusal is for the admin to read and mend.
        if (!isAppError(error) || error.status >= 500) throw error;
        return shell.problem(error, request, session);
      }
    };

    const { role: _role, keepsToDeployment: _keeps, ...served } = route;
    return {
      ...served,
      ...(route.takesFiles ? { admit } : {}),
      handler: async (request) => keptApart(await answer(request)),
    };
  };
}

const toSignIn = (request: RequestFacts): ResponseData =>
  isHtmx(request)
    ? { status: 200, headers: { 'HX-Redirect': ADMIN_PATHS.signIn } }
    : { status: 303, headers: { Location: ADMIN_PATHS.signIn } };

/** Before the handler's own cookies: a sign-out takes back what was just renewed. */
function withCookie(cookie: string | undefined, answer: ResponseData): ResponseData {
  if (cookie === undefined) return answer;
  const own = answer.headers?.['Set-Cookie'] ?? [];
  return {
    ...answer,
    headers: { ...answer.headers, 'Set-Cookie': [cookie, ...(typeof own === 'string' ? [own] : own)] },
  };
}

/** Kept by no cache, and by no window that opened it: an LMS opens these screens too. */
const keptApart = (answer: ResponseData): ResponseData => ({
  ...answer,
  headers: {
    ...answer.headers,
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    Vary: 'HX-Request',
  },
});
