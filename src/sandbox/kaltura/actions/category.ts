/** category and categoryEntry. */
import type { Category, NewCategory } from '../account.js';
import { ApiException } from '../api-error.js';
import {
  integer,
  list,
  needInteger,
  needObject,
  needText,
  object,
  page,
  text,
  type Parameters,
} from '../parameters.js';
import type { Session } from '../sessions.js';
import type { ActionDependencies, Actions } from './types.js';

const STATUS_ACTIVE = 2;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];

/** Whole words, as the server's index finds them: all of them, or with commas any; in quotes the whole field. */
function fitsFreeText(category: Category, freeText: string): boolean {
  const { id, name, tags, description, referenceId = '' } = category;
  const fields = [String(id), name, tags, description, referenceId];
  const [, exact] = /^"([^"]+)"$/.exec(freeText) ?? [];
  if (exact !== undefined) return fields.some((field) => field.toLowerCase() === exact.toLowerCase());
  const known = new Set(fields.flatMap(wordsOf));
  const alternatives = freeText.split(',').map(wordsOf);
  return alternatives.some((wanted) => wanted.length > 0 && wanted.every((word) => known.has(word)));
}

/** The beginning of a name or reference, or whole words in one. */
function fitsStart(category: Category, start: string): boolean {
  const fields = [category.name, category.referenceId ?? ''];
  const wanted = wordsOf(start);
  return fields.some(
    (field) =>
      field.toLowerCase().startsWith(start.toLowerCase()) ||
      (wanted.length > 0 && wanted.every((word) => wordsOf(field).includes(word))),
  );
}

function matches(category: Category, filter: Parameters): boolean {
  const is = (name: string, value: string | number): boolean => {
    const wanted = text(filter, name);
    return wanted === undefined || wanted === '' || wanted === String(value);
  };
  const isIn = (name: string, values: readonly string[]): boolean => {
    const wanted = list(filter, name);
    return wanted === undefined || values.some((value) => wanted.has(value));
  };
  const starts = (name: string, values: readonly string[]): boolean => {
    const wanted = text(filter, name)?.toLowerCase();
    return wanted === undefined || values.some((value) => value.toLowerCase().startsWith(wanted));
  };
  const freeText = text(filter, 'freeText') ?? '';
  const start = text(filter, 'nameOrReferenceIdStartsWith') ?? '';
  return (
    is('idEqual', category.id) &&
    isIn('idIn', [String(category.id)]) &&
    is('parentIdEqual', category.parentId) &&
    isIn('parentIdIn', [String(category.parentId)]) &&
    is('depthEqual', category.depth) &&
    is('fullNameEqual', category.fullName) &&
    isIn('fullNameIn', [category.fullName]) &&
    starts('fullNameStartsWith', [category.fullName]) &&
    is('fullIdsEqual', category.fullIds) &&
    isIn('ancestorIdIn', category.fullIds.split('>').slice(0, -1)) &&
    is('referenceIdEqual', category.referenceId ?? '') &&
    (start === '' || fitsStart(category, start)) &&
    is('statusEqual', STATUS_ACTIVE) &&
    (freeText === '' || fitsFreeText(category, freeText))
  );
}

type Order = (a: Category, b: Category) => number;
const ORDERS: Readonly<Record<string, Order>> = {
  name: (a, b) => a.name.localeCompare(b.name),
  fullName: (a, b) => a.fullName.localeCompare(b.fullName),
  depth: (a, b) => a.depth - b.depth,
  createdAt: (a, b) => a.createdAtMs - b.createdAtMs,
  updatedAt: (a, b) => a.updatedAt - b.updatedAt,
};

function orderOf(filter: Parameters): Order {
  const [, sign, name = ''] = /^([+-]?)([A-Za-z]+)$/.exec(text(filter, 'orderBy') ?? '') ?? [];
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name]! : (a: Category, b: Category) => a.id - b.id;
  return sign === '-' ? (a, b) => order(b, a) : order;
}

function fieldsOf(category: Parameters): Partial<NewCategory> {
  const fields: Partial<NewCategory> = {};
  const parentId = integer(category, 'parentId');
  if (parentId !== undefined) fields.parentId = parentId;
  for (const name of ['name', 'description', 'tags', 'referenceId', 'privacyContext'] as const) {
    const value = text(category, name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

export function categoryActions({ account, entitlement, clock, indexLagMs }: ActionDependencies): Actions {
  const visible = (session: Session | undefined, id: number): Category => {
    const category = account.categories.get(id);
    if (!category || !entitlement.seesCategory(session, category)) {
      throw new ApiException('CATEGORY_NOT_FOUND', { ID: id });
    }
    return category;
  };
  const checkParent = (session: Session | undefined, parentId: number | undefined): void => {
    if (parentId === undefined || parentId === 0) return;
    const parent = account.categories.get(parentId);
    if (!parent || !entitlement.seesCategory(session, parent)) {
      throw new ApiException('PARENT_CATEGORY_NOT_FOUND', { ID: parentId });
    }
  };

  const reply = (category: Category) => {
    const contexts = account.privacyContexts(category);
    const below = [...account.categories.values()].filter((each) => each.parentId === category.id);
    const within = (fullIds: string) => fullIds === category.fullIds || fullIds.startsWith(`${category.fullIds}>`);
    const entries = new Set(
      account.assignments
        .filter((each) => within(account.categories.get(each.categoryId)?.fullIds ?? ''))
        .map((each) => each.entryId),
    );
    return {
      id: category.id,
      parentId: category.parentId,
      depth: category.depth,
      partnerId: account.partnerId,
      name: category.name,
      fullName: category.fullName,
      fullIds: category.fullIds,
      entriesCount: entries.size,
      createdAt: category.createdAt,
      updatedAt: category.updatedAt,
      description: category.description,
      tags: category.tags,
      appearInList: 1,
      privacy: 1,
      inheritanceType: 2,
      defaultPermissionLevel: 3,
      owner: '',
      directEntriesCount: account.assignments.filter((each) => each.categoryId === category.id).length,
      referenceId: category.referenceId ?? null,
      contributionPolicy: 1,
      membersCount: 0,
      pendingMembersCount: 0,
      privacyContext: category.privacyContext === '' ? null : category.privacyContext,
      privacyContexts: contexts.length === 0 ? null : contexts.join(','),
      status: STATUS_ACTIVE,
      inheritedParentId: 0,
      partnerSortValue: 0,
      directSubCategoriesCount: below.length,
      objectType: 'KalturaCategory',
    };
  };

  return {
    'category.add': {
      access: 'admin',
      run({ parameters, session }) {
        const given = needObject(parameters, 'category');
        needText(given, 'name');
        const fields = fieldsOf(given);
        checkParent(session, fields.parentId);
        return reply(account.addCategory({ ...fields, name: fields.name ?? '', parentId: fields.parentId ?? 0 }));
      },
    },
    'category.get': {
      access: 'user',
      run: ({ parameters, session }) => reply(visible(session, needInteger(parameters, 'id'))),
    },
    'category.update': {
      access: 'admin',
      run({ parameters, session }) {
        const { id } = visible(session, needInteger(parameters, 'id'));
        const fields = fieldsOf(needObject(parameters, 'category'));
        checkParent(session, fields.parentId);
        return reply(account.updateCategory(id, fields));
      },
    },
    'category.delete': {
      access: 'admin',
      run({ parameters, session }) {
        const { id } = visible(session, needInteger(parameters, 'id'));
        account.deleteCategory(id, (integer(parameters, 'moveEntriesToParentCategory') ?? 1) !== 0);
        return null;
      },
    },
    'category.move': {
      access: 'admin',
      run({ parameters, session }) {
        if (entitlement.appliesTo(session)) {
          throw new ApiException('CANNOT_MOVE_CATEGORIES_FROM_DIFFERENT_PARENT_CATEGORIES');
        }
        const parentId = needInteger(parameters, 'targetCategoryParentId');
        const ids = [...(list(parameters, 'categoryIds') ?? [])].map(Number);
        const moved = ids.map((id) => visible(session, id));
        if (new Set(moved.map((each) => each.parentId)).size > 1) {
          throw new ApiException('CANNOT_MOVE_CATEGORIES_FROM_DIFFERENT_PARENT_CATEGORIES');
        }
        for (const id of ids) account.updateCategory(id, { parentId });
        return true;
      },
    },
    'category.list': {
      access: 'user',
      run({ parameters, session }) {
        const filter = object(parameters, 'filter');
        const indexedBefore = clock.nowMs() - indexLagMs();
        const found = [...account.categories.values()]
          .filter((each) => each.createdAtMs <= indexedBefore)
          .filter((each) => entitlement.seesCategory(session, each) && matches(each, filter))
          .sort(orderOf(filter));
        const answer = page(parameters, found, 'KalturaCategoryListResponse');
        return { ...answer, objects: (answer.objects as Category[]).map(reply) };
      },
    },
    'categoryentry.add': {
      access: 'admin',
      run({ parameters, session }) {
        const given = needObject(parameters, 'categoryEntry');
        const { id, fullIds } = visible(session, needInteger(given, 'categoryId'));
        const assignment = account.assign(needText(given, 'entryId'), id, session?.userId ?? '');
        return { ...assignment, categoryFullIds: fullIds, status: STATUS_ACTIVE, objectType: 'KalturaCategoryEntry' };
      },
    },
    'categoryentry.delete': {
      access: 'admin',
      run({ parameters, session }) {
        const { id } = visible(session, needInteger(parameters, 'categoryId'));
        account.unassign(needText(parameters, 'entryId'), id);
        return null;
      },
    },
    'categoryentry.list': {
      access: 'user',
      run({ parameters, session }) {
        const filter = object(parameters, 'filter');
        const categories = list(filter, 'categoryIdEqual') ?? list(filter, 'categoryIdIn');
        const entries = list(filter, 'entryIdEqual') ?? list(filter, 'entryIdIn');
        if (!categories && !entries) throw new ApiException('MUST_FILTER_ON_ENTRY_OR_CATEGORY');
        const rows = account.assignments.flatMap((each) => {
          const category = account.categories.get(each.categoryId);
          if (!category || !entitlement.seesCategory(session, category)) return [];
          if (categories?.has(String(each.categoryId)) === false || entries?.has(each.entryId) === false) return [];
          const { fullIds } = category;
          return [{ ...each, categoryFullIds: fullIds, status: STATUS_ACTIVE, objectType: 'KalturaCategoryEntry' }];
        });
        return page(parameters, rows, 'KalturaCategoryEntryListResponse');
      },
    },
  };
}
