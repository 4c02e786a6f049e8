/** Gives a course its category in Kaltura: the one that Kaltura's own LMS integration left for it, or a new one. */
import { createHash } from 'node:crypto';
import type { Course } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import { toCategoryName } from '../kaltura/category-name.js';
import type { CategoryRef, Kaltura, KalturaAccount } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { MappingOrigin, MappingRecord, MappingStore, TenantRecord } from '../store/ports.js';

/** A course in the account of its tenant. */
export interface CourseInAccount {
  tenant: TenantRecord;
  course: Course;
  account: KalturaAccount;
  /** Full name of the category above `site>channels`. */
  rootCategory: string;
}

export interface StoredMapping {
  /** The mapping that counts, ours or that of a process that was faster. */
  mapping: MappingRecord;
  /** True when it is ours. */
  created: boolean;
}

export interface CategoryProvisioner {
  /** Finds or makes the course's own category. Throws `KALTURA_…`, `STORE_…`, `MAPPING_CONFLICT`. */
  provision(request: CourseInAccount): Promise<StoredMapping>;
  /** Maps the course to a category that exists. Undefined when the category is not free any more. */
  adopt(request: CourseInAccount, category: CategoryRef): Promise<StoredMapping | undefined>;
  /** Neither made for another course nor in use by another tenant. */
  isFree(request: CourseInAccount, category: CategoryRef): Promise<boolean>;
  /** Maps the course to a category, whoever uses it besides. */
  store(request: CourseInAccount, category: Target, origin: MappingOrigin): Promise<StoredMapping>;
}

type Target = Pick<CategoryRef, 'id' | 'fullName'>;

export interface CategoryProvisionerDependencies {
  mappings: Pick<MappingStore, 'createIfAbsent' | 'findByCategory'>;
  kaltura: Pick<Kaltura, 'ensureCategory'>;
  clock: Clock;
}

/** Where Kaltura's own LMS integrations keep course categories, below the root category. */
export const CHANNELS = ['site', 'channels'];

export function createCategoryProvisioner({
  mappings,
  kaltura,
  clock,
}: CategoryProvisionerDependencies): CategoryProvisioner {
  const takeTurns = createTurns();

  const store: CategoryProvisioner['store'] = ({ tenant, course }, category, origin) => {
    const nowMs = clock.nowMs();
    const wanted: Omit<MappingRecord, 'version'> = {
      tenantId: tenant.id,
      courseKey: course.key,
      ...(course.title === undefined ? {} : { courseTitle: course.title }),
      ...(course.label === undefined ? {} : { courseLabel: course.label }),
      categoryId: category.id,
      categoryFullName: category.fullName,
      origin,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    return mappings.createIfAbsent(wanted, { kind: 'launch' });
  };

  const isFree: CategoryProvisioner['isFree'] = async ({ tenant, course, account }, category) => {
    if (category.referenceId !== undefined && category.referenceId !== referenceIdOf(tenant, course)) return false;
    const users = await mappings.findByCategory(account.id, category.id);
    return users.every(({ tenantId }) => tenantId === tenant.id);
  };

  /** Two tenants that want one category take turns: the second must see the mapping of the first. */
  const inTurn = <Result>({ account }: CourseInAccount, name: string, task: () => Promise<Result>): Promise<Result> =>
    takeTurns(JSON.stringify([account.id, name.toLowerCase()]), task);

  const provision = async (request: CourseInAccount): Promise<StoredMapping> => {
    const { tenant, course, account, rootCategory } = request;
    const referenceId = referenceIdOf(tenant, course);
    for (const name of candidateNames(tenant, course)) {
      const category = await kaltura.ensureCategory(account, {
        parentFullName: rootCategory,
        names: [...CHANNELS, name],
        referenceId,
      });
      if (await isFree(request, category)) return store(request, category, 'automatic');
    }
    throw new AppError('MAPPING_CONFLICT', {
      reason: 'Every name for the course’s category belongs to another course.',
    });
  };

  return {
    store,
    isFree,
    provision: (request) => inTurn(request, firstName(request.course), () => provision(request)),
    adopt: (request, category) =>
      inTurn(request, category.fullName.slice(category.fullName.lastIndexOf('>') + 1), async () =>
        (await isFree(request, category)) ? store(request, category, 'matched') : undefined,
      ),
  };
}

const firstName = (course: Course): string => toCategoryName(course.categoryNames[0] ?? course.key);

/** The name that Kaltura's own integration would have used; then that of the tenant; then one that nobody else has. */
export function candidateNames(tenant: TenantRecord, course: Course): string[] {
  const name = course.categoryNames[0] ?? course.key;
  return [
    toCategoryName(name),
    toCategoryName(name, `-${tenant.namespace}`),
    toCategoryName(name, `-${tenant.namespace}-${courseHash(course).slice(0, 8)}`),
  ];
}

/** Says in Kaltura whose category it is, without saying the course's key. */
export const referenceIdOf = (tenant: TenantRecord, course: Course): string =>
  `playcontext:${tenant.id}:${courseHash(course)}`;

const courseHash = (course: Course): string => createHash('sha256').update(course.key).digest('hex').slice(0, 32);

/** Runs tasks of one key after each other, in the order of their calls. */
function createTurns(): <Result>(key: string, task: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(task, task);
    last.set(key, turn);
    const clear = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(clear, clear);
    return turn;
  };
}
