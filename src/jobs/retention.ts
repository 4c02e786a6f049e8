/** Removes what nobody needs any more: old launch records, jobs that ended, previews that nobody applied, used states. */
import type { Clock } from '../runtime/clock.js';
import type { Store } from '../store/ports.js';
import type { PeriodicTask } from './job.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const JOBS_DAYS = 30;
const CHUNK = 500;
/** Of one task in one period: what is more waits for the next one. */
const MAX_CHUNKS = 200;

export interface RetentionDependencies {
  store: Pick<Store, 'launches' | 'jobs' | 'stagedChanges' | 'consumedStates'>;
  clock: Clock;
  /** How long launch records are kept. */
  launchesDays: number;
}

export function createRetention({ store, clock, launchesDays }: RetentionDependencies): PeriodicTask[] {
  return [
    {
      name: 'sweep-launches',
      everyMs: HOUR_MS,
      run: () => inChunks(() => store.launches.sweep(clock.nowMs() - launchesDays * DAY_MS, CHUNK)),
    },
    {
      name: 'sweep-jobs',
      everyMs: HOUR_MS,
      run: () => inChunks(() => store.jobs.sweep(clock.nowMs() - JOBS_DAYS * DAY_MS, CHUNK)),
    },
    {
      name: 'sweep-staged-changes',
      everyMs: HOUR_MS,
      async run() {
        for (const id of await store.stagedChanges.expired(clock.nowMs(), CHUNK)) {
          await inChunks(async () => ((await store.stagedChanges.remove(id)) ? 0 : CHUNK));
        }
      },
    },
    {
      name: 'sweep-states',
      everyMs: MINUTE_MS,
      run: () => inChunks(() => store.consumedStates.sweep(clock.nowMs(), CHUNK)),
    },
  ];
}

/** Repeats until a chunk is not full; between two chunks, requests have their turn. */
async function inChunks(sweep: () => Promise<number>): Promise<void> {
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    if ((await sweep()) < CHUNK) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
