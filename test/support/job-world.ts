/** Job runners of several processes on one store, with a clock that the test moves. */
import { setTimeout as wait } from 'node:timers/promises';
import type { JobHandlers, PeriodicTask } from '../../src/jobs/job.js';
import { createJobRunner, type JobRunner } from '../../src/jobs/runner.js';
import { systemRandom } from '../../src/runtime/random.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { JobRecord, Store } from '../../src/store/ports.js';
import { testClock } from './kaltura-account.js';

export interface JobWorld {
  store: Store;
  clock: { now: number; nowMs(): number };
  /** Messages of the log with their fields, e.g. `error a job failed`. */
  logged: { level: string; message: string; fields: Record<string, unknown> }[];
  runner(handlers: JobHandlers, periodic?: PeriodicTask[]): JobRunner;
  /** The job once `fits` says so; throws after ten seconds. */
  until(id: string, fits: (job: JobRecord) => boolean): Promise<JobRecord>;
  close(): Promise<void>;
}

export async function startJobWorld(): Promise<JobWorld> {
  const clock = testClock();
  const store = await openLibsqlStore({ directory: ':memory:', clock, random: systemRandom });
  const runners: JobRunner[] = [];
  const logged: JobWorld['logged'] = [];
  const note = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields: fields as Record<string, unknown> });
  };
  const log = { info: note('info'), warn: note('warn'), error: note('error') };

  return {
    store,
    clock,
    logged,
    runner(handlers, periodic = []) {
      const { jobs, leases } = store;
      const runner = createJobRunner({ jobs, leases, clock, random: systemRandom, log, handlers, periodic });
      runners.push(runner);
      return runner;
    },
    async until(id, fits) {
      for (let attempt = 0; attempt < 2_000; attempt += 1) {
        const job = await store.jobs.find(id);
        if (job && fits(job)) return job;
        await wait(5);
      }
      throw new Error(`the job did not get there: ${JSON.stringify(await store.jobs.find(id))}`);
    },
    async close() {
      await Promise.all(runners.map((runner) => runner.stop()));
      await store.close();
    },
  };
}
