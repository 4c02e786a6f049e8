/** The commands that change who a viewer is. Nothing else writes a tenant's identity rule, an alias, or removes a pin. */
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { ViewerId } from '../runtime/ids.js';
import type { Actor, Store, TenantRecord, ViewerPin } from '../store/ports.js';
import { requireSub } from './default-rule.js';
import { whyUnusable } from './limits.js';
import { checkIdentitySettings, type StoredIdentitySettings } from './settings.js';

export interface IdentityCommandDependencies {
  store: Pick<Store, 'tenants' | 'viewers'>;
  clock: Clock;
}

/**
 * Stores a tenant's identity settings. `undefined` goes back to the default rule; that is stored too, because from now
 * on pins and aliases may exist, and a tenant without settings is one that no launch looks them up for.
 *
 * @throws AppError `INPUT_INVALID`, `STORE_CONFLICT` when the tenant was changed since it was read
 */
export async function changeIdentitySettings(
  tenant: TenantRecord,
  wish: StoredIdentitySettings | undefined,
  { store, clock }: IdentityCommandDependencies,
  by: Actor,
): Promise<TenantRecord> {
  const { ruleText, withoutSub, sharedIds } = checkIdentitySettings(wish ?? {});
  const identityRule: StoredIdentitySettings = { rule: ruleText, withoutSub, sharedIds };
  const changed = await store.tenants.update(tenant.id, tenant.version, { identityRule }, by, clock.nowMs());
  if (changed.outcome === 'done') return changed.record;
  throw new AppError('STORE_CONFLICT', { reason: 'the tenant was changed in the meantime; look again and repeat' });
}

/**
 * Says that a viewer is the person whom Kaltura knows by `viewerId`. The alias counts before pins and rule; several
 * viewers may have the same alias.
 *
 * @throws AppError `INPUT_INVALID` for an id that Kaltura does not take, `STORE_CONFLICT`
 */
export async function setViewerAlias(
  { tenant, subject, viewerId }: { tenant: TenantRecord; subject: string; viewerId: string },
  deps: IdentityCommandDependencies,
  by: Actor,
): Promise<ViewerPin> {
  const reason = whyUnusable(viewerId);
  if (reason !== undefined) throw new AppError('INPUT_INVALID', { reason: `the user id ${reason}` });
  if (tenant.identityRule === undefined || tenant.identityRule === null) {
    await changeIdentitySettings(tenant, undefined, deps, by);
  }
  return deps.store.viewers.setAlias(
    {
      tenantId: tenant.id,
      subject: requireSub(subject),
      viewerId: viewerId as ViewerId,
      atMs: deps.clock.nowMs(),
    },
    by,
  );
}

const PAGE = 500;

/** All pins and aliases of a tenant, a page at a time. */
export async function* listPins(
  viewers: Pick<Store['viewers'], 'list'>,
  tenantId: TenantRecord['id'],
): AsyncGenerator<ViewerPin> {
  for (let after: string | undefined; ;) {
    const page: ViewerPin[] = await viewers.list(tenantId, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.subject;
  }
}

/** Forgets whom the rule pinned, so that it decides anew at each viewer's next launch. Aliases stay. Answers how many. */
export async function forgetPins(
  tenant: TenantRecord,
  { store, clock }: IdentityCommandDependencies,
  by: Actor,
): Promise<number> {
  let forgotten = 0;
  for await (const pin of listPins(store.viewers, tenant.id)) {
    if (pin.kind !== 'pin') continue;
    if (await store.viewers.remove(tenant.id, pin.subject, by, clock.nowMs())) forgotten += 1;
  }
  return forgotten;
}
