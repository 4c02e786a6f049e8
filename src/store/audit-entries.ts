/**
 * What each audited command leaves in the audit, the same for every store. Credentials, hashes of tokens and sealed
 * names never stand in it; a change set names its size, because its history says the rest.
 */
import type {
  AccountRecord,
  AdminLink,
  AdminPerson,
  ApiClient,
  AuditRecord,
  DeploymentRecord,
  JobRecord,
  MappingChangeSet,
  MappingRecord,
  PlatformRecord,
  TenantRecord,
  ViewerPin,
} from './ports.js';

export type AuditEntry = Omit<AuditRecord, 'id' | 'atMs' | 'actor'>;

/** Before and after, each only where there is something. */
const sides = (before: unknown, after: unknown): Pick<AuditEntry, 'before' | 'after'> => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const verb = (before: unknown): string => (before === undefined ? 'add' : 'update');

function withoutCredentials(account: AccountRecord | undefined): unknown {
  if (account === undefined) return undefined;
  const { sealedCredentials: _sealed, ...open } = account;
  return open;
}

function withoutHash(client: ApiClient): unknown {
  const { tokenHash: _hash, ...open } = client;
  return open;
}

function withoutName(person: AdminPerson): unknown {
  const { sealedName: _sealed, ...open } = person;
  return open;
}

export const auditEntries = {
  accountPut: (before: AccountRecord | undefined, after: AccountRecord): AuditEntry => ({
    action: `account.${verb(before)}`,
    target: after.id,
    ...sides(withoutCredentials(before), withoutCredentials(after)),
  }),

  /** `deploymentIds`: approved together with the platform. */
  platformAdd: (after: PlatformRecord, deploymentIds: readonly string[]): AuditEntry => ({
    action: 'platform.add',
    target: after.id,
    after: { ...after, deploymentIds: [...deploymentIds] },
  }),
  platformUpdate: (before: PlatformRecord, after: PlatformRecord): AuditEntry => ({
    action: 'platform.update',
    target: after.id,
    before,
    after,
  }),
  platformRemove: (before: PlatformRecord): AuditEntry => ({ action: 'platform.remove', target: before.id, before }),

  deploymentStatus: (before: DeploymentRecord | undefined, after: DeploymentRecord): AuditEntry => ({
    action: after.status === 'active' ? 'deployment.approve' : `deployment.${after.status}`,
    target: after.platformId,
    ...(after.tenantId === undefined ? {} : { tenantId: after.tenantId }),
    ...sides(before, after),
  }),
  deploymentTenant: (before: DeploymentRecord, tenant: TenantRecord): AuditEntry => ({
    action: 'deployment.tenant',
    target: before.platformId,
    tenantId: tenant.id,
    before,
    after: { ...before, tenantId: tenant.id },
  }),

  tenantUpdate: (before: TenantRecord, after: TenantRecord): AuditEntry => ({
    action: 'tenant.update',
    target: after.id,
    tenantId: after.id,
    before,
    after,
  }),

  /** `set`, `removed`: how many mappings. */
  mappingApply: (
    { changeSetId, summary, changes }: MappingChangeSet,
    { set, removed }: { set: number; removed: number },
  ): AuditEntry => {
    const [tenantId, ...others] = new Set(changes.map((change) => change.tenantId));
    return {
      action: 'mapping.apply',
      target: changeSetId,
      ...(tenantId === undefined || others.length > 0 ? {} : { tenantId }),
      after: { summary, set, removed },
    };
  },
  mappingCreate: (changeSetId: string, after: MappingRecord): AuditEntry => ({
    action: 'mapping.create',
    target: changeSetId,
    tenantId: after.tenantId,
    after,
  }),

  viewerAlias: (before: ViewerPin | undefined, after: ViewerPin): AuditEntry => ({
    action: 'viewer.alias',
    target: after.subject,
    tenantId: after.tenantId,
    ...sides(before, after),
  }),
  viewerRemove: (before: ViewerPin): AuditEntry => ({
    action: 'viewer.remove',
    target: before.subject,
    tenantId: before.tenantId,
    before,
  }),

  adminLinkAdd: ({ tokenHash: _hash, ...link }: AdminLink): AuditEntry => ({
    action: 'admin-link.add',
    target: link.name,
    after: link,
  }),

  adminPersonApprove: (before: AdminPerson, after: AdminPerson): AuditEntry => ({
    action: 'admin-person.approve',
    target: after.subject,
    before: withoutName(before),
    after: withoutName(after),
  }),
  adminPersonRemove: (before: AdminPerson): AuditEntry => ({
    action: 'admin-person.remove',
    target: before.subject,
    before: withoutName(before),
  }),

  jobCancel: ({ id, kind, status, tenantId }: JobRecord): AuditEntry => ({
    action: 'job.cancel',
    target: id,
    ...(tenantId === undefined ? {} : { tenantId }),
    before: { kind, status },
  }),

  apiClientAdd: (after: ApiClient): AuditEntry => ({
    action: 'api-client.add',
    target: after.id,
    ...(after.tenantId === undefined ? {} : { tenantId: after.tenantId }),
    after: withoutHash(after),
  }),
  apiClientRevoke: (before: ApiClient, after: ApiClient): AuditEntry => ({
    action: 'api-client.revoke',
    target: after.id,
    ...(after.tenantId === undefined ? {} : { tenantId: after.tenantId }),
    before: withoutHash(before),
    after: withoutHash(after),
  }),
};

/** Summary in the history of a mapping that `createIfAbsent` made. */
export const CREATED_SUMMARY = 'Created';
