/**
 * The form in which `store copy` moves a store's content: one schema per aggregate, the same for every kind of store.
 * A record holds everything, ids, versions and times included; sealed values and hashes travel as they are. A field
 * that a schema does not know is refused, so that nothing is lost without a word. Leases are left out: they end with
 * the processes that hold them. So are prepared changes that nobody applied yet: they end within hours.
 */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { AccountId, CategoryId, EntryId, LaunchId, PlatformId, TenantId, ViewerId } from '../runtime/ids.js';
import type { PlatformRef } from '../runtime/ids.js';
import type {
  AccountRecord,
  AdminLink,
  AdminPerson,
  AdminSession,
  ApiClient,
  AuditRecord,
  BlockedFrame,
  CourseRecord,
  DeploymentRecord,
  JobRecord,
  LaunchRecord,
  MappingHistoryRecord,
  MappingRecord,
  PlatformRecord,
  SigningKeyRecord,
  TenantRecord,
  ViewerPin,
} from './ports.js';

/** Launches of one platform with one hint share a tenant. */
export interface TenantHint {
  platformId: PlatformId;
  hint: string;
  tenantId: TenantId;
}

/** A course with its mapping: problem and version belong to the mapping, and live on with the course. */
export interface TransferredCourse extends Omit<CourseRecord, 'mapping'> {
  /** Of the mapping, or of the one that was removed: the next one goes on counting behind it. 0: never mapped. */
  version: number;
  mapping?: Omit<MappingRecord, 'tenantId' | 'courseKey' | 'courseTitle' | 'courseLabel' | 'version'> & {
    /** The account that the mapping was made in, which the tenant may have left since. */
    accountId: AccountId;
  };
}

/** A job without its holder: one that was running waits, and goes on where it last saved its state. */
export type TransferredJob = Omit<JobRecord, 'status'> & { status: Exclude<JobRecord['status'], 'running'> };

export interface ConsumedState {
  stateId: string;
  expiresAtMs: number;
}

export interface InstallationKey {
  name: string;
  sealed: string;
}

/** What each aggregate's records are, in an order in which they can be written. */
export interface TransferRecords {
  accounts: AccountRecord;
  platforms: PlatformRecord;
  tenants: TenantRecord;
  tenantHints: TenantHint;
  deployments: DeploymentRecord;
  courses: TransferredCourse;
  mappingHistory: MappingHistoryRecord;
  viewers: ViewerPin;
  adminLinks: AdminLink;
  adminSessions: AdminSession;
  adminPersons: AdminPerson;
  blockedFrames: BlockedFrame;
  apiClients: ApiClient;
  signingKeys: SigningKeyRecord;
  installationKeys: InstallationKey;
  jobs: TransferredJob;
  audit: AuditRecord;
  consumedStates: ConsumedState;
  launches: LaunchRecord;
}

export type Aggregate = keyof TransferRecords;

const text = z.string();
const branded = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string', 'must be text');
const integer = z.int();
const anything = z.unknown().refine((value) => value !== undefined);
const accountId = branded<AccountId>();
const tenantId = branded<TenantId>();
const platformId = branded<PlatformId>();
const categoryId = branded<CategoryId>();
const viewerId = branded<ViewerId>();
const origin = z.enum(['manual', 'automatic', 'inherited', 'matched', 'rule']);
const status = z.enum(['active', 'pending', 'disabled']);
const role = z.enum(['owner', 'editor', 'viewer']);
const actor = z.strictObject({
  kind: z.enum(['launch', 'admin', 'cli', 'job']),
  id: text.exactOptional(),
  address: text.exactOptional(),
});
const deploymentKey = z.strictObject({ platformId, deploymentId: text });
const mappingState = z.strictObject({ categoryId, categoryFullName: text, origin, version: integer });

export const transferSchemas: { [Name in Aggregate]: z.ZodType<TransferRecords[Name]> } = {
  accounts: z.strictObject({
    id: accountId,
    name: text,
    partnerId: integer,
    settings: z.record(text, z.unknown()),
    sealedCredentials: text,
    version: integer,
    createdAtMs: integer,
    updatedAtMs: integer,
  }),
  platforms: z.strictObject({
    id: platformId,
    ref: branded<PlatformRef>(),
    name: text,
    adapterId: text,
    issuer: text,
    acceptedIssuers: z.array(text),
    clientId: text,
    authorizationUrl: text,
    jwksUrl: text,
    tokenUrl: text.exactOptional(),
    tokenAudience: text.exactOptional(),
    accountId,
    status,
    settings: z.strictObject({
      applicationName: text.exactOptional(),
      unmappedCourse: z.enum(['play', 'refuse', 'provision']),
      entryPolicy: z.enum(['course', 'root', 'signed']),
      rootCategory: text.exactOptional(),
      frameOrigins: z.array(text),
      adapter: z.record(text, z.unknown()),
      captureUntilMs: integer.exactOptional(),
      uiConfId: integer.exactOptional(),
      pilot: z.strictObject({ courseKeys: z.array(text), deploymentIds: z.array(text), contact: text }).exactOptional(),
      serviceHosts: z.array(text).exactOptional(),
      adminSignIn: z.literal(true).exactOptional(),
    }),
    version: integer,
    createdAtMs: integer,
    updatedAtMs: integer,
  }),
  tenants: z.strictObject({
    id: tenantId,
    accountId,
    namespace: text,
    name: text,
    identityRule: anything.exactOptional(),
    courseSettings: anything.exactOptional(),
    version: integer,
    createdAtMs: integer,
  }),
  tenantHints: z.strictObject({ platformId, hint: text, tenantId }),
  deployments: z.strictObject({
    platformId,
    deploymentId: text,
    status,
    tenantId: tenantId.exactOptional(),
    firstSeenAtMs: integer,
  }),
  courses: z.strictObject({
    tenantId,
    courseKey: text,
    title: text.exactOptional(),
    label: text.exactOptional(),
    sourcedId: text.exactOptional(),
    previousKeys: z.array(text),
    categoryNames: z.array(text),
    seenIn: z.array(deploymentKey),
    firstSeenAtMs: integer,
    lastLaunchAtMs: integer.exactOptional(),
    problem: z.enum(['deleted', 'renamed', 'moved']).exactOptional(),
    version: integer,
    mapping: z
      .strictObject({
        accountId,
        categoryId,
        categoryFullName: text,
        origin,
        createdAtMs: integer,
        updatedAtMs: integer,
      })
      .exactOptional(),
  }),
  mappingHistory: z.strictObject({
    id: text,
    changeSetId: text,
    summary: text,
    actor,
    atMs: integer,
    tenantId,
    courseKey: text,
    before: mappingState.exactOptional(),
    after: mappingState.exactOptional(),
  }),
  viewers: z.strictObject({ tenantId, subject: text, viewerId, kind: z.enum(['pin', 'alias']), atMs: integer }),
  adminLinks: z.strictObject({
    tokenHash: text,
    role,
    name: text,
    expiresAtMs: integer,
    adminId: text.exactOptional(),
    deployment: deploymentKey.exactOptional(),
  }),
  adminSessions: z.strictObject({
    tokenHash: text,
    adminId: text,
    name: text,
    role,
    deployment: deploymentKey.exactOptional(),
    createdAtMs: integer,
    idleExpiresAtMs: integer,
    expiresAtMs: integer,
  }),
  adminPersons: z.strictObject({
    platformId,
    deploymentId: text,
    subject: text,
    sealedName: text.exactOptional(),
    status: z.enum(['asked', 'approved']),
    role: z.enum(['editor', 'viewer']).exactOptional(),
    askedAtMs: integer,
    decidedAtMs: integer.exactOptional(),
  }),
  blockedFrames: z.strictObject({
    platformId,
    origin: text,
    count: integer,
    firstAtMs: integer,
    lastAtMs: integer,
  }),
  apiClients: z.strictObject({
    id: text,
    name: text,
    tokenHash: text,
    scopes: z.array(text),
    tenantId: tenantId.exactOptional(),
    createdAtMs: integer,
    revokedAtMs: integer.exactOptional(),
  }),
  signingKeys: z.strictObject({
    kid: text,
    status: z.enum(['next', 'current', 'retired']),
    publicJwk: text,
    sealedPrivateJwk: text,
    createdAtMs: integer,
  }),
  installationKeys: z.strictObject({ name: text, sealed: text }),
  jobs: z.strictObject({
    id: text,
    kind: text,
    status: z.enum(['waiting', 'done', 'failed', 'cancelled']),
    tenantId: tenantId.exactOptional(),
    input: anything,
    state: anything.exactOptional(),
    done: integer,
    total: integer.exactOptional(),
    result: anything.exactOptional(),
    errorCode: text.exactOptional(),
    actor,
    createdAtMs: integer,
    startedAtMs: integer.exactOptional(),
    finishedAtMs: integer.exactOptional(),
    cancelRequested: z.boolean(),
  }),
  audit: z.strictObject({
    id: text,
    atMs: integer,
    actor,
    action: text,
    target: text,
    tenantId: tenantId.exactOptional(),
    before: anything.exactOptional(),
    after: anything.exactOptional(),
  }),
  consumedStates: z.strictObject({ stateId: text, expiresAtMs: integer }),
  launches: z.strictObject({
    launchId: branded<LaunchId>(),
    requestId: text,
    atMs: integer,
    outcome: z.enum(['played', 'failed']),
    step: text,
    code: text.exactOptional(),
    reason: text.exactOptional(),
    steps: z.array(z.strictObject({ step: text, durationMs: z.number() })),
    accountId: accountId.exactOptional(),
    platformId: platformId.exactOptional(),
    deploymentId: text.exactOptional(),
    tenantId: tenantId.exactOptional(),
    adapterId: text.exactOptional(),
    messageType: text.exactOptional(),
    viewerId: viewerId.exactOptional(),
    roles: z.array(text).exactOptional(),
    courseKey: text.exactOptional(),
    courseTitle: text.exactOptional(),
    categoryId: categoryId.exactOptional(),
    categoryOrigin: z.enum(['manual', 'automatic', 'inherited', 'matched', 'rule', 'unmapped']).exactOptional(),
    applicationName: text.exactOptional(),
    entryId: branded<EntryId>().exactOptional(),
    sealedPersonal: text.exactOptional(),
    sealedClaims: text.exactOptional(),
  }),
};

/** Every aggregate, in an order in which they can be written. */
export const aggregates = Object.keys(transferSchemas) as Aggregate[];

const ends: { [Name in Aggregate]?: (record: TransferRecords[Name]) => number } = {
  adminLinks: ({ expiresAtMs }) => expiresAtMs,
  adminSessions: ({ idleExpiresAtMs, expiresAtMs }) => Math.min(idleExpiresAtMs, expiresAtMs),
  consumedStates: ({ expiresAtMs }) => expiresAtMs,
};

/** True for a record that counts nowhere any more: each store removes it when it likes. */
export function hasEnded(aggregate: string, record: unknown, nowMs: number): boolean {
  const endOf = (ends as Record<string, ((record: unknown) => number) | undefined>)[aggregate];
  return endOf !== undefined && endOf(record) <= nowMs;
}

/** Most records of one batch. */
export const TRANSFER_BATCH = 500;

/**
 * Checks a batch's records against the schema of their aggregate.
 *
 * @throws AppError `INPUT_INVALID`, which names the aggregate and the field, never a value
 */
export function checkRecords<Name extends Aggregate>(aggregate: Name, records: unknown[]): TransferRecords[Name][] {
  return records.map((record) => {
    const checked = transferSchemas[aggregate].safeParse(record);
    if (checked.success) return checked.data;
    const field = checked.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new AppError('INPUT_INVALID', { reason: `a record of ${aggregate} is not well formed (${field})` });
  });
}
