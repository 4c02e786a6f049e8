/** Admins and audit in memory, as `store/ports.ts` says. For tests that need no database. */
import { systemClock } from '../../src/runtime/clock.js';
import { newUuid } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { Actor, AdminLink, AdminSession, AdminStore, AuditRecord, AuditStore } from '../../src/store/ports.js';

export interface MemoryAdmins {
  admins: AdminStore;
  audit: AuditStore;
  /** Puts a record into the audit, as a command of the store would. */
  record(entry: Omit<AuditRecord, 'id' | 'actor' | 'atMs'> & { actor?: Actor; atMs?: number }): AuditRecord;
  /** Everything that is stored, to look for what should not be. */
  dump(): string;
}

export function createMemoryAdmins(): MemoryAdmins {
  const links = new Map<string, AdminLink>();
  const sessions = new Map<string, AdminSession>();
  const records: AuditRecord[] = [];

  const record: MemoryAdmins['record'] = ({ actor = { kind: 'cli' }, atMs = systemClock.nowMs(), ...entry }) => {
    const made = {
      id: newUuid({ clock: { nowMs: () => atMs + records.length }, random: systemRandom }),
      atMs,
      actor,
      ...entry,
    };
    records.unshift(made);
    return made;
  };
  const lives = (session: AdminSession | undefined, nowMs: number): session is AdminSession =>
    session !== undefined && Math.min(session.idleExpiresAtMs, session.expiresAtMs) > nowMs;

  const admins: AdminStore = {
    addLink(link, by, nowMs) {
      links.set(link.tokenHash, { ...link });
      const { name, role, expiresAtMs } = link;
      record({ actor: by, atMs: nowMs, action: 'admin-link.add', target: name, after: { name, role, expiresAtMs } });
      return Promise.resolve();
    },
    consumeLink(tokenHash, nowMs) {
      const link = links.get(tokenHash);
      if (!link || link.expiresAtMs <= nowMs) return Promise.resolve(undefined);
      links.delete(tokenHash);
      return Promise.resolve({ ...link });
    },
    addSession(session) {
      sessions.set(session.tokenHash, { ...session });
      return Promise.resolve();
    },
    findSession(tokenHash, nowMs) {
      const session = sessions.get(tokenHash);
      return Promise.resolve(lives(session, nowMs) ? { ...session } : undefined);
    },
    touchSession(tokenHash, idleExpiresAtMs, nowMs) {
      const session = sessions.get(tokenHash);
      if (!lives(session, nowMs)) return Promise.resolve(false);
      session.idleExpiresAtMs = idleExpiresAtMs;
      return Promise.resolve(true);
    },
    removeSession: (tokenHash) => Promise.resolve(sessions.delete(tokenHash)),
    listSessions: (nowMs) =>
      Promise.resolve(
        [...sessions.values()]
          .filter((session) => lives(session, nowMs))
          .sort((a, b) => b.createdAtMs - a.createdAtMs)
          .map((session) => ({ ...session })),
      ),
  };

  return {
    admins,
    audit: {
      list({ limit, before, tenantId }) {
        const fitting = records.filter(
          (entry) =>
            (before === undefined || entry.id < before) && (tenantId === undefined || entry.tenantId === tenantId),
        );
        return Promise.resolve(structuredClone(fitting.slice(0, limit)));
      },
    },
    record,
    dump: () => JSON.stringify([[...links.values()], [...sessions.values()], records]),
  };
}
