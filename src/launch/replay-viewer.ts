import type { ViewerCandidates } from '../adapter-sdk/index.js';
import { AppError } from '../errors/app-error.js';
import { isNamed, requireNamespace, requireSub } from '../identity/default-rule.js';
import { evaluateRule } from '../identity/evaluate-rule.js';
import { guestViewerId, isReserved } from '../identity/namespace.js';
import { readIdentitySettings } from '../identity/settings.js';
import type { LaunchId, ViewerId } from '../runtime/ids.js';
import type { Store, TenantRecord } from '../store/ports.js';

/**
 * What the tenant's settings of today make of a viewer, without pinning anybody. `wouldPin`: the id may change with the
 * person, so a launch would keep it; whether somebody else has it already shows only then.
 *
 * @throws AppError what `ViewerResolver.resolve` throws
 */
export async function previewViewer(
  { tenant, candidates, launchId }: { tenant: TenantRecord; candidates: ViewerCandidates; launchId: LaunchId },
  { store, pseudonymKey }: { store: Pick<Store, 'viewers' | 'tenants'>; pseudonymKey: Buffer },
): Promise<{ viewerId: ViewerId; wouldPin: boolean }> {
  const settings = readIdentitySettings(tenant.identityRule);
  if (settings.withoutSub === 'guest' && !isNamed(candidates.sub)) {
    return { viewerId: guestViewerId(requireNamespace(tenant.namespace), launchId), wouldPin: false };
  }
  const pin = await store.viewers.find(tenant.id, requireSub(candidates.sub));
  if (pin) return { viewerId: pin.viewerId, wouldPin: false };
  const { viewerId, mutable } = evaluateRule(settings.rule, candidates, { tenant, pseudonymKey });
  if (mutable && settings.sharedIds && isReserved(viewerId, tenant.id, await store.tenants.list())) {
    throw new AppError('VIEWER_ID_COLLISION', { reason: 'the user id lies in the namespace of a tenant' });
  }
  return { viewerId, wouldPin: mutable };
}
