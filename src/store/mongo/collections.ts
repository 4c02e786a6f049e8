/**
 * The collections: fields with their types, as mongoose checks each write and each filter. Where records are unique by
 * one text, or by several (`keyOf`), that text is the `_id`: unique from the first moment, whatever indexes there are.
 * What nobody searches for is JSON text, so that it keeps any text and its form is checked when it is read.
 */

type FieldType =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | DateConstructor
  | { type: [StringConstructor]; default: undefined }
  | { [field: string]: StringConstructor | NumberConstructor };

/** mongoose would make an empty list of an absent one. */
const texts = (): FieldType => ({ type: [String], default: undefined });

export const collections = {
  /**
   * `schema`, `indexes`: versions; `changes`: the change number; `order`: raised where commands must not overlap. `held`
   * is raised beside the change number by what may not overlap with a change and is none.
   */
  meta: { _id: String, value: Number, held: Number },
  /** Who migrates, or writes where there are no transactions. */
  locks: { _id: String, holder: String },
  accounts: {
    _id: String,
    name: String,
    partnerId: Number,
    settings: String,
    sealedCredentials: String,
    version: Number,
    createdAtMs: Number,
    updatedAtMs: Number,
  },
  audit: {
    _id: String,
    atMs: Number,
    actor: String,
    action: String,
    target: String,
    tenantId: String,
    before: String,
    after: String,
  },
  platforms: {
    _id: String,
    ref: String,
    name: String,
    adapterId: String,
    issuer: String,
    acceptedIssuers: texts(),
    clientId: String,
    authorizationUrl: String,
    jwksUrl: String,
    tokenUrl: String,
    tokenAudience: String,
    accountId: String,
    status: String,
    settings: String,
    version: Number,
    createdAtMs: Number,
    updatedAtMs: Number,
  },
  tenants: {
    _id: String,
    accountId: String,
    namespace: String,
    name: String,
    identityRule: String,
    courseSettings: String,
    version: Number,
    createdAtMs: Number,
  },
  tenantHints: { _id: String, platformId: String, hint: String, tenantId: String },
  deployments: {
    _id: String,
    platformId: String,
    deploymentId: String,
    status: String,
    tenantId: String,
    firstSeenAtMs: Number,
  },
  /** A course with its mapping, so that a conflict is decided by one document. `version` outlives a removed mapping. */
  courses: {
    _id: String,
    tenantId: String,
    courseKey: String,
    title: String,
    label: String,
    sourcedId: String,
    titleOrder: String,
    tokens: texts(),
    previousKeys: texts(),
    categoryNames: texts(),
    /** Deployments, each as the `_id` that it has; absent when there is none. */
    seenIn: texts(),
    firstSeenAtMs: Number,
    lastLaunchAtMs: Number,
    /** The last launch below zero, 0 without one: every order is then an ascending one. */
    recency: Number,
    version: Number,
    mapping: {
      accountId: String,
      categoryId: String,
      categoryFullName: String,
      origin: String,
      createdAtMs: Number,
      updatedAtMs: Number,
    },
    problem: String,
  },
  mappingHistory: {
    _id: String,
    changeSetId: String,
    summary: String,
    actor: String,
    atMs: Number,
    tenantId: String,
    courseKey: String,
    before: String,
    after: String,
  },
  viewers: {
    _id: String,
    tenantId: String,
    subject: String,
    viewerId: String,
    kind: String,
    atMs: Number,
    /** `viewerId` in lower case: Kaltura compares ids without case in places. */
    viewerIdFolded: String,
  },
  /** `endsAt` is the end as a date, which is what the server can remove by. */
  adminLinks: {
    _id: String,
    role: String,
    name: String,
    expiresAtMs: Number,
    adminId: String,
    deployment: { platformId: String, deploymentId: String },
    endsAt: Date,
  },
  adminSessions: {
    _id: String,
    adminId: String,
    name: String,
    role: String,
    deployment: { platformId: String, deploymentId: String },
    createdAtMs: Number,
    idleExpiresAtMs: Number,
    expiresAtMs: Number,
    /** The earlier of the two ends. */
    endsAt: Date,
  },
  adminPersons: {
    _id: String,
    platformId: String,
    deploymentId: String,
    subject: String,
    sealedName: String,
    status: String,
    role: String,
    askedAtMs: Number,
    decidedAtMs: Number,
  },
  blockedFrames: {
    _id: String,
    platformId: String,
    origin: String,
    count: Number,
    firstAtMs: Number,
    lastAtMs: Number,
  },
  apiClients: {
    _id: String,
    name: String,
    tokenHash: String,
    scopes: texts(),
    tenantId: String,
    createdAtMs: Number,
    revokedAtMs: Number,
  },
  leases: { _id: String, holder: String, endsAtMs: Number },
  /** A job that runs is one that waits and has a holder; it is free again when the lease has ended. */
  jobs: {
    _id: String,
    kind: String,
    status: String,
    tenantId: String,
    input: String,
    state: String,
    done: Number,
    total: Number,
    result: String,
    errorCode: String,
    actor: String,
    createdAtMs: Number,
    startedAtMs: Number,
    finishedAtMs: Number,
    cancelRequested: Boolean,
    holder: String,
    /** 0: nobody had it yet. */
    leaseEndsAtMs: Number,
  },
  stagedSets: {
    _id: String,
    tenantId: String,
    deployment: { platformId: String, deploymentId: String },
    kind: String,
    summary: String,
    status: String,
    counts: { add: Number, change: Number, remove: Number, same: Number, error: Number },
    launches: Number,
    done: Number,
    total: Number,
    errorCode: String,
    reason: String,
    jobId: String,
    report: String,
    createdBy: String,
    createdAtMs: Number,
    updatedAtMs: Number,
    expiresAtMs: Number,
  },
  stagedRows: { _id: String, setId: String, row: Number, effect: String, detail: String },
  consumedStates: { _id: String, expiresAtMs: Number, endsAt: Date },
  launches: {
    _id: String,
    requestId: String,
    accountId: String,
    tenantId: String,
    platformId: String,
    atMs: Number,
    outcome: String,
    detail: String,
    sealedPersonal: String,
    /** Copies of what the detail holds, to search by. A text that the database does not keep has none. */
    byDeployment: String,
    byCode: String,
    /** Tenant and key, as the `_id` of a course. */
    byCourse: String,
  },
  signingKeys: { _id: String, status: String, publicJwk: String, sealedPrivateJwk: String, createdAtMs: Number },
  installationKeys: { _id: String, sealed: String },
} satisfies Record<string, Record<string, FieldType>>;

export type CollectionName = keyof typeof collections;

export interface IndexPlan {
  collection: CollectionName;
  name: string;
  /** Field to 1 (ascending) or -1. */
  key: Readonly<Record<string, 1 | -1>>;
  unique?: true;
  /** The server removes a document so long after the time in its one field. */
  expireAfterSeconds?: number;
}
