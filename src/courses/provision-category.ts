/** Gives a course its category in Kaltura: the one that Kaltura's own LMS integration left for it, or a new one. */
import { createHash } from 'node:crypto';
import type { Course } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import { toCategoryName } from '../kaltura/category-name.js';
import type { CategoryRef, Kaltura, KalturaAccount } from '../kaltura/types.js';
import type { Clock } from '../runtime/clock.js';
import type { MappingRecord, MappingStore, TenantRecord } from '../store/ports.js';

export interface ProvisionRequest {
  tenant: TenantRecord;
  course: Course;
  /** Absent: the account's. */
  rootCategory: string | undefined;
}

export interface CategoryProvisioner {
  /** The mapping that counts, ours or that of a process that was faster. Throws `KALTURA_…`, `STORE_…`, `MAPPING_CONFLICT`. */
  provision(request: ProvisionRequest): Promise<MappingRecord>;
}

export interface CategoryProvisionerDependencies {
  mappings: Pick<MappingStore, 'createIfAbsent' | 'findByCategory'>;
  kaltura: Pick<Kaltura, 'account' | 'ensureCategory'>;
  clock: Clock;
}

/** Where Kaltura's own LMS integrations keep course categories, below the root category. */
const CHANNELS = ['site', 'channels'];

export function createCategoryProvisioner(deps: CategoryProvisionerDependencies): CategoryProvisioner {
  const courses = new Map<string, Promise<MappingRecord>>();
  const takeTurns = createTurns();

  return {
    provision(request) {
      const key = JSON.stringify([request.tenant.id, request.course.key]);
      const known = courses.get(key);
      if (known) return known;
      const account = deps.kaltura.account(request.tenant.accountId);
      // Two tenants that want one category take turns: the second must see the mapping of the first.
      const name = firstName(request.course).toLowerCase();
      const flight = takeTurns(JSON.stringify([account.id, name]), () => provision(request, account, deps)).finally(
        () => courses.delete(key),
      );
      courses.set(key, flight);
      return flight;
    },
  };
}

async function provision(
  { tenant, course, rootCategory }: ProvisionRequest,
  account: KalturaAccount,
  { mappings, kaltura, clock }: CategoryProvisionerDependencies,
): Promise<MappingRecord> {
  const parentFullName = rootCategory ?? account.rootCategory;
  const referenceId = referenceIdOf(tenant, course);

  for (const name of candidateNames(tenant, course)) {
    const category = await kaltura.ensureCategory(account, {
      parentFullName,
      names: [...CHANNELS, name],
      referenceId,
    });
    if (!(await isFree(category))) continue;
    const nowMs = clock.nowMs();
    const wanted: Omit<MappingRecord, 'version'> = {
      tenantId: tenant.id,
      courseKey: course.key,
      ...(course.title === undefined ? {} : { courseTitle: course.title }),
      ...(course.label === undefined ? {} : { courseLabel: course.label }),
      categoryId: category.id,
      categoryFullName: category.fullName,
      origin: 'automatic',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    return (await mappings.createIfAbsent(wanted, { kind: 'launch' })).mapping;
  }
  throw new AppError('MAPPING_CONFLICT', { reason: 'Every name for the course’s category belongs to another course.' });

  /** Neither made for another course nor in use by another tenant. */
  async function isFree(category: CategoryRef): Promise<boolean> {
    if (category.referenceId !== undefined && category.referenceId !== referenceId) return false;
    const users = await mappings.findByCategory(account.id, category.id);
    return users.every(({ tenantId }) => tenantId === tenant.id);
  }
}

const firstName = (course: Course): string => toCategoryName(course.categoryNames[0] ?? course.key);

/** The name that Kaltura's own integration would have used; then that of the tenant; then one that nobody else has. */
function candidateNames(tenant: TenantRecord, course: Course): string[] {
  const name = course.categoryNames[0] ?? course.key;
  return [
    toCategoryName(name),
    toCategoryName(name, `-${tenant.namespace}`),
    toCategoryName(name, `-${tenant.namespace}-${courseHash(course).slice(0, 8)}`),
  ];
}

/** Says in Kaltura whose category it is, without saying the course's key. */
const referenceIdOf = (tenant: TenantRecord, course: Course): string =>
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
