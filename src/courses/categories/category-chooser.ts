/**
 * Choosing a category: the list behind the type-ahead of forms (`category-chooser.eta`), a page that does the same
 * without client script, and making a new category.
 */
import { fileURLToPath } from 'node:url';
import { AppError, isAppError } from '../../errors/app-error.js';
import type { Parameters, RequestFacts, ResponseData } from '../../http/types.js';
import { toCategoryName } from '../../kaltura/category-name.js';
import type { CategoryRef, CategorySummary, Kaltura } from '../../kaltura/types.js';
import { isCategoryId } from '../../runtime/ids.js';
import type { Store, TenantRecord } from '../../store/ports.js';
import type { AdminRoute, AdminScreen } from '../../ui/admin-screen.js';
import type { AssetFiles } from '../../ui/assets.js';
import { categoryScope, tidyPath, type CategoryScope } from './category-choice.js';
import { requireTenant, tenantsOf } from '../scope.js';

export { categoryScope, resolveCategoryInput, type CategoryScope } from './category-choice.js';

export const CATEGORIES_PATH = '/admin/courses/categories';

/** To be included by forms of other screens; its head says how. */
export const CATEGORY_CHOOSER = fileURLToPath(new URL('./category-chooser.eta', import.meta.url));
/** Style and script of the chooser, for pages that include it. */
export const CATEGORY_CHOOSER_ASSETS = { styles: ['category-chooser.css'], scripts: ['category-chooser.js'] } as const;

export const categoryChooserAssetFiles: AssetFiles = {
  'category-chooser.css': new URL('./assets/category-chooser.css', import.meta.url),
  'category-chooser.js': new URL('./assets/category-chooser.js', import.meta.url),
};

const OPTIONS = fileURLToPath(new URL('./category-options.eta', import.meta.url));
const PAGE = fileURLToPath(new URL('./category-page.eta', import.meta.url));

const SHOWN = 12;
const SHOWN_ON_PAGE = 50;
const MAX_QUERY = 200;

export interface CategoryChooserDependencies {
  store: Pick<Store, 'mappings' | 'tenants' | 'deployments' | 'platforms'>;
  kaltura: Pick<Kaltura, 'account' | 'categoriesById' | 'categoriesByFullName' | 'searchCategories' | 'ensureCategory'>;
}

interface FoundCategories {
  categories: CategorySummary[];
  /** Full names of roots that do not exist. */
  missingRoots: string[];
  /** Why there is nothing. */
  problem?: AppError['code'];
}

/** A category that the admin could make from what they typed. */
export interface NewCategoryOffer {
  parentFullName: string;
  name: string;
}

export interface CategoryOption {
  id: string;
  fullName: string;
  /** The path without its last part, ends with `>`; empty at the top. */
  parents: string;
  name: string;
  entriesCount: number;
}

const toOption = ({ id, fullName, name, entriesCount }: CategorySummary): CategoryOption => ({
  id,
  fullName,
  parents: fullName.slice(0, fullName.length - name.length),
  name,
  entriesCount,
});

export function createCategoryChooser(deps: CategoryChooserDependencies): AdminRoute[] {
  const { store, kaltura } = deps;

  async function list(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const isPart = isHtmx(request);
    const tenants = await tenantsOf(screen.session, store);
    const tenant = chosenTenant(request.query, tenants);
    if (!tenant) {
      if (isPart) throw new AppError('INPUT_INVALID', { reason: 'tenant is missing' });
      return screen.page(PAGE, pageData(screen, { tenants, text: '' }));
    }
    const scope = await categoryScope(screen.session, tenant, deps);
    const text = searchText(request.query);
    const found = await search(scope, text, isPart ? SHOWN : SHOWN_ON_PAGE);
    const offers =
      screen.session.role === 'viewer' || found.problem !== undefined ? [] : await offersFor(scope, text, found, deps);
    const data = { tenantId: tenant.id, options: found.categories.map(toOption), offers, problem: found.problem };
    return isPart
      ? screen.fragment(OPTIONS, data)
      : screen.page(PAGE, { ...pageData(screen, { tenants, text }), ...data });
  }

  /** Below each root, and by id wherever an unlimited admin wants. What Kaltura refuses is said in the list. */
  async function search(
    { account, roots, within }: CategoryScope,
    text: string,
    limit: number,
  ): Promise<FoundCategories> {
    try {
      const [byId, ...lists] = await Promise.all([
        isCategoryId(text) && within === undefined ? kaltura.categoriesById(account, [text]) : undefined,
        ...roots.map((underFullName) => below(underFullName)),
      ]);
      const known = lists.filter((found) => found !== undefined);
      const missingRoots = roots.filter((_root, index) => lists[index] === undefined);
      if (known.length === 0 && !byId?.size) return { categories: [], missingRoots, problem: 'KALTURA_ROOT_MISSING' };
      const all = new Map([...(byId?.values() ?? []), ...known.flat()].map((category) => [category.id, category]));
      return { categories: [...all.values()].slice(0, limit), missingRoots };
    } catch (error) {
      if (!isAppError(error) || !error.code.startsWith('KALTURA_')) throw error;
      return { categories: [], missingRoots: [], problem: error.code };
    }

    /** Undefined when there is no such root: that of one platform keeps nobody from the others. */
    async function below(underFullName: string): Promise<CategorySummary[] | undefined> {
      try {
        return await kaltura.searchCategories(account, { text, underFullName, limit });
      } catch (error) {
        if (isAppError(error) && error.code === 'KALTURA_ROOT_MISSING') return undefined;
        throw error;
      }
    }
  }

  async function create(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> {
    const tenant = await requireTenant(screen.session, field(request.form, 'tenantId'), store);
    const parentFullName = tidyPath(field(request.form, 'parentFullName'));
    const name = field(request.form, 'name').trim();
    if (name === '' || name.includes('>')) {
      throw new AppError('INPUT_INVALID', { reason: 'name is the name of one category' });
    }
    const scope = await categoryScope(screen.session, tenant, deps);
    const made = await ensureBelow(scope, parentFullName, name);
    if (!isHtmx(request)) {
      return screen.redirect(
        `${CATEGORIES_PATH}?tenant=${encodeURIComponent(tenant.id)}&q=${encodeURIComponent(made.id)}`,
        { text: screen.messages.text('courses.chooser.created', { path: made.fullName, id: made.id }) },
      );
    }
    const known = (await kaltura.categoriesById(scope.account, [made.id])).get(made.id);
    const category = known ?? { ...made, name: made.fullName.split('>').at(-1) ?? made.fullName, entriesCount: 0 };
    return screen.fragment(OPTIONS, { tenantId: tenant.id, options: [toOption(category)], offers: [] });
  }

  /** Throws `CATEGORY_UNKNOWN` for a parent that does not exist, or is none that this session may add to. */
  async function ensureBelow(
    { account, createUnder, within }: CategoryScope,
    parentFullName: string,
    name: string,
  ): Promise<CategoryRef> {
    if (createUnder.includes(parentFullName)) {
      const [site, channels] = parentFullName.split('>').slice(-2);
      const root = parentFullName.split('>').slice(0, -2).join('>');
      return kaltura.ensureCategory(account, { parentFullName: root, names: [site ?? '', channels ?? '', name] });
    }
    const parent = within === undefined ? await kaltura.categoriesByFullName(account, [parentFullName]) : undefined;
    if (!parent?.has(parentFullName)) {
      throw new AppError('CATEGORY_UNKNOWN', { reason: 'A category can’t be added there.' });
    }
    return kaltura.ensureCategory(account, { parentFullName, names: [name] });
  }

  return [
    {
      method: 'GET',
      path: CATEGORIES_PATH,
      template: CATEGORIES_PATH,
      role: 'viewer',
      keepsToDeployment: true,
      handler: list,
    },
    {
      method: 'POST',
      path: CATEGORIES_PATH,
      template: CATEGORIES_PATH,
      role: 'editor',
      keepsToDeployment: true,
      handler: create,
    },
  ];
}

/** What could be made from the text: below the path that it names, else where courses have their categories. */
async function offersFor(
  { account, roots, createUnder, within }: CategoryScope,
  text: string,
  { categories, missingRoots }: FoundCategories,
  { kaltura }: Pick<CategoryChooserDependencies, 'kaltura'>,
): Promise<NewCategoryOffer[]> {
  const parts = tidyPath(text).split('>');
  const typed = parts.at(-1) ?? '';
  if (typed === '' || isCategoryId(typed)) return [];
  const name = toCategoryName(typed);
  const parents = await parentsFor(parts.slice(0, -1));
  return parents
    .filter((parent) => !missingRoots.some((root) => parent.startsWith(`${root}>`)))
    .filter(
      (parent) => !categories.some(({ fullName }) => fullName.toLowerCase() === `${parent}>${name}`.toLowerCase()),
    )
    .map((parentFullName) => ({ parentFullName, name }));

  async function parentsFor(path: readonly string[]): Promise<readonly string[]> {
    if (path.length === 0) return createUnder;
    const named = [path.join('>'), ...roots.map((root) => [root, ...path].join('>'))];
    const allowed = named.filter((parent) => createUnder.includes(parent));
    if (allowed.length > 0 || within !== undefined) return allowed.slice(0, 1);
    const known = await kaltura.categoriesByFullName(account, named);
    return named.filter((parent) => known.has(parent)).slice(0, 1);
  }
}

const isHtmx = ({ headers }: Pick<RequestFacts, 'headers'>): boolean => headers['hx-request'] === 'true';

function chosenTenant(query: Parameters, tenants: readonly TenantRecord[]): TenantRecord | undefined {
  if (query.count('tenant') === 0) return tenants[0];
  const tenant = tenants.find(({ id }) => id === query.get('tenant'));
  if (!tenant) throw new AppError('HTTP_NOT_FOUND', { reason: 'no such LMS for this admin' });
  return tenant;
}

/** htmx and forms of other screens may send the field under its own name. */
function searchText(query: Parameters): string {
  const text = (query.get('q') ?? '').trim();
  if (text.length > MAX_QUERY) throw new AppError('INPUT_INVALID', { reason: 'the text to search is too long' });
  return text;
}

function field(form: Parameters | undefined, name: string): string {
  const value = form?.get(name);
  if (value === undefined) throw new AppError('INPUT_INVALID', { reason: `${name} is missing` });
  return value;
}

function pageData(screen: AdminScreen, { tenants, text }: { tenants: readonly TenantRecord[]; text: string }) {
  return {
    title: screen.messages.text('courses.chooser.pageTitle'),
    section: 'courses' as const,
    styles: CATEGORY_CHOOSER_ASSETS.styles,
    tenants: tenants.map(({ id, name }) => ({ id, name })),
    query: text,
    path: CATEGORIES_PATH,
  };
}
