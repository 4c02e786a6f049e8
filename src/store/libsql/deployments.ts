import { AppError } from '../../errors/app-error.js';
import type { PlatformId, TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { Actor, DeploymentRecord, DeploymentStore, TenantAssignment, TenantRecord } from '../ports.js';
import { noteChange } from './change-number.js';
import type { Database, Reader, Row, Writer } from './database.js';
import type { Journal } from './journal.js';
import { integer, oneOf, optionalText, text } from './rows.js';
import { findTenant, insertTenant } from './tenants.js';

const STATUSES = ['active', 'pending', 'disabled'] as const;

const COLUMNS = 'platform_id, deployment_id, status, tenant_id, first_seen_at_ms';
const FIND = `SELECT ${COLUMNS} FROM deployments WHERE platform_id = ? AND deployment_id = ?`;
const BY_PLATFORM = `SELECT ${COLUMNS} FROM deployments WHERE platform_id = ?
  ORDER BY first_seen_at_ms, deployment_id`;
const APPROVE = `INSERT INTO deployments (platform_id, deployment_id, status, first_seen_at_ms)
  VALUES (?, ?, 'active', ?) ON CONFLICT (platform_id, deployment_id) DO UPDATE SET status = 'active'`;
const SET_STATUS = 'UPDATE deployments SET status = ? WHERE platform_id = ? AND deployment_id = ?';
const COUNT_PENDING = `SELECT count(*) AS pending FROM deployments WHERE platform_id = ? AND status = 'pending'`;
const INSERT_PENDING = `INSERT INTO deployments (platform_id, deployment_id, status, first_seen_at_ms)
  VALUES (?, ?, 'pending', ?)`;
const SET_TENANT = 'UPDATE deployments SET tenant_id = ? WHERE platform_id = ? AND deployment_id = ?';
const TENANT_OF_HINT = 'SELECT tenant_id FROM tenant_hints WHERE platform_id = ? AND hint = ?';
const INSERT_HINT = 'INSERT INTO tenant_hints (platform_id, hint, tenant_id) VALUES (?, ?, ?)';

const toRecord = (row: Row): DeploymentRecord => ({
  platformId: text(row, 'platform_id'),
  deploymentId: text(row, 'deployment_id'),
  status: oneOf(row, 'status', STATUSES),
  ...optionalText<'tenantId', TenantId>(row, 'tenant_id', 'tenantId'),
  firstSeenAtMs: integer(row, 'first_seen_at_ms'),
});

const findDeployment = (sql: Reader, platformId: PlatformId, deploymentId: string): DeploymentRecord | undefined => {
  const row = sql.get(FIND, platformId, deploymentId);
  return row === undefined ? undefined : toRecord(row);
};

const assignedTenant = (sql: Reader, { platformId, deploymentId }: TenantAssignment): TenantRecord | undefined => {
  const tenantId = findDeployment(sql, platformId, deploymentId)?.tenantId;
  return tenantId === undefined ? undefined : findTenant(sql, tenantId);
};

function tenantOfHint(sql: Writer, { platformId, hint, create }: TenantAssignment): TenantRecord {
  const row = sql.get(TENANT_OF_HINT, platformId, hint);
  const known = row === undefined ? undefined : findTenant(sql, text(row, 'tenant_id'));
  if (known !== undefined) return known;
  const tenant = insertTenant(sql, create);
  sql.run(INSERT_HINT, platformId, hint, tenant.id);
  return tenant;
}

const LAUNCH: Actor = { kind: 'launch' };

export const createDeploymentStore = (durable: Database, journal: Journal): DeploymentStore => {
  const find: DeploymentStore['find'] = (platformId, deploymentId) =>
    durable.read((sql) => findDeployment(sql, platformId, deploymentId));

  return {
    find,

    listByPlatform: (platformId) => durable.read((sql) => sql.all(BY_PLATFORM, platformId).map(toRecord)),

    approve: (platformId, deploymentId, by, nowMs) =>
      durable.write((sql) => {
        const known = findDeployment(sql, platformId, deploymentId);
        if (known?.status === 'active') return known;
        sql.run(APPROVE, platformId, deploymentId, nowMs);
        const approved: DeploymentRecord = {
          platformId,
          deploymentId,
          firstSeenAtMs: nowMs,
          ...known,
          status: 'active',
        };
        journal.audit(sql, by, nowMs, auditEntries.deploymentStatus(known, approved));
        return approved;
      }),

    setStatus: ({ platformId, deploymentId, status }, by, nowMs) =>
      durable.write((sql) => {
        const known = findDeployment(sql, platformId, deploymentId);
        if (known === undefined || known.status === status) return known;
        sql.run(SET_STATUS, status, platformId, deploymentId);
        const changed = { ...known, status };
        journal.audit(sql, by, nowMs, auditEntries.deploymentStatus(known, changed));
        return changed;
      }),

    async notePending({ platformId, deploymentId }, { nowMs, cap }) {
      // Every launch of a waiting deployment comes here: one that is known costs no write lock.
      if ((await find(platformId, deploymentId)) !== undefined) return 'known';
      return durable.write((sql) => {
        if (findDeployment(sql, platformId, deploymentId) !== undefined) return 'known';
        if (integer(sql.get(COUNT_PENDING, platformId) ?? {}, 'pending') >= cap) return 'full';
        sql.run(INSERT_PENDING, platformId, deploymentId, nowMs);
        noteChange(sql);
        return 'recorded';
      });
    },

    async assignTenant(assignment) {
      const { platformId, deploymentId } = assignment;
      const set = await durable.read((sql) => assignedTenant(sql, assignment));
      if (set !== undefined) return set;
      return durable.write((sql) => {
        const setMeanwhile = assignedTenant(sql, assignment);
        if (setMeanwhile !== undefined) return setMeanwhile;
        const deployment = findDeployment(sql, platformId, deploymentId);
        if (deployment === undefined) {
          throw new AppError('STORE_CONFLICT', { reason: 'a tenant can only be given to a known deployment' });
        }
        const tenant = tenantOfHint(sql, assignment);
        sql.run(SET_TENANT, tenant.id, platformId, deploymentId);
        journal.audit(sql, LAUNCH, assignment.create.createdAtMs, auditEntries.deploymentTenant(deployment, tenant));
        return tenant;
      });
    },

    joinTenant: ({ platformId, deploymentId, tenantId }, by, nowMs) =>
      durable.write((sql) => {
        const tenant = findTenant(sql, tenantId);
        if (tenant === undefined) {
          throw new AppError('STORE_CONFLICT', { reason: 'there is no such tenant' });
        }
        const known = findDeployment(sql, platformId, deploymentId);
        if (known?.tenantId !== undefined && known.tenantId !== tenantId) {
          throw new AppError('STORE_CONFLICT', { reason: 'the deployment has another tenant' });
        }
        const joined: DeploymentRecord = {
          platformId,
          deploymentId,
          firstSeenAtMs: known?.firstSeenAtMs ?? nowMs,
          status: 'active',
          tenantId,
        };
        sql.run(APPROVE, platformId, deploymentId, nowMs);
        sql.run(SET_TENANT, tenantId, platformId, deploymentId);
        journal.audit(sql, by, nowMs, auditEntries.deploymentTenant(joined, tenant));
        return joined;
      }),
  };
};
