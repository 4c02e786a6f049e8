import { auditEntries } from '../audit-entries.js';
import { MAX_CHUNK } from '../limits.js';
import { personAdminId } from '../person-admin-id.js';
import type { AdminPerson, AdminPersonStore, DeploymentKey } from '../ports.js';
import type { Database, Reader, Row, Writer } from './database.js';
import type { Journal } from './journal.js';
import { integer, oneOf, optionalInteger, optionalText, text } from './rows.js';

const STATUSES = ['asked', 'approved'] as const;
const ROLES = ['editor', 'viewer'] as const;

const COLUMNS = 'platform_id, deployment_id, subject, sealed_name, status, role, asked_at_ms, decided_at_ms';
const OF_PERSON = 'platform_id = ? AND deployment_id = ? AND subject = ?';
const ORDER = `ORDER BY asked_at_ms DESC, platform_id, deployment_id, subject LIMIT ${MAX_CHUNK}`;
const FIND = `SELECT ${COLUMNS} FROM admin_persons WHERE ${OF_PERSON}`;
const ALL = `SELECT ${COLUMNS} FROM admin_persons ${ORDER}`;
const BY_PLATFORM = `SELECT ${COLUMNS} FROM admin_persons WHERE platform_id = ? ${ORDER}`;
const COUNT_ASKED = `SELECT count(*) AS asked FROM admin_persons WHERE platform_id = ? AND status = 'asked'`;
const ASK = `INSERT INTO admin_persons (platform_id, deployment_id, subject, sealed_name, status, asked_at_ms)
  VALUES (?, ?, ?, ?, 'asked', ?)`;
const APPROVE = `UPDATE admin_persons SET status = 'approved', role = ?, decided_at_ms = ? WHERE ${OF_PERSON}`;
const REMOVE = `DELETE FROM admin_persons WHERE ${OF_PERSON}`;
const SIGN_OUT = ['admin_sessions', 'admin_links'].map(
  (table) => `DELETE FROM ${table} WHERE platform_id = ? AND deployment_id = ? AND admin_id = ?`,
);

type Person = DeploymentKey & { subject: string };

const toRecord = (row: Row): AdminPerson => ({
  platformId: text(row, 'platform_id'),
  deploymentId: text(row, 'deployment_id'),
  subject: text(row, 'subject'),
  ...optionalText(row, 'sealed_name', 'sealedName'),
  status: oneOf(row, 'status', STATUSES),
  ...(row['role'] === null ? {} : { role: oneOf(row, 'role', ROLES) }),
  askedAtMs: integer(row, 'asked_at_ms'),
  ...optionalInteger(row, 'decided_at_ms', 'decidedAtMs'),
});

const keyOf = ({ platformId, deploymentId, subject }: Person) => [platformId, deploymentId, subject] as const;

const findPerson = (sql: Reader, person: Person): AdminPerson | undefined => {
  const row = sql.get(FIND, ...keyOf(person));
  return row === undefined ? undefined : toRecord(row);
};

/** Takes back whatever the person may go on with: sessions, and links that they have not used. */
function signOut(sql: Writer, person: Person): void {
  for (const command of SIGN_OUT) sql.run(command, person.platformId, person.deploymentId, personAdminId(person));
}

export const createAdminPersonStore = (durable: Database, journal: Journal): AdminPersonStore => {
  const find: AdminPersonStore['find'] = (person) => durable.read((sql) => findPerson(sql, person));

  return {
    find,

    async ask(person, { cap }) {
      // Whoever waits may come again and again: one that is known costs no write lock.
      if ((await find(person)) !== undefined) return 'known';
      return durable.write((sql) => {
        if (findPerson(sql, person) !== undefined) return 'known';
        if (integer(sql.get(COUNT_ASKED, person.platformId) ?? {}, 'asked') >= cap) return 'full';
        sql.run(ASK, ...keyOf(person), person.sealedName, person.askedAtMs);
        return 'recorded';
      });
    },

    approve: (person, by, nowMs) =>
      durable.write((sql) => {
        const before = findPerson(sql, person);
        if (before === undefined || before.role === person.role) return before;
        sql.run(APPROVE, person.role, nowMs, ...keyOf(person));
        signOut(sql, person);
        const after: AdminPerson = { ...before, status: 'approved', role: person.role, decidedAtMs: nowMs };
        journal.audit(sql, by, nowMs, auditEntries.adminPersonApprove(before, after));
        return after;
      }),

    remove: (person, by, nowMs) =>
      durable.write((sql) => {
        const before = findPerson(sql, person);
        if (before === undefined) return false;
        sql.run(REMOVE, ...keyOf(person));
        signOut(sql, person);
        journal.audit(sql, by, nowMs, auditEntries.adminPersonRemove(before));
        return true;
      }),

    list: (platformId) =>
      durable.read((sql) => (platformId === undefined ? sql.all(ALL) : sql.all(BY_PLATFORM, platformId)).map(toRecord)),
  };
};
