/** Reads and writes the whole content of the embedded store, record by record, in the form that every store shares. */
import { AppError } from '../../errors/app-error.js';
import { titleOrder } from '../course-text.js';
import { assertChunk } from '../limits.js';
import type { TransferPort } from '../ports.js';
import { toJson } from '../storable.js';
import {
  aggregates,
  checkRecords,
  TRANSFER_BATCH,
  type Aggregate,
  type TransferredCourse,
  type TransferRecords,
} from '../transfer-records.js';
import { noteChange } from './change-number.js';
import { findCourseRow, indexCourse } from './course-rows.js';
import type { Database, Parameter, Row, Writer } from './database.js';
import { integer, text } from './rows.js';

interface Table {
  file: 'durable' | 'volatile';
  name: string;
  /** Columns that name a record, in which it is read page by page. */
  key: readonly string[];
  columns: readonly string[];
  /** Not checked yet. */
  toRecord(row: Row): Record<string, unknown>;
  /** `record` is checked. */
  insert(sql: Writer, record: Record<string, unknown>): void;
}

/** `createdAtMs` is kept in `created_at_ms`. */
const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of a row; a column that is NULL gives no field. */
function fieldsOf(row: Row, fields: readonly string[], jsonFields: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const field of fields) {
    const value = row[columnOf(field)];
    if (value === null) continue;
    record[field] = jsonFields.includes(field) ? (JSON.parse(text(row, columnOf(field))) as unknown) : value;
  }
  return record;
}

const parameterOf = (value: unknown, isJson: boolean): Parameter => {
  if (value === undefined) return undefined;
  return isJson ? toJson(value) : (value as Parameter);
};

const insertInto = (name: string, columns: readonly string[]): string =>
  `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;

/** A table whose columns are called as the fields of its records. */
function plain<Name extends Aggregate>(
  name: string,
  spec: {
    key: (keyof TransferRecords[Name] & string)[];
    /** Besides the key. */
    fields: (keyof TransferRecords[Name] & string)[];
    /** Those that are kept as JSON. */
    json?: (keyof TransferRecords[Name] & string)[];
    file?: Table['file'];
  },
): Table {
  const { key, json = [], file = 'durable' } = spec;
  const fields = [...key, ...spec.fields, ...json];
  const columns = fields.map(columnOf);
  const insert = insertInto(name, columns);
  return {
    file,
    name,
    key: key.map(columnOf),
    columns,
    toRecord: (row) => fieldsOf(row, fields, json),
    insert(sql, record) {
      sql.run(insert, ...fields.map((field) => parameterOf(record[field], (json as string[]).includes(field))));
    },
  };
}

const COURSE_FIELDS = ['tenantId', 'courseKey', 'title', 'label', 'firstSeenAtMs', 'lastLaunchAtMs', 'problem'];
const COURSE_JSON = ['previousKeys', 'categoryNames'];
const COURSE_COLUMNS = [...COURSE_FIELDS, ...COURSE_JSON].map(columnOf);
const MAPPING_COLUMNS = ['origin', 'account_id', 'category_id', 'category_full_name', 'mapped_at_ms', 'updated_at_ms'];
const INSERT_COURSE = insertInto('courses', [...COURSE_COLUMNS, 'version', ...MAPPING_COLUMNS, 'title_order']);

const courses: Table = {
  file: 'durable',
  name: 'courses',
  key: ['id'],
  columns: ['id', ...COURSE_COLUMNS, 'version', ...MAPPING_COLUMNS],
  toRecord: (row) => ({
    ...fieldsOf(row, [...COURSE_FIELDS, ...COURSE_JSON], COURSE_JSON),
    version: row['version'],
    ...(row['origin'] === null
      ? {}
      : {
          mapping: {
            origin: row['origin'],
            accountId: row['account_id'],
            categoryId: row['category_id'],
            categoryFullName: row['category_full_name'],
            createdAtMs: row['mapped_at_ms'],
            updatedAtMs: row['updated_at_ms'],
          },
        }),
  }),
  insert(sql, record) {
    const course = record as unknown as TransferredCourse;
    const { mapping } = course;
    sql.run(
      INSERT_COURSE,
      ...[...COURSE_FIELDS, ...COURSE_JSON].map((field) => parameterOf(record[field], COURSE_JSON.includes(field))),
      course.version,
      mapping?.origin,
      mapping?.accountId,
      mapping?.categoryId,
      mapping?.categoryFullName,
      mapping?.createdAtMs,
      mapping?.updatedAtMs,
      titleOrder(course),
    );
    indexCourse(sql, findCourseRow(sql, course.tenantId, course.courseKey) ?? {});
  },
};

const LAUNCH_FIELDS = [
  'launchId',
  'requestId',
  'accountId',
  'tenantId',
  'platformId',
  'atMs',
  'outcome',
  'sealedPersonal',
];
const LAUNCH_COLUMNS = [...LAUNCH_FIELDS.map(columnOf), 'detail'];
const INSERT_LAUNCH = insertInto('launch_records', LAUNCH_COLUMNS);

const launches: Table = {
  file: 'volatile',
  name: 'launch_records',
  key: ['launch_id'],
  columns: LAUNCH_COLUMNS,
  toRecord: (row) => ({
    ...fieldsOf(row, LAUNCH_FIELDS, []),
    ...(JSON.parse(text(row, 'detail')) as Record<string, unknown>),
  }),
  insert(sql, record) {
    const detail = Object.fromEntries(Object.entries(record).filter(([field]) => !LAUNCH_FIELDS.includes(field)));
    sql.run(INSERT_LAUNCH, ...LAUNCH_FIELDS.map((field) => parameterOf(record[field], false)), toJson(detail));
  },
};

const tables: Readonly<Record<Aggregate, Table>> = {
  accounts: plain<'accounts'>('accounts', {
    key: ['id'],
    fields: ['name', 'partnerId', 'sealedCredentials', 'version', 'createdAtMs', 'updatedAtMs'],
    json: ['settings'],
  }),
  platforms: plain<'platforms'>('platforms', {
    key: ['id'],
    fields: [
      'ref',
      'name',
      'adapterId',
      'issuer',
      'clientId',
      'authorizationUrl',
      'jwksUrl',
      'tokenUrl',
      'tokenAudience',
      'accountId',
      'status',
      'version',
      'createdAtMs',
      'updatedAtMs',
    ],
    json: ['acceptedIssuers', 'settings'],
  }),
  tenants: plain<'tenants'>('tenants', {
    key: ['id'],
    fields: ['accountId', 'namespace', 'name', 'version', 'createdAtMs'],
    json: ['identityRule'],
  }),
  tenantHints: plain<'tenantHints'>('tenant_hints', { key: ['platformId', 'hint'], fields: ['tenantId'] }),
  deployments: plain<'deployments'>('deployments', {
    key: ['platformId', 'deploymentId'],
    fields: ['status', 'tenantId', 'firstSeenAtMs'],
  }),
  courses,
  mappingHistory: plain<'mappingHistory'>('mapping_history', {
    key: ['id'],
    fields: ['changeSetId', 'summary', 'atMs', 'tenantId', 'courseKey'],
    json: ['actor', 'before', 'after'],
  }),
  viewers: plain<'viewers'>('viewers', { key: ['tenantId', 'subject'], fields: ['viewerId', 'kind', 'atMs'] }),
  adminLinks: plain<'adminLinks'>('admin_links', { key: ['tokenHash'], fields: ['role', 'name', 'expiresAtMs'] }),
  adminSessions: plain<'adminSessions'>('admin_sessions', {
    key: ['tokenHash'],
    fields: ['adminId', 'name', 'role', 'platformId', 'createdAtMs', 'idleExpiresAtMs', 'expiresAtMs'],
  }),
  apiClients: plain<'apiClients'>('api_clients', {
    key: ['id'],
    fields: ['name', 'tokenHash', 'tenantId', 'createdAtMs', 'revokedAtMs'],
    json: ['scopes'],
  }),
  signingKeys: plain<'signingKeys'>('signing_keys', {
    key: ['kid'],
    fields: ['status', 'publicJwk', 'sealedPrivateJwk', 'createdAtMs'],
  }),
  installationKeys: plain<'installationKeys'>('installation_keys', { key: ['name'], fields: ['sealed'] }),
  audit: plain<'audit'>('audit', {
    key: ['id'],
    fields: ['atMs', 'action', 'target', 'tenantId'],
    json: ['actor', 'before', 'after'],
  }),
  consumedStates: plain<'consumedStates'>('consumed_states', {
    file: 'volatile',
    key: ['stateId'],
    fields: ['expiresAtMs'],
  }),
  launches,
};

const isAggregate = (name: string): name is Aggregate => aggregates.some((aggregate) => aggregate === name);

/** One page behind the key, in the order of the key. */
function pageOf({ name, key, columns }: Table, after: readonly Parameter[] | undefined): string {
  const condition = after === undefined ? '' : `WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')})`;
  return `SELECT ${columns.join(', ')} FROM ${name} ${condition} ORDER BY ${key.join(', ')} LIMIT ${TRANSFER_BATCH}`;
}

const keyOf = (row: Row, { key }: Table): Parameter[] =>
  key.map((column) => (typeof row[column] === 'number' ? integer(row, column) : text(row, column)));

function recordOf(table: Table, row: Row): Record<string, unknown> {
  try {
    return table.toRecord(row);
  } catch (cause) {
    throw new AppError('STORE_UNAVAILABLE', { reason: `unexpected value in ${table.name}`, cause });
  }
}

/**
 * Moves the whole content of a libsql store. `read` gives records as they are kept: whoever copies checks their form by
 * writing them, and `store check` by reading. Each batch is written in one transaction.
 */
export function createTransfer(databases: { durable: Database; volatile: Database }): TransferPort {
  return {
    async *read() {
      for (const aggregate of aggregates) {
        const table = tables[aggregate];
        for (let after: Parameter[] | undefined; ;) {
          const rows = await databases[table.file].read((sql) => sql.all(pageOf(table, after), ...(after ?? [])));
          const last = rows.at(-1);
          if (last === undefined) break;
          yield { aggregate, records: rows.map((row) => recordOf(table, row)) };
          after = keyOf(last, table);
        }
      }
    },

    async write({ aggregate, records }) {
      if (!isAggregate(aggregate)) {
        throw new AppError('INPUT_INVALID', { reason: `a store holds no ${aggregate}` });
      }
      assertChunk(records);
      const checked = checkRecords(aggregate, records);
      const table = tables[aggregate];
      await databases[table.file].write((sql) => {
        for (const record of checked) table.insert(sql, { ...record });
        if (table.file === 'durable') noteChange(sql);
      });
    },

    async counts() {
      const count = (file: Table['file']): Promise<[Aggregate, number][]> =>
        databases[file].read((sql) =>
          aggregates
            .filter((aggregate) => tables[aggregate].file === file)
            .map((aggregate) => {
              const row = sql.get(`SELECT count(*) AS n FROM ${tables[aggregate].name}`) ?? {};
              return [aggregate, integer(row, 'n')];
            }),
        );
      return Object.fromEntries([...(await count('durable')), ...(await count('volatile'))]);
    },
  };
}
