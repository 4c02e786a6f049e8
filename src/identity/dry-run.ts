/** What a rule would do to people who are known from recorded launches or a roster. Changes nothing. */
import type { ViewerCandidates } from '../adapter-sdk/types.js';
import { isAppError } from '../errors/app-error.js';
import type { TenantId } from '../runtime/ids.js';
import type { ViewerPin } from '../store/ports.js';
import { isNamed } from './default-rule.js';
import { evaluateRule } from './evaluate-rule.js';
import { isReserved } from './namespace.js';
import type { IdentitySettings } from './settings.js';

export interface DryRunInput {
  tenant: { id: TenantId; namespace: string };
  /** Every tenant of the installation, this one included. */
  tenants: readonly { id: TenantId; namespace: string }[];
  /** Each person once, with the candidates of their last launch. */
  viewers: readonly ViewerCandidates[];
  /** Aliases and pins of the tenant. */
  pins: readonly ViewerPin[];
  present: IdentitySettings;
  /** The settings to try; the present ones when absent. */
  wish?: IdentitySettings | undefined;
  /** As if pins were forgotten with the change. */
  forgetPins?: boolean;
  pseudonymKey: Buffer;
}

/** What becomes of one person: a userId and why it is that one, or why there is none. */
export type Outcome =
  { viewerId: string; by: 'alias' | 'pin' | 'rule' } | { problem: string; kind: 'unusable' | 'collides' };

export interface DryRunRow {
  candidates: ViewerCandidates;
  present: Outcome;
  wish: Outcome;
}

export interface DryRun {
  /** People with a `sub`, in the order in which they came. */
  rows: DryRunRow[];
  /** Launches that name nobody. */
  withoutSub: number;
  /** Whose id would be another one, while both rules give one. */
  changed: number;
  /** For whom the wished rule gives nothing that Kaltura takes. */
  unusable: number;
  /** Who would end with VIEWER_ID_COLLISION, or share an id if nobody looked. */
  colliding: number;
  /** Who would keep an id that the wished rule would not give, because it is pinned or an alias. */
  kept: number;
}

export function dryRun(input: DryRunInput): DryRun {
  const people = input.viewers.filter(({ sub }) => isNamed(sub));
  const present = outcomes(people, input.present, input.pins, input);
  const pins = input.forgetPins ? input.pins.filter(({ kind }) => kind === 'alias') : input.pins;
  const wish = outcomes(people, input.wish ?? input.present, pins, input);
  const rows = people.map((candidates, index) => ({ candidates, present: present[index]!, wish: wish[index]! }));
  const problems = (kind: string): number => rows.filter((row) => 'kind' in row.wish && row.wish.kind === kind).length;
  return {
    rows,
    withoutSub: input.viewers.length - people.length,
    changed: rows.filter(
      (row) => 'viewerId' in row.present && 'viewerId' in row.wish && row.present.viewerId !== row.wish.viewerId,
    ).length,
    unusable: problems('unusable'),
    colliding: problems('collides'),
    kept: rows.filter((row) => 'by' in row.wish && row.wish.by !== 'rule').length,
  };
}

function outcomes(
  people: readonly ViewerCandidates[],
  settings: IdentitySettings,
  pins: readonly ViewerPin[],
  { tenant, tenants, pseudonymKey }: DryRunInput,
): Outcome[] {
  const fixed = new Map(pins.map((pin) => [pin.subject, pin]));
  /** Who has or would get each id, as Kaltura compares ids. */
  const holders = new Map<string, Set<string>>();
  const hold = (viewerId: string, subject: string): void => {
    const folded = viewerId.toLowerCase();
    holders.set(folded, (holders.get(folded) ?? new Set()).add(subject));
  };
  for (const { subject, viewerId } of pins) hold(viewerId, subject);

  const first = people.map((candidates): Outcome => {
    const pin = fixed.get(candidates.sub!);
    if (pin) return { viewerId: pin.viewerId, by: pin.kind };
    try {
      const { viewerId } = evaluateRule(settings.rule, candidates, { tenant, pseudonymKey });
      if (settings.sharedIds && settings.rule.kind === 'template' && isReserved(viewerId, tenant.id, tenants)) {
        return { kind: 'collides', problem: 'the user id lies in the namespace of a tenant' };
      }
      hold(viewerId, candidates.sub!);
      return { viewerId, by: 'rule' };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { kind: 'unusable', problem: error.reason ?? error.code };
    }
  });

  return first.map((outcome) =>
    'by' in outcome && outcome.by === 'rule' && (holders.get(outcome.viewerId.toLowerCase())?.size ?? 0) > 1
      ? { kind: 'collides', problem: 'another person of the tenant has or would get the user id' }
      : outcome,
  );
}
