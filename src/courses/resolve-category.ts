/** Course to category: the stored mapping, else what the platform's policy says about courses without one. */
import type { Course } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import type { Kaltura } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { CategoryId, TenantId } from '../runtime/ids.js';
import { cachedLookup, type ChangeFeed } from '../store/change-feed.js';
import type { MappingOrigin, MappingRecord, PlatformRecord, Store, TenantRecord } from '../store/ports.js';
import { createCategoryProvisioner } from './provision-category.js';

export interface ResolvedCategory {
  /** What `playbackContext` carries; absent when the launch has no course or its course no category. */
  categoryId?: CategoryId;
  origin: MappingOrigin | 'unmapped';
}

export interface CategoryRequest {
  platform: Pick<PlatformRecord, 'settings'>;
  tenant: TenantRecord;
  /** Undefined: the launch comes from no course, so there is nothing to map and no policy to apply. */
  course?: Course | undefined;
}

export interface CategoryResolver {
  /**
   * Throws `MAPPING_MISSING` under the policy `refuse`. Under `provision` a failure of Kaltura or of the store is
   * thrown as it is: a play without its course would be a wrong report, and the viewer can try again.
   */
  resolve(request: CategoryRequest): Promise<ResolvedCategory>;
}

export interface CategoryResolverDependencies {
  store: { mappings: Pick<Store['mappings'], 'find' | 'createIfAbsent' | 'findByCategory'> };
  /** Empties the mappings in memory when the store changes. */
  changes: Pick<ChangeFeed, 'subscribe'>;
  kaltura: Pick<Kaltura, 'account' | 'ensureCategory'>;
  clock: Clock;
}

export function createCategoryResolver({
  store,
  changes,
  kaltura,
  clock,
}: CategoryResolverDependencies): CategoryResolver {
  const provisioner = createCategoryProvisioner({ mappings: store.mappings, kaltura, clock });
  const mappings = cachedLookup(changes, (key: string) => {
    const [tenantId, courseKey] = JSON.parse(key) as [TenantId, string];
    return store.mappings.find(tenantId, courseKey);
  });

  return {
    async resolve({ platform, tenant, course }) {
      if (!course) return { origin: 'unmapped' };
      const key = JSON.stringify([tenant.id, course.key]);
      const mapping = await mappings.get(key);
      if (mapping) return resolved(mapping);

      const { unmappedCourse, rootCategory } = platform.settings;
      switch (unmappedCourse) {
        case 'play':
          return { origin: 'unmapped' };
        case 'refuse':
          throw new AppError('MAPPING_MISSING', { details: { courseKey: course.key } });
        case 'provision': {
          const made = await provisioner.provision({ tenant, course, rootCategory });
          mappings.forget(key);
          return resolved(made);
        }
      }
    },
  };
}

const resolved = ({ categoryId, origin }: MappingRecord): ResolvedCategory => ({ categoryId, origin });
