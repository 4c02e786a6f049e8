/** Live sessions: validity, revocation and what a session may do. */
import { createHash } from 'node:crypto';
import { toSeconds, type Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import { ApiException } from './api-error.js';
import { KS_STATUS, makeKs, openKs, SESSION_TYPE, type KsFailure, type KsFields } from './ks.js';

export interface Session extends KsFields {
  ks: string;
  isAdmin: boolean;
  isWidget: boolean;
  /** No user, `''` or `0`: the session names nobody. */
  isAnonymous: boolean;
  /** `setrole`, when the session has one. */
  role: string | undefined;
}

export interface Sessions {
  /** The session, or why the server would turn it away. */
  open(ks: string, from: { address: string; uri: string }): Session | KsFailure;
  /** Reads without using it up: what a collector does with the KS of a beacon. */
  inspect(ks: string): Session | KsFailure;
  start(fields: { userId: string | null; type: number; lifeSeconds: number; privileges: string }): {
    ks: string;
    expiresAt: number;
  };
  /** `session.end`: this KS, and every other one of the same `sessionid`. */
  end(session: Session): void;
}

export const PLAYBACK_ROLE = 'PLAYBACK_BASE_ROLE';
const MAX_LIFE_SECONDS = 86_400;
const MAX_REMEMBERED = 20_000;

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** True when the privilege lists that value, or all values, or the session may do everything. */
export function grants(session: Session | undefined, privilege: string, value: string): boolean {
  if (!session) return false;
  if (session.privileges === '*') return true;
  const values = session.privilegeValues.get(privilege) ?? [];
  return values.includes('*') || values.includes(value);
}

const isFailure = (opened: Session | KsFailure): opened is KsFailure => typeof opened === 'string';

/** The session, or Kaltura's INVALID_KS, which echoes the KS as the server does. */
export function orInvalidKs(opened: Session | KsFailure, ks: string): Session {
  if (!isFailure(opened)) return opened;
  throw new ApiException('INVALID_KS', { KSID: ks, ERR_CODE: KS_STATUS[opened], ERR_DESC: opened });
}

function uriAllowed(session: Session, uri: string): boolean {
  const values = session.privilegeValues.get('urirestrict');
  if (!values) return true;
  return values
    .join('/')
    .split('|')
    .some((rule) => (rule.endsWith('*') ? uri.startsWith(rule.slice(0, -1)) : uri === rule));
}

export function createSessions({
  partnerId,
  adminSecret,
  clock,
  random,
}: {
  partnerId: number;
  adminSecret: string;
  clock: Clock;
  random: Random;
}): Sessions {
  const ended = new Set<string>();
  const uses = new Map<string, number>();
  const secretsOf = (id: number): string[] => (id === partnerId ? [adminSecret] : []);

  const forgetOldest = (kept: Set<string> | Map<string, number>): void => {
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_REMEMBERED) return;
      kept.delete(oldest);
    }
  };

  const sessionGroup = (fields: KsFields): string | undefined => {
    const id = fields.privilegeValues.get('sessionid')?.join('/');
    return id === undefined || id === '' ? undefined : fingerprint(`group ${fields.partnerId}_${id}`);
  };

  const inspect = (ks: string): Session | KsFailure => {
    const fields = openKs(ks, secretsOf);
    if (!fields) return 'INVALID_STR';
    const isAnonymous = fields.userId === null || fields.userId === '' || fields.userId === '0';
    const isAdmin = fields.type >= 1;
    const session: Session = {
      ...fields,
      ks,
      isAdmin,
      isWidget: !isAdmin && isAnonymous && fields.privileges.includes('widget:1'),
      isAnonymous,
      role: fields.privilegeValues.get('setrole')?.[0],
    };
    if (session.expiresAt <= toSeconds(clock.nowMs())) return 'EXPIRED';
    const group = sessionGroup(session);
    if (!session.isWidget && (ended.has(fingerprint(ks)) || (group !== undefined && ended.has(group)))) return 'LOGOUT';
    return session;
  };

  return {
    inspect,
    open(ks, { address, uri }) {
      const session = inspect(ks);
      if (isFailure(session)) return session;
      const addresses = session.privilegeValues.get('iprestrict');
      if (addresses && !addresses.includes(address)) return 'EXCEEDED_RESTRICTED_IP';
      if (!uriAllowed(session, uri)) return 'EXCEEDED_RESTRICTED_URI';
      const limit = session.privilegeValues.get('actionslimit')?.[0];
      if (limit !== undefined) {
        const key = fingerprint(ks);
        const used = (uses.get(key) ?? 0) + 1;
        if (used > Number(limit)) return 'EXCEEDED_ACTIONS_LIMIT';
        uses.set(key, used);
        forgetOldest(uses);
      }
      return session;
    },
    start({ userId, type, lifeSeconds, privileges }) {
      const expiresAt = toSeconds(clock.nowMs()) + Math.min(lifeSeconds, MAX_LIFE_SECONDS);
      const fields = { partnerId, userId, type: type >= 1 ? SESSION_TYPE.admin : SESSION_TYPE.user, expiresAt };
      const ks = makeKs({ ...fields, privileges }, { secret: adminSecret, randomBytes: random.bytes(16) });
      return { ks, expiresAt };
    },
    end(session) {
      ended.add(fingerprint(session.ks));
      const group = sessionGroup(session);
      if (group !== undefined) ended.add(group);
      forgetOldest(ended);
    },
  };
}
