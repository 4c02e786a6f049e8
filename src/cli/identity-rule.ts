/** `playcontext identity rule` and `identity alias`: the commands that change who people are. */
import { AppError } from '../errors/app-error.js';
import { changeIdentitySettings, forgetPins, setViewerAlias } from '../identity/change-settings.js';
import { checkIdentitySettings, type StoredIdentitySettings } from '../identity/settings.js';
import type { TenantRecord } from '../store/ports.js';
import { count, previewTenant, readRecorded } from './identity-preview.js';
import {
  adapterOf,
  allPins,
  getTenant,
  personalValue,
  settingsOf,
  wishOf,
  type IdentityTools,
} from './identity-tools.js';

const BY_CLI = { kind: 'cli' } as const;
/** Every process sees a change of the store within this time. */
const SETTLED_MS = 5_000;

export interface RuleCommandOptions {
  set?: string;
  kaf: string[];
  reset?: boolean;
  guests?: 'refuse' | 'guest';
  shareIds?: boolean;
  forgetPins?: boolean;
  yes?: boolean;
}

/** Shows a tenant's rule, or what another one would do, and with `yes` stores it. */
export async function ruleCommand(tools: IdentityTools, namespace: string, options: RuleCommandOptions): Promise<void> {
  const { print, store, clock } = tools;
  const tenant = await getTenant(tools, namespace);
  const pins = await allPins(tools, tenant);
  const wish = await wishedSettings(tools, tenant, options);
  if (!wish && !options.forgetPins) return show(tools, tenant, pins);

  const present = settingsOf(tools, tenant);
  const settings = wish ? checkIdentitySettings(wish) : present;
  const recorded = await readRecorded(tools);
  const forgets = options.forgetPins ?? false;
  await previewTenant(tools, { tenant, viewers: recorded.of(tenant.id), pins, wish: settings, forgetPins: forgets });
  if (settings.sharedIds) {
    print(
      'Its ids have no namespace: who has the same id in another tenant or tool of the account is the same viewer.',
    );
    const others = (await store.tenants.list()).filter(
      (other) => other.id !== tenant.id && other.accountId === tenant.accountId && settingsOf(tools, other).sharedIds,
    );
    if (others.length > 0) print(`Shared with the tenants ${others.map((other) => other.namespace).join(', ')}.`);
  }
  if (settings.withoutSub === 'guest') print('Launches without a sub play, each as a viewer of its own.');
  if (forgets) print(`${count(pins.filter(({ kind }) => kind === 'pin').length, 'pin')} would be forgotten.`);
  if (!options.yes) {
    print('Nothing was changed. Repeat it with --yes to store it.');
    return;
  }

  const deps = { store, clock };
  if (wish) await changeIdentitySettings(tenant, wish, deps, BY_CLI);
  if (wish) print(`Stored. The rule of ${namespace} is ${settings.ruleText}.`);
  if (forgets) {
    // A process that still has the earlier rule would pin viewers by it again.
    await tools.delay(SETTLED_MS);
    print(`${count(await forgetPins(tenant, deps, BY_CLI), 'pin')} forgotten.`);
  }
}

async function wishedSettings(
  tools: IdentityTools,
  tenant: TenantRecord,
  { set, kaf, reset, guests, shareIds }: RuleCommandOptions,
): Promise<StoredIdentitySettings | undefined> {
  if (reset && (set !== undefined || kaf.length > 0)) {
    throw new AppError('INPUT_INVALID', { reason: '--reset goes back to the default rule; leave --set and --kaf out' });
  }
  const rule = wishOf({ kaf, ...(set === undefined ? {} : { rule: set }) }, await adapterOf(tools, tenant));
  if (!rule && !reset && guests === undefined) return undefined;
  const present = settingsOf(tools, tenant);
  const kept: StoredIdentitySettings = { rule: present.ruleText, sharedIds: present.sharedIds };
  const base: StoredIdentitySettings = reset ? {} : (rule ?? kept);
  return {
    ...base,
    // KAF’s ids are shared by their nature, but the owner says so, as for a rule that they write.
    sharedIds: rule ? shareIds === true : (base.sharedIds ?? false),
    withoutSub: guests ?? (reset ? 'refuse' : present.withoutSub),
  };
}

function show(tools: IdentityTools, tenant: TenantRecord, pins: readonly { kind: 'pin' | 'alias' }[]): void {
  const { ruleText, withoutSub, sharedIds } = settingsOf(tools, tenant);
  const { print } = tools;
  print(`Tenant       ${tenant.namespace} (${tenant.name})`);
  print(`Rule         ${ruleText}`);
  print(`Without sub  ${withoutSub === 'guest' ? 'plays as a viewer of one launch' : 'refused'}`);
  print(`Ids          ${sharedIds ? 'shared with the account: no namespace' : 'of this tenant alone'}`);
  print(`Pinned       ${count(pins.filter(({ kind }) => kind === 'pin').length, 'viewer')}`);
  print(`Aliases      ${count(pins.filter(({ kind }) => kind === 'alias').length, 'viewer')}`);
}

export interface AliasOptions {
  set?: string;
  remove?: boolean;
}

/** Shows what is stored for one viewer, says who they are, or leaves it to the rule again. */
export async function aliasCommand(
  tools: IdentityTools,
  { namespace, subject }: { namespace: string; subject: string },
  { set, remove }: AliasOptions,
): Promise<void> {
  const { print, store, clock, personal } = tools;
  const tenant = await getTenant(tools, namespace);
  if (set !== undefined && remove) throw new AppError('INPUT_INVALID', { reason: 'choose one of --set and --remove' });
  if (set !== undefined) {
    await setViewerAlias({ tenant, subject, viewerId: set }, { store, clock }, BY_CLI);
    print('Stored. It counts from the viewer’s next launch.');
    return;
  }
  if (remove) {
    const removed = await store.viewers.remove(tenant.id, subject, BY_CLI, clock.nowMs());
    print(removed ? 'Removed. The rule decides at the viewer’s next launch.' : 'Nothing is stored for this viewer.');
    return;
  }
  const found = await store.viewers.find(tenant.id, subject);
  print(found ? `${found.kind}  ${personalValue(found.viewerId, personal)}` : 'Nothing is stored: the rule decides.');
}
