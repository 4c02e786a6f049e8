import { z } from 'zod';
import type { AccountId, CategoryId, EntryId, PlatformId, TenantId, ViewerId } from '../../runtime/ids.js';
import { assertChunk, assertLimit } from '../limits.js';
import type { LaunchRecord, LaunchStore } from '../ports.js';
import { isStorable, toJson } from '../storable.js';
import type { Database, Parameter, Row, Writer } from './database.js';
import { COUNT_OF_COURSE, LAUNCH_COLUMNS, launchListQuery } from './launch-query.js';
import { integer, json, oneOf, optionalText, text } from './rows.js';

const OUTCOMES = ['played', 'failed'] as const;

/** As JSON it keeps any text that an LMS may send: a strange one never costs the batch. */
const detailSchema = z.object({
  step: z.string(),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  steps: z.array(z.object({ step: z.string(), durationMs: z.number() })),
  deploymentId: z.string().exactOptional(),
  adapterId: z.string().exactOptional(),
  messageType: z.string().exactOptional(),
  viewerId: z.custom<ViewerId>((value) => typeof value === 'string').exactOptional(),
  roles: z.array(z.string()).exactOptional(),
  courseKey: z.string().exactOptional(),
  courseTitle: z.string().exactOptional(),
  categoryId: z.custom<CategoryId>((value) => typeof value === 'string').exactOptional(),
  categoryOrigin: z.enum(['manual', 'automatic', 'inherited', 'matched', 'rule', 'unmapped']).exactOptional(),
  applicationName: z.string().exactOptional(),
  entryId: z.custom<EntryId>((value) => typeof value === 'string').exactOptional(),
  sealedClaims: z.string().exactOptional(),
});

const INSERT = `INSERT INTO launch_records (${LAUNCH_COLUMNS}, deployment_id, course_key, code)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_NEW = `${INSERT} ON CONFLICT DO NOTHING`;
const BY_ID = `SELECT ${LAUNCH_COLUMNS} FROM launch_records WHERE launch_id = ?`;
const BY_REQUEST = `SELECT ${LAUNCH_COLUMNS} FROM launch_records WHERE request_id = ? ORDER BY launch_id DESC LIMIT 1`;

const SWEEP = `DELETE FROM launch_records WHERE launch_id IN
  (SELECT launch_id FROM launch_records WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`;

const toRecord = (row: Row): LaunchRecord => ({
  launchId: text(row, 'launch_id'),
  requestId: text(row, 'request_id'),
  atMs: integer(row, 'at_ms'),
  outcome: oneOf(row, 'outcome', OUTCOMES),
  ...optionalText<'accountId', AccountId>(row, 'account_id', 'accountId'),
  ...optionalText<'tenantId', TenantId>(row, 'tenant_id', 'tenantId'),
  ...optionalText<'platformId', PlatformId>(row, 'platform_id', 'platformId'),
  ...json(row, 'detail', detailSchema),
  ...optionalText(row, 'sealed_personal', 'sealedPersonal'),
});

/** What launches are searched by stands in a column too; text that no column takes is never searched for. */
const searchable = (text: string | undefined): string | undefined =>
  text !== undefined && isStorable(text) ? text : undefined;

const recordOrNone = (row: Row | undefined): LaunchRecord | undefined =>
  row === undefined ? undefined : toRecord(row);

const parametersOf = (record: LaunchRecord): Parameter[] => {
  const { launchId, requestId, accountId, tenantId, platformId, atMs, outcome, sealedPersonal, ...detail } = record;
  const search = [detail.deploymentId, detail.courseKey, detail.code].map(searchable);
  const ids = [launchId, requestId, accountId, tenantId, platformId];
  return [...ids, atMs, outcome, toJson(detail), sealedPersonal, ...search];
};

/** Adds a record that must be new; part of a transaction of the caller. */
export const addLaunch = (sql: Writer, record: LaunchRecord): void => void sql.run(INSERT, ...parametersOf(record));

export const createLaunchStore = (volatile: Database): LaunchStore => ({
  async append(records) {
    assertChunk(records);
    if (records.length === 0) return;
    await volatile.write((sql) => {
      for (const record of records) sql.run(INSERT_NEW, ...parametersOf(record));
    });
  },
  async list(options) {
    const { sql, parameters } = launchListQuery(options);
    return volatile.read((reader) => reader.all(sql, ...parameters).map(toRecord));
  },
  find: (launchId) => volatile.read((sql) => recordOrNone(sql.get(BY_ID, launchId))),
  async countByCourse(tenantId, courseKeys, sinceMs) {
    assertChunk(courseKeys);
    return volatile.read((sql) => {
      const counts = new Map<string, number>();
      for (const courseKey of courseKeys) {
        const launches = integer(sql.get(COUNT_OF_COURSE, tenantId, courseKey, sinceMs) ?? {}, 'launches');
        if (launches > 0) counts.set(courseKey, launches);
      }
      return counts;
    });
  },
  findByRequestId: (requestId) => volatile.read((sql) => recordOrNone(sql.get(BY_REQUEST, requestId))),
  async sweep(beforeMs, limit) {
    assertLimit(limit);
    return volatile.write((sql) => sql.run(SWEEP, beforeMs, limit));
  },
});
