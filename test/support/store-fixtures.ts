/** Records for store tests: valid and all different, in other processes of the same test too. */
import { createHash } from 'node:crypto';
import {
  newLaunchId,
  newPlatformId,
  newPlatformRef,
  newTenantId,
  newUuid,
  type AccountId,
  type CategoryId,
  type PlatformId,
  type TenantId,
  type ViewerId,
} from '../../src/runtime/ids.js';
import type { Random } from '../../src/runtime/random.js';
import type {
  AccountRecord,
  Actor,
  AdminLink,
  AdminPerson,
  AdminSession,
  ApiClient,
  JobRecord,
  LaunchRecord,
  MappingChange,
  MappingChangeSet,
  MappingRecord,
  NewPlatform,
  NewTenant,
  SeenCourse,
  SigningKeyRecord,
  StagedChangeSet,
  StagedRow,
  Store,
  TenantAssignment,
  TenantRecord,
} from '../../src/store/ports.js';

export const NOW_MS = 1_790_000_000_000;
export const ACCOUNT = 'main' as AccountId;
export const CLI: Actor = { kind: 'cli' };
export const ADMIN: Actor = { kind: 'admin', id: 'ada', address: '192.0.2.7' };

let drawn = 0;
export const random: Random = {
  bytes(length) {
    drawn += 1;
    return createHash('sha512').update(`${process.pid} ${drawn}`).digest().subarray(0, length);
  },
};

const idSource = (atMs: number) => ({ random, clock: { nowMs: () => atMs } });

export const aPlatform = (changes: Partial<NewPlatform> = {}): NewPlatform => ({
  id: newPlatformId(idSource(NOW_MS)),
  ref: newPlatformRef(random),
  name: 'Moodle of the Law School',
  adapterId: 'moodle',
  issuer: 'https://moodle.example.edu',
  acceptedIssuers: [],
  clientId: 'client-1',
  authorizationUrl: 'https://moodle.example.edu/mod/lti/auth.php',
  jwksUrl: 'https://moodle.example.edu/mod/lti/certs.php',
  accountId: ACCOUNT,
  status: 'active',
  settings: { unmappedCourse: 'play', entryPolicy: 'course', frameOrigins: [], adapter: {} },
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
  ...changes,
});

export const aTenant = (changes: Partial<NewTenant> = {}): NewTenant => ({
  id: newTenantId(idSource(NOW_MS)),
  accountId: ACCOUNT,
  namespace: 'law',
  name: 'Law School',
  createdAtMs: NOW_MS,
  ...changes,
});

export const anAssignment = (
  platformId: PlatformId,
  deploymentId: string,
  changes: Partial<TenantAssignment> = {},
): TenantAssignment => ({
  platformId,
  deploymentId,
  hint: 'https://moodle.example.edu',
  create: aTenant(),
  ...changes,
});

export const aMapping = (
  tenantId: TenantId,
  changes: Partial<Omit<MappingRecord, 'version'>> = {},
): Omit<MappingRecord, 'version'> => ({
  tenantId,
  courseKey: '15',
  categoryId: '1234' as CategoryId,
  categoryFullName: 'LTI>site>channels>15',
  origin: 'automatic',
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
  ...changes,
});

export const aLaunch = (atMs: number, changes: Partial<LaunchRecord> = {}): LaunchRecord => ({
  launchId: newLaunchId(idSource(atMs)),
  requestId: `request-${atMs}`,
  atMs,
  outcome: 'played',
  step: 'page',
  steps: [{ step: 'verify-token', durationMs: 1.5 }],
  ...changes,
});

export const aSigningKey = (kid: string, changes: Partial<SigningKeyRecord> = {}): SigningKeyRecord => ({
  kid,
  status: 'current',
  publicJwk: '{"kty":"RSA"}',
  sealedPrivateJwk: 'sealed',
  createdAtMs: NOW_MS,
  ...changes,
});

export const anAccount = (changes: Partial<AccountRecord> = {}): Omit<AccountRecord, 'version'> => ({
  id: 'second' as AccountId,
  name: 'Second account',
  partnerId: 1234,
  settings: { rootCategory: 'LTI' },
  sealedCredentials: 'sealed-credentials',
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
  ...changes,
});

export const aSeenCourse = (tenantId: TenantId, changes: Partial<SeenCourse> = {}): SeenCourse => ({
  tenantId,
  courseKey: '15',
  previousKeys: [],
  categoryNames: ['15'],
  seenAtMs: NOW_MS,
  ...changes,
});

/** A change to category 1234, seen without a mapping. */
export const aChange = (tenantId: TenantId, changes: Partial<MappingChange> = {}): MappingChange => ({
  tenantId,
  courseKey: '15',
  to: { categoryId: '1234' as CategoryId, categoryFullName: 'LTI>site>channels>15', origin: 'manual' },
  ...changes,
});

export const aChangeSet = (
  changes: readonly MappingChange[],
  set: Partial<MappingChangeSet> = {},
): MappingChangeSet => ({
  changeSetId: newUuid(idSource(NOW_MS)),
  summary: 'Mapped by hand',
  atMs: NOW_MS,
  ...set,
  changes,
});

export const aPin = (tenantId: TenantId, subject: string, viewerId: string) => ({
  tenantId,
  subject,
  viewerId: viewerId as ViewerId,
  atMs: NOW_MS,
});

export const aLink = (tokenHash: string, changes: Partial<AdminLink> = {}): AdminLink => ({
  tokenHash,
  role: 'owner',
  name: 'Ada',
  expiresAtMs: NOW_MS + 1_000,
  ...changes,
});

export const aSession = (tokenHash: string, changes: Partial<AdminSession> = {}): AdminSession => ({
  tokenHash,
  adminId: 'ada',
  name: 'Ada',
  role: 'editor',
  createdAtMs: NOW_MS,
  idleExpiresAtMs: NOW_MS + 1_000,
  expiresAtMs: NOW_MS + 10_000,
  ...changes,
});

export const anApiClient = (name: string, changes: Partial<ApiClient> = {}): ApiClient => ({
  id: newUuid(idSource(NOW_MS)),
  name,
  tokenHash: `hash of ${name}`,
  scopes: ['embed'],
  createdAtMs: NOW_MS,
  ...changes,
});

export const aPerson = (
  platformId: PlatformId,
  subject: string,
  changes: Partial<AdminPerson> = {},
): Omit<AdminPerson, 'status' | 'role' | 'decidedAtMs'> => ({
  platformId,
  deploymentId: '1',
  subject,
  askedAtMs: NOW_MS,
  ...changes,
});

/** Made at `createdAtMs`, which its id sorts by. */
export const aJob = (createdAtMs: number, changes: Partial<JobRecord> = {}) => ({
  id: newUuid(idSource(createdAtMs)),
  kind: 'courses.apply-changes',
  input: { stagedId: 'x' },
  actor: ADMIN,
  createdAtMs,
  ...changes,
});

/** What `create` takes; lives for 1,000 ms. */
export const aStagedSet = (tenantId: TenantId, changes: Partial<StagedChangeSet> = {}) => ({
  id: newUuid(idSource(NOW_MS)),
  tenantId,
  kind: 'import' as const,
  summary: 'courses.csv',
  createdBy: ADMIN,
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 1_000,
  ...changes,
});

/** A course that gets its first mapping. */
export const aStagedRow = (row: number, changes: Partial<StagedRow> = {}): StagedRow => ({
  row,
  courseKey: `course-${row}`,
  effect: 'add',
  to: { categoryId: '1234' as CategoryId, categoryFullName: 'LTI>site>channels>15', origin: 'manual' },
  launches: 0,
  problems: [],
  ...changes,
});

/** A platform with one approved deployment, `1`, and its tenant: what a mapping needs. */
export async function addTenant(store: Store, changes: Partial<NewTenant> = {}): Promise<TenantRecord> {
  const platform = await store.platforms.add(aPlatform(), ['1'], CLI);
  return store.deployments.assignTenant(anAssignment(platform.id, '1', { create: aTenant(changes) }));
}

/** Text that every store keeps letter by letter. */
export const STORABLE_TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  unicode: 'Größe – 課程 – שלום',
  'an emoji': '👩‍🏫🎬',
  'both normal forms': 'é e\u0301',
  'a query operator': '{"$gt":""}',
  quotes: `'; DROP TABLE mappings; --"\``,
  wildcards: '%_*?[a-z]',
  'line ends and control characters': '\r\n\t\u001b\u007f',
  'a property name': '__proto__',
  '10 kB': 'x'.repeat(10_240),
};

/** Text that some database changes without a word, and every store refuses. */
export const UNSTORABLE_TEXTS: Readonly<Record<string, string>> = {
  'a NUL character': 'a\0b',
  'a high surrogate alone': 'a\uD83D',
  'a low surrogate alone': '\uDE00a',
};
