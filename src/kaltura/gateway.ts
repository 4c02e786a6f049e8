/**
 * The one file that knows kaltura-client. It hides what that library does by default: print requests with their
 * secrets, speak plain http, reject with plain objects, follow redirects with the KS in the body, and take any reply
 * for a result. Its multirequest ends the process when the call fails, so it is never used.
 */
import type { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import {
  apiException,
  baseEntryReply,
  categoryEntryListReply,
  categoryEntryReply,
  categoryListReply,
  categoryReply,
  pingReply,
  userListReply,
  voidReply,
  type BaseEntryReply,
  type CategoryEntryReply,
  type CategoryReply,
  type UserReply,
} from './replies.js';

type KalturaClient = typeof import('kaltura-client').default;
type Request = ReturnType<KalturaClient['services']['system']['ping']>;

/** Where a call goes, and as whom. */
export interface ApiCall {
  /** Base of the API server, e.g. `https://www.kaltura.com`. */
  serviceUrl: string;
  /** For the whole call, connecting and reading included. */
  timeoutMs: number;
  /** Absent for calls that need no session. */
  ks?: string;
}

export interface Pager {
  /** At most 500. */
  pageSize: number;
  /** From 1. */
  pageIndex: number;
}

/** Every field that is given must fit. Lists are joined by commas. */
export interface CategoryFilter {
  idIn?: string;
  /** Compared without case in places: look at what comes back. */
  fullNameEqual?: string;
  fullNameIn?: string;
  /** The direct children of a category. */
  parentIdEqual?: number;
  /** Everything below a category, not itself. */
  ancestorIdIn?: string;
  /** Whole words of name, tags, description or reference, or the id; a comma means "or". */
  freeText?: string;
  /** The beginning of the name or of the reference. */
  nameOrReferenceIdStartsWith?: string;
  orderBy?: '+name';
}

export interface NewCategory {
  name: string;
  parentId: number;
  referenceId?: string;
}

/** Two processes may add one category at once: for the second this is an answer, not a failure. */
export type CategoryAddResult =
  { outcome: 'added'; category: CategoryReply } | { outcome: 'duplicate'; fullName?: string };

/**
 * The actions that the product uses. Each fails with `KALTURA_REFUSED` (an API error; `details.kalturaCode`),
 * `KALTURA_UNREACHABLE` (no connection, a wrong status, or a reply that is not the API's) or `KALTURA_TIMEOUT`.
 * Errors hold neither the KS nor the request.
 */
export interface KalturaGateway {
  ping(call: ApiCall): Promise<void>;
  /** Undefined when the account has no such entry. */
  baseEntryGet(call: ApiCall, entryId: string): Promise<BaseEntryReply | undefined>;
  /** Undefined when the account has no such category. Reads the database, which knows more than the index of `list`. */
  categoryGet(call: ApiCall, categoryId: number): Promise<CategoryReply | undefined>;
  categoryList(call: ApiCall, filter: CategoryFilter, pager: Pager): Promise<CategoryReply[]>;
  categoryAdd(call: ApiCall, category: NewCategory): Promise<CategoryAddResult>;
  categoryEntryList(
    call: ApiCall,
    filter: ({ entryIdEqual: string } | { categoryIdEqual: number; orderBy: '+createdAt' }) & { statusEqual: number },
    pager: Pager,
  ): Promise<CategoryEntryReply[]>;
  /** `full`: the entry is in as many categories as Kaltura allows. */
  categoryEntryAdd(
    call: ApiCall,
    assignment: { entryId: string; categoryId: number },
  ): Promise<'added' | 'exists' | 'full'>;
  /** False when the entry was not assigned, or one of the two does not exist. */
  categoryEntryDelete(call: ApiCall, assignment: { entryId: string; categoryId: number }): Promise<boolean>;
  /** Users of these ids, joined by commas; the server compares them without case. */
  userList(call: ApiCall, filter: { idIn: string }, pager: Pager): Promise<UserReply[]>;
}

const CLIENT_TAG = 'playcontext';
/** A page of 500 categories is about half of it. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;
const NOT_ASSIGNED = ['ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY', 'CATEGORY_NOT_FOUND', 'INVALID_ENTRY_ID'];
const SILENT = { log: () => undefined, debug: () => undefined, error: () => undefined };

/** Loads kaltura-client (41 MB in memory) with the first call, not before. */
export function createGateway(): KalturaGateway {
  let loading: Promise<KalturaClient> | undefined;
  const load = (): Promise<KalturaClient> => (loading ??= import('kaltura-client').then((module) => module.default));

  async function send<Reply extends z.ZodType>(
    call: ApiCall,
    reply: Reply,
    build: (client: KalturaClient) => Request,
  ): Promise<z.output<Reply>> {
    const library = await load();
    const deadline = AbortSignal.timeout(call.timeoutMs);
    let answer: unknown;
    try {
      answer = await build(library).execute(connect(library, call, deadline));
    } catch (thrown) {
      throw failureOf(thrown, call, deadline);
    }
    const checked = reply.safeParse(answer);
    if (checked.success) return checked.data;
    throw new AppError('KALTURA_UNREACHABLE', {
      reason: 'The reply is not what the Kaltura API answers.',
      details: { field: checked.error.issues[0]?.path.join('.') },
    });
  }

  return {
    async ping(call) {
      await send(call, pingReply, ({ services }) => services.system.ping());
    },

    async baseEntryGet(call, entryId) {
      try {
        return await send(call, baseEntryReply, ({ services }) => services.baseEntry.get(entryId));
      } catch (error) {
        if (isRefusal(error, 'ENTRY_ID_NOT_FOUND')) return undefined;
        throw error;
      }
    },

    async categoryGet(call, categoryId) {
      try {
        return await send(call, categoryReply, ({ services }) => services.category.get(categoryId));
      } catch (error) {
        if (isRefusal(error, 'CATEGORY_NOT_FOUND')) return undefined;
        throw error;
      }
    },

    async categoryList(call, filter, pager) {
      const { objects } = await send(call, categoryListReply, ({ services, objects: types }) =>
        services.category.listAction(new types.CategoryFilter({ ...filter }), new types.FilterPager({ ...pager })),
      );
      return objects;
    },

    async categoryAdd(call, category) {
      try {
        const added = await send(call, categoryReply, ({ services, objects }) =>
          services.category.add(new objects.Category({ ...category })),
        );
        return { outcome: 'added', category: added };
      } catch (error) {
        if (!isRefusal(error, 'DUPLICATE_CATEGORY')) throw error;
        return { outcome: 'duplicate', ...(error.fullName === undefined ? {} : { fullName: error.fullName }) };
      }
    },

    async categoryEntryList(call, filter, pager) {
      const { objects } = await send(call, categoryEntryListReply, ({ services, objects: types }) =>
        services.categoryEntry.listAction(
          new types.CategoryEntryFilter({ ...filter }),
          new types.FilterPager({ ...pager }),
        ),
      );
      return objects;
    },

    async categoryEntryAdd(call, assignment) {
      try {
        await send(call, categoryEntryReply, ({ services, objects }) =>
          services.categoryEntry.add(new objects.CategoryEntry({ ...assignment })),
        );
        return 'added';
      } catch (error) {
        if (isRefusal(error, 'CATEGORY_ENTRY_ALREADY_EXISTS')) return 'exists';
        if (isRefusal(error, 'MAX_CATEGORIES_FOR_ENTRY_REACHED')) return 'full';
        throw error;
      }
    },

    async categoryEntryDelete(call, { entryId, categoryId }) {
      try {
        await send(call, voidReply, ({ services }) => services.categoryEntry.deleteAction(entryId, categoryId));
        return true;
      } catch (error) {
        if (NOT_ASSIGNED.some((code) => isRefusal(error, code))) return false;
        throw error;
      }
    },

    async userList(call, filter, pager) {
      const { objects } = await send(call, userListReply, ({ services, objects: types }) =>
        services.user.listAction(new types.UserFilter({ ...filter }), new types.FilterPager({ ...pager })),
      );
      return objects;
    },
  };
}

/** One client per call: a KS set on a shared client would overwrite that of every other request. */
function connect(library: KalturaClient, call: ApiCall, deadline: AbortSignal): InstanceType<KalturaClient['Client']> {
  const configuration = new library.Configuration();
  configuration.serviceUrl = call.serviceUrl.replace(/\/+$/, '');
  configuration.timeout = call.timeoutMs;
  // Before the client is made: its constructor looks whether the logger is the printing one.
  configuration.setLogger(SILENT);
  const client = new library.Client(configuration);
  Object.assign(client.axios.defaults, {
    // A redirect would carry the KS, which is in the body, to another server.
    maxRedirects: 0,
    maxContentLength: MAX_REPLY_BYTES,
    proxy: false,
    // `timeout` starts anew with every byte; the signal ends a reply that trickles in.
    signal: deadline,
  } as const);
  client.setClientTag(CLIENT_TAG);
  if (call.ks !== undefined) client.setKs(call.ks);
  return client;
}

/** An API error with the one argument that the product reads. */
class Refusal extends AppError {
  constructor(
    readonly kalturaCode: string,
    message: string,
    readonly fullName: string | undefined,
  ) {
    super('KALTURA_REFUSED', { reason: `Kaltura answered ${kalturaCode}: ${message}`, details: { kalturaCode } });
  }
}

const isRefusal = (error: unknown, kalturaCode: string): error is Refusal =>
  error instanceof Refusal && error.kalturaCode === kalturaCode;

/** The original error is not kept as cause: it holds the whole request, KS included. */
function failureOf(thrown: unknown, call: ApiCall, deadline: AbortSignal): AppError {
  if (thrown instanceof Error) {
    const { code } = thrown as { code?: unknown };
    const transportCode = typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'UNKNOWN';
    const timedOut = deadline.aborted || transportCode === 'ECONNABORTED' || transportCode === 'ETIMEDOUT';
    const status = (thrown as { response?: { status?: unknown } }).response?.status;
    return timedOut
      ? new AppError('KALTURA_TIMEOUT', { reason: `No complete reply within ${call.timeoutMs} ms.` })
      : new AppError('KALTURA_UNREACHABLE', {
          reason: 'The request failed before the Kaltura API answered.',
          details: { transportCode, ...(typeof status === 'number' ? { httpStatus: status } : {}) },
        });
  }

  const exception = apiException.safeParse(unwrap(thrown));
  if (!exception.success) {
    return new AppError('KALTURA_UNREACHABLE', { reason: 'The reply is not what the Kaltura API answers.' });
  }
  const { code, message, args } = exception.data;
  const fullName = args && !Array.isArray(args) ? args['CATEGORY'] : undefined;
  return new Refusal(
    /^[A-Z][A-Z0-9_]{0,79}$/.test(code) ? code : 'UNKNOWN',
    scrub(message, call.ks),
    typeof fullName === 'string' ? fullName : undefined,
  );
}

/** Some API errors come as `{ result: { error: … } }`. */
function unwrap(thrown: unknown): unknown {
  const wrapped = (thrown as { result?: { error?: unknown } } | null | undefined)?.result?.error;
  return wrapped ?? thrown;
}

/** Kaltura repeats an invalid KS in its message. Every KS of version 2 begins `djJ8`. */
function scrub(message: string, ks: string | undefined): string {
  const withoutOurs = ks === undefined ? message : message.replaceAll(ks, '[ks]');
  return withoutOurs
    .replace(/djJ8[A-Za-z0-9+/_=-]*/g, '[ks]')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 200);
}
