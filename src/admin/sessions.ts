/**
 * Sessions of signed-in admins. The cookie holds an opaque token, the store its hash. Lax, so that a link from a mail
 * or a chat to a screen works; what changes something is protected by Origin and by a token in the form as well.
 *
 * A token is renewed after an hour of use, so that one that got lost is soon worth nothing. The next token follows from
 * the old one and a key of ours: requests that run side by side, in whatever process, renew it to the same one. The
 * old token goes on for a minute, for those that are under way.
 */
import { createHash, createHmac } from 'node:crypto';
import { isAppError } from '../errors/app-error.js';
import type { RequestFacts } from '../http/types.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Random } from '../runtime/random.js';
import type { AdminLink, AdminSession, AdminStore } from '../store/ports.js';
import { isToken, newToken, tokenHash } from './secret-token.js';

export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 8 * 3_600_000;
export const TOKEN_LIFE_MS = 3_600_000;
/** How long a renewed token still counts. */
const GRACE_MS = 60_000;
/** A session in use is written at most this often. */
const TOUCH_EVERY_MS = 60_000;

const PURPOSE = 'admin-session';
const COOKIE = '__Host-pca';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** `Set-Cookie` that ends the session in the browser. */
export const clearedSessionCookie = `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

export type SignIn = Pick<AdminSession, 'adminId' | 'role' | 'expiresAtMs'>;

/** Names one sign-in, whatever its token is by now: what hangs on a session (forms, notices) survives its renewal. */
export const signInOf = ({ adminId, role, expiresAtMs }: SignIn): string =>
  createHash('sha256')
    .update(JSON.stringify([adminId, role, expiresAtMs]))
    .digest('base64url');

/** When somebody signed in; `createdAtMs` is when the present token was made. */
export const signedInAtMs = ({ expiresAtMs }: Pick<AdminSession, 'expiresAtMs'>): number =>
  expiresAtMs - SESSION_LIFE_MS;

export interface FoundSession {
  session: AdminSession;
  /** `Set-Cookie` of a token that was renewed. */
  cookie?: string;
}

export interface AdminSessions {
  /** Starts a session under a new token, never under one that the browser brought. Answers its `Set-Cookie`. */
  start(
    link: Pick<AdminLink, 'name' | 'role' | 'adminId' | 'deployment'>,
  ): Promise<{ session: AdminSession; cookie: string }>;
  /** The living session of the request's cookie, whose idle time starts again. */
  find(request: Pick<RequestFacts, 'cookies'>): Promise<FoundSession | undefined>;
  /** Living ones, newest first, each sign-in once. */
  list(): Promise<AdminSession[]>;
  /** Ends a sign-in under all of its tokens. False when it has ended already. */
  end(session: SignIn): Promise<boolean>;
}

export interface AdminSessionDependencies {
  admins: Pick<AdminStore, 'addSession' | 'findSession' | 'touchSession' | 'removeSession' | 'listSessions'>;
  /** False for a session whose reason has gone: the person, the deployment or the platform may not sign in any more. */
  isWelcome(session: AdminSession): Promise<boolean>;
  keyring: Keyring;
  clock: Clock;
  random: Random;
}

export function createAdminSessions(deps: AdminSessionDependencies): AdminSessions {
  const { admins, isWelcome, keyring, clock, random } = deps;

  const setCookie = (token: string): string => `${COOKIE}=${token}; ${ATTRIBUTES}`;

  const nextToken = (token: string): string =>
    createHmac('sha256', keyring.current(PURPOSE).key).update(token).digest('base64url');

  const prolonged = async (session: AdminSession, nowMs: number): Promise<FoundSession | undefined> => {
    const idleExpiresAtMs = Math.min(nowMs + SESSION_IDLE_MS, session.expiresAtMs);
    if (idleExpiresAtMs - session.idleExpiresAtMs < TOUCH_EVERY_MS) return { session };
    const lives = await admins.touchSession(session.tokenHash, idleExpiresAtMs, nowMs);
    return lives ? { session: { ...session, idleExpiresAtMs } } : undefined;
  };

  const renewed = async (old: AdminSession, token: string, nowMs: number): Promise<FoundSession | undefined> => {
    const hash = tokenHash(token);
    const session: AdminSession = {
      ...old,
      tokenHash: hash,
      createdAtMs: nowMs,
      idleExpiresAtMs: Math.min(nowMs + SESSION_IDLE_MS, old.expiresAtMs),
    };
    const cookie = setCookie(token);
    try {
      await admins.addSession(session, nowMs);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'STORE_CONFLICT') throw error;
      const known = await admins.findSession(hash, nowMs);
      return known && { session: known, cookie };
    }
    if (await admins.touchSession(old.tokenHash, Math.min(nowMs + GRACE_MS, old.expiresAtMs), nowMs)) {
      return { session, cookie };
    }
    // Somebody ended the session meanwhile: it must not go on under its next token.
    await admins.removeSession(hash);
    return undefined;
  };

  return {
    async start({ name, role, adminId = `link:${name}`, deployment }) {
      const token = newToken(random);
      const nowMs = clock.nowMs();
      const session: AdminSession = {
        tokenHash: tokenHash(token),
        // Links are made for a name, so that name is who stands in history and audit. The prefix keeps it apart from
        // people who sign in another way.
        adminId,
        name,
        role,
        createdAtMs: nowMs,
        idleExpiresAtMs: nowMs + SESSION_IDLE_MS,
        expiresAtMs: nowMs + SESSION_LIFE_MS,
        ...(deployment === undefined ? {} : { deployment }),
      };
      await admins.addSession(session, nowMs);
      return { session, cookie: setCookie(token) };
    },

    async find({ cookies }) {
      const token = cookies.get(COOKIE);
      if (!isToken(token)) return undefined;
      const nowMs = clock.nowMs();
      const session = await admins.findSession(tokenHash(token), nowMs);
      if (!session || !(await isWelcome(session))) return undefined;
      const isOld = nowMs - session.createdAtMs >= TOKEN_LIFE_MS;
      return isOld ? renewed(session, nextToken(token), nowMs) : prolonged(session, nowMs);
    },

    async list() {
      const bySignIn = new Map<string, AdminSession>();
      for (const session of await admins.listSessions(clock.nowMs())) {
        const known = bySignIn.get(signInOf(session));
        if (!known || known.createdAtMs < session.createdAtMs) bySignIn.set(signInOf(session), session);
      }
      return [...bySignIn.values()];
    },

    async end(signIn) {
      let ended = false;
      for (;;) {
        const living = await admins.listSessions(clock.nowMs());
        const its = living.filter((session) => signInOf(session) === signInOf(signIn));
        // Looked at again: a request under way may have renewed the token before its old one was gone.
        if (its.length === 0) return ended;
        const removed = await Promise.all(its.map((session) => admins.removeSession(session.tokenHash)));
        ended ||= removed.includes(true);
      }
    },
  };
}
