/**
 * Records as documents and back. Where `store copy` moves them, the form of a record is the one that it uses for every
 * store, so one schema checks both. A field that a later version of the program added is left out when it is read.
 */
import { AppError } from '../../errors/app-error.js';
import { courseTokens, titleOrder } from '../course-text.js';
import type { DeploymentKey, LaunchRecord } from '../ports.js';
import { isStorable, toJson } from '../storable.js';
import type { TransferredCourse } from '../transfer-records.js';
import { collections } from './collections.js';
import type { Document } from './commands.js';
import { keyOf, type Fields } from './fields.js';
import { storedSchemas, type StoredName, type StoredRecords } from './stored-records.js';

interface Form<Record> {
  /** The field that is the `_id`. */
  id?: keyof Record & string;
  /** Fields that name the record together; the `_id` is made of them. */
  key?: readonly (keyof Record & string)[];
  /** Fields kept as JSON text. */
  json?: readonly (keyof Record & string)[];
  /** A list of deployments, each kept as the `_id` that it has; an empty one is absent. */
  deployments?: keyof Record & string;
  /** Fields that only queries need. */
  derived?: (record: Record) => Fields;
  /** Takes all fields that the collection does not have, as JSON text. */
  rest?: string;
}

type Forms = { [Name in StoredName]: Form<StoredRecords[Name]> };

const endsAt = (ms: number): Fields => ({ endsAt: new Date(ms) });

const forms: Forms = {
  accounts: { id: 'id', json: ['settings'] },
  platforms: { id: 'id', json: ['settings'] },
  tenants: { id: 'id', json: ['identityRule', 'courseSettings'] },
  tenantHints: { key: ['platformId', 'hint'] },
  deployments: { key: ['platformId', 'deploymentId'] },
  courses: {
    key: ['tenantId', 'courseKey'],
    deployments: 'seenIn',
    derived: (course: TransferredCourse) => ({
      titleOrder: titleOrder(course),
      tokens: courseTokens(course),
      recency: 0 - (course.lastLaunchAtMs ?? 0),
    }),
  },
  mappingHistory: { id: 'id', json: ['actor', 'before', 'after'] },
  viewers: { key: ['tenantId', 'subject'], derived: ({ viewerId }) => ({ viewerIdFolded: foldViewerId(viewerId) }) },
  adminLinks: { id: 'tokenHash', derived: ({ expiresAtMs }) => endsAt(expiresAtMs) },
  adminSessions: {
    id: 'tokenHash',
    derived: ({ idleExpiresAtMs, expiresAtMs }) => endsAt(Math.min(idleExpiresAtMs, expiresAtMs)),
  },
  adminPersons: { key: ['platformId', 'deploymentId', 'subject'] },
  blockedFrames: { key: ['platformId', 'origin'] },
  apiClients: { id: 'id' },
  signingKeys: { id: 'kid' },
  installationKeys: { id: 'name' },
  jobs: { id: 'id', json: ['input', 'state', 'result', 'actor'], derived: () => ({ leaseEndsAtMs: 0 }) },
  stagedSets: { id: 'id', json: ['report', 'createdBy'] },
  stagedRows: { key: ['setId', 'row'], rest: 'detail' },
  audit: { id: 'id', json: ['actor', 'before', 'after'] },
  consumedStates: { id: 'stateId', derived: ({ expiresAtMs }) => endsAt(expiresAtMs) },
  launches: { id: 'launchId', rest: 'detail', derived: searchFieldsOf },
};

/** Fields of documents that are no part of a record. */
const OUTSIDE = new Set([
  '_id',
  'titleOrder',
  'tokens',
  'recency',
  'endsAt',
  'viewerIdFolded',
  'holder',
  'leaseEndsAtMs',
  'byDeployment',
  'byCode',
  'byCourse',
]);

/** ASCII letters in lower case, as the other store compares them. */
export const foldViewerId = (viewerId: string): string => viewerId.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** What launches are searched by. A text that the database does not keep is found by no search, and costs no launch. */
export function searchFieldsOf({ deploymentId, code, tenantId, courseKey }: LaunchRecord): Fields {
  const kept = (value: string | undefined): string | undefined =>
    value !== undefined && isStorable(value) ? value : undefined;
  const course = kept(courseKey);
  return {
    byDeployment: kept(deploymentId),
    byCode: kept(code),
    byCourse: tenantId === undefined || course === undefined ? undefined : keyOf(tenantId, course),
  };
}

/** Fields of a record's own that the collection has, besides the `_id`. */
function plainFields(name: StoredName): string[] {
  const { rest } = forms[name] as Form<unknown>;
  return Object.keys(collections[name]).filter((field) => field !== rest && !OUTSIDE.has(field));
}

function keptDeployments(deployments: readonly DeploymentKey[]): string[] | undefined {
  return deployments.length === 0 ? undefined : deployments.map((deployment) => idOf('deployments', deployment));
}

/** All fields of a record but the `_id`; one that the record does not have is there as undefined. */
export function fieldsOf<Name extends StoredName>(name: Name, record: StoredRecords[Name]): Fields {
  const { id, json = [], deployments, derived, rest } = forms[name] as Form<StoredRecords[Name]>;
  const values = record as unknown as Record<string, unknown>;
  const plain = plainFields(name);
  const kept = plain.map((field): [string, unknown] => {
    const value = values[field];
    if (field === deployments) return [field, keptDeployments(value as DeploymentKey[])];
    return [field, value !== undefined && (json as readonly string[]).includes(field) ? toJson(value) : value];
  });
  const others = Object.entries(values).filter(([field]) => field !== id && !plain.includes(field));
  return {
    ...(Object.fromEntries(kept) as Fields),
    ...(rest === undefined ? {} : { [rest]: toJson(Object.fromEntries(others)) }),
    ...derived?.(record),
  };
}

/** The `_id` of a record. */
export function idOf<Name extends StoredName>(name: Name, record: Partial<StoredRecords[Name]>): string {
  const { id, key = [] } = forms[name] as Form<StoredRecords[Name]>;
  const text = (field: string): string => {
    const value = (record as Record<string, string | number>)[field] ?? '';
    return typeof value === 'number' ? String(value) : value;
  };
  return id === undefined ? keyOf(...key.map(text)) : text(id);
}

/** The whole document of a record. */
export const toDocument = <Name extends StoredName>(name: Name, record: StoredRecords[Name]): Fields => ({
  _id: idOf(name, record),
  ...fieldsOf(name, record),
});

const unexpected = (name: StoredName, field: string): AppError =>
  new AppError('STORE_UNAVAILABLE', { reason: `unexpected value in ${name}.${field}` });

function parseJson(name: StoredName, field: string, text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    // The error of JSON.parse quotes the text.
    throw unexpected(name, field);
  }
}

function deploymentsIn(name: StoredName, field: string, texts: unknown): unknown {
  if (texts === undefined) return [];
  if (!Array.isArray(texts)) throw unexpected(name, field);
  return texts.map((text) => {
    const parts = parseJson(name, field, text);
    if (!Array.isArray(parts)) throw unexpected(name, field);
    return { platformId: parts[0] as unknown, deploymentId: parts[1] as unknown };
  });
}

/**
 * What a document says of a record, in the record's form, without a look at its values.
 * @throws AppError `STORE_UNAVAILABLE` when a text that should be JSON is not
 */
export function toUnchecked(name: StoredName, document: Document): Record<string, unknown> {
  const { id, json = [], deployments, rest } = forms[name] as Form<Record<string, unknown>>;
  const found = plainFields(name).flatMap((field): [string, unknown][] => {
    const value = document[field];
    if (field === deployments) return [[field, deploymentsIn(name, field, value)]];
    if (value === undefined) return [];
    return [[field, json.includes(field) ? parseJson(name, field, value) : value]];
  });
  return {
    ...Object.fromEntries(found),
    ...(rest === undefined ? {} : (parseJson(name, rest, document[rest]) as object)),
    ...(id === undefined ? {} : { [id]: document['_id'] }),
  };
}

/**
 * The record of a document, as a copy; an absent field stays absent.
 * @throws AppError `STORE_UNAVAILABLE`, which names the field, when the document is not of the form that we write
 */
export function toRecord<Name extends StoredName>(name: Name, document: Document): StoredRecords[Name] {
  const checked = storedSchemas[name].safeParse(toUnchecked(name, document));
  if (checked.success) return checked.data;
  throw unexpected(name, checked.error.issues[0]?.path.map(String).join('.') ?? '');
}

/** The same, for what may not be there. */
export const toOptional = <Name extends StoredName>(
  name: Name,
  document: Document | undefined,
): StoredRecords[Name] | undefined => (document === undefined ? undefined : toRecord(name, document));
