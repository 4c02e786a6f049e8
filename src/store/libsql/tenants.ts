import { z } from 'zod';
import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { NewTenant, TenantRecord, TenantStore, Versioned } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database, Reader, Row, Writer } from './database.js';
import type { Journal } from './journal.js';
import { integer, optionalJson, text } from './rows.js';

const LONGEST_NAMESPACE = 24;

const COLUMNS = 'id, account_id, namespace, name, identity_rule, course_settings, version, created_at_ms';
const BY_ID = `SELECT ${COLUMNS} FROM tenants WHERE id = ?`;
const ALL = `SELECT ${COLUMNS} FROM tenants ORDER BY name, id`;
const INSERT = `INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, 1, ?)`;
const UPDATE = `UPDATE tenants SET account_id = ?, namespace = ?, name = ?, identity_rule = ?, course_settings = ?,
  version = ? WHERE id = ?`;
const NAMESPACE_TAKEN = 'SELECT id FROM tenants WHERE namespace = ?';

const toRecord = (row: Row): TenantRecord => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  namespace: text(row, 'namespace'),
  name: text(row, 'name'),
  ...optionalJson(row, 'identity_rule', 'identityRule', z.unknown()),
  ...optionalJson(row, 'course_settings', 'courseSettings', z.unknown()),
  version: integer(row, 'version'),
  createdAtMs: integer(row, 'created_at_ms'),
});

export const findTenant = (sql: Reader, id: TenantId): TenantRecord | undefined => {
  const row = sql.get(BY_ID, id);
  return row === undefined ? undefined : toRecord(row);
};

/** `law`, else `law2`, `law3` and so on; a long name gives up its end for the number. */
function freeNamespace(sql: Reader, wanted: string): string {
  let candidate = wanted;
  for (let number = 2; sql.get(NAMESPACE_TAKEN, candidate) !== undefined; number += 1) {
    candidate = `${wanted.slice(0, LONGEST_NAMESPACE - String(number).length)}${number}`;
  }
  return candidate;
}

const settingText = (setting: unknown): string | undefined =>
  setting === undefined || setting === null ? undefined : toJson(setting);

/** Adds a tenant under a free namespace; part of a transaction of the caller. */
export function insertTenant(sql: Writer, tenant: NewTenant): TenantRecord {
  const { id, accountId, namespace, name, identityRule, courseSettings, createdAtMs } = tenant;
  const settings = [settingText(identityRule), settingText(courseSettings)];
  sql.run(INSERT, id, accountId, freeNamespace(sql, namespace), name, ...settings, createdAtMs);
  return toRecord(sql.get(BY_ID, id) ?? {});
}

export const createTenantStore = (durable: Database, journal: Journal): TenantStore => ({
  find: (id) => durable.read((sql) => findTenant(sql, id)),
  list: () => durable.read((sql) => sql.all(ALL).map(toRecord)),
  update: (id, expectedVersion, changes, by, nowMs) =>
    durable.write((sql): Versioned<TenantRecord> => {
      const current = findTenant(sql, id);
      if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
      const { accountId, namespace, name, version } = { ...current, ...changes };
      const { identityRule = current.identityRule, courseSettings = current.courseSettings } = changes;
      const settings = [settingText(identityRule), settingText(courseSettings)];
      sql.run(UPDATE, accountId, namespace, name, ...settings, version + 1, id);
      const record = toRecord(sql.get(BY_ID, id) ?? {});
      journal.audit(sql, by, nowMs, auditEntries.tenantUpdate(current, record));
      return { outcome: 'done', record };
    }),
});
