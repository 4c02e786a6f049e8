import { z } from 'zod';
import type { Clock } from '../../runtime/clock.js';
import type { PlatformId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { PlatformChanges, PlatformRecord, PlatformSettings, PlatformStore, Versioned } from '../ports.js';
import { toJson } from '../storable.js';
import type { Database, Reader, Row } from './database.js';
import type { Journal } from './journal.js';
import { integer, json, oneOf, optionalText, text } from './rows.js';

const STATUSES = ['active', 'pending', 'disabled'] as const;

const settingsSchema: z.ZodType<PlatformSettings> = z.object({
  applicationName: z.string().exactOptional(),
  unmappedCourse: z.enum(['play', 'refuse', 'provision']),
  entryPolicy: z.enum(['course', 'root', 'signed']),
  rootCategory: z.string().exactOptional(),
  frameOrigins: z.array(z.string()),
  adapter: z.record(z.string(), z.unknown()),
  captureUntilMs: z.number().exactOptional(),
  uiConfId: z.int().exactOptional(),
  pilot: z
    .object({ courseKeys: z.array(z.string()), deploymentIds: z.array(z.string()), contact: z.string() })
    .exactOptional(),
  serviceHosts: z.array(z.string()).exactOptional(),
  adminSignIn: z.literal(true).exactOptional(),
});
const acceptedIssuersSchema = z.array(z.string());

const COLUMNS = `id, ref, account_id, name, adapter_id, issuer, accepted_issuers, client_id, authorization_url, jwks_url,
  token_url, token_audience, status, settings, version, created_at_ms, updated_at_ms`;
const INSERT = `INSERT INTO platforms (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = `UPDATE platforms SET account_id = ?, name = ?, adapter_id = ?, issuer = ?, accepted_issuers = ?,
  client_id = ?, authorization_url = ?, jwks_url = ?, token_url = ?, token_audience = ?, status = ?, settings = ?,
  version = ?, updated_at_ms = ? WHERE id = ?`;
const REMOVE_WITH_PLATFORM = [
  'tenant_hints',
  'deployments',
  'blocked_frames',
  'admin_persons',
  'admin_sessions',
  'admin_links',
].map((table) => `DELETE FROM ${table} WHERE platform_id = ?`);
const REMOVE = 'DELETE FROM platforms WHERE id = ?';
const INSERT_DEPLOYMENT = `INSERT INTO deployments (platform_id, deployment_id, status, first_seen_at_ms)
  VALUES (?, ?, 'active', ?) ON CONFLICT DO NOTHING`;
const BY_ID = `SELECT ${COLUMNS} FROM platforms WHERE id = ?`;
const BY_REF = `SELECT ${COLUMNS} FROM platforms WHERE ref = ?`;
const BY_ISSUER = `SELECT ${COLUMNS} FROM platforms WHERE issuer = ? ORDER BY created_at_ms, id`;
const BY_ISSUER_AND_CLIENT = `SELECT ${COLUMNS} FROM platforms WHERE issuer = ? AND client_id = ?
  ORDER BY created_at_ms, id`;
const ALL = `SELECT ${COLUMNS} FROM platforms ORDER BY name, id`;

const toRecord = (row: Row): PlatformRecord => ({
  id: text(row, 'id'),
  ref: text(row, 'ref'),
  name: text(row, 'name'),
  adapterId: text(row, 'adapter_id'),
  issuer: text(row, 'issuer'),
  acceptedIssuers: json(row, 'accepted_issuers', acceptedIssuersSchema),
  clientId: text(row, 'client_id'),
  authorizationUrl: text(row, 'authorization_url'),
  jwksUrl: text(row, 'jwks_url'),
  ...optionalText(row, 'token_url', 'tokenUrl'),
  ...optionalText(row, 'token_audience', 'tokenAudience'),
  accountId: text(row, 'account_id'),
  status: oneOf(row, 'status', STATUSES),
  settings: json(row, 'settings', settingsSchema),
  version: integer(row, 'version'),
  createdAtMs: integer(row, 'created_at_ms'),
  updatedAtMs: integer(row, 'updated_at_ms'),
});

/** `null`: the platform has no such address any more. */
type Changeable = Omit<PlatformRecord, 'tokenUrl' | 'tokenAudience'> &
  Pick<PlatformChanges, 'tokenUrl' | 'tokenAudience'>;

const changeableOf = (platform: Omit<Changeable, 'version'>) => [
  platform.accountId,
  platform.name,
  platform.adapterId,
  platform.issuer,
  toJson(platform.acceptedIssuers),
  platform.clientId,
  platform.authorizationUrl,
  platform.jwksUrl,
  platform.tokenUrl ?? undefined,
  platform.tokenAudience ?? undefined,
  platform.status,
  toJson(platform.settings),
];

const findPlatform = (sql: Reader, id: PlatformId): PlatformRecord | undefined => {
  const row = sql.get(BY_ID, id);
  return row === undefined ? undefined : toRecord(row);
};

export const createPlatformStore = (durable: Database, journal: Journal, clock: Clock): PlatformStore => {
  const first = (sql: string, key: string) =>
    durable.read((reader) => {
      const row = reader.get(sql, key);
      return row === undefined ? undefined : toRecord(row);
    });

  return {
    add: (platform, approvedDeploymentIds, by) =>
      durable.write((sql) => {
        const { id, ref, createdAtMs, updatedAtMs } = platform;
        sql.run(INSERT, id, ref, ...changeableOf(platform), 1, createdAtMs, updatedAtMs);
        for (const deploymentId of approvedDeploymentIds) {
          sql.run(INSERT_DEPLOYMENT, platform.id, deploymentId, platform.createdAtMs);
        }
        const added = toRecord(sql.get(BY_ID, platform.id) ?? {});
        journal.audit(sql, by, createdAtMs, auditEntries.platformAdd(added, approvedDeploymentIds));
        return added;
      }),
    update: (id, expectedVersion, changes, by) =>
      durable.write((sql): Versioned<PlatformRecord> => {
        const current = findPlatform(sql, id);
        if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
        const { createdAtMs, ref, version } = current;
        const wanted = { ...current, updatedAtMs: clock.nowMs(), ...changes, id, ref, createdAtMs };
        sql.run(UPDATE, ...changeableOf(wanted), version + 1, wanted.updatedAtMs, id);
        const record = toRecord(sql.get(BY_ID, id) ?? {});
        journal.audit(sql, by, record.updatedAtMs, auditEntries.platformUpdate(current, record));
        return { outcome: 'done', record };
      }),
    remove: (id, expectedVersion, by, nowMs) =>
      durable.write((sql): Versioned<PlatformRecord> => {
        const current = findPlatform(sql, id);
        if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
        for (const command of [...REMOVE_WITH_PLATFORM, REMOVE]) sql.run(command, id);
        journal.audit(sql, by, nowMs, auditEntries.platformRemove(current));
        return { outcome: 'done', record: current };
      }),
    findById: (id) => first(BY_ID, id),
    findByRef: (ref) => first(BY_REF, ref),
    findByIssuer: (issuer, clientId) =>
      durable.read((sql) =>
        (clientId === undefined ? sql.all(BY_ISSUER, issuer) : sql.all(BY_ISSUER_AND_CLIENT, issuer, clientId)).map(
          toRecord,
        ),
      ),
    list: () => durable.read((sql) => sql.all(ALL).map(toRecord)),
  };
};
