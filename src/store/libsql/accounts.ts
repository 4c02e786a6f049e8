import { z } from 'zod';
import type { AccountId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { AccountRecord, AccountStore, Versioned } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database, Reader, Row } from './database.js';
import type { Journal } from './journal.js';
import { integer, json, text } from './rows.js';

const COLUMNS = 'id, name, partner_id, settings, sealed_credentials, version, created_at_ms, updated_at_ms';
const BY_ID = `SELECT ${COLUMNS} FROM accounts WHERE id = ?`;
const ALL = `SELECT ${COLUMNS} FROM accounts ORDER BY name, id`;
const PUT = `INSERT INTO accounts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, partner_id = excluded.partner_id,
    settings = excluded.settings, sealed_credentials = excluded.sealed_credentials, version = excluded.version,
    updated_at_ms = excluded.updated_at_ms`;

const toRecord = (row: Row): AccountRecord => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  partnerId: integer(row, 'partner_id'),
  settings: json(row, 'settings', z.record(z.string(), z.unknown())),
  sealedCredentials: text(row, 'sealed_credentials'),
  version: integer(row, 'version'),
  createdAtMs: integer(row, 'created_at_ms'),
  updatedAtMs: integer(row, 'updated_at_ms'),
});

const findAccount = (sql: Reader, id: AccountId): AccountRecord | undefined => {
  const row = sql.get(BY_ID, id);
  return row === undefined ? undefined : toRecord(row);
};

export const createAccountStore = (durable: Database, journal: Journal): AccountStore => ({
  find: (id) => durable.read((sql) => findAccount(sql, id)),
  list: () => durable.read((sql) => sql.all(ALL).map(toRecord)),
  put: ({ id, name, partnerId, settings, sealedCredentials, createdAtMs, updatedAtMs }, expectedVersion, by) =>
    durable.write((sql): Versioned<AccountRecord> => {
      const current = findAccount(sql, id);
      if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
      const version = (current?.version ?? 0) + 1;
      sql.run(PUT, id, name, partnerId, toJson(settings), sealedCredentials, version, createdAtMs, updatedAtMs);
      const record = toRecord(sql.get(BY_ID, id) ?? {});
      journal.audit(sql, by, updatedAtMs, auditEntries.accountPut(current, record));
      return { outcome: 'done', record };
    }),
});
