/** LMSs with something of everything that a screen may show, each told apart by a word that stands in all its texts. */
import { newUuid, type CategoryId, type LaunchId, type PlatformId, type TenantId } from '../../src/runtime/ids.js';
import type { Keyring } from '../../src/runtime/keyring.js';
import { LAUNCH_RECORD_SEAL } from '../../src/launch/pipeline.js';
import { personAdminId } from '../../src/store/person-admin-id.js';
import type { DeploymentKey, Store } from '../../src/store/ports.js';
import { ADMIN, aJob, aLaunch, anAssignment, aPlatform, aStagedRow, aTenant, CLI, random } from './store-fixtures.js';

/** A word that stands in the titles of all LMSs, to be searched for. */
export const SHARED_WORD = 'Seminar';

/** What paths and forms name, as their parameters are called. */
export interface LmsIds {
  platformId: PlatformId;
  deploymentId: string;
  tenantId: TenantId;
  courseKey: string;
  /** Prepared, not applied. */
  changeSetId: string;
  /** Applied. */
  changeSet: string;
  jobId: string;
  launchId: LaunchId;
  requestId: string;
  subject: string;
  categoryId: CategoryId;
  ruleId: string;
}

interface LmsOptions {
  /** Stands in every text. */
  word: string;
  nowMs: number;
  categoryId: CategoryId;
  /** The courses of this deployment and tenant; without it, a platform and a tenant of their own. */
  beside?: Pick<LmsIds, 'platformId' | 'tenantId'>;
}

/** Ids of the same form that nobody has. Those of `kept` stay. */
export const madeUpIds = (nowMs: number, kept: Partial<LmsIds> = {}): LmsIds => {
  const id = () => newUuid({ random, clock: { nowMs: () => nowMs } });
  return {
    platformId: id() as PlatformId,
    deploymentId: 'nowhere',
    tenantId: id() as TenantId,
    courseKey: 'no-course/1',
    changeSetId: id(),
    changeSet: id(),
    jobId: id(),
    launchId: id() as LaunchId,
    requestId: id(),
    subject: 'nobody',
    categoryId: '999999' as CategoryId,
    ruleId: id(),
    ...kept,
  };
};

async function platformOf(
  store: Store,
  { word, nowMs, beside }: LmsOptions,
): Promise<DeploymentKey & { tenantId: TenantId }> {
  const deploymentId = `deployment-${word}`;
  if (beside !== undefined) {
    const { platformId, tenantId } = beside;
    await store.deployments.joinTenant({ platformId, deploymentId, tenantId }, CLI, nowMs);
    return { platformId, deploymentId, tenantId };
  }
  const settings = { ...aPlatform().settings, adminSignIn: true as const };
  const platform = await store.platforms.add(
    aPlatform({ name: `Moodle ${word}`, clientId: `client-${word}`, settings }),
    [deploymentId],
    CLI,
  );
  const create = aTenant({ name: `LMS ${word}`, namespace: word });
  const { id: tenantId } = await store.deployments.assignTenant(anAssignment(platform.id, deploymentId, { create }));
  return { platformId: platform.id, deploymentId, tenantId };
}

/** Adds the LMS to the store. `word` is of lower-case letters. */
export async function addLms(store: Store, keyring: Keyring, options: LmsOptions): Promise<LmsIds> {
  const { word, nowMs, categoryId } = options;
  const id = () => newUuid({ random, clock: { nowMs: () => nowMs } });
  const { platformId, deploymentId, tenantId } = await platformOf(store, options);
  const deployment = { platformId, deploymentId };
  const courseKey = `course/${word}`;
  const title = `${SHARED_WORD} ${word}`;
  const to = { categoryId, categoryFullName: `LTI>site>channels>${word}`, origin: 'manual' as const };

  const names = { previousKeys: [`old-${word}`], categoryNames: [`LTI>old>${word}`] };
  await store.courses.noteSeen(
    [courseKey, `course/${word}-2`].map((key) => ({
      ...names,
      tenantId,
      courseKey: key,
      title,
      label: `${word}-101`,
      seenIn: deployment,
      seenAtMs: nowMs,
    })),
  );
  const changeSet = id();
  await store.mappings.apply(
    { changeSetId: changeSet, summary: `Mapped ${word}`, changes: [{ tenantId, courseKey, to }], atMs: nowMs },
    ADMIN,
  );

  const changeSetId = id();
  const times = { createdAtMs: nowMs, expiresAtMs: nowMs + 3_600_000 };
  const scope = { tenantId, deployment, createdBy: ADMIN };
  await store.stagedChanges.create({ id: changeSetId, kind: 'import', summary: `${word}.csv`, ...scope, ...times });
  const row = aStagedRow(1, { courseKey: `course/${word}-2`, courseTitle: title, effect: 'add', to });
  const wrong = aStagedRow(2, {
    courseKey: `gone-${word}`,
    effect: 'error',
    problems: [{ problem: 'unknown-course', value: word }],
  });
  await store.stagedChanges.append(changeSetId, [row, wrong], { done: 1 }, nowMs);
  await store.stagedChanges.setStatus(changeSetId, { from: 'reading', to: 'ready' }, nowMs);

  const subject = `sub-${word}`;
  // Of a kind that no process runs, so that it waits; a restricted session sees what it started itself.
  const actor = { kind: 'admin' as const, id: personAdminId({ platformId, subject }) };
  const job = await store.jobs.add(aJob(nowMs, { kind: 'test.wait', tenantId, input: { note: word }, actor }));
  const launch = aLaunch(nowMs, {
    requestId: `request-${word}`,
    ...deployment,
    tenantId,
    adapterId: 'moodle',
    courseKey,
    courseTitle: title,
    applicationName: word,
    reason: word,
    sealedPersonal: keyring.seal(LAUNCH_RECORD_SEAL, {
      adapterId: 'moodle',
      tenantHint: word,
      viewer: { candidates: { sub: `sub-${word}` }, name: `Person ${word}` },
      course: { key: courseKey, title, previousKeys: [], categoryNames: [] },
      roles: [],
      application: 'Moodle',
    }),
    sealedClaims: keyring.seal('launch-capture', { iss: `https://${word}.example`, sub: word }),
  });
  await store.launches.append([launch]);

  await store.adminPersons.ask({ ...deployment, subject, askedAtMs: nowMs }, { cap: 5 });
  await store.adminPersons.approve({ ...deployment, subject, role: 'editor' }, ADMIN, nowMs);
  await store.blockedFrames.note({ platformId, origin: `https://${word}.example` }, { nowMs, cap: 5 });

  const ids = { changeSetId, changeSet, jobId: job.id, launchId: launch.launchId, requestId: launch.requestId };
  return { ...deployment, tenantId, courseKey, ...ids, subject, categoryId, ruleId: id() };
}
