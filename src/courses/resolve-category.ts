/**
 * Course to category: the stored mapping; else what a rule says, what the course inherits, or what Kaltura's own
 * integration left for it; else what the platform's policy says about courses without one. What is found is stored, so
 * that a course costs this once.
 */
import type { Course } from '../adapter-sdk/types.js';
import { AppError, isAppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import type { Kaltura } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { CategoryId, TenantId } from '../runtime/ids.js';
import { cachedLookup, type ChangeFeed } from '../store/change-feed.js';
import type { MappingOrigin, MappingRecord, PlatformRecord, Store, TenantRecord } from '../store/ports.js';
import { createCategoryFinder, type CategoryPlan, type UnmappedCourse } from './find-category.js';
import {
  candidateNames,
  CHANNELS,
  createCategoryProvisioner,
  referenceIdOf,
  type StoredMapping,
} from './provision-category.js';

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

export interface CategoryPreview extends ResolvedCategory {
  categoryFullName?: string;
  /** Full name of the category that a launch would make; there is no `categoryId` then. */
  wouldCreate?: string;
}

export interface CategoryResolver {
  /**
   * Throws `MAPPING_MISSING` under the policy `refuse`, and `COURSE_SETTINGS_INVALID`. A failure of Kaltura or of the
   * store is thrown as it is: a play without its course would be a wrong report, and the viewer can try again. Under
   * the policy `play`, which allows that, the course plays unmapped while Kaltura fails, and nothing is stored.
   */
  resolve(request: CategoryRequest): Promise<ResolvedCategory>;
  /** What `resolve` would answer, without writing or making anything. Throws what it would throw. */
  preview(request: CategoryRequest): Promise<CategoryPreview>;
}

export interface ClonedCourse {
  tenantId: TenantId;
  courseKey: string;
  fromCategoryId: CategoryId;
  toCategoryId: CategoryId;
}

export interface CategoryResolverDependencies {
  store: {
    mappings: Pick<Store['mappings'], 'find' | 'createIfAbsent' | 'findByCategory'>;
    courses: Pick<Store['courses'], 'findMany'>;
  };
  /** Empties the mappings in memory when the store changes. */
  changes: Pick<ChangeFeed, 'subscribe'>;
  kaltura: Pick<Kaltura, 'account' | 'ensureCategory' | 'findCategory'>;
  /** A copied course got a category of its own: the entries of the other one are to be assigned to it. */
  onCloned(copy: ClonedCourse): Promise<unknown>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}

/** How often another process may take the category that was found. */
const MAX_PLANS = 3;

export function createCategoryResolver({
  store,
  changes,
  kaltura,
  onCloned,
  clock,
  log,
}: CategoryResolverDependencies): CategoryResolver {
  const mappings = cachedLookup(changes, (key: string) => {
    const [tenantId, courseKey] = JSON.parse(key) as [TenantId, string];
    return store.mappings.find(tenantId, courseKey);
  });
  const keyOf = (tenant: TenantRecord, { key }: Course): string => JSON.stringify([tenant.id, key]);
  const provisioner = createCategoryProvisioner({ mappings: store.mappings, kaltura, clock });
  const finder = createCategoryFinder({ courses: store.courses, isFree: provisioner.isFree, kaltura, clock });
  const flights = new Map<string, Promise<ResolvedCategory>>();

  const unmapped = ({ platform: { settings }, tenant }: CategoryRequest, course: Course): UnmappedCourse => {
    const account = kaltura.account(tenant.accountId);
    const { rootCategory = account.rootCategory, unmappedCourse: policy } = settings;
    return { tenant, course, account, rootCategory, policy };
  };

  const carryOut = async (plan: CategoryPlan, request: UnmappedCourse): Promise<StoredMapping | 'none' | undefined> => {
    const { tenant, course, account, rootCategory } = request;
    switch (plan.kind) {
      case 'rule':
        return provisioner.store(request, plan.category, 'rule');
      case 'make': {
        const names = plan.rule.categoryFullName.slice(rootCategory.length + 1).split('>');
        const referenceId = referenceIdOf(tenant, course);
        const made = await kaltura.ensureCategory(account, { parentFullName: rootCategory, names, referenceId });
        return provisioner.store(request, made, 'rule');
      }
      case 'inherit': {
        const { categoryId, categoryFullName } = plan.from;
        return provisioner.store(request, { id: categoryId, fullName: categoryFullName }, 'inherited');
      }
      case 'match':
        return provisioner.adopt(request, plan.category);
      case 'provision': {
        const stored = await provisioner.provision(request);
        if (plan.cloneFrom !== undefined) await startClone(plan.cloneFrom, stored);
        return stored;
      }
      case 'none':
        return 'none';
    }
  };

  const startClone = async (fromCategoryId: CategoryId, { created, mapping }: StoredMapping): Promise<void> => {
    const { tenantId, courseKey, categoryId: toCategoryId } = mapping;
    if (!created || toCategoryId === fromCategoryId) return;
    try {
      await onCloned({ tenantId, courseKey, fromCategoryId, toCategoryId });
    } catch (error) {
      // The course has its category; that its entries are missing is no reason to refuse everybody.
      log.warn({ err: error, tenantId, fromCategoryId, toCategoryId }, 'the entries of a copied course wait');
    }
  };

  const find = async (request: UnmappedCourse): Promise<ResolvedCategory> => {
    for (let attempt = 0; attempt < MAX_PLANS; attempt += 1) {
      const stored = await carryOut(await finder.plan(request), request);
      if (stored === 'none') return applyPolicy(request);
      if (stored) return resolved(stored.mapping);
    }
    throw new AppError('MAPPING_CONFLICT', { reason: 'Others took each category that was found for the course.' });
  };

  const findOrPlay = async (request: UnmappedCourse): Promise<ResolvedCategory> => {
    try {
      return await find(request);
    } catch (error) {
      if (request.policy !== 'play' || !isFailureOfKaltura(error)) throw error;
      log.warn({ err: error, tenantId: request.tenant.id }, 'no category was looked for, because Kaltura failed');
      return { origin: 'unmapped' };
    }
  };

  return {
    async resolve(request) {
      const { tenant, course } = request;
      if (!course) return { origin: 'unmapped' };
      const mapping = await mappings.get(keyOf(tenant, course));
      if (mapping) return resolved(mapping);

      const wanted = unmapped(request, course);
      // Platforms of one tenant may differ in these.
      const flightKey = JSON.stringify([tenant.id, course.key, wanted.policy, wanted.rootCategory]);
      let flight = flights.get(flightKey);
      if (!flight) {
        flight = findOrPlay(wanted).finally(() => {
          flights.delete(flightKey);
          mappings.forget(keyOf(tenant, course));
        });
        flights.set(flightKey, flight);
      }
      return flight;
    },

    async preview(request) {
      const { tenant, course } = request;
      if (!course) return { origin: 'unmapped' };
      const mapping = await mappings.get(keyOf(tenant, course));
      if (mapping) return { ...resolved(mapping), categoryFullName: mapping.categoryFullName };

      const wanted = unmapped(request, course);
      try {
        return await describe(await finder.plan(wanted), wanted);
      } catch (error) {
        if (wanted.policy !== 'play' || !isFailureOfKaltura(error)) throw error;
        return { origin: 'unmapped' };
      }
    },
  };

  async function describe(plan: CategoryPlan, request: UnmappedCourse): Promise<CategoryPreview> {
    switch (plan.kind) {
      case 'rule':
        return { categoryId: plan.category.id, categoryFullName: plan.category.fullName, origin: 'rule' };
      case 'make':
        return { wouldCreate: plan.rule.categoryFullName, origin: 'rule' };
      case 'inherit':
        return { ...resolved(plan.from), categoryFullName: plan.from.categoryFullName, origin: 'inherited' };
      case 'match':
        return { categoryId: plan.category.id, categoryFullName: plan.category.fullName, origin: 'matched' };
      case 'provision':
        return describeProvision(request);
      case 'none':
        return applyPolicy(request);
    }
  }

  async function describeProvision(request: UnmappedCourse): Promise<CategoryPreview> {
    const { tenant, course, account, rootCategory } = request;
    for (const name of candidateNames(tenant, course)) {
      const fullName = [rootCategory, ...CHANNELS, name].join('>');
      const category = await finder.lookUp(account, fullName);
      if (!category) return { wouldCreate: fullName, origin: 'automatic' };
      if (await provisioner.isFree(request, category)) {
        return { categoryId: category.id, categoryFullName: category.fullName, origin: 'automatic' };
      }
    }
    throw new AppError('MAPPING_CONFLICT', {
      reason: 'Every name for the course’s category belongs to another course.',
    });
  }
}

/** For a course for which nothing was found. */
function applyPolicy({ policy, course }: UnmappedCourse): ResolvedCategory {
  if (policy === 'refuse') throw new AppError('MAPPING_MISSING', { details: { courseKey: course.key } });
  return { origin: 'unmapped' };
}

const isFailureOfKaltura = (error: unknown): boolean => isAppError(error) && error.code.startsWith('KALTURA_');

const resolved = ({ categoryId, origin }: MappingRecord): ResolvedCategory => ({ categoryId, origin });
