import type { Clock } from '../runtime/clock.js';
import type { StepTiming } from '../store/ports.js';

/** Names the step under way, so that a failure knows where it happened and the inspector sees the time per step. */
export interface StepClock {
  /** Runs one step; its time is kept whether it succeeds or throws. */
  run<T>(step: string, work: () => T | Promise<T>): Promise<T>;
  /** The step that ran last, failed or not. */
  readonly current: string;
  readonly timings: readonly StepTiming[];
}

export function createStepClock(clock: Clock): StepClock {
  const timings: StepTiming[] = [];
  let current = 'start';
  return {
    get current() {
      return current;
    },
    timings,
    async run(step, work) {
      current = step;
      const startedAtMs = clock.nowMs();
      try {
        return await work();
      } finally {
        timings.push({ step, durationMs: clock.nowMs() - startedAtMs });
      }
    },
  };
}
