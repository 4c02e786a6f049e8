/** Tenants, settings and a resolver for tests of the identity room. */
import { createViewerResolver, type ViewerResolver } from '../../src/identity/resolver.js';
import type { StoredIdentitySettings } from '../../src/identity/settings.js';
import type { AccountId, LaunchId, TenantId } from '../../src/runtime/ids.js';
import type { TenantRecord, ViewerStore } from '../../src/store/ports.js';
import { createMemoryTenants } from './memory-viewers.js';

export const PSEUDONYM_KEY = Buffer.alloc(32, 7);
export const LAUNCH = '01900000-0000-7000-8000-0000000000aa' as LaunchId;

export const tenantWith = (
  identityRule?: StoredIdentitySettings,
  changes: Partial<TenantRecord> = {},
): TenantRecord => ({
  id: '01900000-0000-7000-8000-000000000001' as TenantId,
  accountId: 'main' as AccountId,
  namespace: 'law',
  name: 'Law School',
  version: 1,
  createdAtMs: 1,
  ...(identityRule === undefined ? {} : { identityRule }),
  ...changes,
});

export const otherTenant = (identityRule?: StoredIdentitySettings): TenantRecord =>
  tenantWith(identityRule, { id: '01900000-0000-7000-8000-000000000002' as TenantId, namespace: 'arts' });

export interface TestResolver extends ViewerResolver {
  /** As when the store's change number moves. */
  change(): void;
}

/** One process's resolver. */
export function testResolver(viewers: ViewerStore, tenants: readonly TenantRecord[] = []): TestResolver {
  const listeners: (() => void)[] = [];
  const resolver = createViewerResolver({
    viewers,
    tenants: createMemoryTenants(tenants),
    changes: { subscribe: (listener) => void listeners.push(listener) },
    pseudonymKey: PSEUDONYM_KEY,
    clock: { nowMs: () => 1_795_000_000_000 },
  });
  return { ...resolver, change: () => listeners.forEach((listener) => listener()) };
}
