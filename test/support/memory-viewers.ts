/** The viewers of a store, in memory, as `ViewerStore` documents them. One map may serve several resolvers at once. */
import type { TenantId } from '../../src/runtime/ids.js';
import type { Store, TenantRecord, ViewerPin, ViewerStore } from '../../src/store/ports.js';

export interface MemoryViewers extends ViewerStore {
  /** How often each method was called. */
  calls: Record<keyof ViewerStore, number>;
  all(): ViewerPin[];
}

/** @param namespaceOf whose pins must differ from whose; without it, tenants stand alone */
export function createMemoryViewers(namespaceOf: (tenantId: TenantId) => string = (id) => id): MemoryViewers {
  const pins = new Map<string, ViewerPin>();
  const calls = { find: 0, pinIfAbsent: 0, setAlias: 0, remove: 0, list: 0 };
  const keyOf = (tenantId: TenantId, subject: string): string => JSON.stringify([tenantId, subject]);

  return {
    calls,
    all: () => [...pins.values()].map((pin) => ({ ...pin })),
    async find(tenantId, subject) {
      calls.find += 1;
      const pin = pins.get(keyOf(tenantId, subject));
      return pin && { ...pin };
    },
    async pinIfAbsent(wish) {
      calls.pinIfAbsent += 1;
      const key = keyOf(wish.tenantId, wish.subject);
      const known = pins.get(key);
      if (known) return { outcome: 'known', pin: { ...known } };
      const taken = [...pins.values()].some(
        (pin) =>
          namespaceOf(pin.tenantId) === namespaceOf(wish.tenantId) &&
          pin.viewerId.toLowerCase() === wish.viewerId.toLowerCase(),
      );
      if (taken) return { outcome: 'taken' };
      const pin: ViewerPin = { ...wish, kind: 'pin' };
      pins.set(key, pin);
      return { outcome: 'pinned', pin: { ...pin } };
    },
    async setAlias(wish) {
      calls.setAlias += 1;
      const alias: ViewerPin = { ...wish, kind: 'alias' };
      pins.set(keyOf(wish.tenantId, wish.subject), alias);
      return { ...alias };
    },
    async remove(tenantId, subject) {
      calls.remove += 1;
      return pins.delete(keyOf(tenantId, subject));
    },
    async list(tenantId, { limit, after }) {
      calls.list += 1;
      return [...pins.values()]
        .filter((pin) => pin.tenantId === tenantId && (after === undefined || pin.subject > after))
        .sort((a, b) => (a.subject < b.subject ? -1 : 1))
        .slice(0, limit)
        .map((pin) => ({ ...pin }));
    },
  };
}

/** Tenants in memory: what the identity commands use of a `TenantStore`. */
export function createMemoryTenants(records: readonly TenantRecord[]): Store['tenants'] {
  const tenants = new Map(records.map((tenant) => [tenant.id, { ...tenant }]));
  return {
    async find(id) {
      const tenant = tenants.get(id);
      return tenant && { ...tenant };
    },
    async list() {
      return [...tenants.values()].map((tenant) => ({ ...tenant }));
    },
    async update(id, expectedVersion, { identityRule, ...changes }) {
      const tenant = tenants.get(id);
      if (tenant?.version !== expectedVersion) return { outcome: 'conflict', current: tenant && { ...tenant } };
      const { identityRule: present, ...rest } = tenant;
      const rule = identityRule === undefined ? present : identityRule;
      const record: TenantRecord = {
        ...rest,
        ...changes,
        ...(rule === undefined || rule === null ? {} : { identityRule: rule }),
        version: expectedVersion + 1,
      };
      tenants.set(id, record);
      return { outcome: 'done', record: { ...record } };
    },
  };
}
