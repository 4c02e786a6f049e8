/** A store, an LMS and courses beside the Kaltura stand-in, for tests of what courses do with categories. */
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import type { Kaltura, KalturaAccount } from '../../src/kaltura/types.js';
import type { JobControl, JobHandler, JobProgress } from '../../src/jobs/job.js';
import { newUuid, type CategoryId } from '../../src/runtime/ids.js';
import { systemRandom } from '../../src/runtime/random.js';
import { startKalturaStandIn, type KalturaStandIn } from '../../src/sandbox/kaltura/server.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Actor, CourseRecord, JobRecord, PlatformRecord, Store, TenantRecord } from '../../src/store/ports.js';
import { testAccount, testClock } from './kaltura-account.js';
import { ADMIN, aPlatform, anAssignment, aSeenCourse, aTenant, CLI } from './store-fixtures.js';

export const DEPLOYMENT_ID = '1';

export interface CategoryWorld {
  store: Store;
  standIn: KalturaStandIn;
  kaltura: Kaltura;
  account: KalturaAccount;
  clock: { now: number; nowMs(): number };
  platform: PlatformRecord;
  tenant: TenantRecord;
  /** The id of a category that exists in the stand-in. */
  idOf(fullName: string): CategoryId;
  /** A course seen in deployment 1, mapped to the category of that full name. */
  addCourse(courseKey: string, mappedTo?: string, previousKeys?: string[]): Promise<CourseRecord>;
  course(courseKey: string): Promise<CourseRecord>;
  /** Runs a handler to its end, as the runner would; answers its result and what it saved. */
  run(handler: JobHandler | undefined, input: unknown, job?: Partial<JobRecord>): Promise<JobRun>;
  /** Adds a waiting job and nothing more: what screens ask of the runner. */
  jobs: {
    enqueue(job: { kind: string; input: unknown; tenantId?: TenantRecord['id'] }, by: Actor): Promise<JobRecord>;
  };
  close(): Promise<void>;
}

export interface JobRun {
  result: unknown;
  saved: JobProgress[];
}

export async function startCategoryWorld(): Promise<CategoryWorld> {
  const clock = testClock();
  const standIn = await startKalturaStandIn({ clock, random: systemRandom });
  const account = testAccount({
    serviceUrl: standIn.url,
    partnerId: standIn.partnerId,
    adminSecret: standIn.adminSecret,
    rootCategory: standIn.rootCategory,
    timeoutMs: 20_000,
  });
  const kaltura = createKaltura({ accounts: [account], gateway: createGateway(), clock, random: systemRandom });
  const store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom });
  const platform = await store.platforms.add(aPlatform(), [DEPLOYMENT_ID], CLI);
  const tenant = await store.deployments.assignTenant(anAssignment(platform.id, DEPLOYMENT_ID, { create: aTenant() }));

  const world: CategoryWorld = {
    store,
    standIn,
    kaltura,
    account,
    clock,
    platform,
    tenant,
    idOf(fullName) {
      const id = standIn.categories.find(fullName);
      if (id === undefined) throw new Error(`the stand-in has no ${fullName}`);
      return String(id) as CategoryId;
    },
    async addCourse(courseKey, mappedTo, previousKeys = []) {
      await store.courses.noteSeen([
        aSeenCourse(tenant.id, {
          courseKey,
          title: `Course ${courseKey}`,
          previousKeys,
          categoryNames: [courseKey],
          seenIn: { platformId: platform.id, deploymentId: DEPLOYMENT_ID },
        }),
      ]);
      if (mappedTo !== undefined) {
        const to = { categoryId: world.idOf(mappedTo), categoryFullName: mappedTo, origin: 'matched' } as const;
        await store.mappings.apply(
          {
            changeSetId: newUuid({ clock, random: systemRandom }),
            summary: 'as the test wants it',
            changes: [{ tenantId: tenant.id, courseKey, to }],
            atMs: clock.nowMs(),
          },
          ADMIN,
        );
      }
      return world.course(courseKey);
    },
    async course(courseKey) {
      const course = await store.courses.find(tenant.id, courseKey);
      if (!course) throw new Error(`there is no course ${courseKey}`);
      return course;
    },
    async run(handler, input, job = {}) {
      if (!handler) throw new Error('there is no such handler');
      const saved: JobProgress[] = [];
      const control: JobControl = {
        progress(progress) {
          saved.push(structuredClone(progress));
          return Promise.resolve();
        },
      };
      const record = { id: 'job', kind: 'test', done: 0, cancelRequested: false, input, ...job } as JobRecord;
      return { result: await handler.run(record, control), saved };
    },
    jobs: {
      enqueue: (job, by) =>
        store.jobs.add({
          id: newUuid({ clock, random: systemRandom }),
          actor: by,
          createdAtMs: clock.nowMs(),
          ...job,
        }),
    },
    async close() {
      await standIn.close();
      await store.close();
    },
  };
  return world;
}
