/** What the identity commands share. */
import type { AdapterRegistry } from '../adapter-sdk/registry.js';
import { cleanText } from '../adapter-sdk/text.js';
import { AppError, isAppError } from '../errors/app-error.js';
import { listPins } from '../identity/change-settings.js';
import { fromKafSettings, KAF_SETTINGS, type KafSettings } from '../identity/kaf.js';
import {
  checkIdentitySettings,
  readIdentitySettings,
  type IdentitySettings,
  type StoredIdentitySettings,
} from '../identity/settings.js';
import type { Kaltura } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Store, TenantRecord, ViewerPin } from '../store/ports.js';

export interface IdentityTools {
  store: Pick<Store, 'tenants' | 'viewers' | 'launches' | 'platforms' | 'deployments'>;
  registry: AdapterRegistry;
  kaltura: Pick<Kaltura, 'account' | 'existingViewerIds'>;
  keyring: Keyring;
  pseudonymKey: Buffer;
  clock: Clock;
  delay(ms: number): Promise<void>;
  print(line: string): void;
  /** The output goes to the operator's own terminal, or they said that it may hold personal values. */
  personal: boolean;
}

/** A rule as the command line takes it: written, or as KAF's settings. */
export interface RuleOptions {
  rule?: string;
  /** `name=value` each. */
  kaf: string[];
}

/** The tenant of that namespace. INPUT_INVALID names those that exist. */
export async function getTenant({ store }: Pick<IdentityTools, 'store'>, namespace: string): Promise<TenantRecord> {
  const tenants = await store.tenants.list();
  const found = tenants.find((tenant) => tenant.namespace === namespace);
  if (found) return found;
  const known = tenants.map((tenant) => tenant.namespace).join(', ');
  throw new AppError('INPUT_INVALID', {
    reason: known === '' ? 'there is no tenant yet; the first launch makes one' : `the tenants are ${known}`,
  });
}

/** The settings that the options name; undefined when they name none. */
export function wishOf({ rule, kaf }: RuleOptions, adapterId: string): StoredIdentitySettings | undefined {
  if (kaf.length === 0) return rule === undefined ? undefined : { rule };
  if (rule !== undefined)
    throw new AppError('INPUT_INVALID', { reason: 'a rule is written or taken from KAF, not both' });
  const settings: KafSettings = {};
  for (const pair of kaf) {
    const [name, ...value] = pair.split('=');
    const known = KAF_SETTINGS.find((setting) => setting === name);
    if (!known) throw new AppError('INPUT_INVALID', { reason: `--kaf takes ${KAF_SETTINGS.join('=…, ')}=…` });
    settings[known] = value.join('=');
  }
  return fromKafSettings(settings, adapterId);
}

/** Settings to look at only: nobody has to say that their ids are shared before anything is stored. */
export const toTry = (wish: StoredIdentitySettings | undefined) =>
  wish && checkIdentitySettings({ ...wish, sharedIds: true });

/** The adapter of a platform that this tenant belongs to. */
export async function adapterOf({ store }: Pick<IdentityTools, 'store'>, tenant: TenantRecord): Promise<string> {
  for (const platform of await store.platforms.list()) {
    const deployments = await store.deployments.listByPlatform(platform.id);
    if (deployments.some(({ tenantId }) => tenantId === tenant.id)) return platform.adapterId;
  }
  return 'generic';
}

/** A tenant's settings; those of the default rule when what is stored cannot be read, which is said. */
export function settingsOf({ print }: Pick<IdentityTools, 'print'>, tenant: TenantRecord): IdentitySettings {
  try {
    return readIdentitySettings(tenant.identityRule);
  } catch (error) {
    if (!isAppError(error)) throw error;
    print(`The stored rule of ${tenant.namespace} cannot be read, and its launches fail. ${error.reason ?? ''}`);
    return readIdentitySettings(undefined);
  }
}

export async function allPins({ store }: Pick<IdentityTools, 'store'>, tenant: TenantRecord): Promise<ViewerPin[]> {
  const pins: ViewerPin[] = [];
  for await (const pin of listPins(store.viewers, tenant.id)) pins.push(pin);
  return pins;
}

const CELL_MAX_LENGTH = 100;

/** What an LMS sent, made harmless for a terminal; hidden where the output may go anywhere. */
export const personalValue = (value: string, personal: boolean): string =>
  personal ? (cleanText(value, CELL_MAX_LENGTH) ?? '(blank)') : '(hidden)';

/** Columns side by side, the first line underlined. */
export function printTable(print: (line: string) => void, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  rows.forEach((row, index) => {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    if (index === 0) print(widths.map((width) => '-'.repeat(width)).join('  '));
  });
}
