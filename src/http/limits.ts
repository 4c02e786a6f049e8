/**
 * Keeps a flood of failing requests cheap and the log readable. Counts failures only: a lecture hall shares one
 * address, so a request that succeeds is neither counted nor refused, whatever else came from its address.
 */
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Log } from './log.js';

export const FAILURES_PER_MINUTE = 120;
const MINUTE_SECONDS = 60;

/**
 * Failures of launches that a registered platform has signed. A whole class may click a link that is not set up yet;
 * each must read why, and no stranger can cause one.
 */
const VOUCHED_FAMILIES = /^(?:ADAPTER|VIEWER|MAPPING|ENTRY|KALTURA|PLATFORM_DEPLOYMENT)_/;
const VOUCHED_CODES = new Set<ErrorCode>([
  'LAUNCH_TOKEN_EXPIRED',
  'LAUNCH_STATE_FOREIGN',
  'LAUNCH_REPLAYED',
  'LAUNCH_WITHOUT_ENTRY',
  'VIEW_GRANT_EXPIRED',
]);

/** True for failures that say nothing against the address that they came from. */
export const isVouched = (code: ErrorCode): boolean => VOUCHED_CODES.has(code) || VOUCHED_FAMILIES.test(code);

export interface FailureLimit {
  /**
   * Counts one failed request. Undefined while the address is within its limit; afterwards the seconds until it may
   * fail again, and the failure is to be answered shortly and not logged: one line a minute sums such failures up.
   */
  countFailure(address: string): Promise<number | undefined>;
}

export function createFailureLimit({
  log,
  perMinute = FAILURES_PER_MINUTE,
}: {
  log: Log;
  perMinute?: number;
}): FailureLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: MINUTE_SECONDS });
  let refused = new Map<string, number>();

  const summarise = (): void => {
    const counts = [...refused.values()];
    const total = counts.reduce((sum, count) => sum + count, 0);
    refused = new Map();
    log.warn({ refused: total, addresses: counts.length }, 'failing requests were refused in the last minute');
  };

  return {
    async countFailure(address) {
      const key = networkOf(address);
      try {
        await limiter.consume(key);
        return undefined;
      } catch (state) {
        if (!(state instanceof RateLimiterRes)) throw state;
        if (refused.size === 0) setTimeout(summarise, MINUTE_SECONDS * 1000).unref();
        refused.set(key, (refused.get(key) ?? 0) + 1);
        return Math.max(1, Math.ceil(state.msBeforeNext / 1000));
      }
    },
  };
}

/** One IPv6 customer owns at least a /64: counting single addresses would count nothing, and fill the memory. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const full = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ? tail.split(':') : [])];
  return `${full.slice(0, 4).join(':')}::/64`;
}
