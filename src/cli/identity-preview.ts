/** `playcontext identity preview`: what a pasted launch, or the recorded ones, make of their viewers. Changes nothing. */
import { parseClaims, type LtiClaims } from '../adapter-sdk/claims/parse-claims.js';
import type { ViewerCandidates } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import { dryRun, type DryRun, type Outcome } from '../identity/dry-run.js';
import { namespaceFor } from '../identity/namespace.js';
import { RULE_CANDIDATES } from '../identity/rule-text.js';
import { readIdentitySettings, type IdentitySettings } from '../identity/settings.js';
import { openRecordedViewer } from '../launch/recorded-viewer.js';
import type { LaunchId, TenantId } from '../runtime/ids.js';
import type { TenantRecord, ViewerPin } from '../store/ports.js';
import {
  adapterOf,
  allPins,
  getTenant,
  personalValue,
  printTable,
  settingsOf,
  toTry,
  wishOf,
  type IdentityTools,
  type RuleOptions,
} from './identity-tools.js';

export interface PreviewOptions extends RuleOptions {
  /** Namespace. */
  tenant?: string;
  /** Kind of LMS, where the launch is of no platform that is registered. */
  adapter?: string;
}

/** A pasted launch: the payload of a token as JSON, or the token itself. */
export async function previewLaunch(tools: IdentityTools, text: string, options: PreviewOptions): Promise<void> {
  const { store, registry, print, personal, pseudonymKey } = tools;
  print('NOT VERIFIED: nobody checked who made this launch. It is shown as it was pasted, and nothing is stored.');
  print('');
  const claims = parseClaims(readPayload(text));
  const platform = await findPlatform(tools, claims);
  const adapterId = options.adapter ?? platform?.adapterId ?? registry.recognise({ issuer: claims.issuer, claims }).id;
  const settings = platform?.adapterId === adapterId ? platform.settings.adapter : {};
  const { viewer } = registry.toNeutralLaunch(adapterId, claims, settings);

  const deployment = platform && (await store.deployments.find(platform.id, claims.deploymentId));
  const known =
    options.tenant === undefined
      ? deployment?.tenantId && (await store.tenants.find(deployment.tenantId))
      : await getTenant(tools, options.tenant);
  const tenant = known ?? { id: 'unknown' as TenantId, namespace: namespaceFor(platform?.name ?? adapterId) };
  const present = known ? settingsOf(tools, known) : readIdentitySettings(undefined);
  const wish = toTry(wishOf(options, adapterId));
  const result = dryRun({
    tenant,
    tenants: await store.tenants.list(),
    viewers: [viewer.candidates],
    pins: known ? await allPins(tools, known) : [],
    present,
    wish,
    pseudonymKey,
  });

  print(`Adapter  ${adapterId}`);
  print(
    known
      ? `Tenant   ${known.namespace} (${known.name})`
      : `Tenant   none yet; shown as if it were ${tenant.namespace}`,
  );
  print('');
  printTable(print, [
    ['candidate', 'value'],
    ...RULE_CANDIDATES.map((name) => {
      const value = viewer.candidates[name];
      return [name, value === undefined ? '(not sent)' : personalValue(value, personal)];
    }),
  ]);
  print('');
  const [row] = result.rows;
  const told = (outcome: Outcome | undefined, { withoutSub }: IdentitySettings): string =>
    outcome
      ? tell(outcome, personal)
      : withoutSub === 'guest'
        ? 'a guest: an id of this launch only'
        : 'none: VIEWER_ID_MISSING, because the launch has no sub';
  printTable(print, [
    ['rule', 'userId'],
    [`${present.ruleText} (now)`, told(row?.present, present)],
    ...(wish ? [[`${wish.ruleText} (tried)`, told(row?.wish, present)]] : []),
  ]);
}

/** The recorded launches of one tenant, or of all. */
export async function previewRecorded(tools: IdentityTools, options: PreviewOptions): Promise<void> {
  const only = options.tenant === undefined ? undefined : await getTenant(tools, options.tenant);
  const tenants = only ? [only] : await tools.store.tenants.list();
  const recorded = await readRecorded(tools);
  if (recorded.unopened > 0) {
    tools.print(`${count(recorded.unopened, 'record')} could not be opened: made with another secret.`);
  }
  for (const tenant of tenants) {
    const wish = toTry(wishOf(options, await adapterOf(tools, tenant)));
    const pins = await allPins(tools, tenant);
    await previewTenant(tools, { tenant, viewers: recorded.of(tenant.id), pins, wish });
  }
}

export interface TenantPreview {
  tenant: TenantRecord;
  viewers: readonly ViewerCandidates[];
  pins: readonly ViewerPin[];
  wish?: IdentitySettings | undefined;
  forgetPins?: boolean;
}

/** Prints how many viewers another rule would change, and on a terminal who. */
export async function previewTenant(tools: IdentityTools, preview: TenantPreview): Promise<DryRun> {
  const { print, personal, store, pseudonymKey } = tools;
  const present = settingsOf(tools, preview.tenant);
  const result = dryRun({ ...preview, tenants: await store.tenants.list(), present, pseudonymKey });
  const { rows, withoutSub, changed, unusable, colliding, kept } = result;
  print(`Tenant ${preview.tenant.namespace} (${preview.tenant.name}), rule ${present.ruleText}`);
  print(
    `  ${count(rows.length, 'viewer')} in the recorded launches, and ${count(withoutSub, 'launch', 'launches')} without a sub`,
  );
  if (preview.wish) print(`  with the rule ${preview.wish.ruleText}:`);
  print(`  ${String(changed).padStart(6)} would get another userId`);
  print(`  ${String(unusable).padStart(6)} would get none that Kaltura takes (VIEWER_ID_UNUSABLE)`);
  print(`  ${String(colliding).padStart(6)} would meet somebody else (VIEWER_ID_COLLISION)`);
  print(`  ${String(kept).padStart(6)} have a pin or an alias, which counts before every rule`);
  const reasons = new Map<string, number>();
  for (const { wish } of rows) if ('problem' in wish) reasons.set(wish.problem, (reasons.get(wish.problem) ?? 0) + 1);
  for (const [reason, times] of reasons) print(`         ${times} × ${reason}`);
  if (personal) printPeople(print, result);
  print('');
  return result;
}

const MAX_PEOPLE = 20;

function printPeople(print: (line: string) => void, { rows }: DryRun): void {
  const differ = rows.filter((row) => tell(row.present, true) !== tell(row.wish, true) || 'problem' in row.wish);
  if (differ.length === 0) return;
  print('');
  printTable(print, [
    [...RULE_CANDIDATES, 'now', 'then'],
    ...differ
      .slice(0, MAX_PEOPLE)
      .map(({ candidates, present, wish }) => [
        ...RULE_CANDIDATES.map((name) => (candidates[name] === undefined ? '' : personalValue(candidates[name], true))),
        tell(present, true),
        tell(wish, true),
      ]),
  ]);
  if (differ.length > MAX_PEOPLE) print(`and ${differ.length - MAX_PEOPLE} more`);
}

const tell = (outcome: Outcome, personal: boolean): string =>
  'problem' in outcome
    ? `none: ${outcome.problem}`
    : `${personalValue(outcome.viewerId, personal)}${outcome.by === 'rule' ? '' : ` (${outcome.by})`}`;

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

const jwt = /^[\w-]+\.([\w-]+)\.[\w-]*$/;

function readPayload(text: string): unknown {
  const pasted = text.trim();
  const [, payload] = jwt.exec(pasted) ?? [];
  try {
    return JSON.parse(payload === undefined ? pasted : Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    throw new AppError('INPUT_INVALID', {
      reason: 'paste the payload of a launch as JSON, or its id_token: three parts with dots between them',
    });
  }
}

async function findPlatform({ store }: IdentityTools, claims: LtiClaims) {
  const { aud } = claims.raw;
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((value) => typeof value === 'string');
  const found = await Promise.all(audiences.map((clientId) => store.platforms.findByIssuer(claims.issuer, clientId)));
  return found.flat()[0];
}

const PAGE = 500;
const MAX_RECORDS = 50_000;

export interface RecordedViewers {
  /** Each viewer once, with the candidates of the last launch; launches without a sub one by one. */
  of(tenantId: TenantId): ViewerCandidates[];
  unopened: number;
}

/** The viewers of the newest launches, opened with the installation's secret. */
export async function readRecorded({ store, keyring }: IdentityTools): Promise<RecordedViewers> {
  const tenants = new Map<TenantId, { known: Set<string>; viewers: ViewerCandidates[] }>();
  let unopened = 0;
  let before: LaunchId | undefined;
  for (let read = 0; read < MAX_RECORDS; read += PAGE) {
    const records = await store.launches.list({ limit: PAGE, ...(before === undefined ? {} : { before }) });
    for (const { tenantId, sealedPersonal } of records) {
      if (tenantId === undefined || sealedPersonal === undefined) continue;
      const candidates = openRecordedViewer({ sealedPersonal }, keyring);
      if (candidates === undefined) {
        unopened += 1;
        continue;
      }
      const tenant = tenants.get(tenantId) ?? { known: new Set<string>(), viewers: [] };
      tenants.set(tenantId, tenant);
      if (candidates.sub !== undefined && tenant.known.has(candidates.sub)) continue;
      if (candidates.sub !== undefined) tenant.known.add(candidates.sub);
      tenant.viewers.push(candidates);
    }
    before = records.at(-1)?.launchId;
    if (records.length < PAGE) break;
  }
  return { of: (tenantId) => tenants.get(tenantId)?.viewers ?? [], unopened };
}
