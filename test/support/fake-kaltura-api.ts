/**
 * A few actions of the Kaltura API on a loopback port, as strict as the real ones where the product depends on it:
 * unique full names, an index that lags behind `category.add`, and categories hidden by entitlement.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openKs, type OpenedKs } from '../../src/kaltura/ks.js';

export interface FakeCategory {
  id: number;
  fullName: string;
  fullIds: string;
  referenceId?: string;
  /** Hidden from sessions without `disableentitlement`. */
  privacyContext?: string;
  /** 2, active, unless said otherwise. */
  status?: number;
  /** How many more lists miss it. */
  hiddenFromLists: number;
}

export interface FakeRequest {
  action: string;
  body: Record<string, unknown>;
  session?: OpenedKs;
}

export interface FakeKalturaApi {
  url: string;
  categories: FakeCategory[];
  entries: { id: string; name?: string; duration?: number }[];
  assignments: { entryId: string; categoryId: number; status: number }[];
  requests: FakeRequest[];
  /** How many lists miss a category that was just added. */
  indexLag: number;
  /** Answers the next requests instead of the API. */
  misbehave?: (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>) => void;
  /** Adds a category as if it had always been there. */
  seed(fullName: string, fields?: { referenceId?: string; privacyContext?: string; status?: number }): FakeCategory;
  count(action: string): number;
  close(): Promise<void>;
}

type Reply = Record<string, unknown> | boolean | null;
type Fields = Record<string, unknown>;

const exception = (code: string, message: string, args: Record<string, string> | [] = []): Reply => ({
  code,
  message,
  objectType: 'KalturaAPIException',
  args,
});

export async function startFakeKalturaApi(account: { partnerId: number; secret: string }): Promise<FakeKalturaApi> {
  let nextId = 100;

  const add = (parent: FakeCategory | undefined, name: string, fields: Partial<FakeCategory>): FakeCategory => {
    const id = nextId++;
    const category: FakeCategory = {
      id,
      fullName: parent ? `${parent.fullName}>${name}` : name,
      fullIds: parent ? `${parent.fullIds}>${id}` : String(id),
      hiddenFromLists: 0,
      ...fields,
    };
    api.categories.push(category);
    return category;
  };

  const nameOf = ({ fullName }: FakeCategory): string => fullName.split('>').at(-1) ?? '';
  const parentIdOf = ({ fullIds }: FakeCategory): number => Number(fullIds.split('>').at(-2) ?? 0);

  const view = (category: FakeCategory): Record<string, unknown> => ({
    id: category.id,
    fullName: category.fullName,
    fullIds: category.fullIds,
    name: nameOf(category),
    parentId: parentIdOf(category),
    status: category.status ?? 2,
    directEntriesCount: api.assignments.filter(({ categoryId }) => categoryId === category.id).length,
    ...(category.referenceId === undefined ? {} : { referenceId: category.referenceId }),
    objectType: 'KalturaCategory',
  });

  /** Whether a category fits every field of the filter. A field that the fake does not know fits nothing. */
  const fits = (category: FakeCategory, filter: Fields): boolean =>
    Object.entries(filter).every(([field, value]) => {
      const wanted = String(value);
      const name = nameOf(category).toLowerCase();
      switch (field) {
        case 'objectType':
        case 'orderBy':
          return true;
        case 'idIn':
          return wanted.split(',').includes(String(category.id));
        case 'fullNameEqual':
          return category.fullName === wanted;
        case 'fullNameIn':
          return wanted.toLowerCase().split(',').includes(category.fullName.toLowerCase());
        case 'parentIdEqual':
          return parentIdOf(category) === Number(wanted);
        case 'ancestorIdIn':
          return category.fullIds.split('>').slice(0, -1).includes(wanted);
        case 'nameOrReferenceIdStartsWith':
          return name.startsWith(wanted.toLowerCase());
        case 'freeText':
          return wanted
            .toLowerCase()
            .split(' ')
            .every((word) => name.split(' ').includes(word));
        default:
          return false;
      }
    });

  const actions: Record<
    string,
    (
      body: Fields & { filter: Fields; category: Fields; categoryEntry: Fields; pager: Fields },
      session: OpenedKs,
    ) => Reply
  > = {
    'category.get'({ id: wanted }) {
      const category = api.categories.find(({ id }) => id === wanted);
      return category
        ? view(category)
        : exception('CATEGORY_NOT_FOUND', 'Category id not found', { ID: String(wanted) });
    },
    'category.list'({ filter, pager }, session) {
      const sees = session.privileges.some(({ name }) => name === 'disableentitlement');
      const all = api.categories
        .filter((category) => fits(category, filter))
        .filter(({ privacyContext }) => sees || privacyContext === undefined)
        .filter((category) => category.hiddenFromLists-- <= 0);
      const objects = pageOf(all, pager).map(view);
      return { objects, totalCount: all.length, objectType: 'KalturaCategoryListResponse' };
    },
    'category.add'({ category }, session) {
      if (session.type !== 'admin') return exception('SERVICE_FORBIDDEN', 'The access to service is forbidden');
      const name = String(category['name']).replace(/[<>,]/g, '_');
      if (Buffer.byteLength(name) > 200) return exception('PROPERTY_VALIDATION_MAX_LENGTH', 'The property is too long');
      const parent = api.categories.find(({ id }) => id === category['parentId']);
      if (!parent) return exception('PARENT_CATEGORY_NOT_FOUND', 'The parent category was not found');
      const fullName = `${parent.fullName}>${name}`;
      // Kaltura finds the duplicate whatever its letters' case and its entitlement.
      const duplicate = api.categories.find((other) => other.fullName.toLowerCase() === fullName.toLowerCase());
      if (duplicate) {
        const known = duplicate.fullName;
        return exception('DUPLICATE_CATEGORY', `The category "${known}" already exists`, { CATEGORY: known });
      }
      const referenceId = category['referenceId'] as string | undefined;
      return view(
        add(parent, name, { hiddenFromLists: api.indexLag, ...(referenceId === undefined ? {} : { referenceId }) }),
      );
    },
    'categoryentry.list'({ filter, pager }) {
      const all = api.assignments.filter(
        ({ entryId, categoryId }) => entryId === filter['entryIdEqual'] || categoryId === filter['categoryIdEqual'],
      );
      const objects = pageOf(all, pager).map((assignment) => ({
        ...assignment,
        categoryFullIds: api.categories.find(({ id }) => id === assignment.categoryId)?.fullIds,
        objectType: 'KalturaCategoryEntry',
      }));
      return { objects, totalCount: all.length, objectType: 'KalturaCategoryEntryListResponse' };
    },
    'categoryentry.add'({ categoryEntry }) {
      const assignment = { entryId: String(categoryEntry['entryId']), categoryId: Number(categoryEntry['categoryId']) };
      const own = api.assignments.filter(({ entryId }) => entryId === assignment.entryId);
      if (own.some(({ categoryId }) => categoryId === assignment.categoryId)) {
        return exception('CATEGORY_ENTRY_ALREADY_EXISTS', 'Entry already assigned to this category');
      }
      if (own.length >= 32) return exception('MAX_CATEGORIES_FOR_ENTRY_REACHED', 'Too many', { CATEGORIES: '32' });
      api.assignments.push({ ...assignment, status: 2 });
      return { ...assignment, status: 2, objectType: 'KalturaCategoryEntry' };
    },
    'categoryentry.delete'({ entryId, categoryId }) {
      const index = api.assignments.findIndex((each) => each.entryId === entryId && each.categoryId === categoryId);
      if (index < 0) return exception('ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY', 'Entry is not assigned');
      api.assignments.splice(index, 1);
      return null;
    },
    'baseentry.get'({ entryId }) {
      const entry = api.entries.find(({ id }) => id === entryId);
      if (!entry) return exception('ENTRY_ID_NOT_FOUND', 'Entry id not found', { ENTRY_ID: String(entryId) });
      return { ...entry, objectType: 'KalturaMediaEntry' };
    },
  };

  function answer(action: string, body: Record<string, unknown>): Reply {
    const ks = body['ks'];
    const opened = typeof ks === 'string' ? openKs(ks, [account.secret]) : undefined;
    api.requests.push({ action, body, ...(opened?.ok ? { session: opened.session } : {}) });
    if (action === 'system.ping') return true;
    if (!opened?.ok) return exception('INVALID_KS', `Invalid KS "${String(ks)}", Error "-1,INVALID_STR"`);
    if (opened.session.partnerId !== account.partnerId) return exception('INVALID_KS', 'Another partner');
    const handler = actions[action];
    return handler
      ? handler({ filter: {}, category: {}, categoryEntry: {}, pager: {}, ...body }, opened.session)
      : exception('SERVICE_DOES_NOT_EXISTS', action);
  }

  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      if (api.misbehave) return api.misbehave(request, response, body);
      const match = /^\/api_v3\/service\/([a-z]+)\/action\/([a-zA-Z]+)$/.exec(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(match ? answer(`${match[1]}.${match[2]}`, body) : exception('NO_ROUTE', 'No route')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const api: FakeKalturaApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    categories: [],
    entries: [],
    assignments: [],
    requests: [],
    indexLag: 0,
    seed(fullName, fields = {}) {
      let parent: FakeCategory | undefined;
      let path = '';
      for (const name of fullName.split('>')) {
        path = path === '' ? name : `${path}>${name}`;
        const known = api.categories.find((category) => category.fullName === path);
        parent = known ?? add(parent, name, {});
      }
      if (!parent) throw new Error('a category needs a name');
      return Object.assign(parent, fields);
    },
    count: (action) => api.requests.filter((request) => request.action === action).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

function pageOf<Item>(items: readonly Item[], pager: Fields): Item[] {
  const [pageSize, pageIndex] = [Number(pager['pageSize']), Number(pager['pageIndex'])];
  if (pageSize > 500) throw new Error('Kaltura gives at most 500 at once');
  return items.slice((pageIndex - 1) * pageSize, pageIndex * pageSize);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
