/** Which categories an admin may choose for the courses of a tenant, and what they mean by what they type. */
import { AppError } from '../../errors/app-error.js';
import type { CategorySummary, Kaltura, KalturaAccount } from '../../kaltura/types.js';
import { isCategoryId, type CategoryId } from '../../runtime/ids.js';
import type { AdminSession, Store, TenantRecord } from '../../store/ports.js';
import { CHANNELS } from '../provision-category.js';

const MAX_TEXT = 2_000;
/** Each is searched by itself, so there is an end to it. */
const MAX_ROOTS = 3;

export interface CategoryScope {
  account: KalturaAccount;
  /** Full names of the categories below which people search: the account's root, then those of its platforms. */
  roots: readonly string[];
  /** Full names of the categories below which a new one is offered, `<root>>site>channels`. */
  createUnder: readonly string[];
  /** Present for a session that is limited to a deployment: only categories below this one may be chosen. */
  within?: string;
  /**
   * Present with it: true for a category that a course of another LMS has. Roots may be shared, and whoever maps a course
   * to a category may open its videos.
   */
  isForeign?(categoryId: CategoryId): Promise<boolean>;
}

/** What this session may choose for this tenant, given that it may see the tenant. */
export async function categoryScope(
  { deployment }: Pick<AdminSession, 'deployment'>,
  tenant: Pick<TenantRecord, 'id' | 'accountId'>,
  {
    store,
    kaltura,
  }: {
    store: {
      platforms: Pick<Store['platforms'], 'findById' | 'list'>;
      mappings: Pick<Store['mappings'], 'findByCategory'>;
    };
    kaltura: Pick<Kaltura, 'account'>;
  },
): Promise<CategoryScope> {
  const account = kaltura.account(tenant.accountId);
  if (deployment) {
    const platform = await store.platforms.findById(deployment.platformId);
    const within = platform?.settings.rootCategory ?? account.rootCategory;
    const isForeign = async (categoryId: CategoryId): Promise<boolean> => {
      const mappings = await store.mappings.findByCategory(account.id, categoryId);
      return mappings.some(({ tenantId }) => tenantId !== tenant.id);
    };
    return { account, roots: [within], createUnder: [channelsOf(within)], within, isForeign };
  }
  const platforms = await store.platforms.list();
  const named = platforms
    .filter(({ accountId }) => accountId === account.id)
    .flatMap(({ settings }) => settings.rootCategory ?? []);
  const all = [...new Set([account.rootCategory, ...named])];
  // What lies below another root is found with it.
  const roots = all.filter((root) => !all.some((other) => root.startsWith(`${other}>`)));
  return { account, roots: roots.slice(0, MAX_ROOTS), createUnder: all.slice(0, MAX_ROOTS).map(channelsOf) };
}

const channelsOf = (root: string): string => [root, ...CHANNELS].join('>');

/**
 * The category that somebody means by an id or by a full name, from the top or from the root category: `within`, below
 * which it must be then, else the account's; for such a session also none of another LMS. Throws `INPUT_INVALID` for no text, `CATEGORY_UNKNOWN`, `KALTURA_…`.
 */
export async function resolveCategoryInput(
  kaltura: Pick<Kaltura, 'categoriesById' | 'categoriesByFullName'>,
  account: KalturaAccount,
  text: string,
  { within, isForeign }: Pick<CategoryScope, 'within' | 'isForeign'> = {},
): Promise<CategorySummary> {
  const wanted = text.trim();
  if (wanted === '' || wanted.length > MAX_TEXT) {
    throw new AppError('INPUT_INVALID', { reason: 'a category is named by its id or by its full name' });
  }
  const found = await find();
  const isInside = found && (within === undefined || found.fullName.startsWith(`${within}>`));
  if (isInside && !(await isForeign?.(found.id))) return found;
  throw new AppError('CATEGORY_UNKNOWN', {
    reason: `There is no category "${Array.from(wanted).slice(0, 200).join('')}".`,
  });

  async function find(): Promise<CategorySummary | undefined> {
    if (isCategoryId(wanted)) return (await kaltura.categoriesById(account, [wanted])).get(wanted);
    const path = tidyPath(wanted);
    const names = [path, `${within ?? account.rootCategory}>${path}`];
    const known = await kaltura.categoriesByFullName(account, names);
    return names.map((name) => known.get(name)).find((category) => category !== undefined);
  }
}

/** `a > b` as Kaltura writes it: `a>b`. */
export const tidyPath = (text: string): string =>
  text
    .split('>')
    .map((part) => part.trim())
    .join('>');
