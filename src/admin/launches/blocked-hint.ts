/** Frames that browsers refused, as the launch screens name them: such launches look as if they had played. */
import { fileURLToPath } from 'node:url';
import { frameOrigins } from '../../platforms/origins.js';
import type { Clock } from '../../runtime/clock.js';
import type { BlockedFrame, PlatformRecord } from '../../store/ports.js';
import { ADMIN_PATHS } from '../paths.js';

export const BLOCKED_TEMPLATE = fileURLToPath(new URL('./blocked-hints.eta', import.meta.url));

const RECENT_MS = 14 * 24 * 3_600_000;
const SHOWN = 3;

export interface BlockedHint {
  origin: string;
  platform: string;
  count: number;
  /** Where an owner adds the origin. */
  platformUrl: string;
}

/** The newest of the last two weeks, without origins that have been added since. */
export function blockedHints(
  blocked: readonly BlockedFrame[],
  platforms: readonly PlatformRecord[],
  clock: Clock,
): BlockedHint[] {
  const sinceMs = clock.nowMs() - RECENT_MS;
  return blocked
    .filter(({ lastAtMs }) => lastAtMs >= sinceMs)
    .flatMap(({ platformId, origin, count }) => {
      const platform = platforms.find(({ id }) => id === platformId);
      if (!platform || frameOrigins(platform).includes(origin)) return [];
      const platformUrl = `${ADMIN_PATHS.platforms}/${encodeURIComponent(platformId)}#frames`;
      return [{ origin, platform: platform.name, count, platformUrl }];
    })
    .slice(0, SHOWN);
}
