import { AppError } from '../errors/app-error.js';
import { toCategoryName } from './category-name.js';
import type { ApiCall, KalturaGateway } from './gateway.js';
import type { CategoryReply } from './replies.js';
import type { CategoryRef } from './types.js';

export interface CategoryPath {
  /** Must exist. */
  parentFullName: string;
  names: readonly string[];
  /** For the last category, when it is created. */
  referenceId?: string;
}

export interface CategoryApi {
  gateway: KalturaGateway;
  /** A fresh call: the session in it lives for one minute. */
  call(): ApiCall;
  delay(ms: number): Promise<void>;
}

/** About three seconds in all: Kaltura's search index lags behind its database. */
const RETRY_DELAYS_MS = [100, 200, 400, 800, 1_500];
const ONE_PAGE = { pageSize: 30, pageIndex: 1 };

/** The category of exactly that full name. */
export async function findByFullName(
  { gateway, call }: Pick<CategoryApi, 'gateway' | 'call'>,
  fullName: string,
): Promise<CategoryRef | undefined> {
  const found = await gateway.categoryList(call(), { fullNameEqual: fullName }, ONE_PAGE);
  return refOf(found.find((category) => category.fullName === fullName));
}

/**
 * The last category of the path, creating what is missing on the way. Throws `KALTURA_ROOT_MISSING` when the parent
 * does not exist.
 */
export async function ensureCategory(api: CategoryApi, path: CategoryPath): Promise<CategoryRef> {
  const names = path.names.map((name) => toCategoryName(name));
  const existing = await findByFullName(api, [path.parentFullName, ...names].join('>'));
  if (existing) return existing;

  const root = await findByFullName(api, path.parentFullName);
  if (!root) throw new AppError('KALTURA_ROOT_MISSING', { reason: `No category "${path.parentFullName}".` });
  let category: CategoryRef = root;
  for (const [level, name] of names.entries()) {
    const isLast = level === names.length - 1;
    const known: CategoryRef | undefined = isLast
      ? undefined
      : await findByFullName(api, `${category.fullName}>${name}`);
    category = known ?? (await add(api, category, name, isLast ? path.referenceId : undefined));
  }
  return category;
}

async function add(
  api: CategoryApi,
  parent: CategoryRef,
  name: string,
  referenceId: string | undefined,
): Promise<CategoryRef> {
  const result = await api.gateway.categoryAdd(api.call(), {
    name,
    parentId: Number(parent.id),
    ...(referenceId === undefined ? {} : { referenceId }),
  });
  return result.outcome === 'added'
    ? toRef(result.category)
    : findDuplicate(api, result.fullName ?? `${parent.fullName}>${name}`);
}

/** Kaltura says that the category exists; the list may not show it yet. */
async function findDuplicate(api: CategoryApi, fullName: string): Promise<CategoryRef> {
  for (const wait of [0, ...RETRY_DELAYS_MS]) {
    if (wait > 0) await api.delay(wait);
    const found = await api.gateway.categoryList(api.call(), { fullNameEqual: fullName }, ONE_PAGE);
    // Kaltura's own comparison may ignore case: then the name that it calls taken is written otherwise.
    const match =
      found.find((category) => category.fullName === fullName) ??
      found.find((category) => category.fullName.toLowerCase() === fullName.toLowerCase());
    if (match) return toRef(match);
  }
  throw new AppError('KALTURA_REFUSED', {
    reason: `Kaltura says that the category "${fullName}" exists, but does not show it.`,
    details: { kalturaCode: 'DUPLICATE_CATEGORY' },
  });
}

const toRef = ({ id, fullName, referenceId }: CategoryReply): CategoryRef => ({
  id,
  fullName,
  // Kaltura knows no difference between an empty reference and none.
  ...(referenceId ? { referenceId } : {}),
});

const refOf = (category: CategoryReply | undefined): CategoryRef | undefined => category && toRef(category);
