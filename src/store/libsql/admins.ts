import { auditEntries } from '../audit-entries.js';
import type { AdminLink, AdminSession, AdminStore } from '../ports.js';
import type { Database, Parameter, Row } from './database.js';
import type { Journal } from './journal.js';
import { integer, oneOf, optionalDeployment, optionalText, text } from './rows.js';

const ROLES = ['owner', 'editor', 'viewer'] as const;
/** More are made than end, so each new one removes a few that have ended. */
const SWEEP_CHUNK = 100;

const LINK_COLUMNS = 'token_hash, role, name, expires_at_ms, admin_id, platform_id, deployment_id';
const ADD_LINK = `INSERT INTO admin_links (${LINK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const FIND_LINK = `SELECT ${LINK_COLUMNS} FROM admin_links WHERE token_hash = ? AND expires_at_ms > ?`;
const USE_LINK = 'DELETE FROM admin_links WHERE token_hash = ?';
const SWEEP_LINKS = `DELETE FROM admin_links WHERE token_hash IN
  (SELECT token_hash FROM admin_links WHERE expires_at_ms <= ? LIMIT ${SWEEP_CHUNK})`;

const SESSION_COLUMNS = `token_hash, admin_id, name, role, platform_id, deployment_id, created_at_ms,
  idle_expires_at_ms, expires_at_ms`;
const LIVES = 'min(idle_expires_at_ms, expires_at_ms) > ?';
const ADD_SESSION = `INSERT INTO admin_sessions (${SESSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const FIND_SESSION = `SELECT ${SESSION_COLUMNS} FROM admin_sessions WHERE token_hash = ? AND ${LIVES}`;
const TOUCH_SESSION = `UPDATE admin_sessions SET idle_expires_at_ms = ? WHERE token_hash = ? AND ${LIVES}`;
const REMOVE_SESSION = 'DELETE FROM admin_sessions WHERE token_hash = ?';
const SESSIONS = `SELECT ${SESSION_COLUMNS} FROM admin_sessions WHERE ${LIVES} ORDER BY created_at_ms DESC, token_hash`;
const SWEEP_SESSIONS = `DELETE FROM admin_sessions WHERE token_hash IN
  (SELECT token_hash FROM admin_sessions WHERE min(idle_expires_at_ms, expires_at_ms) <= ? LIMIT ${SWEEP_CHUNK})`;

const toLink = (row: Row): AdminLink => ({
  tokenHash: text(row, 'token_hash'),
  role: oneOf(row, 'role', ROLES),
  name: text(row, 'name'),
  expiresAtMs: integer(row, 'expires_at_ms'),
  ...optionalText(row, 'admin_id', 'adminId'),
  ...optionalDeployment(row),
});

const toSession = (row: Row): AdminSession => ({
  tokenHash: text(row, 'token_hash'),
  adminId: text(row, 'admin_id'),
  name: text(row, 'name'),
  role: oneOf(row, 'role', ROLES),
  ...optionalDeployment(row),
  createdAtMs: integer(row, 'created_at_ms'),
  idleExpiresAtMs: integer(row, 'idle_expires_at_ms'),
  expiresAtMs: integer(row, 'expires_at_ms'),
});

const linkParameters = (link: AdminLink): Parameter[] => [
  link.tokenHash,
  link.role,
  link.name,
  link.expiresAtMs,
  link.adminId,
  link.deployment?.platformId,
  link.deployment?.deploymentId,
];

const sessionParameters = (session: AdminSession): Parameter[] => [
  session.tokenHash,
  session.adminId,
  session.name,
  session.role,
  session.deployment?.platformId,
  session.deployment?.deploymentId,
  session.createdAtMs,
  session.idleExpiresAtMs,
  session.expiresAtMs,
];

export const createAdminStore = (durable: Database, journal: Journal): AdminStore => ({
  addLink: (link, by, nowMs) =>
    durable.write((sql) => {
      sql.run(SWEEP_LINKS, nowMs);
      sql.run(ADD_LINK, ...linkParameters(link));
      journal.audit(sql, by, nowMs, auditEntries.adminLinkAdd(link));
    }),
  consumeLink: (tokenHash, nowMs) =>
    durable.write((sql) => {
      const row = sql.get(FIND_LINK, tokenHash, nowMs);
      if (row === undefined) return undefined;
      sql.run(USE_LINK, tokenHash);
      return toLink(row);
    }),
  addSession: (session, nowMs) =>
    durable.write((sql) => {
      sql.run(SWEEP_SESSIONS, nowMs);
      sql.run(ADD_SESSION, ...sessionParameters(session));
    }),
  findSession: (tokenHash, nowMs) =>
    durable.read((sql) => {
      const row = sql.get(FIND_SESSION, tokenHash, nowMs);
      return row === undefined ? undefined : toSession(row);
    }),
  touchSession: (tokenHash, idleExpiresAtMs, nowMs) =>
    durable.write((sql) => sql.run(TOUCH_SESSION, idleExpiresAtMs, tokenHash, nowMs) === 1),
  removeSession: (tokenHash) => durable.write((sql) => sql.run(REMOVE_SESSION, tokenHash) === 1),
  listSessions: (nowMs) => durable.read((sql) => sql.all(SESSIONS, nowMs).map(toSession)),
});
