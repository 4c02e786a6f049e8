/** How a platform does: what its launches of late came to, and what waits for an admin. */
import type { PlatformId } from '../../runtime/ids.js';
import type { LaunchFilter, LaunchRecord, LaunchStore, Store } from '../../store/ports.js';

export const DAY_MS = 24 * 60 * 60_000;
const PAGE = 500;
const MAX_FAILURES = 100;

export interface Counted {
  count: number;
  /** There are more than were counted. */
  more: boolean;
}

export interface PlatformHealth {
  lastLaunch?: LaunchRecord;
  /** Of the last 24 hours. */
  failures: Counted;
  pendingDeployments: number;
  /** Persons of the LMS who asked to open the admin's screens. */
  askingPersons: number;
  blockedFrames: number;
}

export interface HealthDependencies {
  store: Pick<Store, 'launches' | 'deployments' | 'adminPersons' | 'blockedFrames'>;
}

export async function readHealth(
  id: PlatformId,
  nowMs: number,
  { store }: HealthDependencies,
): Promise<PlatformHealth> {
  const [[lastLaunch], failed, deployments, persons, frames] = await Promise.all([
    store.launches.list({ platformId: id, limit: 1 }),
    store.launches.list({ platformId: id, outcome: 'failed', limit: MAX_FAILURES }),
    store.deployments.listByPlatform(id),
    store.adminPersons.list(id),
    store.blockedFrames.list(id),
  ]);
  const failures = failed.filter(({ atMs }) => atMs >= nowMs - DAY_MS).length;
  return {
    ...(lastLaunch ? { lastLaunch } : {}),
    failures: { count: failures, more: failures === MAX_FAILURES },
    pendingDeployments: deployments.filter(({ status }) => status === 'pending').length,
    askingPersons: persons.filter(({ status }) => status === 'asked').length,
    blockedFrames: frames.length,
  };
}

/** The launches since then, newest first; reads at most `cap`. */
export async function launchesSince(
  launches: Pick<LaunchStore, 'list'>,
  filter: LaunchFilter,
  { sinceMs, cap }: { sinceMs: number; cap: number },
): Promise<{ launches: LaunchRecord[]; more: boolean }> {
  const found: LaunchRecord[] = [];
  for (;;) {
    const before = found.at(-1)?.launchId;
    const page = await launches.list({
      ...filter,
      limit: Math.min(PAGE, cap - found.length),
      ...(before === undefined ? {} : { before }),
    });
    const recent = page.filter(({ atMs }) => atMs >= sinceMs);
    found.push(...recent);
    if (recent.length < page.length || page.length < PAGE) return { launches: found, more: false };
    if (found.length >= cap) return { launches: found, more: true };
  }
}
