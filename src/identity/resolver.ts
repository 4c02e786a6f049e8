/** Step 5 of a launch: which `userId` Kaltura sees for this viewer. */
import type { Viewer, ViewerCandidates } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { LaunchId, TenantId, ViewerId } from '../runtime/ids.js';
import { cachedLookup, type ChangeFeed } from '../store/change-feed.js';
import type { TenantRecord, TenantStore, ViewerStore } from '../store/ports.js';
import { isNamed, requireNamespace, requireSub } from './default-rule.js';
import { evaluateRule } from './evaluate-rule.js';
import { guestViewerId, isReserved } from './namespace.js';
import { readIdentitySettings, type IdentitySettings } from './settings.js';

export interface ViewerRequest {
  tenant: TenantRecord;
  viewer: Pick<Viewer, 'candidates'>;
  /** Names a visitor without a `sub`, where the tenant lets them play. */
  launchId: LaunchId;
}

export interface ViewerResolver {
  /**
   * The viewer's alias, else their pin, else what the tenant's rule gives, pinned if it may change. A tenant for which
   * nothing was ever set reads nothing; every other one reads a viewer once until the store changes.
   *
   * @throws AppError `VIEWER_ID_MISSING`, `VIEWER_ID_UNUSABLE`, `VIEWER_ID_COLLISION` when somebody else has the id,
   * `IDENTITY_RULE_INVALID` when the stored rule cannot be read
   */
  resolve(request: ViewerRequest): Promise<ViewerId>;
}

export interface ViewerResolverDependencies {
  viewers: ViewerStore;
  tenants: Pick<TenantStore, 'list'>;
  /** Empties what is in memory when the store changes. */
  changes: Pick<ChangeFeed, 'subscribe'>;
  /** Outlives every rotation of the secret. */
  pseudonymKey: Buffer;
  clock: Clock;
}

export function createViewerResolver(deps: ViewerResolverDependencies): ViewerResolver {
  const { viewers, changes, pseudonymKey, clock } = deps;
  const known = cachedLookup(changes, (key: string) => {
    const [tenantId, subject] = JSON.parse(key) as [TenantId, string];
    return viewers.find(tenantId, subject);
  });
  const tenants = cachedLookup(changes, (_all: 'all') => deps.tenants.list());

  async function pinned(
    tenant: TenantRecord,
    candidates: ViewerCandidates,
    settings: IdentitySettings,
  ): Promise<ViewerId> {
    const subject = requireSub(candidates.sub);
    const key = JSON.stringify([tenant.id, subject]);
    const pin = await known.get(key);
    if (pin) return pin.viewerId;
    // Not remembered: another process may pin the viewer now, and then this one must not refuse them.
    if (settings.rule.kind === 'template') known.forget(key);

    const { viewerId, mutable } = evaluateRule(settings.rule, candidates, { tenant, pseudonymKey });
    if (!mutable) return viewerId;
    if (settings.sharedIds && isReserved(viewerId, tenant.id, (await tenants.get('all')) ?? [])) {
      throw new AppError('VIEWER_ID_COLLISION', { reason: 'the user id lies in the namespace of a tenant' });
    }
    const result = await viewers.pinIfAbsent({ tenantId: tenant.id, subject, viewerId, atMs: clock.nowMs() });
    if (result.outcome === 'taken') {
      throw new AppError('VIEWER_ID_COLLISION', { reason: 'another person of the tenant has the user id' });
    }
    return result.pin.viewerId;
  }

  return {
    async resolve({ tenant, viewer, launchId }) {
      const settings = readIdentitySettings(tenant.identityRule);
      const { candidates } = viewer;
      if (settings.withoutSub === 'guest' && !isNamed(candidates.sub)) {
        return guestViewerId(requireNamespace(tenant.namespace), launchId);
      }
      // Aliases and pins exist only where settings were stored: see changeIdentitySettings and setViewerAlias.
      if (tenant.identityRule === undefined || tenant.identityRule === null) {
        return evaluateRule(settings.rule, candidates, { tenant, pseudonymKey }).viewerId;
      }
      return pinned(tenant, candidates, settings);
    },
  };
}
