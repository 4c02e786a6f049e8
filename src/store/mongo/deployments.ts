import { AppError } from '../../errors/app-error.js';
import { auditEntries } from '../audit-entries.js';
import type {
  Actor,
  DeploymentKey,
  DeploymentRecord,
  DeploymentStore,
  TenantAssignment,
  TenantRecord,
} from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { idOf, toDocument, toOptional, toRecord } from './documents.js';
import type { Journal } from './journal.js';
import { assertPlatform } from './platforms.js';
import { findTenant, insertTenant, planTenant } from './tenants.js';
import type { Writer } from './writer.js';

const LAUNCH: Actor = { kind: 'launch' };

const findDeployment = async ({ findOne }: Commands, key: DeploymentKey): Promise<DeploymentRecord | undefined> =>
  toOptional('deployments', await findOne('deployments', { _id: idOf('deployments', key) }));

async function assignedTenant(commands: Commands, key: DeploymentKey): Promise<TenantRecord | undefined> {
  const tenantId = (await findDeployment(commands, key))?.tenantId;
  return tenantId === undefined ? undefined : findTenant(commands, tenantId);
}

async function tenantOfHint(
  commands: Commands,
  { platformId, hint }: TenantAssignment,
): Promise<TenantRecord | undefined> {
  const found = await commands.findOne('tenantHints', { _id: idOf('tenantHints', { platformId, hint }) });
  return found === undefined ? undefined : findTenant(commands, toRecord('tenantHints', found).tenantId);
}

export function createDeploymentStore(database: Database, { write }: Writer, journal: Journal): DeploymentStore {
  const find: DeploymentStore['find'] = (platformId, deploymentId) =>
    database.run((commands) => findDeployment(commands, { platformId, deploymentId }));

  return {
    find,

    listByPlatform: (platformId) =>
      database.run(async (commands) => {
        const sort = { firstSeenAtMs: 1, deploymentId: 1 } as const;
        return (await commands.find('deployments', { platformId }, { sort })).map((found) =>
          toRecord('deployments', found),
        );
      }),

    approve: (platformId, deploymentId, by, nowMs) =>
      write(async (transaction) => {
        const known = await findDeployment(transaction, { platformId, deploymentId });
        if (known?.status === 'active') return known;
        if (known === undefined) await assertPlatform(transaction, platformId, 'a deployment');
        const approved: DeploymentRecord = {
          platformId,
          deploymentId,
          firstSeenAtMs: nowMs,
          ...known,
          status: 'active',
        };
        const _id = idOf('deployments', approved);
        const { status, ...onInsert } = approved;
        await journal.audit(transaction, by, nowMs, auditEntries.deploymentStatus(known, approved));
        await transaction.update('deployments', { _id }, { set: { status }, onInsert }, true);
        return approved;
      }),

    setStatus: ({ platformId, deploymentId, status }, by, nowMs) =>
      write(async (transaction) => {
        const known = await findDeployment(transaction, { platformId, deploymentId });
        if (known === undefined || known.status === status) return known;
        const changed = { ...known, status };
        await journal.audit(transaction, by, nowMs, auditEntries.deploymentStatus(known, changed));
        await transaction.update('deployments', { _id: idOf('deployments', known) }, { set: { status } });
        return changed;
      }),

    async notePending({ platformId, deploymentId }, { nowMs, cap }) {
      // Every launch of a waiting deployment comes here: one that is known costs no transaction.
      if ((await find(platformId, deploymentId)) !== undefined) return 'known';
      return write(async (transaction) => {
        if ((await findDeployment(transaction, { platformId, deploymentId })) !== undefined) return 'known';
        const pending = await transaction.find(
          'deployments',
          { platformId, status: 'pending' },
          { limit: Math.max(cap, 1), only: ['_id'] },
        );
        if (pending.length >= cap) return 'full';
        await assertPlatform(transaction, platformId, 'a deployment');
        await transaction.noteChange();
        const record: DeploymentRecord = { platformId, deploymentId, status: 'pending', firstSeenAtMs: nowMs };
        await transaction.insert('deployments', [toDocument('deployments', record)]);
        return 'recorded';
      });
    },

    async assignTenant(assignment) {
      const set = await database.run((commands) => assignedTenant(commands, assignment));
      if (set !== undefined) return set;
      return write(async (transaction) => {
        const setMeanwhile = await assignedTenant(transaction, assignment);
        if (setMeanwhile !== undefined) return setMeanwhile;
        const { platformId, hint, create } = assignment;
        const deployment = await findDeployment(transaction, assignment);
        if (deployment === undefined) {
          throw new AppError('STORE_CONFLICT', { reason: 'a tenant can only be given to a known deployment' });
        }
        const known = await tenantOfHint(transaction, assignment);
        const tenant = known ?? (await planTenant(transaction, create));
        const tenantId = tenant.id;
        await journal.audit(transaction, LAUNCH, create.createdAtMs, auditEntries.deploymentTenant(deployment, tenant));
        if (known === undefined) {
          await insertTenant(transaction, tenant);
          await transaction.insert('tenantHints', [toDocument('tenantHints', { platformId, hint, tenantId })]);
        }
        await transaction.update('deployments', { _id: idOf('deployments', deployment) }, { set: { tenantId } });
        return tenant;
      });
    },

    joinTenant: ({ platformId, deploymentId, tenantId }, by, nowMs) =>
      write(async (transaction) => {
        const tenant = await findTenant(transaction, tenantId);
        if (tenant === undefined) throw new AppError('STORE_CONFLICT', { reason: 'there is no such tenant' });
        const known = await findDeployment(transaction, { platformId, deploymentId });
        if (known?.tenantId !== undefined && known.tenantId !== tenantId) {
          throw new AppError('STORE_CONFLICT', { reason: 'the deployment has another tenant' });
        }
        if (known === undefined) await assertPlatform(transaction, platformId, 'a deployment');
        const joined: DeploymentRecord = {
          platformId,
          deploymentId,
          firstSeenAtMs: known?.firstSeenAtMs ?? nowMs,
          status: 'active',
          tenantId,
        };
        const { status, tenantId: _set, ...onInsert } = joined;
        await journal.audit(transaction, by, nowMs, auditEntries.deploymentTenant(joined, tenant));
        await transaction.update(
          'deployments',
          { _id: idOf('deployments', joined) },
          { set: { status, tenantId }, onInsert },
          true,
        );
        return joined;
      }),
  };
}
