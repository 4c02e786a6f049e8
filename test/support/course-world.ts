/** Category resolvers over mappings and categories in memory, for tests of courses. */
import sinon from 'sinon';
import type { Course } from '../../src/adapter-sdk/types.js';
import { createCategoryResolver, type ClonedCourse } from '../../src/courses/resolve-category.js';
import { AppError, isAppError } from '../../src/errors/app-error.js';
import { toCategoryName } from '../../src/kaltura/category-name.js';
import type { CategoryRef, Kaltura, KalturaAccount } from '../../src/kaltura/types.js';
import type { AccountId, CategoryId, TenantId } from '../../src/runtime/ids.js';
import type {
  CourseRecord,
  CourseStore,
  MappingRecord,
  MappingStore,
  PlatformSettings,
  TenantRecord,
  UnmappedCoursePolicy,
} from '../../src/store/ports.js';
import { testAccount, testClock } from './kaltura-account.js';

export const hasCode = (code: string) => (error: unknown) => isAppError(error) && error.code === code;
export const account = testAccount();

const tenant = (name: string): TenantRecord => ({
  id: `tenant-${name}` as TenantId,
  accountId: account.id,
  namespace: name,
  name,
  version: 1,
  createdAtMs: 1,
});
export const law = tenant('law');
export const arts = tenant('arts');

export const course = (key: string, changes: Partial<Course> = {}): Course => ({
  key,
  previousKeys: [],
  categoryNames: [],
  ...changes,
});

export const platform = (unmappedCourse: UnmappedCoursePolicy, settings: Partial<PlatformSettings> = {}) => ({
  settings: {
    unmappedCourse,
    entryPolicy: 'course',
    frameOrigins: [],
    adapter: {},
    ...settings,
  } satisfies PlatformSettings,
});

/** Mappings in memory. Each method waits a turn, as a store would. */
function createMappings() {
  const records: MappingRecord[] = [];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const find = (tenantId: TenantId, courseKey: string) =>
    records.find((record) => record.tenantId === tenantId && record.courseKey === courseKey);
  const store: Pick<MappingStore, 'find' | 'createIfAbsent' | 'findByCategory'> = {
    async find(tenantId, courseKey) {
      await turn();
      return find(tenantId, courseKey);
    },
    async createIfAbsent(mapping) {
      await turn();
      const known = find(mapping.tenantId, mapping.courseKey);
      if (known) return { created: false, mapping: known };
      const made = { ...mapping, version: 1 };
      records.push(made);
      return { created: true, mapping: made };
    },
    async findByCategory(_accountId, categoryId) {
      await turn();
      return records.filter((record) => record.categoryId === categoryId);
    },
  };
  const problems = new Map<string, CourseRecord['problem']>();
  const courses: Pick<CourseStore, 'findMany'> = {
    async findMany(tenantId, keys) {
      await turn();
      return keys.flatMap((courseKey) => {
        const mapping = find(tenantId, courseKey);
        const problem = problems.get(courseKey);
        const known = { tenantId, courseKey, previousKeys: [], categoryNames: [], seenIn: [], firstSeenAtMs: 1 };
        return mapping ? [{ ...known, mapping, ...(problem === undefined ? {} : { problem }) }] : [];
      });
    },
  };
  return { records, store, courses, problems };
}

/** Categories by full name, as `ensureCategory` would find or make them. */
function createCategories() {
  const made = new Map<string, CategoryRef>();
  const add = (fullName: string, referenceId?: string): CategoryRef => {
    const id = String(1_000 + made.size) as CategoryId;
    const ref = { id, fullName, ...(referenceId === undefined ? {} : { referenceId }) };
    made.set(fullName, ref);
    return ref;
  };
  const ensureCategory = sinon.stub<Parameters<Kaltura['ensureCategory']>, Promise<CategoryRef>>();
  ensureCategory.callsFake(async (_account, { parentFullName, names, referenceId }) => {
    await new Promise((resolve) => setImmediate(resolve));
    const fullName = [parentFullName, ...names.map((name) => toCategoryName(name))].join('>');
    return made.get(fullName) ?? add(fullName, referenceId);
  });
  const findCategory = sinon.stub<Parameters<Kaltura['findCategory']>, Promise<CategoryRef | undefined>>();
  findCategory.callsFake(async (_account, fullName) => {
    await new Promise((resolve) => setImmediate(resolve));
    return made.get(fullName);
  });
  /** How often Kaltura was asked. */
  const callCount = () => ensureCategory.callCount + findCategory.callCount;
  return { made, add, ensureCategory, findCategory, callCount };
}

export function setUp() {
  const mappings = createMappings();
  const categories = createCategories();
  const listeners: (() => void)[] = [];
  const find = sinon.spy(mappings.store, 'find');
  const clock = testClock();
  const clones: ClonedCourse[] = [];
  const onCloned = sinon.spy((copy: ClonedCourse) => Promise.resolve(clones.push(copy)));
  const warn = sinon.spy();
  /** As one process of several. */
  const createProcess = (clone: (copy: ClonedCourse) => Promise<unknown> = onCloned) =>
    createCategoryResolver({
      store: { mappings: mappings.store, courses: mappings.courses },
      changes: { subscribe: (listener) => void listeners.push(listener) },
      kaltura: {
        account: (id: AccountId): KalturaAccount => {
          if (id !== account.id) throw new AppError('KALTURA_ACCOUNT_UNKNOWN');
          return account;
        },
        ensureCategory: categories.ensureCategory,
        findCategory: categories.findCategory,
      },
      onCloned: clone,
      clock,
      log: { warn },
    });
  const storeChanged = () => listeners.forEach((listener) => listener());
  return {
    records: mappings.records,
    problems: mappings.problems,
    find,
    categories,
    clock,
    clones,
    onCloned,
    warn,
    createProcess,
    storeChanged,
  };
}

export const mapping = (owner: TenantRecord, courseKey: string, categoryId: string): MappingRecord => ({
  tenantId: owner.id,
  courseKey,
  categoryId: categoryId as CategoryId,
  categoryFullName: 'LTI>site>channels>old',
  origin: 'manual',
  version: 1,
  createdAtMs: 1,
  updatedAtMs: 1,
});
