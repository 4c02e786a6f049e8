/**
 * What the rooms ask of a store, one small port per aggregate. A method is a whole command: it is atomic by itself,
 * and nobody holds a transaction across an `await`. Times are epoch milliseconds. Expiry is part of each query, so a
 * late sweep never shows something that has ended. Failures are `STORE_BUSY` and `STORE_UNAVAILABLE`; a command that
 * clashes with what is stored fails with `STORE_CONFLICT`. Text that not every database keeps (a NUL character, an
 * unpaired surrogate) is refused with `INPUT_INVALID`, in keys that are looked up too; only `PlatformSettings` and the
 * descriptive fields of a `LaunchRecord` take any text. Records are the caller's own copies.
 */
import type {
  AccountId,
  CategoryId,
  EntryId,
  LaunchId,
  PlatformId,
  PlatformRef,
  TenantId,
  ViewerId,
} from '../runtime/ids.js';

// --- Platforms -------------------------------------------------------------------------------------------------

export type PlatformStatus = 'active' | 'pending' | 'disabled';

/** What happens to a launch from a course that has no category. */
export type UnmappedCoursePolicy =
  /** Play without `playbackContext`. */
  | 'play'
  /** Refuse with `MAPPING_MISSING`. */
  | 'refuse'
  /** Create a category under `<root>>site>channels>`, or take the one of that name. */
  | 'provision';

/** Which entries a launch may play when its link does not carry our signature. */
export type EntryPolicy =
  /** Entries assigned to the course's own category or one below it. */
  | 'course'
  /** Entries anywhere under the platform's root category. */
  | 'root'
  /** Only links that we signed. */
  | 'signed';

export interface PlatformSettings {
  /** What Kaltura sees as `applicationName`: 1–60 characters, no comma. Absent: the adapter's proposal. */
  applicationName?: string;
  unmappedCourse: UnmappedCoursePolicy;
  entryPolicy: EntryPolicy;
  /** Full name of the category above `site>channels`; absent: the account's root category. */
  rootCategory?: string;
  /** Further origins that may frame the player page (portals, vanity hosts), e.g. `https://portal.example.edu`. */
  frameOrigins: string[];
  /** The adapter's own settings, checked by the adapter's schema. */
  adapter: Record<string, unknown>;
}

export interface PlatformRecord {
  id: PlatformId;
  ref: PlatformRef;
  /** As people see it, e.g. "Moodle of the Law School". */
  name: string;
  adapterId: string;
  /** `iss` of the login request and, unless `acceptedIssuers` says more, of the token. Stored as the LMS sends it. */
  issuer: string;
  /** Further exact `iss` values that tokens of this platform may carry. */
  acceptedIssuers: string[];
  clientId: string;
  authorizationUrl: string;
  jwksUrl: string;
  tokenUrl?: string;
  /** `aud` of our client assertions where it differs from `tokenUrl`. */
  tokenAudience?: string;
  accountId: AccountId;
  status: PlatformStatus;
  settings: PlatformSettings;
  /** Grows by one with each change. */
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export type NewPlatform = Omit<PlatformRecord, 'version'>;

export interface PlatformStore {
  /** Adds a platform with its approved deployments. `ref` and `id` are unique; (issuer, clientId) need not be. */
  add(platform: NewPlatform, approvedDeploymentIds: readonly string[]): Promise<PlatformRecord>;
  findById(id: PlatformId): Promise<PlatformRecord | undefined>;
  findByRef(ref: PlatformRef): Promise<PlatformRecord | undefined>;
  /** All platforms of that issuer, narrowed to `clientId` when given, whatever their status. */
  findByIssuer(issuer: string, clientId?: string): Promise<PlatformRecord[]>;
  /** All platforms, by name. */
  list(): Promise<PlatformRecord[]>;
}

// --- Deployments and tenants -----------------------------------------------------------------------------------

export type DeploymentStatus = 'active' | 'pending' | 'disabled';

export interface DeploymentRecord {
  platformId: PlatformId;
  /** As the LMS sends it, compared letter by letter. */
  deploymentId: string;
  status: DeploymentStatus;
  /** Set by the first launch after approval, then fixed. */
  tenantId?: TenantId;
  firstSeenAtMs: number;
}

/** One LMS installation of one institution: the scope of viewers and courses. */
export interface TenantRecord {
  id: TenantId;
  accountId: AccountId;
  /** Unique, `^[a-z][a-z0-9]{0,23}$`: the prefix of this tenant's userIds under the default identity rule. */
  namespace: string;
  name: string;
  createdAtMs: number;
}

export interface TenantAssignment {
  platformId: PlatformId;
  deploymentId: string;
  /** The adapter's proposal: launches of one platform with one hint share a tenant. */
  hint: string;
  /** Used when no tenant of (platform, hint) exists. A taken namespace gets the next free number behind it. */
  create: TenantRecord;
}

export interface DeploymentStore {
  find(platformId: PlatformId, deploymentId: string): Promise<DeploymentRecord | undefined>;
  listByPlatform(platformId: PlatformId): Promise<DeploymentRecord[]>;
  /** Makes a deployment active, known before or not. */
  approve(platformId: PlatformId, deploymentId: string, nowMs: number): Promise<DeploymentRecord>;
  /** Puts an unknown deployment into the pending queue, once. `full`: the platform has `cap` pending ones already. */
  notePending(
    deployment: { platformId: PlatformId; deploymentId: string },
    options: { nowMs: number; cap: number },
  ): Promise<'recorded' | 'known' | 'full'>;
  /**
   * Gives a deployment its tenant: the one of (platform, hint), else a new one; a tenant set earlier stays.
   * Two first launches at once get the same tenant.
   */
  assignTenant(assignment: TenantAssignment): Promise<TenantRecord>;
}

export interface TenantStore {
  find(id: TenantId): Promise<TenantRecord | undefined>;
  list(): Promise<TenantRecord[]>;
}

// --- Mappings --------------------------------------------------------------------------------------------------

/** How a course came to its category. */
export type MappingOrigin = 'manual' | 'automatic' | 'inherited' | 'matched' | 'rule';

export interface MappingRecord {
  tenantId: TenantId;
  /** The adapter's stable course key. */
  courseKey: string;
  courseTitle?: string;
  courseLabel?: string;
  categoryId: CategoryId;
  /** Full name as Kaltura gave it when the mapping was made, e.g. `LTI>site>channels>15`. */
  categoryFullName: string;
  origin: MappingOrigin;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface MappingStore {
  find(tenantId: TenantId, courseKey: string): Promise<MappingRecord | undefined>;
  /** Stores the mapping unless the course has one; answers with the one that counts. (tenant, courseKey) is unique. */
  createIfAbsent(mapping: Omit<MappingRecord, 'version'>): Promise<{ created: boolean; mapping: MappingRecord }>;
  /** Mappings of an account that point to this category, whatever the tenant. */
  findByCategory(accountId: AccountId, categoryId: CategoryId): Promise<MappingRecord[]>;
}

// --- Consumed states -------------------------------------------------------------------------------------------

export interface ConsumedStateStore {
  /**
   * The launch's only write: one unique insert. True for the first caller, false for every later one, whatever
   * process it runs in. State ids are random, so a consumed one stays consumed until it is swept, and a state that
   * has ended by the store's clock is refused, swept or not.
   */
  consume(stateId: string, expiresAtMs: number): Promise<boolean>;
  /** True when that state was consumed and has not been swept. */
  has(stateId: string): Promise<boolean>;
  /** Removes at most `limit` ended states; answers how many. */
  sweep(nowMs: number, limit: number): Promise<number>;
}

// --- Launch records --------------------------------------------------------------------------------------------

export interface StepTiming {
  step: string;
  durationMs: number;
}

/** One launch as the inspector shows it. Personal values stand only inside `sealedPersonal`. */
export interface LaunchRecord {
  launchId: LaunchId;
  requestId: string;
  atMs: number;
  outcome: 'played' | 'failed';
  /** The step that failed, or the last one. */
  step: string;
  /** Error code when failed. */
  code?: string;
  /** Why, for an admin; never holds tokens or personal values. */
  reason?: string;
  steps: StepTiming[];
  accountId?: AccountId;
  platformId?: PlatformId;
  deploymentId?: string;
  tenantId?: TenantId;
  adapterId?: string;
  messageType?: string;
  viewerId?: ViewerId;
  roles?: string[];
  courseKey?: string;
  courseTitle?: string;
  categoryId?: CategoryId;
  categoryOrigin?: MappingOrigin | 'unmapped';
  applicationName?: string;
  entryId?: EntryId;
  /** AEAD-sealed JSON of the neutral launch; opened only in the inspector's replay. */
  sealedPersonal?: string;
}

export interface LaunchStore {
  /** Appends a batch in one command. A launchId that is stored already is left as it is, so a batch may be repeated. */
  append(records: readonly LaunchRecord[]): Promise<void>;
  /** Newest first (a launchId sorts by its time), at most `limit`; `before` is the launchId to go on after. */
  list(options: { limit: number; before?: LaunchId }): Promise<LaunchRecord[]>;
  findByRequestId(requestId: string): Promise<LaunchRecord | undefined>;
}

// --- Signing keys ----------------------------------------------------------------------------------------------

export interface SigningKeyRecord {
  kid: string;
  status: 'next' | 'current' | 'retired';
  /** The public key as a JWK, JSON. */
  publicJwk: string;
  /** The private JWK, sealed with the installation's secret. */
  sealedPrivateJwk: string;
  createdAtMs: number;
}

export interface SigningKeyStore {
  list(): Promise<SigningKeyRecord[]>;
  /** Stores the first key set. When another process was faster, nothing is stored; answers with the set that counts. */
  addFirst(keys: readonly SigningKeyRecord[]): Promise<SigningKeyRecord[]>;
}

// --- Installation keys ------------------------------------------------------------------------------------------

/** Keys that must outlive every rotation of the secret, sealed by it: pseudonyms, signed links. */
export interface InstallationKeyStore {
  /** Stores the sealed key of that name unless there is one; answers with the one that counts. */
  getOrCreate(name: string, sealed: string): Promise<string>;
}

// --- The store -------------------------------------------------------------------------------------------------

export interface Store {
  platforms: PlatformStore;
  deployments: DeploymentStore;
  tenants: TenantStore;
  mappings: MappingStore;
  consumedStates: ConsumedStateStore;
  launches: LaunchStore;
  signingKeys: SigningKeyStore;
  installationKeys: InstallationKeyStore;
  /** Grows with every durable change, in whatever process; caches compare it once a second. */
  changeNumber(): Promise<number>;
  /** Resolves when the store answers; else throws `STORE_BUSY` or `STORE_UNAVAILABLE`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
