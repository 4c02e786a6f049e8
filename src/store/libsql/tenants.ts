import type { TenantId } from '../../runtime/ids.js';
import type { TenantRecord, TenantStore } from '../ports.js';
import type { Database, Reader, Row, Writer } from './database.js';
import { integer, text } from './rows.js';

const LONGEST_NAMESPACE = 24;

const COLUMNS = 'id, account_id, namespace, name, created_at_ms';
const BY_ID = `SELECT ${COLUMNS} FROM tenants WHERE id = ?`;
const ALL = `SELECT ${COLUMNS} FROM tenants ORDER BY name, id`;
const INSERT = `INSERT INTO tenants (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`;
const NAMESPACE_TAKEN = 'SELECT id FROM tenants WHERE namespace = ?';

const toRecord = (row: Row): TenantRecord => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  namespace: text(row, 'namespace'),
  name: text(row, 'name'),
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

/** Adds a tenant under a free namespace; part of a transaction of the caller. */
export function insertTenant(sql: Writer, tenant: TenantRecord): TenantRecord {
  const namespace = freeNamespace(sql, tenant.namespace);
  sql.run(INSERT, tenant.id, tenant.accountId, namespace, tenant.name, tenant.createdAtMs);
  return {
    id: tenant.id,
    accountId: tenant.accountId,
    namespace,
    name: tenant.name,
    createdAtMs: tenant.createdAtMs,
  };
}

export const createTenantStore = (durable: Database): TenantStore => ({
  find: (id) => durable.read((sql) => findTenant(sql, id)),
  list: () => durable.read((sql) => sql.all(ALL).map(toRecord)),
});
