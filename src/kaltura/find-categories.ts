/** Reads categories for people who choose one and for checks of those that were chosen. Always with `disableentitlement`. */
import { AppError, isAppError } from '../errors/app-error.js';
import { isCategoryId, type CategoryId } from '../runtime/ids.js';
import type { CategoryApi } from './ensure-category.js';
import type { CategoryFilter } from './gateway.js';
import type { CategoryReply } from './replies.js';
import type { CategorySummary } from './types.js';

type FindApi = Pick<CategoryApi, 'gateway' | 'call'>;

const PAGE_SIZE = 500;
const NAMES_PER_LIST = 50;
/** The index lags behind for a few new categories; a list that misses more than that misses them for good. */
const MAX_CONFIRMED = 100;
const CONFIRMED_AT_ONCE = 4;
/** Deleted categories stay in the database for a while. */
const FIRST_GONE_STATUS = 3;
const MAX_SEARCH_RESULTS = 50;
/** Kaltura does not sort by how well a category fits, so more are read than shown. */
const SEARCH_PAGE_SIZE = 100;
const MAX_SEARCH_CHARACTERS = 200;

/** Of these ids those that exist. What the index does not show is asked for one by one: it may be new. */
export async function findByIds(api: FindApi, ids: readonly CategoryId[]): Promise<Map<CategoryId, CategorySummary>> {
  const found = new Map<CategoryId, CategorySummary>();
  for (const chunk of chunksOf(ids, PAGE_SIZE)) {
    const listed = await list(api, { idIn: chunk.join(',') }, PAGE_SIZE);
    for (const category of listed) found.set(category.id, category);
    const missing = chunk.filter((id) => !found.has(id));
    if (missing.length > MAX_CONFIRMED) continue;
    for (const few of chunksOf(missing, CONFIRMED_AT_ONCE)) {
      const replies = await Promise.all(few.map((id) => api.gateway.categoryGet(api.call(), Number(id))));
      for (const reply of replies) if (reply && exists(reply)) found.set(reply.id, toSummary(reply));
    }
  }
  return found;
}

/** Of these exact full names those that exist. */
export async function findByFullNames(
  api: FindApi,
  fullNames: readonly string[],
): Promise<Map<string, CategorySummary>> {
  // A comma would part the list, and no category has one in its name: Kaltura writes `_` instead.
  const asked = fullNames.filter((name) => name !== '' && !name.includes(','));
  const found = new Map<string, CategorySummary>();
  for (const chunk of chunksOf(asked, NAMES_PER_LIST)) {
    const wanted = new Set(chunk);
    for (const category of await list(api, { fullNameIn: chunk.join(',') }, PAGE_SIZE)) {
      if (wanted.has(category.fullName)) found.set(category.fullName, category);
    }
  }
  return found;
}

export interface CategorySearch {
  text: string;
  under: Pick<CategorySummary, 'id' | 'fullName'>;
  limit: number;
}

/** See `Kaltura.searchCategories`. */
export async function searchCategories(
  api: FindApi,
  { text, under, limit }: CategorySearch,
): Promise<CategorySummary[]> {
  const wanted = Math.min(Math.max(limit, 1), MAX_SEARCH_RESULTS);
  const parts = text.slice(0, MAX_SEARCH_CHARACTERS).split('>').map(asStored);
  const last = parts.at(-1) ?? '';
  const parents = parts.slice(0, -1);
  const path = parts.join('>');

  const candidates = await read();
  const inside = candidates.filter(({ fullName }) => fullName.startsWith(`${under.fullName}>`));
  return rank(inside, path).slice(0, wanted);

  async function read(): Promise<CategorySummary[]> {
    if (parents.length > 0) {
      const parent = await findParent(api, parents, under);
      if (parent) return childrenOf(parent, last);
      const anywhere = last === '' ? [] : await below(last);
      return anywhere.filter(({ fullName }) => fullName.toLowerCase().includes(path.toLowerCase()));
    }
    if (last === '') return childrenOf(under, '');
    const [byId, byName] = await Promise.all([isCategoryId(last) ? findByIds(api, [last]) : undefined, below(last)]);
    return [...(byId?.values() ?? []), ...byName];
  }

  function childrenOf(parent: Pick<CategorySummary, 'id'>, name: string): Promise<CategorySummary[]> {
    const start = name === '' ? {} : { nameOrReferenceIdStartsWith: name };
    return search(api, { parentIdEqual: Number(parent.id), ...start, orderBy: '+name' });
  }

  async function below(words: string): Promise<CategorySummary[]> {
    const filter = { ancestorIdIn: under.id, orderBy: '+name' } as const;
    const lists = await Promise.all([
      search(api, { ...filter, nameOrReferenceIdStartsWith: words }),
      search(api, { ...filter, freeText: words }),
    ]);
    return lists.flat();
  }
}

/** A path as people type it: from the top, or from where the search is. */
async function findParent(
  api: FindApi,
  parents: readonly string[],
  under: CategorySearch['under'],
): Promise<Pick<CategorySummary, 'id' | 'fullName'> | undefined> {
  const path = parents.join('>');
  if (path === under.fullName) return under;
  const names = [path, `${under.fullName}>${path}`];
  const found = await findByFullNames(api, names);
  return names
    .filter((name) => name.startsWith(`${under.fullName}>`))
    .map((name) => found.get(name))
    .find((category) => category !== undefined);
}

/** Part of a path as Kaltura would have stored it; quotes would ask for the exact text. */
const asStored = (part: string): string =>
  part
    .replace(/[<,]/g, '_')
    .replace(/["\p{Cc}\p{Cs}]/gu, ' ')
    .trim();

async function search(api: FindApi, filter: CategoryFilter): Promise<CategorySummary[]> {
  try {
    return await list(api, filter, SEARCH_PAGE_SIZE);
  } catch (error) {
    if (isAppError(error) && error.details['kalturaCode'] === 'SEARCH_TOO_GENERAL') return [];
    throw error;
  }
}

/** Each once: the id itself, then names that are the text, begin with it, hold it; then by path. */
function rank(categories: readonly CategorySummary[], text: string): CategorySummary[] {
  const wanted = text.toLowerCase();
  const last = wanted.split('>').at(-1) ?? '';
  const place = ({ id, name, fullName }: CategorySummary): number => {
    const lower = name.toLowerCase();
    if (id === wanted) return 0;
    if (lower === last || fullName.toLowerCase() === wanted) return 1;
    if (lower.startsWith(last)) return 2;
    return lower.includes(last) ? 3 : 4;
  };
  const unique = [...new Map(categories.map((category) => [category.id, category])).values()];
  return unique.toSorted((a, b) => place(a) - place(b) || a.fullName.localeCompare(b.fullName));
}

async function list({ gateway, call }: FindApi, filter: CategoryFilter, pageSize: number): Promise<CategorySummary[]> {
  const replies = await gateway.categoryList(call(), filter, { pageSize, pageIndex: 1 });
  return replies.filter(exists).map(toSummary);
}

const exists = ({ status }: CategoryReply): boolean => status === undefined || status < FIRST_GONE_STATUS;

function toSummary({ id, fullName, referenceId, parentId, directEntriesCount }: CategoryReply): CategorySummary {
  const parent = parentId === undefined ? undefined : String(parentId);
  return {
    id,
    fullName,
    name: fullName.split('>').at(-1) ?? fullName,
    ...(referenceId ? { referenceId } : {}),
    ...(isCategoryId(parent) ? { parentId: parent } : {}),
    entriesCount: directEntriesCount ?? 0,
  };
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const unique = [...new Set(items)];
  return Array.from({ length: Math.ceil(unique.length / size) }, (_, index) =>
    unique.slice(index * size, (index + 1) * size),
  );
}

/** The category that a search stays under. Throws `KALTURA_ROOT_MISSING`. */
export async function requireCategory(api: FindApi, fullName: string): Promise<CategorySummary> {
  const category = (await findByFullNames(api, [fullName])).get(fullName);
  if (!category) throw new AppError('KALTURA_ROOT_MISSING', { reason: `No category "${fullName}".` });
  return category;
}
