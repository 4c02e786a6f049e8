/**
 * Records as documents and back. The form of a record is the one that `store copy` uses for every store, so one schema
 * checks both. A field that a later version of the program added is left out when it is read.
 */
import { AppError } from '../../errors/app-error.js';
import { courseTokens, titleOrder } from '../course-text.js';
import { toJson } from '../storable.js';
import { transferSchemas, type Aggregate, type TransferRecords, type TransferredCourse } from '../transfer-records.js';
import { collections } from './collections.js';
import type { Document } from './commands.js';
import { keyOf, type Fields } from './fields.js';

interface Form<Record> {
  /** The field that is the `_id`. */
  id?: keyof Record & string;
  /** Fields that name the record together; the `_id` is made of them. */
  key?: readonly (keyof Record & string)[];
  /** Fields kept as JSON text. */
  json?: readonly (keyof Record & string)[];
  /** Fields that only queries need. */
  derived?: (record: Record) => Fields;
  /** Takes all fields that the collection does not have, as JSON text. */
  rest?: string;
}

type Forms = { [Name in Aggregate]: Form<TransferRecords[Name]> };

const endsAt = (ms: number): Fields => ({ endsAt: new Date(ms) });

const forms: Forms = {
  accounts: { id: 'id', json: ['settings'] },
  platforms: { id: 'id', json: ['settings'] },
  tenants: { id: 'id', json: ['identityRule'] },
  tenantHints: { key: ['platformId', 'hint'] },
  deployments: { key: ['platformId', 'deploymentId'] },
  courses: {
    key: ['tenantId', 'courseKey'],
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
  apiClients: { id: 'id' },
  signingKeys: { id: 'kid' },
  installationKeys: { id: 'name' },
  audit: { id: 'id', json: ['actor', 'before', 'after'] },
  consumedStates: { id: 'stateId', derived: ({ expiresAtMs }) => endsAt(expiresAtMs) },
  launches: { id: 'launchId', rest: 'detail' },
};

/** ASCII letters in lower case, as the other store compares them. */
export const foldViewerId = (viewerId: string): string => viewerId.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Fields of a record's own that the collection has, besides the `_id`. */
function plainFields(name: Aggregate): string[] {
  const { rest } = forms[name] as Form<unknown>;
  const derived = ['titleOrder', 'tokens', 'recency', 'endsAt', 'viewerIdFolded', '_id', rest];
  return Object.keys(collections[name]).filter((field) => !derived.includes(field));
}

/** All fields of a record but the `_id`; one that the record does not have is there as undefined. */
export function fieldsOf<Name extends Aggregate>(name: Name, record: TransferRecords[Name]): Fields {
  const { id, json = [], derived, rest } = forms[name] as Form<TransferRecords[Name]>;
  const values = record as unknown as Record<string, unknown>;
  const plain = plainFields(name);
  const kept = plain.map((field): [string, unknown] => {
    const value = values[field];
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
export function idOf<Name extends Aggregate>(name: Name, record: Partial<TransferRecords[Name]>): string {
  const { id, key = [] } = forms[name] as Form<TransferRecords[Name]>;
  const text = (field: string): string => (record as Record<string, string>)[field] ?? '';
  return id === undefined ? keyOf(...key.map(text)) : text(id);
}

/** The whole document of a record. */
export const toDocument = <Name extends Aggregate>(name: Name, record: TransferRecords[Name]): Fields => ({
  _id: idOf(name, record),
  ...fieldsOf(name, record),
});

const unexpected = (name: Aggregate, field: string): AppError =>
  new AppError('STORE_UNAVAILABLE', { reason: `unexpected value in ${name}.${field}` });

function parseJson(name: Aggregate, field: string, text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    // The error of JSON.parse quotes the text.
    throw unexpected(name, field);
  }
}

/**
 * What a document says of a record, in the record's form, without a look at its values.
 * @throws AppError `STORE_UNAVAILABLE` when a text that should be JSON is not
 */
export function toUnchecked(name: Aggregate, document: Document): Record<string, unknown> {
  const { id, json = [], rest }: { id?: string; json?: readonly string[]; rest?: string } = forms[name];
  const found = plainFields(name).flatMap((field): [string, unknown][] => {
    const value = document[field];
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
export function toRecord<Name extends Aggregate>(name: Name, document: Document): TransferRecords[Name] {
  const checked = transferSchemas[name].safeParse(toUnchecked(name, document));
  if (checked.success) return checked.data;
  throw unexpected(name, checked.error.issues[0]?.path.map(String).join('.') ?? '');
}

/** The same, for what may not be there. */
export const toOptional = <Name extends Aggregate>(
  name: Name,
  document: Document | undefined,
): TransferRecords[Name] | undefined => (document === undefined ? undefined : toRecord(name, document));
