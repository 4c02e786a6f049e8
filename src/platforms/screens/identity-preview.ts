/** What identity rules make of the people of recorded launches. Changes nothing. */
import type { ViewerCandidates } from '../../adapter-sdk/types.js';
import { isAppError } from '../../errors/app-error.js';
import { dryRun, type DryRun } from '../../identity/dry-run.js';
import { evaluateRule } from '../../identity/evaluate-rule.js';
import { parseRule, RULE_CANDIDATES } from '../../identity/rule-text.js';
import type { IdentitySettings } from '../../identity/settings.js';
import type { LaunchRecord, PlatformRecord, Store, TenantRecord, ViewerPin } from '../../store/ports.js';

/** Opens who a recorded launch was by. Undefined when it holds nobody, or was sealed with another secret. */
export type OpenViewer = (launch: LaunchRecord) => ViewerCandidates | undefined;

export interface IdentityPreviewDependencies {
  store: Pick<Store, 'launches' | 'viewers' | 'tenants'>;
  openViewer: OpenViewer;
  pseudonymKey: Buffer;
}

const LOOKED_AT = 500;
const MAX_PEOPLE = 20;

/** The last 20 people of this tenant who launched from this platform, by the present rule and by another one. */
export async function previewIdentity(
  {
    platform,
    tenant,
    present,
    wish,
  }: { platform: PlatformRecord; tenant: TenantRecord; present: IdentitySettings; wish: IdentitySettings },
  { store, openViewer, pseudonymKey }: IdentityPreviewDependencies,
): Promise<DryRun> {
  const launches = await store.launches.list({ platformId: platform.id, limit: LOOKED_AT });
  const people = new Map<string, ViewerCandidates>();
  const nameless: ViewerCandidates[] = [];
  for (const launch of launches) {
    if (people.size >= MAX_PEOPLE) break;
    const candidates = launch.tenantId === tenant.id ? openViewer(launch) : undefined;
    if (!candidates) continue;
    if (candidates.sub === undefined) nameless.push(candidates);
    else if (!people.has(candidates.sub)) people.set(candidates.sub, candidates);
  }
  const pins = await Promise.all([...people.keys()].map((subject) => store.viewers.find(tenant.id, subject)));
  return dryRun({
    tenant,
    tenants: await store.tenants.list(),
    viewers: [...people.values(), ...nameless],
    pins: pins.filter((pin): pin is ViewerPin => pin !== undefined),
    present,
    wish,
    pseudonymKey,
  });
}

export interface RuleResult {
  /** As an admin writes it. */
  rule: string;
  /** Absent: the rule gives this person no id that Kaltura takes. */
  viewerId?: string;
  problem?: string;
}

/** One person by every simple rule: the default, the pseudonym, and each candidate that the LMS sent. */
export function viewerByEachRule(
  candidates: ViewerCandidates,
  { tenant, pseudonymKey }: { tenant: TenantRecord; pseudonymKey: Buffer },
): RuleResult[] {
  const sent = RULE_CANDIDATES.filter((name) => candidates[name] !== undefined);
  return ['default', 'pseudonym', ...sent.map((name) => `{namespace}-{${name}}`)].map((rule) => {
    const reading = parseRule(rule);
    if (!reading.ok) throw new Error(`the rule ${rule} cannot be read`);
    try {
      return { rule, viewerId: evaluateRule(reading.rule, candidates, { tenant, pseudonymKey }).viewerId };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { rule, problem: error.reason ?? error.code };
    }
  });
}
