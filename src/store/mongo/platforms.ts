import type { Clock } from '../../runtime/clock.js';
import { AppError } from '../../errors/app-error.js';
import type { PlatformId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { DeploymentRecord, PlatformRecord, PlatformStore, Versioned } from '../ports.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { fieldsOf, toDocument, toOptional, toRecord } from './documents.js';
import type { Filter } from './fields.js';
import type { Journal } from './journal.js';
import type { Writer } from './writer.js';

export const findPlatform = async ({ findOne }: Commands, filter: Filter): Promise<PlatformRecord | undefined> =>
  toOptional('platforms', await findOne('platforms', filter));

/** @throws AppError `STORE_CONFLICT` when there is no such platform; `what` belongs to it */
export async function assertPlatform(commands: Commands, id: PlatformId, what: string): Promise<void> {
  if ((await findPlatform(commands, { _id: id })) !== undefined) return;
  throw new AppError('STORE_CONFLICT', {
    reason: `${what} belongs to a platform that exists`,
    details: { constraint: 'foreign-key' },
  });
}

export function createPlatformStore(
  database: Database,
  { write }: Writer,
  journal: Journal,
  clock: Clock,
): PlatformStore {
  const first = (filter: Filter) => database.run((commands) => findPlatform(commands, filter));
  const all = (filter: Filter, sort: Readonly<Record<string, 1>>) =>
    database.run(async ({ find }) =>
      (await find('platforms', filter, { sort })).map((found) => toRecord('platforms', found)),
    );

  return {
    add: (platform, approvedDeploymentIds, by) =>
      write(async (transaction) => {
        const { id, ref, createdAtMs } = platform;
        // The indexes would refuse it too, but without a transaction only after the audit says that it happened.
        if ((await findPlatform(transaction, { $or: [{ _id: id }, { ref }] })) !== undefined) {
          throw new AppError('STORE_CONFLICT', {
            reason: 'a unique value is taken',
            details: { constraint: 'unique' },
          });
        }
        const record: PlatformRecord = { ...structuredClone(platform), version: 1 };
        const deployments = [...new Set(approvedDeploymentIds)].map((deploymentId): DeploymentRecord => ({
          platformId: id,
          deploymentId,
          status: 'active',
          firstSeenAtMs: createdAtMs,
        }));
        const documents = deployments.map((deployment) => toDocument('deployments', deployment));
        const platformDocument = toDocument('platforms', record);
        await journal.audit(transaction, by, createdAtMs, auditEntries.platformAdd(record, approvedDeploymentIds));
        await transaction.insert('platforms', [platformDocument]);
        await transaction.insert('deployments', documents);
        return record;
      }),

    update: (id, expectedVersion, changes, by) =>
      write(async (transaction): Promise<Versioned<PlatformRecord>> => {
        const current = await findPlatform(transaction, { _id: id });
        if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
        const { ref, createdAtMs, version } = current;
        const { tokenUrl, tokenAudience, ...wanted } = {
          ...current,
          updatedAtMs: clock.nowMs(),
          ...changes,
          id,
          ref,
          createdAtMs,
          version: version + 1,
        };
        const record: PlatformRecord = structuredClone({
          ...wanted,
          ...(tokenUrl === undefined || tokenUrl === null ? {} : { tokenUrl }),
          ...(tokenAudience === undefined || tokenAudience === null ? {} : { tokenAudience }),
        });
        await journal.audit(transaction, by, record.updatedAtMs, auditEntries.platformUpdate(current, record));
        const filter = { _id: id, version };
        const changed = await transaction.update('platforms', filter, { set: fieldsOf('platforms', record) });
        if (changed === undefined) throw changedMeanwhile();
        return { outcome: 'done', record: toRecord('platforms', changed) };
      }),

    remove: (id, expectedVersion, by, nowMs) =>
      write(async (transaction): Promise<Versioned<PlatformRecord>> => {
        const current = await findPlatform(transaction, { _id: id });
        if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
        await journal.audit(transaction, by, nowMs, auditEntries.platformRemove(current));
        for (const name of ['tenantHints', 'deployments', 'adminPersons', 'blockedFrames'] as const) {
          await transaction.remove(name, { platformId: id });
        }
        for (const name of ['adminSessions', 'adminLinks'] as const) {
          await transaction.remove(name, { 'deployment.platformId': id });
        }
        await transaction.take('platforms', { _id: id });
        return { outcome: 'done', record: current };
      }),

    findById: (id) => first({ _id: id }),
    findByRef: (ref) => first({ ref }),
    findByIssuer: (issuer, clientId) =>
      all({ issuer, ...(clientId === undefined ? {} : { clientId }) }, { createdAtMs: 1, _id: 1 }),
    list: () => all({}, { name: 1, _id: 1 }),
  };
}
