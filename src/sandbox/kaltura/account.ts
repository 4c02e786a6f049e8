/** One pretended Kaltura account: its categories, entries and assignments, all in memory. */
import { toSeconds, type Clock } from '../../runtime/clock.js';
import { ApiException } from './api-error.js';

export interface Category {
  id: number;
  parentId: number;
  name: string;
  /** Names from the root down, joined by `>`. */
  fullName: string;
  fullIds: string;
  depth: number;
  description: string;
  tags: string;
  referenceId: string | undefined;
  /** Own privacy contexts, comma separated; children inherit them. */
  privacyContext: string;
  createdAt: number;
  updatedAt: number;
  createdAtMs: number;
}

export interface CaptionTrack {
  id: string;
  /** File in the media folder. */
  file: string;
  languageCode: string;
  language: string;
  label: string;
  isDefault: boolean;
}

export interface Entry {
  id: string;
  name: string;
  description: string;
  durationSeconds: number;
  createdAt: number;
  /** File names without extension in the media folder; undefined when the file is lost. */
  media: string | undefined;
  captions: CaptionTrack[];
}

export interface Assignment {
  categoryId: number;
  entryId: string;
  createdAt: number;
  creatorUserId: string;
}

export interface Account {
  partnerId: number;
  uiConfId: number;
  categories: ReadonlyMap<number, Category>;
  entries: ReadonlyMap<string, Entry>;
  assignments: readonly Assignment[];
  /** Ids of the people whom Kaltura knew before. */
  users: readonly string[];
  addCategory(fields: NewCategory): Category;
  updateCategory(id: number, fields: Partial<NewCategory>): Category;
  /** With everything under it; entries move up to the parent when asked. */
  deleteCategory(id: number, moveEntriesToParent: boolean): void;
  assign(entryId: string, categoryId: number, creatorUserId: string): Assignment;
  unassign(entryId: string, categoryId: number): void;
  /** Own and inherited privacy contexts; empty for a category that entitlement leaves alone. */
  privacyContexts(category: Category): string[];
  categoriesOf(entryId: string): Category[];
}

export interface NewCategory {
  name: string;
  parentId: number;
  description?: string;
  tags?: string;
  referenceId?: string | undefined;
  privacyContext?: string;
}

const FIRST_CATEGORY_ID = 86_091;
const MAX_CATEGORIES = 20_000;
const MAX_CATEGORIES_PER_ENTRY = 32;

/** Kaltura keeps `>` for paths and `,` for lists, and silently writes `_` instead. */
const storedName = (name: string): string => name.trim().replace(/[<>,]/g, '_');

const withDescendants = (categories: Iterable<Category>, root: Category): Category[] =>
  [...categories].filter((each) => each.id === root.id || each.fullIds.startsWith(`${root.fullIds}>`));

export function createAccount({
  partnerId,
  uiConfId,
  entries,
  users = [],
  clock,
}: {
  partnerId: number;
  uiConfId: number;
  entries: readonly Entry[];
  users?: readonly string[];
  clock: Clock;
}): Account {
  const categories = new Map<number, Category>();
  const entriesById = new Map(entries.map((entry) => [entry.id, entry]));
  const assignments: Assignment[] = [];
  let nextId = FIRST_CATEGORY_ID;

  const parentOf = (category: { parentId: number }): Category | undefined => categories.get(category.parentId);

  const checkName = (name: string): string => {
    const stored = storedName(name);
    const property = { PROP_NAME: 'KalturaCategory::name' };
    if (stored === '') throw new ApiException('PROPERTY_VALIDATION_MIN_LENGTH', { ...property, MIN_LEN: 1 });
    if (stored.length > 200) throw new ApiException('PROPERTY_VALIDATION_MAX_LENGTH', { ...property, MAX_LEN: 200 });
    return stored;
  };
  const checkContext = (context: string): string => {
    for (const each of context.split(',').filter((part) => part !== '')) {
      if (!/^[a-zA-Z0-9]{4,}$/.test(each)) throw new ApiException('PRIVACY_CONTEXT_INVALID_STRING', { CONTEXT: each });
    }
    return context;
  };
  const checkParent = (parentId: number): void => {
    if (parentId !== 0 && !categories.has(parentId))
      throw new ApiException('PARENT_CATEGORY_NOT_FOUND', { ID: parentId });
  };
  // The server compares full names across the whole account, whatever the caller may see.
  const checkUnique = (fullName: string, exceptId?: number): void => {
    for (const each of categories.values()) {
      if (each.fullName === fullName && each.id !== exceptId) {
        throw new ApiException('DUPLICATE_CATEGORY', { CATEGORY: fullName });
      }
    }
  };
  const place = (category: Category): void => {
    const parent = parentOf(category);
    category.fullName = parent ? `${parent.fullName}>${category.name}` : category.name;
    category.fullIds = parent ? `${parent.fullIds}>${category.id}` : String(category.id);
    category.depth = parent ? parent.depth + 1 : 0;
  };

  const assign: Account['assign'] = (entryId, categoryId, creatorUserId) => {
    if (!entriesById.has(entryId)) throw new ApiException('INVALID_ENTRY_ID', { ID: entryId });
    if (!categories.has(categoryId)) throw new ApiException('CATEGORY_NOT_FOUND', { ID: categoryId });
    const own = assignments.filter((each) => each.entryId === entryId);
    if (own.some((each) => each.categoryId === categoryId)) throw new ApiException('CATEGORY_ENTRY_ALREADY_EXISTS');
    if (own.length >= MAX_CATEGORIES_PER_ENTRY) {
      throw new ApiException('MAX_CATEGORIES_FOR_ENTRY_REACHED', { CATEGORIES: MAX_CATEGORIES_PER_ENTRY });
    }
    const assignment = { categoryId, entryId, createdAt: toSeconds(clock.nowMs()), creatorUserId };
    assignments.push(assignment);
    return assignment;
  };

  const removeAssignments = (gone: (each: Assignment) => boolean): Assignment[] => {
    const removed = assignments.filter(gone);
    for (const each of removed) assignments.splice(assignments.indexOf(each), 1);
    return removed;
  };

  const privacyContexts: Account['privacyContexts'] = (category) => {
    const found = new Set<string>();
    for (let at: Category | undefined = category; at; at = parentOf(at)) {
      for (const context of at.privacyContext.split(',')) if (context !== '') found.add(context);
    }
    return [...found];
  };

  return {
    partnerId,
    uiConfId,
    categories,
    entries: entriesById,
    assignments,
    users,
    privacyContexts,
    assign,
    addCategory(fields) {
      if (categories.size >= MAX_CATEGORIES) throw new ApiException('INTERNAL_SERVERL_ERROR');
      checkParent(fields.parentId);
      const nowMs = clock.nowMs();
      const category: Category = {
        id: nextId,
        parentId: fields.parentId,
        name: checkName(fields.name),
        fullName: '',
        fullIds: '',
        depth: 0,
        description: fields.description ?? '',
        tags: fields.tags ?? '',
        referenceId: fields.referenceId,
        privacyContext: checkContext(fields.privacyContext ?? ''),
        createdAt: toSeconds(nowMs),
        updatedAt: toSeconds(nowMs),
        createdAtMs: nowMs,
      };
      place(category);
      checkUnique(category.fullName);
      nextId += 1;
      categories.set(category.id, category);
      return category;
    },
    updateCategory(id, fields) {
      const category = categories.get(id);
      if (!category) throw new ApiException('CATEGORY_NOT_FOUND', { ID: id });
      const changed: Category = {
        ...category,
        ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
        name: fields.name === undefined ? category.name : checkName(fields.name),
        privacyContext: checkContext(fields.privacyContext ?? category.privacyContext),
        updatedAt: toSeconds(clock.nowMs()),
      };
      checkParent(changed.parentId);
      const family = withDescendants(categories.values(), category);
      if (family.some((each) => each.id === changed.parentId)) {
        const names = { PARENT_CATEGORY: changed.parentId, OTHER_CATEGORY: id };
        throw new ApiException('PARENT_CATEGORY_IS_CHILD', names);
      }
      place(changed);
      checkUnique(changed.fullName, id);
      Object.assign(category, changed);
      for (const each of family.sort((a, b) => a.depth - b.depth)) place(each);
      return category;
    },
    deleteCategory(id, moveEntriesToParent) {
      const category = categories.get(id);
      if (!category) throw new ApiException('CATEGORY_NOT_FOUND', { ID: id });
      const gone = new Set(withDescendants(categories.values(), category).map((each) => each.id));
      const freed = removeAssignments((each) => gone.has(each.categoryId));
      for (const each of gone) categories.delete(each);
      if (!moveEntriesToParent || !categories.has(category.parentId)) return;
      for (const { entryId, creatorUserId } of freed) {
        const there = assignments.some((each) => each.entryId === entryId && each.categoryId === category.parentId);
        if (!there) assign(entryId, category.parentId, creatorUserId);
      }
    },
    unassign(entryId, categoryId) {
      const removed = removeAssignments((each) => each.entryId === entryId && each.categoryId === categoryId);
      if (removed.length === 0) throw new ApiException('ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY');
    },
    categoriesOf(entryId) {
      return assignments
        .filter((each) => each.entryId === entryId)
        .flatMap((each) => categories.get(each.categoryId) ?? []);
    },
  };
}
