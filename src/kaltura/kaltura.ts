/** Kaltura as the other rooms see it: accounts, viewer sessions, entries and categories. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.js';
import { toSeconds, type Clock } from '../runtime/clock.js';
import { isEntryId, type AccountId, type CategoryId, type EntryId } from '../runtime/ids.js';
import type { Random } from '../runtime/random.js';
import { ensureCategory, findByFullName, type CategoryApi } from './ensure-category.js';
import { findByFullNames, findByIds, requireCategory, searchCategories } from './find-categories.js';
import type { ApiCall, KalturaGateway } from './gateway.js';
import { signKs } from './ks.js';
import { createLookupCache } from './lookup-cache.js';
import type { CategoryRef, CategorySummary, EntryCategory, Kaltura, KalturaAccount, MediaEntry } from './types.js';
import { makeViewerSession } from './viewer-session.js';

export interface KalturaDependencies {
  accounts: readonly KalturaAccount[];
  gateway: KalturaGateway;
  clock: Clock;
  random: Random;
  /** Waits between two looks for a category that the index does not show yet. */
  delay?: (ms: number) => Promise<void>;
}

const SERVICE_SESSION_SECONDS = 60;
const SERVICE_USER_ID = 'playcontext';
const KS_RANDOM_BYTES = 16;

const ENTRY_LIFE_MS = 5 * 60_000;
const CATEGORIES_LIFE_MS = 60_000;
/** A teacher who has just published something tries again at once. */
const ABSENT_LIFE_MS = 10_000;

const ACTIVE_ASSIGNMENT = 2;
const PAGE_SIZE = 500;
const IDS_PER_LIST = 100;
/** Kaltura allows 1000 categories per entry at most. */
const MAX_PAGES = 3;

export function createKaltura(deps: KalturaDependencies): Kaltura {
  const { gateway, clock, random, delay = (ms: number) => sleep(ms) } = deps;
  const accounts = new Map<AccountId, KalturaAccount>(deps.accounts.map((account) => [account.id, account]));
  const ensuring = new Map<string, Promise<CategoryRef>>();

  const entries = createLookupCache<{ entry: MediaEntry | undefined }>({
    clock,
    lifeMs: ({ entry }) => (entry ? ENTRY_LIFE_MS : ABSENT_LIFE_MS),
  });
  const assignments = createLookupCache<readonly EntryCategory[]>({
    clock,
    lifeMs: ({ length }) => (length > 0 ? CATEGORIES_LIFE_MS : ABSENT_LIFE_MS),
  });

  /** Where people search, so that each letter they type does not ask again. */
  const roots = createLookupCache<CategorySummary>({ clock, lifeMs: () => CATEGORIES_LIFE_MS });

  /** As the account's administrator. Categories with a privacy context are hidden from sessions under entitlement. */
  const asService = (account: KalturaAccount): ApiCall => ({
    serviceUrl: account.serviceUrl,
    timeoutMs: account.timeoutMs,
    ks: signKs({
      partnerId: account.partnerId,
      secret: account.adminSecret,
      userId: SERVICE_USER_ID,
      type: 'admin',
      expiresAtSeconds: toSeconds(clock.nowMs()) + SERVICE_SESSION_SECONDS,
      privileges: [{ name: 'disableentitlement' }],
      random: random.bytes(KS_RANDOM_BYTES),
    }),
  });

  const categoryApi = (account: KalturaAccount): CategoryApi => ({ gateway, call: () => asService(account), delay });

  return {
    account(id) {
      const account = accounts.get(id);
      if (!account) throw new AppError('KALTURA_ACCOUNT_UNKNOWN', { details: { accountId: id } });
      return account;
    },

    viewerSession(account, viewer) {
      return makeViewerSession(account, { viewer, nowMs: clock.nowMs(), random: random.bytes(KS_RANDOM_BYTES) });
    },

    async entry(account, entryId) {
      const { entry } = await entries(cacheKey(account, entryId), async () => ({
        entry: await readEntry(gateway, asService(account), entryId),
      }));
      if (!entry) throw new AppError('ENTRY_NOT_FOUND', { details: { entryId } });
      return { ...entry };
    },

    async entryCategories(account, entryId) {
      const found = await assignments(cacheKey(account, entryId), () =>
        readEntryCategories(gateway, () => asService(account), entryId),
      );
      return found.map(({ categoryId, ancestorIds }) => ({ categoryId, ancestorIds: [...ancestorIds] }));
    },

    categoriesById: (account, ids) => findByIds(categoryApi(account), ids),

    categoriesByFullName: (account, fullNames) => findByFullNames(categoryApi(account), fullNames),

    async searchCategories(account, { text, underFullName, limit }) {
      const api = categoryApi(account);
      const under = await roots(`${account.id}/${underFullName}`, () => requireCategory(api, underFullName));
      return searchCategories(api, { text, under, limit });
    },

    categoryEntries: (account, categoryId) => readCategoryEntries(gateway, () => asService(account), categoryId),

    async assignEntry(account, { entryId, categoryId }) {
      const assignment = { entryId, categoryId: Number(categoryId) };
      const outcome = await gateway.categoryEntryAdd(asService(account), assignment);
      return outcome === 'added' ? 'assigned' : outcome === 'exists' ? 'already' : 'full';
    },

    unassignEntry: (account, { entryId, categoryId }) =>
      gateway.categoryEntryDelete(asService(account), { entryId, categoryId: Number(categoryId) }),

    findCategory: (account, fullName) => findByFullName(categoryApi(account), fullName),

    ensureCategory(account, path) {
      const key = JSON.stringify([account.id, path.parentFullName, path.names, path.referenceId]);
      const known = ensuring.get(key);
      if (known) return known;
      const flight = ensureCategory(categoryApi(account), path).finally(() => ensuring.delete(key));
      ensuring.set(key, flight);
      return flight;
    },

    existingViewerIds: (account, ids) => readExistingViewerIds(gateway, () => asService(account), ids),

    ping: ({ serviceUrl, timeoutMs }) => gateway.ping({ serviceUrl, timeoutMs }),
  };
}

const cacheKey = (account: KalturaAccount, entryId: EntryId): string => `${account.id}/${entryId}`;

async function readEntry(gateway: KalturaGateway, call: ApiCall, entryId: EntryId): Promise<MediaEntry | undefined> {
  const reply = await gateway.baseEntryGet(call, entryId);
  return reply && { id: entryId, name: reply.name, durationSeconds: reply.duration };
}

async function readEntryCategories(
  gateway: KalturaGateway,
  call: () => ApiCall,
  entryId: EntryId,
): Promise<EntryCategory[]> {
  const found: EntryCategory[] = [];
  for (let pageIndex = 1; pageIndex <= MAX_PAGES; pageIndex += 1) {
    const page = await gateway.categoryEntryList(
      call(),
      { entryIdEqual: entryId, statusEqual: ACTIVE_ASSIGNMENT },
      { pageSize: PAGE_SIZE, pageIndex },
    );
    for (const { categoryId, categoryFullIds, status, ...assignment } of page) {
      // Checked here too, because a pending assignment is exactly what nobody has approved yet.
      if (status !== ACTIVE_ASSIGNMENT || assignment.entryId !== entryId) continue;
      found.push({ categoryId, ancestorIds: categoryFullIds ?? [categoryId] });
    }
    if (page.length < PAGE_SIZE) break;
  }
  return found;
}

async function* readCategoryEntries(
  gateway: KalturaGateway,
  call: () => ApiCall,
  categoryId: CategoryId,
): AsyncGenerator<EntryId[]> {
  for (let pageIndex = 1; ; pageIndex += 1) {
    const page = await gateway.categoryEntryList(
      call(),
      // The oldest first: what is added meanwhile comes last and moves no page.
      { categoryIdEqual: Number(categoryId), statusEqual: ACTIVE_ASSIGNMENT, orderBy: '+createdAt' },
      { pageSize: PAGE_SIZE, pageIndex },
    );
    const assigned = page.filter((each) => each.status === ACTIVE_ASSIGNMENT && each.categoryId === categoryId);
    yield assigned.map(({ entryId }) => entryId).filter(isEntryId);
    if (page.length < PAGE_SIZE) return;
  }
}

async function readExistingViewerIds(
  gateway: KalturaGateway,
  call: () => ApiCall,
  ids: readonly string[],
): Promise<Set<string>> {
  const asked = [...new Set(ids.filter((id) => id !== '' && !id.includes(',')))];
  const found = new Set<string>();
  for (let start = 0; start < asked.length; start += IDS_PER_LIST) {
    const chunk = asked.slice(start, start + IDS_PER_LIST);
    const wanted = new Set(chunk.map((id) => id.toLowerCase()));
    const pager = { pageSize: PAGE_SIZE, pageIndex: 1 };
    for (const { id } of await gateway.userList(call(), { idIn: chunk.join(',') }, pager)) {
      if (wanted.has(id.toLowerCase())) found.add(id);
    }
  }
  return found;
}
