import { parseCookie, stringifySetCookie } from 'cookie';
import type { Random } from '../../runtime/random.js';
import type { Activity, Course, LaunchWindow, Persona } from './types.js';

const MAX_SESSIONS = 500;
const MAX_PENDING = 50;

/** A launch that was begun and waits for the tool's authentication request. */
export interface PendingLaunch {
  clientId: string;
  /** Whose launch it is; the session may have changed hands since. */
  personaId: string;
  course: Course;
  activity: Activity;
  window: LaunchWindow;
}

/** The form that the LMS sent last: kept so that the tour can show what a stolen copy of it is worth. */
export interface SentLaunch {
  atMs: number;
  redirectUri: string;
  idToken: string;
  state: string;
  personaId: string;
  course: Course;
}

export interface Session {
  readonly id: string;
  persona: Persona;
  lastLaunch?: SentLaunch;
  begin(launch: PendingLaunch): string;
  /** A launch id works once, unless `keep` is set: the second call with it returns nothing. */
  take(launchId: string, keep?: boolean): PendingLaunch | undefined;
}

export interface Sessions {
  /** The session named by a `Cookie` header, if it is one of ours. */
  find(cookieHeader: string | undefined): Session | undefined;
  create(): { session: Session; setCookie: string };
}

/** Browser sessions in memory, the oldest dropped first. `cookieName` holds the port: cookies ignore ports. */
export function createSessions({
  random,
  cookieName,
  firstPersona,
}: {
  random: Random;
  cookieName: string;
  firstPersona: Persona;
}): Sessions {
  const sessions = new Map<string, Session>();
  const newSession = (): Session => {
    const pending = new Map<string, PendingLaunch>();
    return {
      id: random.bytes(24).toString('base64url'),
      persona: firstPersona,
      begin(launch) {
        const launchId = `ltilaunch${random.bytes(12).toString('hex')}`;
        pending.set(launchId, launch);
        dropOldest(pending, MAX_PENDING);
        return launchId;
      },
      take(launchId, keep = false) {
        const launch = pending.get(launchId);
        if (!keep) pending.delete(launchId);
        return launch;
      },
    };
  };
  return {
    find(cookieHeader) {
      const id = cookieHeader === undefined ? undefined : parseCookie(cookieHeader)[cookieName];
      return id === undefined ? undefined : sessions.get(id);
    },
    create() {
      const session = newSession();
      sessions.set(session.id, session);
      dropOldest(sessions, MAX_SESSIONS);
      return {
        session,
        setCookie: stringifySetCookie({
          name: cookieName,
          value: session.id,
          path: '/',
          httpOnly: true,
          sameSite: 'lax',
        }),
      };
    },
  };
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
