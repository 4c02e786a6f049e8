/**
 * Runs jobs, one at a time in this process, and the work that comes again. A job belongs to the process that holds its
 * lease; when that process dies the lease ends, and another process goes on from the job's state.
 */
import { AppError, toAppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import type { Clock } from '../runtime/clock.js';
import { newUuid } from '../runtime/ids.js';
import type { Random } from '../runtime/random.js';
import type { Actor, JobRecord, JobStore, LeaseStore } from '../store/ports.js';
import type { JobControl, JobHandlers, JobProgress, PeriodicTask } from './job.js';

const LEASE_LIFE_MS = 30_000;
/** Keeps the lease of a job that waits long for somebody else. */
const RENEWAL_INTERVAL_MS = 10_000;
const POLL_INTERVAL_MS = 3_000;

export type NewJob = Pick<JobRecord, 'kind' | 'input'> & Partial<Pick<JobRecord, 'tenantId' | 'total'>>;

export interface JobRunner {
  /** Adds a job; it starts at once when this process is free. Throws `STORE_…`. */
  enqueue(job: NewJob, by: Actor): Promise<JobRecord>;
  start(): void;
  /** Lets the chunk that runs end, and leaves its job to the next process that looks. */
  stop(): Promise<void>;
}

export interface JobRunnerDependencies {
  jobs: Pick<JobStore, 'add' | 'claim' | 'progress' | 'finish'>;
  leases: Pick<LeaseStore, 'acquire'>;
  clock: Clock;
  random: Random;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  handlers: JobHandlers;
  periodic: readonly PeriodicTask[];
}

/** Ends a handler's run; the job is not done. */
class JobStopped extends Error {
  constructor(readonly why: 'cancelled' | 'lost' | 'stopping') {
    super(`the job was stopped: ${why}`);
    this.name = 'JobStopped';
  }
}

export function createJobRunner(deps: JobRunnerDependencies): JobRunner {
  const { jobs, clock, random, log, handlers } = deps;
  const kinds = Object.keys(handlers);
  const holder = newUuid({ clock, random });
  const runPeriodic = createPeriodic(deps, holder);
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let working: Promise<void> | undefined;
  let tidying: Promise<void> | undefined;
  /** Somebody added a job while this process looked for one. */
  let lookAgain = false;

  async function work(): Promise<void> {
    while (!stopping) {
      lookAgain = false;
      const job = await jobs.claim({ holder, kinds, lifeMs: LEASE_LIFE_MS }, clock.nowMs());
      if (!job) return;
      await run(job);
    }
  }

  /** Looks for a job unless this process has one; then it looks again when that has ended. */
  function kick(): void {
    lookAgain = true;
    if (stopping || working) return;
    working = work()
      .catch((error: unknown) => log.warn({ err: error }, 'jobs could not be looked for'))
      .finally(() => {
        working = undefined;
        if (lookAgain) kick();
      });
  }

  function look(): void {
    kick();
    tidying ??= runPeriodic(() => stopping).finally(() => (tidying = undefined));
  }

  /** What a handler is given, and a timer that keeps the lease while the handler waits. */
  function controlOf(job: JobRecord): JobControl & { end(): void } {
    let { done, total, state } = job;

    const save = (lifeMs: number): Promise<'go-on' | 'cancel' | 'lost'> =>
      jobs.progress(
        {
          id: job.id,
          holder,
          done,
          ...(total === undefined ? {} : { total }),
          ...(state === undefined ? {} : { state }),
          lifeMs,
        },
        clock.nowMs(),
      );
    const renewal = setInterval(() => {
      save(LEASE_LIFE_MS).catch((error: unknown) => log.warn({ err: error, jobId: job.id }, 'a lease was not renewed'));
    }, RENEWAL_INTERVAL_MS).unref();

    return {
      async progress(next: JobProgress) {
        done = next.done;
        total = next.total ?? total;
        state = next.state ?? state;
        await nextTurn();
        // A lease that ends now lets the next process claim the job without waiting.
        const leaving = stopping;
        const answer = await save(leaving ? 0 : LEASE_LIFE_MS);
        if (answer !== 'go-on') throw new JobStopped(answer === 'cancel' ? 'cancelled' : 'lost');
        if (leaving) throw new JobStopped('stopping');
      },
      end: () => clearInterval(renewal),
    };
  }

  async function run(job: JobRecord): Promise<void> {
    const handler = handlers[job.kind];
    if (!handler) throw new AppError('INTERNAL', { reason: `a job of the kind ${job.kind} was claimed` });
    const control = controlOf(job);
    const names = { jobId: job.id, kind: job.kind };
    try {
      const result = await handler.run(job, control);
      control.end();
      await jobs.finish(
        { id: job.id, holder, status: 'done', ...(result === undefined ? {} : { result }) },
        clock.nowMs(),
      );
      log.info(names, 'a job is done');
    } catch (thrown) {
      control.end();
      await leave(job, thrown, names);
    }
  }

  /** A run that ended early: by us, by somebody, or by a failure. */
  async function leave(job: JobRecord, thrown: unknown, names: { jobId: string; kind: string }): Promise<void> {
    if (thrown instanceof JobStopped) {
      if (thrown.why === 'cancelled') await jobs.finish({ id: job.id, holder, status: 'cancelled' }, clock.nowMs());
      log.info({ ...names, why: thrown.why }, 'a job was stopped');
      return;
    }
    const error = toAppError(thrown);
    if (error.code === 'STORE_BUSY' || error.code === 'STORE_UNAVAILABLE') {
      // The store could not keep a failure either. The lease ends, and the job goes on once the store is back.
      log.warn({ ...names, err: error }, 'a job waits for the store');
      return;
    }
    log.error({ ...names, code: error.code, err: error }, 'a job failed');
    await jobs.finish({ id: job.id, holder, status: 'failed', errorCode: error.code }, clock.nowMs());
  }

  return {
    async enqueue({ kind, tenantId, input, total }, by) {
      const nowMs = clock.nowMs();
      const job = await jobs.add({
        id: newUuid({ clock, random }),
        kind,
        input,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(total === undefined ? {} : { total }),
        actor: by,
        createdAtMs: nowMs,
      });
      kick();
      return job;
    },
    start() {
      if (timer) return;
      timer = setInterval(look, POLL_INTERVAL_MS).unref();
      look();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await Promise.all([working, tidying]);
    },
  };
}

/** Lets requests, timers and sockets of this process have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Answers with what runs the tasks that are due and that no other process has run in this period. */
function createPeriodic(
  { leases, clock, log, periodic }: JobRunnerDependencies,
  holder: string,
): (isStopping: () => boolean) => Promise<void> {
  const dueAtMs = new Map<string, number>();

  return async (isStopping) => {
    for (const { name, everyMs, run } of periodic) {
      const nowMs = clock.nowMs();
      if (isStopping() || nowMs < (dueAtMs.get(name) ?? 0)) continue;
      dueAtMs.set(name, nowMs + everyMs);
      try {
        // The lease is kept until the period ends: it says that the work was done, not that it is going on.
        if (await leases.acquire({ name: `periodic:${name}`, holder, lifeMs: everyMs }, nowMs)) await run();
      } catch (error) {
        log.warn({ task: name, err: error }, 'periodic work failed');
      }
    }
  };
}
