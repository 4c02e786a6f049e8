import { AppError } from '../../errors/app-error.js';
import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import { assertLimit } from '../limits.js';
import type { ViewerPin, ViewerStore } from '../ports.js';
import type { Database, Reader, Row, Writer } from './database.js';
import type { Journal } from './journal.js';
import { integer, oneOf, text } from './rows.js';
import { findTenant } from './tenants.js';

const KINDS = ['pin', 'alias'] as const;

const COLUMNS = 'tenant_id, subject, viewer_id, kind, at_ms';
const FIND = `SELECT ${COLUMNS} FROM viewers WHERE tenant_id = ? AND subject = ?`;
const PAGE = `SELECT ${COLUMNS} FROM viewers WHERE tenant_id = ? ORDER BY subject LIMIT ?`;
const PAGE_AFTER = `SELECT ${COLUMNS} FROM viewers WHERE tenant_id = ? AND subject > ? ORDER BY subject LIMIT ?`;
const PUT = `INSERT INTO viewers (${COLUMNS}) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (tenant_id, subject) DO UPDATE SET viewer_id = excluded.viewer_id, kind = excluded.kind,
    at_ms = excluded.at_ms`;
const REMOVE = 'DELETE FROM viewers WHERE tenant_id = ? AND subject = ?';
const HAS_VIEWER_ID = `SELECT viewers.subject FROM viewers CROSS JOIN tenants ON tenants.id = viewers.tenant_id
  WHERE viewers.viewer_id = ? COLLATE NOCASE AND tenants.namespace = ? LIMIT 1`;

const toPin = (row: Row): ViewerPin => ({
  tenantId: text(row, 'tenant_id'),
  subject: text(row, 'subject'),
  viewerId: text(row, 'viewer_id'),
  kind: oneOf(row, 'kind', KINDS),
  atMs: integer(row, 'at_ms'),
});

const findPin = (sql: Reader, tenantId: TenantId, subject: string): ViewerPin | undefined => {
  const row = sql.get(FIND, tenantId, subject);
  return row === undefined ? undefined : toPin(row);
};

function put(sql: Writer, { tenantId, subject, viewerId, kind, atMs }: ViewerPin): ViewerPin {
  sql.run(PUT, tenantId, subject, viewerId, kind, atMs);
  return { tenantId, subject, viewerId, kind, atMs };
}

export const createViewerStore = (durable: Database, journal: Journal): ViewerStore => {
  const find: ViewerStore['find'] = (tenantId, subject) => durable.read((sql) => findPin(sql, tenantId, subject));

  return {
    find,

    async pinIfAbsent(pin) {
      const { tenantId, subject, viewerId } = pin;
      const known = await find(tenantId, subject);
      if (known !== undefined) return { outcome: 'known', pin: known };
      return durable.write((sql) => {
        const pinnedMeanwhile = findPin(sql, tenantId, subject);
        if (pinnedMeanwhile !== undefined) return { outcome: 'known', pin: pinnedMeanwhile };
        const tenant = findTenant(sql, tenantId);
        if (tenant === undefined) {
          throw new AppError('STORE_CONFLICT', { reason: 'a viewer belongs to a tenant that exists' });
        }
        if (sql.get(HAS_VIEWER_ID, viewerId, tenant.namespace) !== undefined) return { outcome: 'taken' };
        return { outcome: 'pinned', pin: put(sql, { ...pin, kind: 'pin' }) };
      });
    },

    setAlias: (alias, by) =>
      durable.write((sql) => {
        const before = findPin(sql, alias.tenantId, alias.subject);
        const after = put(sql, { ...alias, kind: 'alias' });
        journal.audit(sql, by, alias.atMs, auditEntries.viewerAlias(before, after));
        return after;
      }),

    remove: (tenantId, subject, by, nowMs) =>
      durable.write((sql) => {
        const before = findPin(sql, tenantId, subject);
        if (before === undefined) return false;
        sql.run(REMOVE, tenantId, subject);
        journal.audit(sql, by, nowMs, auditEntries.viewerRemove(before));
        return true;
      }),

    async list(tenantId, { limit, after }) {
      assertLimit(limit);
      return durable.read((sql) =>
        (after === undefined ? sql.all(PAGE, tenantId, limit) : sql.all(PAGE_AFTER, tenantId, after, limit)).map(toPin),
      );
    },
  };
};
