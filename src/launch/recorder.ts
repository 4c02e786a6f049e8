/**
 * Keeps launches for the inspector, and the courses that they came from, in batches and off the hot path: a launch
 * never waits for its record. When the store can't keep up the oldest waiting records are dropped and counted, because
 * launches matter more.
 */
import { isAppError, type AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { newLaunchId, type IdSource } from '../runtime/ids.js';
import type { CourseStore, LaunchRecord, LaunchStore, SeenCourse } from '../store/ports.js';
import type { StepClock } from './step-clock.js';

const FLUSH_INTERVAL_MS = 250;
const MAX_BATCH = 200;
const MAX_WAITING = 5_000;
const MAX_COURSES_WAITING = 5_000;

export type LaunchOutcomeFacts = Omit<LaunchRecord, 'outcome' | 'step' | 'code' | 'reason' | 'steps'>;

export interface LaunchRecorder {
  recordPlayed(facts: LaunchOutcomeFacts, steps: StepClock): void;
  recordFailure(failure: {
    requestId: string;
    atMs: number;
    steps: StepClock;
    error: AppError;
    /** For an admin, in place of the error's own. */
    reason?: string;
    facts?: Partial<LaunchOutcomeFacts>;
  }): void;
  /** Makes the course known, mapped or not. Of several launches of one course the last one counts. */
  noteCourse(course: SeenCourse): void;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchRecorderDependencies {
  launches: Pick<LaunchStore, 'append'>;
  courses: Pick<CourseStore, 'noteSeen'>;
  ids: IdSource;
  log: Log;
  /** Called once per launch, e.g. for a counter. */
  onOutcome?: (outcome: LaunchRecord['outcome'], code: string | undefined) => void;
}

export function createLaunchRecorder({
  launches,
  courses,
  ids,
  log,
  onOutcome,
}: LaunchRecorderDependencies): LaunchRecorder {
  let waiting: LaunchRecord[] = [];
  let coursesWaiting = new Map<string, SeenCourse>();
  let flight = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const noteCourses = async (batch: SeenCourse[]): Promise<void> => {
    try {
      await courses.noteSeen(batch);
    } catch (error) {
      // An LMS may send text that no store keeps: it must not cost the others their place.
      if (batch.length > 1 && isAppError(error) && error.code === 'INPUT_INVALID') {
        for (const course of batch) await noteCourses([course]);
      } else log.warn({ err: error, dropped: batch.length }, 'courses of launches were not stored');
    }
  };
  const writeCourses = async (): Promise<void> => {
    const batch = [...coursesWaiting.values()];
    coursesWaiting = new Map();
    for (let from = 0; from < batch.length; from += MAX_BATCH) await noteCourses(batch.slice(from, from + MAX_BATCH));
  };
  const writeBatches = async (): Promise<void> => {
    await writeCourses();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      try {
        await launches.append(batch);
      } catch (error) {
        log.warn({ err: error, dropped: batch.length }, 'launch records were not stored');
      }
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    flight = flight.then(writeBatches);
    return flight;
  };
  const flushSoon = (): void => {
    timer ??= setTimeout(() => void flush(), FLUSH_INTERVAL_MS).unref();
  };
  const add = (record: LaunchRecord): void => {
    onOutcome?.(record.outcome, record.code);
    waiting.push(record);
    if (waiting.length > MAX_WAITING) {
      waiting.shift();
      log.warn({ dropped: 1 }, 'launch records wait for the store');
    }
    flushSoon();
  };

  return {
    recordPlayed: (facts, steps) =>
      add({ ...facts, outcome: 'played', step: steps.current, steps: [...steps.timings] }),
    recordFailure: ({ requestId, atMs, steps, error, reason = error.reason, facts }) =>
      add({
        launchId: newLaunchId(ids),
        ...facts,
        requestId,
        atMs,
        outcome: 'failed',
        step: steps.current,
        code: error.code,
        ...(reason === undefined ? {} : { reason }),
        steps: [...steps.timings],
      }),
    noteCourse(course) {
      const { platformId, deploymentId } = course.seenIn ?? {};
      // A course may be seen in several deployments at once, and each of them counts.
      const key = JSON.stringify([course.tenantId, course.courseKey, platformId, deploymentId]);
      if (coursesWaiting.size >= MAX_COURSES_WAITING && !coursesWaiting.has(key)) {
        log.warn({ dropped: 1 }, 'courses of launches wait for the store');
        return;
      }
      coursesWaiting.set(key, course);
      flushSoon();
    },
    flush,
    async close() {
      await flush();
    },
  };
}
