/**
 * Keeps launches for the inspector, in batches and off the hot path: a launch never waits for its record. When the
 * store can't keep up the oldest waiting records are dropped and counted, because launches matter more.
 */
import type { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { newLaunchId, type IdSource } from '../runtime/ids.js';
import type { LaunchRecord, LaunchStore } from '../store/ports.js';
import type { StepClock } from './step-clock.js';

const FLUSH_INTERVAL_MS = 250;
const MAX_BATCH = 200;
const MAX_WAITING = 5_000;

export type LaunchOutcomeFacts = Omit<LaunchRecord, 'outcome' | 'step' | 'code' | 'reason' | 'steps'>;

export interface LaunchRecorder {
  recordPlayed(facts: LaunchOutcomeFacts, steps: StepClock): void;
  recordFailure(failure: {
    requestId: string;
    atMs: number;
    steps: StepClock;
    error: AppError;
    facts?: Partial<LaunchOutcomeFacts>;
  }): void;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchRecorderDependencies {
  launches: LaunchStore;
  ids: IdSource;
  log: Log;
  /** Called once per launch, e.g. for a counter. */
  onOutcome?: (outcome: LaunchRecord['outcome'], code: string | undefined) => void;
}

export function createLaunchRecorder({ launches, ids, log, onOutcome }: LaunchRecorderDependencies): LaunchRecorder {
  let waiting: LaunchRecord[] = [];
  let flight = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const writeBatches = async (): Promise<void> => {
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
  const add = (record: LaunchRecord): void => {
    onOutcome?.(record.outcome, record.code);
    waiting.push(record);
    if (waiting.length > MAX_WAITING) {
      waiting.shift();
      log.warn({ dropped: 1 }, 'launch records wait for the store');
    }
    timer ??= setTimeout(() => void flush(), FLUSH_INTERVAL_MS).unref();
  };

  return {
    recordPlayed: (facts, steps) =>
      add({ ...facts, outcome: 'played', step: steps.current, steps: [...steps.timings] }),
    recordFailure: ({ requestId, atMs, steps, error, facts }) =>
      add({
        launchId: newLaunchId(ids),
        ...facts,
        requestId,
        atMs,
        outcome: 'failed',
        step: steps.current,
        code: error.code,
        ...(error.reason === undefined ? {} : { reason: error.reason }),
        steps: [...steps.timings],
      }),
    flush,
    async close() {
      await flush();
    },
  };
}
