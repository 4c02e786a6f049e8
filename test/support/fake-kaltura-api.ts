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
  seed(fullName: string, fields?: { referenceId?: string; privacyContext?: string }): FakeCategory;
  count(action: string): number;
  close(): Promise<void>;
}

type Reply = Record<string, unknown> | boolean;
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

  const view = ({ id, fullName, fullIds, referenceId }: FakeCategory): Record<string, unknown> => ({
    id,
    fullName,
    fullIds,
    name: fullName.split('>').at(-1),
    ...(referenceId === undefined ? {} : { referenceId }),
    objectType: 'KalturaCategory',
  });

  const actions: Record<
    string,
    (body: Fields & { filter: Fields; category: Fields; pager: Fields }, session: OpenedKs) => Reply
  > = {
    'category.list'({ filter }, session) {
      const sees = session.privileges.some(({ name }) => name === 'disableentitlement');
      const objects = api.categories
        .filter(({ fullName }) => fullName === filter['fullNameEqual'])
        .filter(({ privacyContext }) => sees || privacyContext === undefined)
        .filter((category) => category.hiddenFromLists-- <= 0);
      return { objects: objects.map(view), totalCount: objects.length, objectType: 'KalturaCategoryListResponse' };
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
      const [pageSize, pageIndex] = [Number(pager['pageSize']), Number(pager['pageIndex'])];
      const all = api.assignments.filter(({ entryId }) => entryId === filter['entryIdEqual']);
      const objects = all.slice((pageIndex - 1) * pageSize, pageIndex * pageSize).map((assignment) => ({
        ...assignment,
        categoryFullIds: api.categories.find(({ id }) => id === assignment.categoryId)?.fullIds,
        objectType: 'KalturaCategoryEntry',
      }));
      return { objects, totalCount: all.length, objectType: 'KalturaCategoryEntryListResponse' };
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
      ? handler({ filter: {}, category: {}, pager: {}, ...body }, opened.session)
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

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
