/** Finds captured launches, and captures the next one. For the command line; a launch itself needs `capture.ts` only. */
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { LaunchId } from '../runtime/ids.js';
import type { LaunchRecord, LaunchStore, PlatformRecord, PlatformStore } from '../store/ports.js';
import { openCapture } from './capture.js';

const PAGE = 100;
/** How far back the newest captured launch is looked for. */
const MAX_LOOKED_AT = 2_000;
const POLL_MS = 1_000;
/** Every process knows of a change to a platform after this. */
const CHANGE_SPREADS_MS = 5_000;
const HOW = 'Launches are captured only while `playcontext adapter capture --next` waits for one.';

export interface CapturedLaunch {
  record: LaunchRecord;
  /** Redacted claims. */
  payload: Record<string, unknown>;
}

export interface CapturedLaunchesDependencies {
  store: {
    launches: Pick<LaunchStore, 'list' | 'findByRequestId'>;
    platforms: Pick<PlatformStore, 'findById' | 'update'>;
  };
  keyring: Keyring;
  clock: Clock;
  pause(ms: number): Promise<void>;
}

export interface CapturedLaunches {
  /** Throws INPUT_INVALID when there is no such launch, or it was not captured. */
  byRequestId(requestId: string): Promise<CapturedLaunch>;
  /** The newest captured launch. Throws INPUT_INVALID when there is none. */
  last(): Promise<CapturedLaunch>;
  /**
   * Switches capturing on for a platform, waits for its next launch, and switches it off again, whatever happens.
   * `ready` is called once every process captures. Throws INPUT_INVALID when none came in time, or `stopped` said so.
   */
  next(
    platform: PlatformRecord,
    options: { lifeMs: number; ready: () => void; stopped?: () => boolean },
  ): Promise<CapturedLaunch>;
}

export function createCapturedLaunches({
  store,
  keyring,
  clock,
  pause,
}: CapturedLaunchesDependencies): CapturedLaunches {
  const open = (record: LaunchRecord): CapturedLaunch => {
    if (record.sealedClaims === undefined) throw refuse(`the launch was not captured. ${HOW}`);
    const payload = openCapture(record, keyring);
    if (payload === undefined) throw refuse('the launch was captured with another secret');
    return { record, payload };
  };

  const newest = async (
    fits: (record: LaunchRecord) => boolean,
    maxLookedAt: number,
  ): Promise<LaunchRecord | undefined> => {
    let before: LaunchId | undefined;
    for (let seen = 0; seen < maxLookedAt; seen += PAGE) {
      const page = await store.launches.list({ limit: PAGE, ...(before === undefined ? {} : { before }) });
      const found = page.find(fits);
      if (found !== undefined || page.length < PAGE) return found;
      before = page.at(-1)?.launchId;
    }
    return undefined;
  };

  /** An admin may change the platform meanwhile: theirs stays, and only this one setting is set. */
  const setCaptureUntil = async (platform: PlatformRecord, untilMs: number | undefined): Promise<void> => {
    let current: PlatformRecord | undefined = await store.platforms.findById(platform.id);
    while (current !== undefined) {
      const { captureUntilMs: _, ...settings } = current.settings;
      const result = await store.platforms.update(
        current.id,
        current.version,
        {
          settings: { ...settings, ...(untilMs === undefined ? {} : { captureUntilMs: untilMs }) },
          updatedAtMs: clock.nowMs(),
        },
        { kind: 'cli' },
      );
      if (result.outcome === 'done') return;
      current = result.current;
    }
    throw new AppError('PLATFORM_UNKNOWN', { reason: 'the platform was removed' });
  };

  return {
    async byRequestId(requestId) {
      const record = await store.launches.findByRequestId(requestId);
      if (record === undefined) throw refuse(`no launch has the request id ${requestId}`);
      return open(record);
    },

    async last() {
      const record = await newest(({ sealedClaims }) => sealedClaims !== undefined, MAX_LOOKED_AT);
      if (record === undefined) throw refuse(`no launch was captured. ${HOW}`);
      return open(record);
    },

    async next(platform, { lifeMs, ready, stopped = () => false }) {
      const startedAtMs = clock.nowMs();
      const untilMs = startedAtMs + lifeMs;
      await setCaptureUntil(platform, untilMs);
      try {
        await pause(CHANGE_SPREADS_MS);
        ready();
        while (clock.nowMs() < untilMs && !stopped()) {
          const record = await newest(
            ({ platformId, atMs, sealedClaims }) =>
              platformId === platform.id && atMs >= startedAtMs && sealedClaims !== undefined,
            PAGE,
          );
          if (record !== undefined) return open(record);
          await pause(POLL_MS);
        }
      } finally {
        await setCaptureUntil(platform, undefined);
      }
      throw refuse('no launch of this platform came');
    },
  };
}

const refuse = (reason: string): AppError => new AppError('INPUT_INVALID', { reason });
