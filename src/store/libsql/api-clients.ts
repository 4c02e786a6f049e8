import { z } from 'zod';
import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { ApiClient, ApiClientStore } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database, Row } from './database.js';
import type { Journal } from './journal.js';
import { integer, json, optionalInteger, optionalText, text } from './rows.js';

const COLUMNS = 'id, name, token_hash, scopes, tenant_id, created_at_ms, revoked_at_ms';
const INSERT = `INSERT INTO api_clients (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const BY_ID = `SELECT ${COLUMNS} FROM api_clients WHERE id = ?`;
const BY_TOKEN_HASH = `SELECT ${COLUMNS} FROM api_clients WHERE token_hash = ? AND revoked_at_ms IS NULL`;
const ALL = `SELECT ${COLUMNS} FROM api_clients ORDER BY id`;
const REVOKE = 'UPDATE api_clients SET revoked_at_ms = ? WHERE id = ?';

const toRecord = (row: Row): ApiClient => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  tokenHash: text(row, 'token_hash'),
  scopes: json(row, 'scopes', z.array(z.string())),
  ...optionalText<'tenantId', TenantId>(row, 'tenant_id', 'tenantId'),
  createdAtMs: integer(row, 'created_at_ms'),
  ...optionalInteger(row, 'revoked_at_ms', 'revokedAtMs'),
});

export const createApiClientStore = (durable: Database, journal: Journal): ApiClientStore => ({
  add: (client, by) =>
    durable.write((sql) => {
      const { id, name, tokenHash, scopes, tenantId, createdAtMs, revokedAtMs } = client;
      sql.run(INSERT, id, name, tokenHash, toJson(scopes), tenantId, createdAtMs, revokedAtMs);
      journal.audit(sql, by, createdAtMs, auditEntries.apiClientAdd(client));
    }),
  findByTokenHash: (tokenHash) =>
    durable.read((sql) => {
      const row = sql.get(BY_TOKEN_HASH, tokenHash);
      return row === undefined ? undefined : toRecord(row);
    }),
  list: () => durable.read((sql) => sql.all(ALL).map(toRecord)),
  revoke: (id, by, nowMs) =>
    durable.write((sql) => {
      const row = sql.get(BY_ID, id);
      const before = row === undefined ? undefined : toRecord(row);
      if (before === undefined || before.revokedAtMs !== undefined) return false;
      sql.run(REVOKE, nowMs, id);
      journal.audit(sql, by, nowMs, auditEntries.apiClientRevoke(before, { ...before, revokedAtMs: nowMs }));
      return true;
    }),
});
