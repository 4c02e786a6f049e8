/**
 * The category that a course without one most likely belongs to: the one that Kaltura's own LMS integration left for
 * it, or that of the course which it was copied from. Reads only; a person decides.
 */
import { toCategoryName } from '../../kaltura/category-name.js';
import type { Kaltura, KalturaAccount } from '../../kaltura/types.js';
import type { CategoryId, PlatformId } from '../../runtime/ids.js';
import type { AdminSession, CourseRecord, PlatformRecord, Store, TenantRecord } from '../../store/ports.js';
import { isInScope } from '../scope.js';

export interface Proposal {
  categoryId: CategoryId;
  categoryFullName: string;
  origin: 'matched' | 'inherited';
}

export interface ProposalRequest {
  tenant: Pick<TenantRecord, 'id' | 'accountId'>;
  /** At most 500. Those with a mapping are left out. */
  courses: readonly CourseRecord[];
  platforms: ReadonlyMap<PlatformId, Pick<PlatformRecord, 'settings'>>;
  /** Whose screen it is: a course that they may not see lends no category. */
  who: Pick<AdminSession, 'deployment'>;
}

export interface ProposalDependencies {
  store: { courses: Pick<Store['courses'], 'findMany'>; mappings: Pick<Store['mappings'], 'findByCategory'> };
  kaltura: Pick<Kaltura, 'account' | 'categoriesByFullName'>;
}

const MAX_KEYS = 500;

/**
 * By course key; a course without a proposal is absent. One call to Kaltura for all of them. A category that another
 * LMS of the account uses is not proposed: two LMSs count their courses from 1, and a name alone would join them.
 * Fails with `KALTURA_…` and `STORE_…`.
 */
export async function proposalsFor(
  { tenant, courses, platforms, who }: ProposalRequest,
  { store, kaltura }: ProposalDependencies,
): Promise<Map<string, Proposal>> {
  const unmapped = courses.filter(({ mapping }) => mapping === undefined);
  if (unmapped.length === 0) return new Map();
  const account = kaltura.account(tenant.accountId);

  const wanted = new Map(
    unmapped.map((course) => [course.courseKey, candidateNames(course, rootsOf(course, who, platforms, account))]),
  );
  const previousKeys = [...new Set(unmapped.flatMap((course) => course.previousKeys))].slice(0, MAX_KEYS);
  const [found, previous] = await Promise.all([
    kaltura.categoriesByFullName(account, [...new Set([...wanted.values()].flat())]),
    store.courses.findMany(tenant.id, previousKeys),
  ]);
  const previousByKey = new Map(previous.map((course) => [course.courseKey, course]));

  const free = new Map<CategoryId, Promise<boolean>>();
  const isFree = (id: CategoryId): Promise<boolean> => {
    const known = free.get(id);
    if (known) return known;
    const asked = store.mappings
      .findByCategory(account.id, id)
      .then((users) => users.every(({ tenantId }) => tenantId === tenant.id));
    free.set(id, asked);
    return asked;
  };

  const proposals = new Map<string, Proposal>();
  for (const course of unmapped) {
    const proposal = (await matched(course)) ?? inherited(course);
    if (proposal) proposals.set(course.courseKey, proposal);
  }
  return proposals;

  async function matched({ courseKey }: CourseRecord): Promise<Proposal | undefined> {
    for (const name of wanted.get(courseKey) ?? []) {
      const category = found.get(name);
      if (category && (await isFree(category.id))) {
        return { categoryId: category.id, categoryFullName: category.fullName, origin: 'matched' };
      }
    }
    return undefined;
  }

  function inherited(course: CourseRecord): Proposal | undefined {
    for (const key of course.previousKeys) {
      const from = previousByKey.get(key);
      if (!from?.mapping || from.problem === 'deleted' || !isInScope(who, from)) continue;
      const { categoryId, categoryFullName } = from.mapping;
      return { categoryId, categoryFullName, origin: 'inherited' };
    }
    return undefined;
  }
}

/** Full names of the categories above `site>channels`, of each platform that the course was seen in and that is theirs. */
function rootsOf(
  { seenIn }: CourseRecord,
  { deployment }: ProposalRequest['who'],
  platforms: ProposalRequest['platforms'],
  account: Pick<KalturaAccount, 'rootCategory'>,
): string[] {
  const own = seenIn.filter(({ platformId }) => !deployment || platformId === deployment.platformId);
  const roots = own.flatMap(({ platformId }) => {
    const platform = platforms.get(platformId);
    return platform ? [platform.settings.rootCategory ?? account.rootCategory] : [];
  });
  return roots.length === 0 ? [account.rootCategory] : [...new Set(roots)];
}

const candidateNames = ({ categoryNames }: CourseRecord, roots: readonly string[]): string[] =>
  categoryNames.flatMap((name) => roots.map((root) => `${root}>site>channels>${toCategoryName(name)}`));
