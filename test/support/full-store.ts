/** A store with something in every aggregate, odd values among them, made through its ports. */
import { newUuid, type AccountId, type CategoryId, type TenantId, type ViewerId } from '../../src/runtime/ids.js';
import type { Actor, DeploymentKey, Store } from '../../src/store/ports.js';
import {
  aJob,
  aLaunch,
  aMapping,
  aPlatform,
  aSigningKey,
  aTenant,
  anAssignment,
  NOW_MS,
  random,
} from './store-fixtures.js';

const ADMIN: Actor = { kind: 'admin', id: 'admin-1', address: '192.0.2.7' };
/** Far ahead: a database whose own clock is right may remove what has ended. */
const LATER_MS = 4_000_000_000_000;

const changeSetId = (atMs: number): string => newUuid({ random, clock: { nowMs: () => atMs } });

/**
 * Fills an empty store; answers with a tenant that has courses, mappings and history, and a deployment that one of them
 * was seen in.
 */
export async function fillStore(store: Store, courseCount = 3): Promise<{ tenantId: TenantId; seenIn: DeploymentKey }> {
  await store.accounts.put(
    {
      id: 'library' as AccountId,
      name: 'Library – ספרייה',
      partnerId: 102,
      settings: { rootCategory: 'LTI', nested: { list: [1, null, { a: '' }] } },
      sealedCredentials: 'sealed-credentials',
      createdAtMs: NOW_MS,
      updatedAtMs: NOW_MS,
    },
    undefined,
    ADMIN,
  );
  const moodle = await store.platforms.add(aPlatform(), ['1'], ADMIN);
  const { id: tenantId } = await store.deployments.assignTenant(anAssignment(moodle.id, '1'));
  const settings = { identityRule: { template: '{sub}' }, courseSettings: { rules: [], players: { seen: 7 } } };
  await store.tenants.update(tenantId, 1, { name: 'Größe', ...settings }, ADMIN, NOW_MS);
  const other = await store.platforms.add(
    aPlatform({
      name: 'Canvas',
      adapterId: 'canvas',
      tokenUrl: 'https://canvas.example.edu/token',
      acceptedIssuers: ['x'],
      settings: {
        unmappedCourse: 'provision',
        entryPolicy: 'root',
        frameOrigins: ['https://portal.example.edu'],
        adapter: { note: 'odd \u0000 text' },
        uiConfId: 7,
        pilot: { courseKeys: ['15'], deploymentIds: ['a'], contact: 'Ana' },
        serviceHosts: ['services.example.edu'],
        adminSignIn: true,
      },
    }),
    ['a', 'b'],
    ADMIN,
  );
  await store.deployments.assignTenant(anAssignment(other.id, 'a', { create: aTenant({ name: 'Canvas' }) }));
  await store.deployments.notePending({ platformId: other.id, deploymentId: '{"$gt":""}' }, { nowMs: NOW_MS, cap: 5 });

  const seenIn: DeploymentKey = { platformId: moodle.id, deploymentId: '1' };
  await store.courses.noteSeen([
    {
      tenantId,
      courseKey: 'seen',
      title: 'Übung: Histology of the ear',
      label: 'HIST-101',
      sourcedId: 'SIS-2026-7',
      previousKeys: ['old'],
      categoryNames: ['LTI>site>channels>seen'],
      seenIn,
      seenAtMs: NOW_MS,
    },
  ]);
  const to = { categoryId: '77' as CategoryId, categoryFullName: 'LTI>site>channels>77', origin: 'manual' as const };
  for (let from = 0; from < courseCount; from += 500) {
    const changes = Array.from({ length: Math.min(500, courseCount - from) }, (_, index) => ({
      tenantId,
      courseKey: `course-${from + index}`,
      courseTitle: `Course ${from + index}`,
      to,
    }));
    await store.mappings.apply({ changeSetId: changeSetId(NOW_MS), summary: 'Imported', changes, atMs: NOW_MS }, ADMIN);
  }
  await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: 'removed' }), { kind: 'launch' });
  await store.mappings.apply(
    {
      changeSetId: changeSetId(NOW_MS + 1),
      summary: 'Removed',
      changes: [{ tenantId, courseKey: 'removed', expectedVersion: 1 }],
      atMs: NOW_MS + 1,
    },
    { kind: 'cli' },
  );
  await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: 'broken' }), { kind: 'job', id: 'checks' });
  await store.courses.setProblem({ tenantId, courseKey: 'broken', expectedVersion: 1, problem: 'renamed' }, NOW_MS);

  await store.viewers.pinIfAbsent({ tenantId, subject: 's-1', viewerId: 'law_1' as ViewerId, atMs: NOW_MS });
  await store.viewers.setAlias({ tenantId, subject: 's-2', viewerId: 'law_1' as ViewerId, atMs: NOW_MS }, ADMIN);
  await store.admins.addLink({ tokenHash: 'link', role: 'owner', name: 'Ana', expiresAtMs: LATER_MS }, ADMIN, NOW_MS);
  await store.admins.addLink(
    { tokenHash: 'link-2', role: 'viewer', name: 'Bo', expiresAtMs: LATER_MS, adminId: 'lti:x:7', deployment: seenIn },
    ADMIN,
    NOW_MS,
  );
  await store.admins.addSession(
    {
      tokenHash: 'session',
      adminId: 'admin-1',
      name: 'Ana',
      role: 'editor',
      deployment: { platformId: other.id, deploymentId: 'a' },
      createdAtMs: NOW_MS,
      idleExpiresAtMs: LATER_MS,
      expiresAtMs: LATER_MS,
    },
    NOW_MS,
  );
  for (const [index, subject] of ['asked', '{"$gt":""}'].entries()) {
    await store.adminPersons.ask(
      { ...seenIn, subject, askedAtMs: NOW_MS + index, ...(index === 0 ? { sealedName: 'sealed' } : {}) },
      { cap: 5 },
    );
  }
  await store.adminPersons.approve({ ...seenIn, subject: '{"$gt":""}', role: 'editor' }, ADMIN, NOW_MS);
  await store.blockedFrames.note(
    { platformId: other.id, origin: 'https://portal.example.edu' },
    { nowMs: NOW_MS, cap: 5 },
  );
  await fillJobs(store, tenantId);

  const client = { id: changeSetId(NOW_MS), name: 'Portal', scopes: ['embed'], createdAtMs: NOW_MS };
  await store.apiClients.add({ ...client, tokenHash: 'client-1', tenantId }, ADMIN);
  await store.apiClients.add({ ...client, id: changeSetId(NOW_MS + 1), tokenHash: 'client-2' }, ADMIN);
  await store.apiClients.revoke(client.id, ADMIN, NOW_MS);
  await store.signingKeys.addFirst([aSigningKey('k-1'), aSigningKey('k-2', { status: 'next' })]);
  await store.installationKeys.getOrCreate('pseudonyms', 'sealed');
  await store.consumedStates.consume('state', LATER_MS);
  await store.launches.append([
    aLaunch(NOW_MS, {
      ...seenIn,
      tenantId,
      courseKey: 'seen',
      courseTitle: 'odd \u0000 text',
      sealedPersonal: 'sealed',
      roles: ['learner'],
    }),
    aLaunch(NOW_MS + 1, { outcome: 'failed', code: 'LAUNCH_REPLAYED', reason: 'seen before' }),
  ]);
  return { tenantId, seenIn };
}

/** A job that waits, one that runs, one that is done and one that failed. */
async function fillJobs({ jobs }: Store, tenantId: TenantId): Promise<void> {
  for (let index = 0; index < 4; index += 1) {
    await jobs.add(aJob(NOW_MS + index, { tenantId, total: 5, input: { odd: 'a\u0000' } }));
  }
  const claim = async () => {
    const job = await jobs.claim({ holder: 'process', kinds: ['courses.apply-changes'], lifeMs: 60_000 }, NOW_MS);
    return { id: job?.id ?? '', holder: 'process' };
  };
  await jobs.finish({ ...(await claim()), status: 'done', result: { applied: 5 } }, NOW_MS + 5);
  await jobs.finish({ ...(await claim()), status: 'failed', errorCode: 'KALTURA_TIMEOUT' }, NOW_MS + 6);
  await jobs.progress({ ...(await claim()), done: 2, state: { after: 'course-2' }, lifeMs: 60_000 }, NOW_MS);
}
