/** Which table keeps the records of an aggregate, and how a row becomes a record and a record a row. */
import { titleOrder } from '../course-text.js';
import type { AdminLink, LaunchRecord } from '../ports.js';
import { toJson } from '../storable.js';
import type { Aggregate, TransferredCourse, TransferRecords } from '../transfer-records.js';
import { findCourseRow, indexCourse } from './course-rows.js';
import type { Parameter, Row, Writer } from './database.js';
import { addLaunch } from './launches.js';
import { optionalDeployment, text } from './rows.js';

export interface Table {
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

const COURSE_FIELDS = [
  'tenantId',
  'courseKey',
  'title',
  'label',
  'sourcedId',
  'firstSeenAtMs',
  'lastLaunchAtMs',
  'problem',
];
const COURSE_JSON = ['previousKeys', 'categoryNames', 'seenIn'];
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
const launches: Table = {
  file: 'volatile',
  name: 'launch_records',
  key: ['launch_id'],
  columns: [...LAUNCH_FIELDS.map(columnOf), 'detail'],
  toRecord: (row) => ({
    ...fieldsOf(row, LAUNCH_FIELDS, []),
    ...(JSON.parse(text(row, 'detail')) as Record<string, unknown>),
  }),
  insert: (sql, record) => addLaunch(sql, record as unknown as LaunchRecord),
};

/** A table whose records may be restricted to one deployment. */
function restrictable(name: string, fields: readonly string[]): Table {
  const columns = [...fields.map(columnOf), 'platform_id', 'deployment_id'];
  const insert = insertInto(name, columns);
  return {
    file: 'durable',
    name,
    key: ['token_hash'],
    columns,
    toRecord: (row) => ({ ...fieldsOf(row, fields, []), ...optionalDeployment(row) }),
    insert(sql, record) {
      const { deployment } = record as Pick<AdminLink, 'deployment'>;
      const values = fields.map((field) => parameterOf(record[field], false));
      sql.run(insert, ...values, deployment?.platformId, deployment?.deploymentId);
    },
  };
}

const plainJobs = plain<'jobs'>('jobs', {
  key: ['id'],
  fields: [
    'kind',
    'status',
    'tenantId',
    'done',
    'total',
    'errorCode',
    'createdAtMs',
    'startedAtMs',
    'finishedAtMs',
    'cancelRequested',
  ],
  json: ['input', 'state', 'result', 'actor'],
});

const jobs: Table = {
  ...plainJobs,
  toRecord(row) {
    const { status, cancelRequested, ...job } = plainJobs.toRecord(row);
    // Whoever runs it can't go on in the copy.
    return { ...job, status: status === 'running' ? 'waiting' : status, cancelRequested: cancelRequested === 1 };
  },
  insert(sql, record) {
    plainJobs.insert(sql, { ...record, cancelRequested: record['cancelRequested'] === true ? 1 : 0 });
  },
};

/** The table of each aggregate. */
export const tables: Readonly<Record<Aggregate, Table>> = {
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
    json: ['identityRule', 'courseSettings'],
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
  adminLinks: restrictable('admin_links', ['tokenHash', 'role', 'name', 'expiresAtMs', 'adminId']),
  adminSessions: restrictable('admin_sessions', [
    'tokenHash',
    'adminId',
    'name',
    'role',
    'createdAtMs',
    'idleExpiresAtMs',
    'expiresAtMs',
  ]),
  adminPersons: plain<'adminPersons'>('admin_persons', {
    key: ['platformId', 'deploymentId', 'subject'],
    fields: ['sealedName', 'status', 'role', 'askedAtMs', 'decidedAtMs'],
  }),
  blockedFrames: plain<'blockedFrames'>('blocked_frames', {
    key: ['platformId', 'origin'],
    fields: ['count', 'firstAtMs', 'lastAtMs'],
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
  jobs,
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
