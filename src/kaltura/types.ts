/** What the other rooms know of Kaltura. Only the gateway file knows kaltura-client. */
import type { AccountId, CategoryId, EntryId, LaunchId, ViewerId } from '../runtime/ids.js';

/** How an account keeps viewers from entries; decides what the viewer's KS needs besides `sview`. */
export type EntitlementMode =
  /** No entitlement on this account. */
  | 'off'
  /** `disableentitlementforentry:<entry>`, after our own entry check. */
  | 'exempt-entry'
  /** `enableentitlement,privacycontext:<name>`: the viewer must be entitled in Kaltura. */
  | 'privacy-context';

export interface KalturaAccount {
  id: AccountId;
  partnerId: number;
  /** Server to server, e.g. `https://www.kaltura.com`. */
  serviceUrl: string;
  /** For browsers: where `/p/{partner}/embedPlaykitJs/…` stands, e.g. `https://cdnapisec.kaltura.com`. */
  playerBaseUrl: string;
  /** The V7 player. */
  uiConfId: number;
  /** Signs sessions. Never logged, never sent. */
  adminSecret: string;
  /** Full name of the category above `site>channels`, e.g. `LTI`. */
  rootCategory: string;
  entitlement: { mode: EntitlementMode; privacyContext?: string };
  /** Further hosts that this account's player needs in its CSP, e.g. `https://cfvod.kaltura.com`. */
  playerHosts: string[];
  /** For one API call. */
  timeoutMs: number;
}

export interface ViewerSession {
  ks: string;
  expiresAtMs: number;
}

export interface MediaEntry {
  id: EntryId;
  name: string;
  durationSeconds: number;
}

/** One category that an entry is assigned to. */
export interface EntryCategory {
  categoryId: CategoryId;
  /** From the root down, the category itself last. */
  ancestorIds: CategoryId[];
}

export interface CategoryRef {
  id: CategoryId;
  fullName: string;
  referenceId?: string;
}

/** A category as the chooser shows it. */
export interface CategorySummary extends CategoryRef {
  /** Last part of the full name. */
  name: string;
  parentId?: CategoryId;
  /** Entries assigned to the category itself. */
  entriesCount: number;
}

/** The Kaltura API as the product uses it. Failures: KALTURA_REFUSED, KALTURA_UNREACHABLE, KALTURA_TIMEOUT. */
export interface Kaltura {
  /** The account of that id, or `KALTURA_ACCOUNT_UNKNOWN`. */
  account(id: AccountId): KalturaAccount;
  /** Type USER, signed locally (v2); life clamp(3 × duration + 30 min, 2 h, 12 h). */
  viewerSession(
    account: KalturaAccount,
    viewer: { viewerId: ViewerId; entryId: EntryId; launchId: LaunchId; durationSeconds: number },
  ): ViewerSession;
  /** Cached for minutes. `ENTRY_NOT_FOUND` when the account has none. */
  entry(account: KalturaAccount, entryId: EntryId): Promise<MediaEntry>;
  /** Cached for a minute. Empty when assigned nowhere. */
  entryCategories(account: KalturaAccount, entryId: EntryId): Promise<EntryCategory[]>;
  /** By exact full name, whatever its entitlement. */
  findCategory(account: KalturaAccount, fullName: string): Promise<CategoryRef | undefined>;
  /** Of these ids (any number), those that exist; deleted ones are left out. Whatever their entitlement. */
  categoriesById(account: KalturaAccount, ids: readonly CategoryId[]): Promise<Map<CategoryId, CategorySummary>>;
  /** Of these exact full names (any number), those that exist. */
  categoriesByFullName(account: KalturaAccount, fullNames: readonly string[]): Promise<Map<string, CategorySummary>>;
  /**
   * For type-ahead: categories under `underFullName` whose name begins with the text or holds its words, or whose id it
   * is, best first, at most `limit` (up to 50). Of a path, `channels>Bio`, the last part is searched below the others.
   * An empty text lists the direct children. Throws `KALTURA_ROOT_MISSING`.
   */
  searchCategories(
    account: KalturaAccount,
    query: { text: string; underFullName: string; limit: number },
  ): Promise<CategorySummary[]>;
  /** Entries assigned to the category itself, a page at a time (up to 500 ids). */
  categoryEntries(account: KalturaAccount, categoryId: CategoryId): AsyncIterable<EntryId[]>;
  /** `full`: the entry is in as many categories as Kaltura allows (32 unless the account says otherwise). */
  assignEntry(
    account: KalturaAccount,
    assignment: { entryId: EntryId; categoryId: CategoryId },
  ): Promise<'assigned' | 'already' | 'full'>;
  /** False when it was not assigned. */
  unassignEntry(account: KalturaAccount, assignment: { entryId: EntryId; categoryId: CategoryId }): Promise<boolean>;
  /**
   * Finds or creates each category of the path below `parentFullName`. Safe when two processes race, and when the
   * category is hidden by entitlement. Kaltura replaces `>`, `<` and `,` in names by `_`: read the answer's fullName.
   * `referenceId` is set on a newly created last category.
   */
  ensureCategory(
    account: KalturaAccount,
    path: { parentFullName: string; names: string[]; referenceId?: string },
  ): Promise<CategoryRef>;
  /**
   * Which of these viewers Kaltura knows, as Kaltura writes their ids: compared without case, so an answer may differ
   * from what was asked in its capitals. An id with a comma can't be asked for and counts as unknown. Not cached.
   */
  existingViewerIds(account: KalturaAccount, ids: readonly string[]): Promise<Set<string>>;
  /** Resolves when the API answers `system.ping`. */
  ping(account: KalturaAccount): Promise<void>;
}
