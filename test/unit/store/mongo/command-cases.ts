/** What each method of the store is called with, and what reads find then. */
import type {
  AccountId,
  CategoryId,
  EntryId,
  LaunchId,
  PlatformId,
  PlatformRef,
  TenantId,
} from '../../../../src/runtime/ids.js';
import type { Store } from '../../../../src/store/ports.js';
import { toDocument } from '../../../../src/store/mongo/documents.js';
import type { TransferredCourse } from '../../../../src/store/transfer-records.js';
import {
  ACCOUNT,
  ADMIN,
  aChange,
  aChangeSet,
  aLaunch,
  aLink,
  aMapping,
  anAccount,
  anApiClient,
  anAssignment,
  aPin,
  aPlatform,
  aSeenCourse,
  aSession,
  aSigningKey,
  aTenant,
  CLI,
  NOW_MS,
} from '../../../support/store-fixtures.js';
import type { Command } from './wire.js';

export const PLATFORM = 'p' as PlatformId;
export const TENANT = 't' as TenantId;

type Stored = Parameters<typeof toDocument>[1];
const stored = (name: Parameters<typeof toDocument>[0], record: Stored): Command => toDocument(name, record);

const course = (changes: Partial<TransferredCourse> = {}): TransferredCourse => ({
  tenantId: TENANT,
  courseKey: '15',
  title: 'Torts',
  previousKeys: [],
  categoryNames: [],
  seenIn: [],
  firstSeenAtMs: NOW_MS,
  version: 0,
  ...changes,
});
const mapping = {
  accountId: ACCOUNT,
  categoryId: '1234' as CategoryId,
  categoryFullName: 'LTI>site>channels>15',
  origin: 'manual' as const,
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
};
const deployment = { platformId: PLATFORM, deploymentId: 'd', status: 'pending' as const, firstSeenAtMs: NOW_MS };

/** One record of what most methods look for. */
export const known = {
  account: stored('accounts', { ...anAccount(), version: 3 }),
  platform: stored('platforms', { ...aPlatform({ id: PLATFORM, ref: 'r' as PlatformRef }), version: 3 }),
  tenant: stored('tenants', { ...aTenant({ id: TENANT }), version: 3 }),
  deployment: stored('deployments', deployment),
  assigned: stored('deployments', { ...deployment, tenantId: TENANT }),
  course: stored('courses', course()),
  placed: stored(
    'courses',
    course({ seenIn: [{ platformId: PLATFORM, deploymentId: 'd' }], lastLaunchAtMs: NOW_MS - 1 }),
  ),
  mapped: stored('courses', course({ version: 3, mapping })),
  pin: stored('viewers', { ...aPin(TENANT, 's', 'v'), kind: 'pin' }),
  session: stored('adminSessions', aSession('h')),
  client: stored('apiClients', anApiClient('Portal', { id: 'c', tokenHash: 'h' })),
  key: stored('signingKeys', aSigningKey('k')),
};

export interface CommandCase {
  call: (store: Store) => Promise<unknown>;
  /** By collection. */
  found?: Record<string, Command[]>;
}

const place = { platformId: PLATFORM, deploymentId: 'd' };
const of15 = { tenantId: TENANT, courseKey: '15' };

export const commandCases: Record<string, CommandCase> = {
  'accounts.find': { call: ({ accounts }) => accounts.find('a' as AccountId) },
  'accounts.list': { call: ({ accounts }) => accounts.list() },
  'accounts.put, new': { call: ({ accounts }) => accounts.put(anAccount(), undefined, ADMIN) },
  'accounts.put, known': {
    found: { accounts: [known.account] },
    call: ({ accounts }) => accounts.put(anAccount(), 3, ADMIN),
  },
  'accounts.put, of another version': {
    found: { accounts: [known.account] },
    call: ({ accounts }) => accounts.put(anAccount(), 2, ADMIN),
  },
  'audit.list': { call: ({ audit }) => audit.list({ limit: 5 }) },
  'audit.list, of a tenant, further': { call: ({ audit }) => audit.list({ limit: 5, before: 'i', tenantId: TENANT }) },

  'platforms.add': {
    call: ({ platforms }) =>
      platforms.add(aPlatform({ id: PLATFORM, ref: 'r' as PlatformRef }), ['1', '2', '1'], ADMIN),
  },
  'platforms.update': {
    found: { platforms: [known.platform] },
    call: ({ platforms }) => platforms.update(PLATFORM, 3, { name: 'New' }, ADMIN),
  },
  'platforms.update, an address removed': {
    found: { platforms: [{ ...known.platform, tokenUrl: 'https://lms.example.edu/token' }] },
    call: ({ platforms }) => platforms.update(PLATFORM, 3, { tokenUrl: null, tokenAudience: 'x' }, ADMIN),
  },
  'platforms.update, of another version': {
    found: { platforms: [known.platform] },
    call: ({ platforms }) => platforms.update(PLATFORM, 2, { name: 'New' }, ADMIN),
  },
  'platforms.remove': {
    found: { platforms: [known.platform] },
    call: ({ platforms }) => platforms.remove(PLATFORM, 3, ADMIN, NOW_MS),
  },
  'platforms.findById': { call: ({ platforms }) => platforms.findById(PLATFORM) },
  'platforms.findByRef': { call: ({ platforms }) => platforms.findByRef('{"$gt":""}' as PlatformRef) },
  'platforms.findByIssuer': { call: ({ platforms }) => platforms.findByIssuer('i') },
  'platforms.findByIssuer, of a client': { call: ({ platforms }) => platforms.findByIssuer('i', '') },
  'platforms.list': { call: ({ platforms }) => platforms.list() },

  'deployments.find': { call: ({ deployments }) => deployments.find(PLATFORM, 'd') },
  'deployments.listByPlatform': { call: ({ deployments }) => deployments.listByPlatform(PLATFORM) },
  'deployments.approve, unknown': {
    found: { platforms: [known.platform] },
    call: ({ deployments }) => deployments.approve(PLATFORM, 'd', ADMIN, NOW_MS),
  },
  'deployments.approve, pending': {
    found: { deployments: [known.deployment] },
    call: ({ deployments }) => deployments.approve(PLATFORM, 'd', ADMIN, NOW_MS),
  },
  'deployments.setStatus': {
    found: { deployments: [known.deployment] },
    call: ({ deployments }) => deployments.setStatus({ ...place, status: 'disabled' }, ADMIN, NOW_MS),
  },
  'deployments.notePending, unknown': {
    found: { platforms: [known.platform] },
    call: ({ deployments }) => deployments.notePending(place, { nowMs: NOW_MS, cap: 3 }),
  },
  'deployments.notePending, known': {
    found: { deployments: [known.deployment] },
    call: ({ deployments }) => deployments.notePending(place, { nowMs: NOW_MS, cap: 3 }),
  },
  'deployments.assignTenant, the first': {
    found: { deployments: [known.deployment] },
    call: ({ deployments }) =>
      deployments.assignTenant(anAssignment(PLATFORM, 'd', { hint: 'h', create: aTenant({ id: TENANT }) })),
  },
  'deployments.assignTenant, of a known hint': {
    found: {
      deployments: [known.deployment],
      tenants: [known.tenant],
      tenantHints: [stored('tenantHints', { platformId: PLATFORM, hint: 'h', tenantId: TENANT })],
    },
    call: ({ deployments }) => deployments.assignTenant(anAssignment(PLATFORM, 'd', { hint: 'h' })),
  },
  'deployments.assignTenant, set earlier': {
    found: { deployments: [known.assigned], tenants: [known.tenant] },
    call: ({ deployments }) => deployments.assignTenant(anAssignment(PLATFORM, 'd', { hint: 'h' })),
  },
  'deployments.joinTenant, unknown': {
    found: { platforms: [known.platform], tenants: [known.tenant] },
    call: ({ deployments }) => deployments.joinTenant({ ...place, tenantId: TENANT }, ADMIN, NOW_MS),
  },
  'deployments.joinTenant, pending': {
    found: { deployments: [known.deployment], tenants: [known.tenant] },
    call: ({ deployments }) => deployments.joinTenant({ ...place, tenantId: TENANT }, ADMIN, NOW_MS),
  },

  'tenants.find': { call: ({ tenants }) => tenants.find(TENANT) },
  'tenants.list': { call: ({ tenants }) => tenants.list() },
  'tenants.update': {
    found: { tenants: [known.tenant] },
    call: ({ tenants }) => tenants.update(TENANT, 3, { name: 'New', identityRule: null }, ADMIN, NOW_MS),
  },

  'tenants.update, course settings': {
    found: { tenants: [known.tenant] },
    call: ({ tenants }) => tenants.update(TENANT, 3, { courseSettings: { rules: [] } }, ADMIN, NOW_MS),
  },

  'courses.find': { call: ({ courses }) => courses.find(TENANT, '15') },
  'courses.noteSeen, new': {
    found: { tenants: [known.tenant] },
    call: ({ courses }) => courses.noteSeen([aSeenCourse(TENANT, { title: 'Torts' })]),
  },
  'courses.noteSeen, known': {
    found: { tenants: [known.tenant], courses: [known.mapped] },
    call: ({ courses }) => courses.noteSeen([aSeenCourse(TENANT, { label: 'LAW 1' })]),
  },
  'courses.noteSeen, in one more deployment': {
    found: { tenants: [known.tenant], courses: [known.placed] },
    call: ({ courses }) =>
      courses.noteSeen([
        aSeenCourse(TENANT, { sourcedId: 'SIS-1', seenIn: { platformId: PLATFORM, deploymentId: 'e' } }),
      ]),
  },
  'courses.noteSeen, earlier than the last launch, in one more deployment': {
    found: { tenants: [known.tenant], courses: [known.placed] },
    call: ({ courses }) =>
      courses.noteSeen([
        aSeenCourse(TENANT, {
          title: 'Old',
          seenIn: { platformId: PLATFORM, deploymentId: 'e' },
          seenAtMs: NOW_MS - 9,
        }),
      ]),
  },
  'courses.noteSeen, earlier than the last launch': {
    found: { tenants: [known.tenant], courses: [known.placed] },
    call: ({ courses }) =>
      courses.noteSeen([aSeenCourse(TENANT, { title: 'Old', seenIn: place, seenAtMs: NOW_MS - 9 })]),
  },
  'courses.findMany': {
    found: { courses: [known.mapped] },
    call: ({ courses }) => courses.findMany(TENANT, ['16', '15', '16']),
  },
  'courses.list, of a deployment': {
    call: ({ courses }) => courses.list({ order: 'title', limit: 2, seenIn: place, state: 'unmapped' }),
  },
  'courses.list, by title': { call: ({ courses }) => courses.list({ order: 'title', limit: 2 }) },
  'courses.list, by launch, of a tenant, further': {
    call: ({ courses }) => courses.list({ order: 'recent', limit: 2, tenantId: TENANT, after: recentPlace }),
  },
  'courses.list, further': { call: ({ courses }) => courses.list({ order: 'title', limit: 2, after: titlePlace }) },
  'courses.list, searched': {
    found: { courses: [known.course] },
    call: ({ courses }) => courses.list({ order: 'title', limit: 2, state: 'unmapped', search: 'Tor 1.' }),
  },
  'courses.count': { call: ({ courses }) => courses.count({ state: 'broken', categoryId: '7' as CategoryId }, 100) },
  'courses.count, searched': { call: ({ courses }) => courses.count({ state: 'manual', search: '.* x$' }, 100) },
  'courses.setProblem': {
    found: { courses: [known.mapped] },
    call: ({ courses }) => courses.setProblem({ ...of15, expectedVersion: 3, problem: 'moved' }, NOW_MS),
  },
  'courses.setProblem, cleared': {
    found: { courses: [known.mapped] },
    call: ({ courses }) => courses.setProblem({ ...of15, expectedVersion: 3 }, NOW_MS),
  },

  'mappings.find': { call: ({ mappings }) => mappings.find(TENANT, '15') },
  'mappings.apply, unknown course': {
    found: { tenants: [known.tenant] },
    call: ({ mappings }) => mappings.apply(aChangeSet([aChange(TENANT, { courseTitle: 'Torts' })]), ADMIN),
  },
  'mappings.apply, mapped course': {
    found: { tenants: [known.tenant], courses: [known.mapped] },
    call: ({ mappings }) => mappings.apply(aChangeSet([aChange(TENANT, { expectedVersion: 3 })]), ADMIN),
  },
  'mappings.apply, removed': {
    found: { tenants: [known.tenant], courses: [known.mapped] },
    call: ({ mappings }) =>
      mappings.apply(aChangeSet([{ tenantId: TENANT, courseKey: '15', expectedVersion: 3 }]), ADMIN),
  },
  'mappings.apply, of another version': {
    found: { tenants: [known.tenant], courses: [known.mapped] },
    call: ({ mappings }) => mappings.apply(aChangeSet([aChange(TENANT, { expectedVersion: 2 })]), ADMIN),
  },
  'mappings.history': { call: ({ mappings }) => mappings.history(of15, { limit: 2, before: 'i' }) },
  'mappings.changeSet': { call: ({ mappings }) => mappings.changeSet('s', { limit: 2, after: 'i' }) },
  'mappings.createIfAbsent': {
    found: { tenants: [known.tenant], courses: [known.course] },
    call: ({ mappings }) => mappings.createIfAbsent(aMapping(TENANT), CLI),
  },
  'mappings.createIfAbsent, mapped': {
    found: { courses: [known.mapped] },
    call: ({ mappings }) => mappings.createIfAbsent(aMapping(TENANT), CLI),
  },
  'mappings.findByCategory': { call: ({ mappings }) => mappings.findByCategory(ACCOUNT, '7' as CategoryId) },

  'viewers.find': { call: ({ viewers }) => viewers.find(TENANT, 's') },
  'viewers.pinIfAbsent': {
    found: { tenants: [known.tenant] },
    call: ({ viewers }) => viewers.pinIfAbsent(aPin(TENANT, 's', 'v')),
  },
  'viewers.pinIfAbsent, known': {
    found: { viewers: [known.pin] },
    call: ({ viewers }) => viewers.pinIfAbsent(aPin(TENANT, 's', 'v')),
  },
  'viewers.setAlias': {
    found: { tenants: [known.tenant] },
    call: ({ viewers }) => viewers.setAlias(aPin(TENANT, 's', 'v'), ADMIN),
  },
  'viewers.remove': {
    found: { viewers: [known.pin] },
    call: ({ viewers }) => viewers.remove(TENANT, 's', ADMIN, NOW_MS),
  },
  'viewers.list': { call: ({ viewers }) => viewers.list(TENANT, { limit: 2, after: 's' }) },

  'admins.addLink': { call: ({ admins }) => admins.addLink(aLink('h'), CLI, NOW_MS) },
  'admins.addLink, others have ended': {
    // The link itself is not there: what is found has another hash.
    found: { adminLinks: [{ _id: 'old' }] },
    call: ({ admins }) => admins.addLink(aLink('h'), CLI, NOW_MS),
  },
  'admins.consumeLink': { call: ({ admins }) => admins.consumeLink('h', NOW_MS) },
  'admins.addSession': { call: ({ admins }) => admins.addSession(aSession('h'), NOW_MS) },
  'admins.findSession': { call: ({ admins }) => admins.findSession('h', NOW_MS) },
  'admins.touchSession': {
    found: { adminSessions: [known.session] },
    call: ({ admins }) => admins.touchSession('h', NOW_MS + 2_000, NOW_MS),
  },
  'admins.removeSession': { call: ({ admins }) => admins.removeSession('h') },
  'admins.listSessions': { call: ({ admins }) => admins.listSessions(NOW_MS) },

  'apiClients.add': {
    found: { tenants: [known.tenant] },
    call: ({ apiClients }) => apiClients.add(anApiClient('x', { id: 'c', tokenHash: 'h', tenantId: TENANT }), ADMIN),
  },
  'apiClients.findByTokenHash': { call: ({ apiClients }) => apiClients.findByTokenHash('h') },
  'apiClients.list': { call: ({ apiClients }) => apiClients.list() },
  'apiClients.revoke': {
    found: { apiClients: [known.client] },
    call: ({ apiClients }) => apiClients.revoke('c', ADMIN, NOW_MS),
  },

  'leases.acquire': { call: ({ leases }) => leases.acquire({ name: 'roster', holder: 'me', lifeMs: 5 }, NOW_MS) },
  'leases.release': { call: ({ leases }) => leases.release('roster', 'me') },
  'consumedStates.consume': { call: ({ consumedStates }) => consumedStates.consume('s', NOW_MS + 1) },
  'consumedStates.consume, ended': { call: ({ consumedStates }) => consumedStates.consume('s', NOW_MS) },
  'consumedStates.has': { call: ({ consumedStates }) => consumedStates.has('s') },
  'consumedStates.sweep': {
    found: { consumedStates: [{ _id: 'a' }, { _id: 'b' }] },
    call: ({ consumedStates }) => consumedStates.sweep(NOW_MS, 2),
  },
  'launches.append': {
    call: ({ launches }) =>
      launches.append(['l1', 'l2'].map((id) => aLaunch(NOW_MS, { launchId: id as LaunchId, entryId: 'e' as EntryId }))),
  },
  'launches.list': { call: ({ launches }) => launches.list({ limit: 2, before: 'l' as LaunchId }) },
  'launches.findByRequestId': { call: ({ launches }) => launches.findByRequestId('r') },
  'launches.sweep': { found: { launches: [{ _id: 'l' }] }, call: ({ launches }) => launches.sweep(NOW_MS, 2) },

  'signingKeys.list': { call: ({ signingKeys }) => signingKeys.list() },
  'signingKeys.addFirst': { call: ({ signingKeys }) => signingKeys.addFirst([aSigningKey('k'), aSigningKey('l')]) },
  'signingKeys.addFirst, late': {
    found: { signingKeys: [known.key] },
    call: ({ signingKeys }) => signingKeys.addFirst([aSigningKey('l')]),
  },
  'installationKeys.getOrCreate': { call: ({ installationKeys }) => installationKeys.getOrCreate('n', 'sealed') },
  'installationKeys.getOrCreate, known': {
    found: { installationKeys: [{ _id: 'n', sealed: 'other' }] },
    call: ({ installationKeys }) => installationKeys.getOrCreate('n', 'sealed'),
  },
  'transfer.write': {
    call: ({ transfer }) => transfer.write({ aggregate: 'installationKeys', records: [{ name: 'n', sealed: 's' }] }),
  },
  changeNumber: { call: ({ changeNumber }) => changeNumber() },
  ping: { call: ({ ping }) => ping() },
};

const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
const titlePlace = cursor('t', 'torts', '15', 't');
const recentPlace = cursor('r', NOW_MS, '15', 't');
