import type { KalturaAccount } from '../../src/kaltura/types.js';
import type { AccountId } from '../../src/runtime/ids.js';

/** A made-up account. */
export const testAccount = (changes: Partial<KalturaAccount> = {}): KalturaAccount => ({
  id: 'main' as AccountId,
  partnerId: 102,
  serviceUrl: 'http://127.0.0.1:9',
  playerBaseUrl: 'http://127.0.0.1:9',
  uiConfId: 23448540,
  adminSecret: 'made-up-admin-secret',
  rootCategory: 'LTI',
  entitlement: { mode: 'off' },
  playerHosts: [],
  timeoutMs: 5_000,
  ...changes,
});

/** A clock that stands still until `nowMs` is moved. */
export const testClock = (startMs = 1_800_000_000_000) => {
  const clock = { now: startMs, nowMs: () => clock.now };
  return clock;
};
