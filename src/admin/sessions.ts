/**
 * Sessions of signed-in admins. The cookie holds an opaque token, the store its hash. Lax, so that a link from a mail
 * or a chat to a screen works; what changes something is protected by Origin and by a token in the form as well.
 */
import type { RequestFacts } from '../http/types.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import type { AdminLink, AdminSession, AdminStore } from '../store/ports.js';
import { isToken, newToken, tokenHash } from './secret-token.js';

export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 8 * 3_600_000;
/** A session in use is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

const COOKIE = '__Host-pca';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** `Set-Cookie` that ends the session in the browser. */
export const clearedSessionCookie = `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

export interface AdminSessions {
  /** Starts a session under a new token, never under one that the browser brought. Answers its `Set-Cookie`. */
  start(link: Pick<AdminLink, 'name' | 'role'>): Promise<{ session: AdminSession; cookie: string }>;
  /** The living session of the request's cookie, whose idle time starts again. */
  find(request: Pick<RequestFacts, 'cookies'>): Promise<AdminSession | undefined>;
  /** Ends the session of the request's cookie, if there is one. */
  end(request: Pick<RequestFacts, 'cookies'>): Promise<void>;
}

export interface AdminSessionDependencies {
  admins: Pick<AdminStore, 'addSession' | 'findSession' | 'touchSession' | 'removeSession'>;
  clock: Clock;
  random: Random;
}

export function createAdminSessions({ admins, clock, random }: AdminSessionDependencies): AdminSessions {
  const hashOf = ({ cookies }: Pick<RequestFacts, 'cookies'>): string | undefined => {
    const token = cookies.get(COOKIE);
    return isToken(token) ? tokenHash(token) : undefined;
  };

  return {
    async start({ name, role }) {
      const token = newToken(random);
      const nowMs = clock.nowMs();
      const session: AdminSession = {
        tokenHash: tokenHash(token),
        // Links are made for a name, so that name is who stands in history and audit. The prefix keeps it apart from
        // people who sign in another way.
        adminId: `link:${name}`,
        name,
        role,
        createdAtMs: nowMs,
        idleExpiresAtMs: nowMs + SESSION_IDLE_MS,
        expiresAtMs: nowMs + SESSION_LIFE_MS,
      };
      await admins.addSession(session, nowMs);
      return { session, cookie: `${COOKIE}=${token}; ${ATTRIBUTES}` };
    },

    async find(request) {
      const hash = hashOf(request);
      if (hash === undefined) return undefined;
      const nowMs = clock.nowMs();
      const session = await admins.findSession(hash, nowMs);
      if (!session) return undefined;
      const idleExpiresAtMs = Math.min(nowMs + SESSION_IDLE_MS, session.expiresAtMs);
      if (idleExpiresAtMs - session.idleExpiresAtMs < TOUCH_EVERY_MS) return session;
      const lives = await admins.touchSession(hash, idleExpiresAtMs, nowMs);
      return lives ? { ...session, idleExpiresAtMs } : undefined;
    },

    async end(request) {
      const hash = hashOf(request);
      if (hash !== undefined) await admins.removeSession(hash);
    },
  };
}
