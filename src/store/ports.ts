/**
 * What the rooms ask of a store, one small port per aggregate. A method is a whole command: it is atomic by itself,
 * and nobody holds a transaction across an `await`. Times are epoch milliseconds. Expiry is part of each query, so a
 * late sweep never shows something that has ended. Failures are `STORE_BUSY` and `STORE_UNAVAILABLE`; a command that
 * clashes with what is stored fails with `STORE_CONFLICT`. Text that not every database keeps (a NUL character, an
 * unpaired surrogate) is refused with `INPUT_INVALID`, in keys that are looked up too; only JSON values (settings, what
 * a job holds), `StagedRow`s and the descriptive fields of a `LaunchRecord` take any text. Records are the caller's own
 * copies. A `limit` is a whole number from 1 to 500, else `INPUT_INVALID`.
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

// --- Who did it ------------------------------------------------------------------------------------------------

/** Who asked for a durable change. Stands in the audit, which is written in the same command as the change. */
export interface Actor {
  kind: 'launch' | 'admin' | 'cli' | 'job';
  /** The admin's id, the job's name; absent for `launch` and `cli`. */
  id?: string;
  /** Client address of an admin. */
  address?: string;
}

export interface AuditRecord {
  /** UUIDv7, made by the store: sorts by time. */
  id: string;
  atMs: number;
  actor: Actor;
  /** `<aggregate>.<verb>`, e.g. `platform.update`, `mapping.apply`. */
  action: string;
  /** What was changed: a platform's id, a change set's id, … */
  target: string;
  tenantId?: TenantId;
  /** JSON values without secrets. Absent where there was nothing before, or is nothing after. */
  before?: unknown;
  after?: unknown;
}

/**
 * Written by each command that takes an `Actor` and by `assignTenant` (kind `launch`): exactly one record when the
 * command changes something, none when it does not. What stands in it is built in `audit-entries.ts`.
 */
export interface AuditStore {
  /** Writes down what is no change of a record, e.g. `admin.sign-in`, `launch.open`. Leaves the change number as it is. */
  note(entry: Omit<AuditRecord, 'id'>): Promise<void>;
  /** Newest first, at most `limit`; `before` is the id to go on after. Nothing ever changes or removes a record. */
  list(options: { limit: number; before?: string; tenantId?: TenantId }): Promise<AuditRecord[]>;
}

/** A command that names the version it saw either happens, or answers with what there is instead. */
export type Versioned<Record> =
  { outcome: 'done'; record: Record } | { outcome: 'conflict'; current: Record | undefined };

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
  /** Until then, launches keep their redacted claims (`LaunchRecord.sealedClaims`) for whoever writes an adapter. */
  captureUntilMs?: number;
  /** Kaltura id of the player; absent: the account's. A course may have its own (`TenantRecord.courseSettings`). */
  uiConfId?: number;
  /** While present, only launches of these courses or deployments are served; others read whom to ask. */
  pilot?: PilotLimits;
  /** Hosts besides those of the registration's own addresses that services named in launches may be called on. */
  serviceHosts?: string[];
  /** Persons whom an owner approved may open the admin's screens from this LMS. Absent: nobody. */
  adminSignIn?: true;
}

export interface PilotLimits {
  courseKeys: string[];
  deploymentIds: string[];
  /** Shown to everybody else: a name, an address, a sentence. Plain text. */
  contact: string;
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

/** `null` removes an address that the platform no longer has. */
export type PlatformChanges = Partial<
  Omit<NewPlatform, 'id' | 'ref' | 'createdAtMs' | 'tokenUrl' | 'tokenAudience'> & {
    tokenUrl: string | null;
    tokenAudience: string | null;
  }
>;

/** A page of ours that a browser did not show, because `origin` is none of the platform's frame origins. */
export interface BlockedFrame {
  platformId: PlatformId;
  /** As the browser named it, e.g. `https://portal.example.edu`. Anybody can make one up: an admin decides. */
  origin: string;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
}

export interface BlockedFrameStore {
  /** Counts one more. A new origin of a platform that has `cap` already is `full`, and nothing is written. */
  note(
    frame: { platformId: PlatformId; origin: string },
    options: { nowMs: number; cap: number },
  ): Promise<'noted' | 'full'>;
  /** Most recent first. Without a platform: all. */
  list(platformId?: PlatformId): Promise<BlockedFrame[]>;
  /** False when there is none. */
  remove(platformId: PlatformId, origin: string): Promise<boolean>;
}

export interface PlatformStore {
  /** Adds a platform with its approved deployments. `ref` and `id` are unique; (issuer, clientId) need not be. */
  add(platform: NewPlatform, approvedDeploymentIds: readonly string[], by: Actor): Promise<PlatformRecord>;
  /**
   * Changes what `changes` holds, if the version is still the expected one. `id`, `ref` and `createdAtMs` never change;
   * `updatedAtMs` becomes the store's now when it is not given.
   */
  update(
    id: PlatformId,
    expectedVersion: number,
    changes: PlatformChanges,
    by: Actor,
  ): Promise<Versioned<PlatformRecord>>;
  /**
   * Removes the platform, its deployments, its tenants' hints, its blocked frames, the persons who asked or were
   * approved, and the sessions and links of its deployments. Tenants, courses and mappings stay.
   */
  remove(id: PlatformId, expectedVersion: number, by: Actor, nowMs: number): Promise<Versioned<PlatformRecord>>;
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
  /** How viewers become userIds; absent: the default rule. The identity room checks its form. */
  identityRule?: unknown;
  /** Rules that map courses, what a copied course gets, players of courses. The courses room checks its form. */
  courseSettings?: unknown;
  /** Grows by one with each change. */
  version: number;
  createdAtMs: number;
}

export type NewTenant = Omit<TenantRecord, 'version'>;

export interface TenantAssignment {
  platformId: PlatformId;
  deploymentId: string;
  /** The adapter's proposal: launches of one platform with one hint share a tenant. */
  hint: string;
  /** Used when no tenant of (platform, hint) exists. A taken namespace gets the next free number behind it. */
  create: NewTenant;
}

export interface DeploymentStore {
  find(platformId: PlatformId, deploymentId: string): Promise<DeploymentRecord | undefined>;
  listByPlatform(platformId: PlatformId): Promise<DeploymentRecord[]>;
  /** Makes a deployment active, known before or not. */
  approve(platformId: PlatformId, deploymentId: string, by: Actor, nowMs: number): Promise<DeploymentRecord>;
  /** Undefined when there is no such deployment. */
  setStatus(
    deployment: { platformId: PlatformId; deploymentId: string; status: DeploymentStatus },
    by: Actor,
    nowMs: number,
  ): Promise<DeploymentRecord | undefined>;
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
  /**
   * Makes a deployment active, known before or not, and gives it a tenant that exists: an admin says that both are one
   * LMS. `STORE_CONFLICT` when there is no such platform or tenant, and when the deployment has another tenant, whose
   * viewers would become others.
   */
  joinTenant(
    join: { platformId: PlatformId; deploymentId: string; tenantId: TenantId },
    by: Actor,
    nowMs: number,
  ): Promise<DeploymentRecord>;
}

export interface TenantStore {
  find(id: TenantId): Promise<TenantRecord | undefined>;
  list(): Promise<TenantRecord[]>;
  /**
   * A namespace that another tenant has is `STORE_CONFLICT`. `identityRule: null` goes back to the default rule,
   * `courseSettings: null` to none.
   */
  update(
    id: TenantId,
    expectedVersion: number,
    changes: {
      name?: string;
      namespace?: string;
      accountId?: AccountId;
      identityRule?: unknown;
      courseSettings?: unknown;
    },
    by: Actor,
    nowMs: number,
  ): Promise<Versioned<TenantRecord>>;
}

// --- Accounts --------------------------------------------------------------------------------------------------

/** A Kaltura account that an admin connected; those of the configuration are not stored. */
export interface AccountRecord {
  id: AccountId;
  name: string;
  partnerId: number;
  /** Everything else but credentials; the Kaltura room checks its form. */
  settings: Record<string, unknown>;
  /** AEAD-sealed credentials. Never part of an audit record. */
  sealedCredentials: string;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface AccountStore {
  find(id: AccountId): Promise<AccountRecord | undefined>;
  list(): Promise<AccountRecord[]>;
  /** Adds (expectedVersion undefined: no such account was seen) or replaces an account; `createdAtMs` stays. */
  put(
    account: Omit<AccountRecord, 'version'>,
    expectedVersion: number | undefined,
    by: Actor,
  ): Promise<Versioned<AccountRecord>>;
}

// --- Mappings --------------------------------------------------------------------------------------------------

/** How a course came to its category. */
export type MappingOrigin = 'manual' | 'automatic' | 'inherited' | 'matched' | 'rule';

export interface MappingRecord {
  tenantId: TenantId;
  /** The adapter's stable course key. */
  courseKey: string;
  /**
   * Title and label of the course, the same as `CourseRecord` shows: whatever a launch or a mapping command gave last.
   * One that is not given leaves the known one as it is.
   */
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

/** One deployment of one platform. */
export interface DeploymentKey {
  platformId: PlatformId;
  /** As the LMS sends it. */
  deploymentId: string;
}

/** A course as launches showed it, with its mapping if it has one. */
export interface CourseRecord {
  tenantId: TenantId;
  courseKey: string;
  title?: string;
  label?: string;
  /** The institution's own id of the course (SIS), where the LMS says one. */
  sourcedId?: string;
  previousKeys: string[];
  categoryNames: string[];
  /** Where launches of it came from, in the order in which they were first seen, at most 20. */
  seenIn: DeploymentKey[];
  firstSeenAtMs: number;
  /** Absent for a course that is known from an import only. */
  lastLaunchAtMs?: number;
  mapping?: MappingRecord;
  /** What a check of Kaltura found wrong with the mapping's category; any change of the mapping clears it. */
  problem?: 'deleted' | 'renamed' | 'moved';
}

export type SeenCourse = Pick<
  CourseRecord,
  'tenantId' | 'courseKey' | 'title' | 'label' | 'sourcedId' | 'previousKeys' | 'categoryNames'
> & {
  /** Joins the course's `seenIn`, unless that is full. */
  seenIn?: DeploymentKey;
  seenAtMs: number;
};

export interface CourseFilter {
  tenantId?: TenantId;
  /** `unmapped`: no mapping; `broken`: a mapping with a problem; else mappings of that origin. */
  state?: MappingOrigin | 'unmapped' | 'broken';
  categoryId?: CategoryId;
  /** Courses that were seen in this deployment. */
  seenIn?: DeploymentKey;
  /** Words; a course fits when each is the beginning of one of its tokens (see `courseTokens`). No words: no search. */
  search?: string;
}

export interface CourseQuery extends CourseFilter {
  /**
   * `title`: by `titleOrder`, then key, then tenant. `recent`: last launch first, those never launched last, then by
   * key, then tenant. With a search, the first 1,000 hits are sorted.
   */
  order: 'title' | 'recent';
  /** At most 500. */
  limit: number;
  /** What the page before gave as `next` (see `cursor.ts`); a cursor of another order is `INPUT_INVALID`. */
  after?: string;
}

export interface CourseStore {
  find(tenantId: TenantId, courseKey: string): Promise<CourseRecord | undefined>;
  /**
   * Adds courses, or refreshes title, label, names and last launch of known ones; an earlier launch than the known last
   * one adds to `seenIn` only. Not audited; at most 500. A course may occur twice.
   */
  noteSeen(courses: readonly SeenCourse[]): Promise<void>;
  list(query: CourseQuery): Promise<{ items: CourseRecord[]; next?: string }>;
  /** How many fit, counted up to `cap`. */
  count(filter: CourseFilter, cap: number): Promise<number>;
  /** Those of these courses that are known, in the order of the keys; at most 500. */
  findMany(tenantId: TenantId, courseKeys: readonly string[]): Promise<CourseRecord[]>;
  /** Sets or clears the problem of a mapping that still is of that version. */
  setProblem(
    course: { tenantId: TenantId; courseKey: string; expectedVersion: number; problem?: CourseRecord['problem'] },
    nowMs: number,
  ): Promise<boolean>;
}

/** One mapping's part of a change set. */
export interface MappingChange {
  tenantId: TenantId;
  courseKey: string;
  courseTitle?: string;
  courseLabel?: string;
  /** The version that the caller saw; undefined: it saw no mapping. */
  expectedVersion?: number;
  /** Absent: the mapping is removed. */
  to?: Pick<MappingRecord, 'categoryId' | 'categoryFullName' | 'origin'>;
}

export interface MappingChangeSet {
  /** UUIDv7. Several commands may carry the same id: a large set is applied in chunks. */
  changeSetId: string;
  /** For people: "Imported 200 courses", "Undo of …". */
  summary: string;
  /** At most 500. */
  changes: readonly MappingChange[];
  atMs: number;
}

/** What a change did to one course. Newest first in every listing. */
export interface MappingHistoryRecord {
  /** UUIDv7, made by the store. */
  id: string;
  changeSetId: string;
  summary: string;
  actor: Actor;
  atMs: number;
  tenantId: TenantId;
  courseKey: string;
  before?: Pick<MappingRecord, 'categoryId' | 'categoryFullName' | 'origin' | 'version'>;
  after?: Pick<MappingRecord, 'categoryId' | 'categoryFullName' | 'origin' | 'version'>;
}

export type MappingChangeResult =
  { outcome: 'applied'; mappings: MappingRecord[] } | { outcome: 'conflict'; conflicts: CourseRecord[] };

export interface MappingStore {
  /**
   * Applies all changes with history and one audit record, or none when a mapping is of another version than the caller
   * saw. A removed mapping's next version goes on counting, so that an old one never fits again. Answers with the
   * mappings that there are afterwards, in the order of the changes; a course that has no mapping and gets none is no
   * change. A course that occurs twice is `INPUT_INVALID`. A conflict about a course that nobody knows shows an empty
   * one, first seen at `atMs`.
   */
  apply(set: MappingChangeSet, by: Actor): Promise<MappingChangeResult>;
  /** Of one course, newest first. */
  history(
    course: { tenantId: TenantId; courseKey: string },
    options: { limit: number; before?: string },
  ): Promise<MappingHistoryRecord[]>;
  /** All of one change set, in the order in which it happened; `after` is the id to go on after. */
  changeSet(changeSetId: string, options: { limit: number; after?: string }): Promise<MappingHistoryRecord[]>;
  find(tenantId: TenantId, courseKey: string): Promise<MappingRecord | undefined>;
  /**
   * Stores the mapping, with history (a change set of its own) and audit, unless the course has one; answers with the
   * one that counts. (tenant, courseKey) is unique.
   */
  createIfAbsent(
    mapping: Omit<MappingRecord, 'version'>,
    by: Actor,
  ): Promise<{ created: boolean; mapping: MappingRecord }>;
  /** Mappings of an account that point to this category, whatever the tenant. */
  findByCategory(accountId: AccountId, categoryId: CategoryId): Promise<MappingRecord[]>;
}

// --- Viewers ---------------------------------------------------------------------------------------------------

/** A viewer whose `userId` does not follow from the rule: pinned at first sight, or set by an admin as an alias. */
export interface ViewerPin {
  tenantId: TenantId;
  /** LTI `sub`. */
  subject: string;
  viewerId: ViewerId;
  kind: 'pin' | 'alias';
  atMs: number;
}

export interface ViewerStore {
  find(tenantId: TenantId, subject: string): Promise<ViewerPin | undefined>;
  /**
   * Pins a viewer at first sight; a pin or alias set earlier stays and is the answer. `taken`: another subject of a
   * tenant with the same namespace has this viewerId, ASCII letters compared without case, as Kaltura does in places.
   */
  pinIfAbsent(
    pin: Omit<ViewerPin, 'kind'>,
  ): Promise<{ outcome: 'pinned' | 'known'; pin: ViewerPin } | { outcome: 'taken' }>;
  /** Sets an alias, replacing pin or alias. Two subjects may share an alias: they are one person. */
  setAlias(alias: Omit<ViewerPin, 'kind'>, by: Actor): Promise<ViewerPin>;
  remove(tenantId: TenantId, subject: string, by: Actor, nowMs: number): Promise<boolean>;
  /** By subject, at most `limit`; `after` is the subject to go on after. */
  list(tenantId: TenantId, options: { limit: number; after?: string }): Promise<ViewerPin[]>;
}

// --- Admins and API clients ------------------------------------------------------------------------------------

export type AdminRole = 'owner' | 'editor' | 'viewer';

/** A one-time sign-in link. Only the hash of its token is stored. */
export interface AdminLink {
  tokenHash: string;
  role: AdminRole;
  /** For people: who it was made for. */
  name: string;
  expiresAtMs: number;
  /** Who signs in with it, in history and audit; absent: `link:<name>`. */
  adminId?: string;
  /** Restricts the session to what belongs to this deployment. */
  deployment?: DeploymentKey;
}

export interface AdminSession {
  tokenHash: string;
  adminId: string;
  name: string;
  role: AdminRole;
  /** Restricts the session to what belongs to this deployment: its courses and launches. */
  deployment?: DeploymentKey;
  createdAtMs: number;
  /** Moves with use; the session ends at the earlier of the two. */
  idleExpiresAtMs: number;
  expiresAtMs: number;
}

export interface AdminStore {
  /** `addLink` and `addSession` also remove some that have ended. A hash that is taken is `STORE_CONFLICT`. */
  addLink(link: AdminLink, by: Actor, nowMs: number): Promise<void>;
  /** Takes the link for its one use; undefined when it is unknown, used or ended. */
  consumeLink(tokenHash: string, nowMs: number): Promise<AdminLink | undefined>;
  addSession(session: AdminSession, nowMs: number): Promise<void>;
  findSession(tokenHash: string, nowMs: number): Promise<AdminSession | undefined>;
  /** False when the session has ended. */
  touchSession(tokenHash: string, idleExpiresAtMs: number, nowMs: number): Promise<boolean>;
  removeSession(tokenHash: string): Promise<boolean>;
  /** Living ones, newest first. */
  listSessions(nowMs: number): Promise<AdminSession[]>;
}

/**
 * A person of an LMS who asked to open the admin's screens from there. A launch alone only asks: the platform's key
 * signs any role, so an owner decides about each person.
 */
export interface AdminPerson extends DeploymentKey {
  /** LTI `sub`. */
  subject: string;
  /** AEAD-sealed name, so that the owner knows whom they approve. */
  sealedName?: string;
  status: 'asked' | 'approved';
  /** What an approved person may do. Never `owner`. */
  role?: Exclude<AdminRole, 'owner'>;
  askedAtMs: number;
  /** Of the approval. */
  decidedAtMs?: number;
}

export interface AdminPersonStore {
  find(person: DeploymentKey & { subject: string }): Promise<AdminPerson | undefined>;
  /** Files a request, once. `full`: the platform has `cap` open ones already. */
  ask(
    person: Omit<AdminPerson, 'status' | 'role' | 'decidedAtMs'>,
    options: { cap: number },
  ): Promise<'recorded' | 'known' | 'full'>;
  /**
   * Approves a person who asked, or changes the role of an approved one and ends the sessions that have the role of
   * before; undefined when nobody asked. Audited.
   */
  approve(
    person: DeploymentKey & { subject: string; role: Exclude<AdminRole, 'owner'> },
    by: Actor,
    nowMs: number,
  ): Promise<AdminPerson | undefined>;
  /**
   * Refuses or takes back. Ends the person's sessions and links: those of their deployment whose `adminId` is theirs
   * (see `person-admin-id.ts`). False when there is none. Audited.
   */
  remove(person: DeploymentKey & { subject: string }, by: Actor, nowMs: number): Promise<boolean>;
  /** Newest request first, at most 500. */
  list(platformId?: PlatformId): Promise<AdminPerson[]>;
}

export interface ApiClient {
  /** UUIDv7. */
  id: string;
  name: string;
  tokenHash: string;
  scopes: string[];
  tenantId?: TenantId;
  createdAtMs: number;
  revokedAtMs?: number;
}

export interface ApiClientStore {
  add(client: ApiClient, by: Actor): Promise<void>;
  /** By the hash of its token; revoked ones are not found. */
  findByTokenHash(tokenHash: string): Promise<ApiClient | undefined>;
  list(): Promise<ApiClient[]>;
  revoke(id: string, by: Actor, nowMs: number): Promise<boolean>;
}

// --- Leases ----------------------------------------------------------------------------------------------------

/** Who may run a job now, of all processes. */
export interface LeaseStore {
  /** True when `holder` has the lease until `nowMs + lifeMs`: it was free, had ended, or was already theirs. */
  acquire(lease: { name: string; holder: string; lifeMs: number }, nowMs: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}

// --- Jobs ------------------------------------------------------------------------------------------------------

export type JobStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Work that goes on when the page that started it is left, and in another process when this one ends. */
export interface JobRecord {
  /** UUIDv7. */
  id: string;
  /** `<room>.<verb>`, e.g. `courses.apply-changes`. */
  kind: string;
  status: JobStatus;
  tenantId?: TenantId;
  /** JSON without secrets and personal values. */
  input: unknown;
  /** Where to go on after an interruption; JSON, as the job's code last saved it. */
  state?: unknown;
  /** Steps done so far, of `total` when that is known. */
  done: number;
  total?: number;
  /** JSON, once done. */
  result?: unknown;
  /** Of a failed job. */
  errorCode?: string;
  actor: Actor;
  createdAtMs: number;
  startedAtMs?: number;
  finishedAtMs?: number;
  cancelRequested: boolean;
}

export interface JobStore {
  /** Adds a waiting job. */
  add(
    job: Pick<JobRecord, 'id' | 'kind' | 'tenantId' | 'input' | 'total' | 'actor' | 'createdAtMs'>,
  ): Promise<JobRecord>;
  find(id: string): Promise<JobRecord | undefined>;
  /** Newest first, at most `limit` (up to 500). */
  list(options: { limit: number; before?: string; kind?: string; tenantId?: TenantId }): Promise<JobRecord[]>;
  /**
   * The oldest job of these kinds that waits, or whose holder let its lease end; it is running and the holder's until
   * `nowMs + lifeMs`. `startedAtMs` is that of the first start.
   */
  claim(
    options: { holder: string; kinds: readonly string[]; lifeMs: number },
    nowMs: number,
  ): Promise<JobRecord | undefined>;
  /**
   * Saves how far the job is and prolongs the lease. `cancel`: somebody asked to stop. `lost`: the job is not the
   * holder's any more, and nothing was saved.
   */
  progress(
    job: { id: string; holder: string; done: number; total?: number; state?: unknown; lifeMs: number },
    nowMs: number,
  ): Promise<'go-on' | 'cancel' | 'lost'>;
  /** False when the job is not the holder's any more. */
  finish(
    job: {
      id: string;
      holder: string;
      status: Extract<JobStatus, 'done' | 'failed' | 'cancelled'>;
      result?: unknown;
      errorCode?: string;
    },
    nowMs: number,
  ): Promise<boolean>;
  /** A waiting job is cancelled at once. False when it has ended, or there is none. Audited as `job.cancel`. */
  requestCancel(id: string, by: Actor, nowMs: number): Promise<boolean>;
  /** Removes at most `limit` (up to 500) that ended before `beforeMs`. */
  sweep(beforeMs: number, limit: number): Promise<number>;
}

// --- Staged changes --------------------------------------------------------------------------------------------

/** What applying a staged row does to its course. */
export type StagedEffect = 'add' | 'change' | 'remove' | 'same' | 'error';

/** What is wrong with a row of a file, or with what a rule made of a course. */
export interface RowProblem {
  /** Column of the file; absent: the row as a whole. */
  column?: string;
  /** A stable word; the courses room has a sentence for each. */
  problem: string;
  /** What stands there, cut to 100 characters. */
  value?: string;
}

export type MappingTarget = Pick<MappingRecord, 'categoryId' | 'categoryFullName' | 'origin'>;

/** Where a staged row leads. `create`: no such category exists yet, so it has no id; applying the set creates it. */
export type StagedTarget = MappingTarget | (Omit<MappingTarget, 'categoryId'> & { categoryId?: never; create: true });

/** One course of a change that has been prepared and not yet applied. */
export interface StagedRow {
  /** Line of the file or position in the list, from 1; unique in its set. */
  row: number;
  courseKey: string;
  courseTitle?: string;
  courseLabel?: string;
  effect: StagedEffect;
  /** Version of the mapping when the row was prepared; absent: there was none. */
  expectedVersion?: number;
  before?: MappingTarget;
  /** Absent: the mapping is removed (`remove`), or there is nothing to do. Stores keep it as JSON, as it comes. */
  to?: StagedTarget;
  /** Launches of the course in the last 30 days: whom the change touches. */
  launches: number;
  problems: RowProblem[];
}

export type StagedStatus = 'reading' | 'ready' | 'applying' | 'applied' | 'failed';

/** What is known of a set as a whole, once it is read and once it is applied. Stores keep it as JSON, as it comes. */
export interface StagedReport {
  /** Categories that applying the set creates: how many, and the first full names. */
  creates?: { count: number; first: string[] };
  /** Courses that were changed. */
  applied?: number;
  /** Courses that somebody else changed since they were prepared, and that stay as they are: how many, and the first. */
  conflicts?: { count: number; first: { courseKey: string; courseTitle?: string }[] };
}

/** A change that is previewed before it happens: an import, a rule, a bulk action. Only `apply` changes mappings. */
export interface StagedChangeSet {
  /** UUIDv7; the id of the change set once it is applied. */
  id: string;
  tenantId: TenantId;
  /** The set may only hold courses that were seen in this deployment. */
  deployment?: DeploymentKey;
  kind: 'import' | 'rules' | 'bulk' | 'copy' | 'undo' | 'repair';
  /** For people: the file's name, "Rules", "Undo of …". */
  summary: string;
  status: StagedStatus;
  /** Rows by effect, so far. */
  counts: Record<StagedEffect, number>;
  /** Sum over the rows that change something. */
  launches: number;
  /** While reading: rows or bytes done, of `total` when known. */
  done: number;
  total?: number;
  /** Of a set that failed. */
  errorCode?: string;
  /** Why, for the admin. */
  reason?: string;
  /** The job that applies it. */
  jobId?: string;
  report?: StagedReport;
  createdBy: Actor;
  createdAtMs: number;
  updatedAtMs: number;
  /** Until then it can be looked at and applied. */
  expiresAtMs: number;
}

export interface StagedChangeStore {
  /** A new set is `reading` and empty. */
  create(
    set: Omit<
      StagedChangeSet,
      'status' | 'counts' | 'launches' | 'done' | 'updatedAtMs' | 'errorCode' | 'reason' | 'jobId' | 'report'
    >,
  ): Promise<StagedChangeSet>;
  /** Adds at most 500 rows to a set that is being read, with counts and `done`. `STORE_CONFLICT` for any other set. */
  append(
    id: string,
    rows: readonly StagedRow[],
    progress: { done: number; total?: number },
    nowMs: number,
  ): Promise<void>;
  /**
   * `from` is the status that the caller saw: undefined when it is another by now. Both may be the same. What is not
   * given (`jobId`, `report`, …) stays as it is.
   */
  setStatus(
    id: string,
    change: {
      from: StagedStatus;
      to: StagedStatus;
      jobId?: string;
      errorCode?: string;
      reason?: string;
      report?: StagedReport;
    },
    nowMs: number,
  ): Promise<StagedChangeSet | undefined>;
  /** One that has expired is not found. */
  find(id: string, nowMs: number): Promise<StagedChangeSet | undefined>;
  /** Newest first, at most 100, without expired ones. */
  list(tenantId: TenantId, nowMs: number): Promise<StagedChangeSet[]>;
  /** In the order of `row`, at most `limit` (up to 500), after the row `after`; with `effects` only those. */
  rows(id: string, options: { limit: number; after?: number; effects?: readonly StagedEffect[] }): Promise<StagedRow[]>;
  /**
   * Removes a set with its rows; at most 500 rows a call: true once nothing is left. From the first call on the set
   * counts as expired, so that nobody applies half of it.
   */
  remove(id: string): Promise<boolean>;
  /** Ids of sets that have expired, at most `limit`. */
  expired(nowMs: number, limit: number): Promise<string[]>;
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
  /** Removes at most `limit` (up to 500) ended states; answers how many. */
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
  /** AEAD-sealed JSON of the claims, made up but for their shape; only while the platform captures launches. */
  sealedClaims?: string;
}

/** Every field that is given must fit. A deployment without its platform is `INPUT_INVALID`: LMSs number them alike. */
export interface LaunchFilter {
  platformId?: PlatformId;
  deploymentId?: string;
  outcome?: LaunchRecord['outcome'];
  code?: string;
  /** One course. */
  course?: { tenantId: TenantId; courseKey: string };
}

export interface LaunchStore {
  /** Appends a batch of at most 500 in one command. A launchId that is stored already is left as it is, so a batch may be repeated. */
  append(records: readonly LaunchRecord[]): Promise<void>;
  /** Newest first (a launchId sorts by its time), at most `limit`; `before` is the launchId to go on after. */
  list(options: { limit: number; before?: LaunchId } & LaunchFilter): Promise<LaunchRecord[]>;
  find(launchId: LaunchId): Promise<LaunchRecord | undefined>;
  /** Launches of each course since then, courses without any left out; at most 500 keys. */
  countByCourse(tenantId: TenantId, courseKeys: readonly string[], sinceMs: number): Promise<Map<string, number>>;
  findByRequestId(requestId: string): Promise<LaunchRecord | undefined>;
  /** Removes at most `limit` (up to 500) records older than `beforeMs`, the oldest first; answers how many. */
  sweep(beforeMs: number, limit: number): Promise<number>;
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

// --- Copying a store -------------------------------------------------------------------------------------------

/** A part of a store's content in a form that every kind of store reads; the form is checked when it is written. */
export interface TransferBatch {
  /** Name of the aggregate, e.g. `platforms`. */
  aggregate: string;
  records: unknown[];
}

/** Reads and writes a whole store, for `playcontext store copy`. The service is stopped meanwhile. */
export interface TransferPort {
  /** Everything, aggregate by aggregate in an order in which it can be written, at most 500 records a batch. */
  read(): AsyncIterable<TransferBatch>;
  /** Adds the records as they are: ids, versions, times, history. `STORE_CONFLICT` when one exists already. */
  write(batch: TransferBatch): Promise<void>;
  /** Records per aggregate. */
  counts(): Promise<Record<string, number>>;
}

// --- The store -------------------------------------------------------------------------------------------------

export interface Store {
  accounts: AccountStore;
  audit: AuditStore;
  platforms: PlatformStore;
  deployments: DeploymentStore;
  tenants: TenantStore;
  courses: CourseStore;
  mappings: MappingStore;
  viewers: ViewerStore;
  admins: AdminStore;
  adminPersons: AdminPersonStore;
  apiClients: ApiClientStore;
  blockedFrames: BlockedFrameStore;
  leases: LeaseStore;
  jobs: JobStore;
  stagedChanges: StagedChangeStore;
  consumedStates: ConsumedStateStore;
  launches: LaunchStore;
  signingKeys: SigningKeyStore;
  installationKeys: InstallationKeyStore;
  transfer: TransferPort;
  /**
   * Grows with every durable change that a launch may have in memory, in whatever process; caches compare it once a
   * second. Every audited command raises it. Seen courses, problems of mappings, first pins, used links and sessions leave
   * it as it is: they come too often to empty the caches each time.
   */
  changeNumber(): Promise<number>;
  /** Resolves when the store answers; else throws `STORE_BUSY` or `STORE_UNAVAILABLE`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
