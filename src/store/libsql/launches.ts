import { z } from 'zod';
import type { AccountId, CategoryId, EntryId, PlatformId, TenantId, ViewerId } from '../../runtime/ids.js';
import { assertChunk, assertLimit } from '../limits.js';
import type { LaunchRecord, LaunchStore } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database, Row } from './database.js';
import { integer, json, oneOf, optionalText, text } from './rows.js';

const OUTCOMES = ['played', 'failed'] as const;

/** What nobody searches for. As JSON it keeps any text that an LMS may send: a strange one never costs the batch. */
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

const COLUMNS = 'launch_id, request_id, account_id, tenant_id, platform_id, at_ms, outcome, detail, sealed_personal';
const INSERT = `INSERT INTO launch_records (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const NEWEST = `SELECT ${COLUMNS} FROM launch_records ORDER BY launch_id DESC LIMIT ?`;
const NEWEST_BEFORE = `SELECT ${COLUMNS} FROM launch_records WHERE launch_id < ? ORDER BY launch_id DESC LIMIT ?`;
const BY_REQUEST = `SELECT ${COLUMNS} FROM launch_records WHERE request_id = ? ORDER BY launch_id DESC LIMIT 1`;

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

const parametersOf = (record: LaunchRecord) => {
  const { launchId, requestId, accountId, tenantId, platformId, atMs, outcome, sealedPersonal, ...detail } = record;
  return [launchId, requestId, accountId, tenantId, platformId, atMs, outcome, toJson(detail), sealedPersonal];
};

export const createLaunchStore = (volatile: Database): LaunchStore => ({
  async append(records) {
    assertChunk(records);
    if (records.length === 0) return;
    await volatile.write((sql) => {
      for (const record of records) sql.run(INSERT, ...parametersOf(record));
    });
  },
  list: ({ limit, before }) =>
    volatile.read((sql) =>
      (before === undefined ? sql.all(NEWEST, limit) : sql.all(NEWEST_BEFORE, before, limit)).map(toRecord),
    ),
  findByRequestId: (requestId) =>
    volatile.read((sql) => {
      const row = sql.get(BY_REQUEST, requestId);
      return row === undefined ? undefined : toRecord(row);
    }),
  async sweep(beforeMs, limit) {
    assertLimit(limit);
    return volatile.write((sql) => sql.run(SWEEP, beforeMs, limit));
  },
});
