import { AppError } from '../../errors/app-error.js';
import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import type { NewTenant, TenantRecord, TenantStore, Versioned } from '../ports.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { fieldsOf, toDocument, toOptional, toRecord } from './documents.js';
import type { Journal } from './journal.js';
import type { Transaction, Writer } from './writer.js';

const LONGEST_NAMESPACE = 24;
const NAMESPACE = /^[a-z][a-z0-9]{0,23}$/;

export const findTenant = async ({ findOne }: Commands, id: TenantId): Promise<TenantRecord | undefined> =>
  toOptional('tenants', await findOne('tenants', { _id: id }));

/** @throws AppError `STORE_CONFLICT` when there is no such tenant; `what` belongs to it */
export async function getTenant(commands: Commands, id: TenantId, what: string): Promise<TenantRecord> {
  const tenant = await findTenant(commands, id);
  if (tenant !== undefined) return tenant;
  throw new AppError('STORE_CONFLICT', {
    reason: `${what} belongs to a tenant that exists`,
    details: { constraint: 'foreign-key' },
  });
}

function assertNamespace(namespace: string): void {
  if (!NAMESPACE.test(namespace)) {
    throw new AppError('INPUT_INVALID', { reason: 'a namespace has lower-case letters and digits, a letter first' });
  }
}

const isTaken = async ({ findOne }: Commands, namespace: string): Promise<boolean> =>
  (await findOne('tenants', { namespace }, { only: ['_id'] })) !== undefined;

/** `law`, else `law2`, `law3` and so on; a long name gives up its end for the number. */
async function freeNamespace(commands: Commands, wanted: string): Promise<string> {
  let candidate = wanted;
  for (let number = 2; await isTaken(commands, candidate); number += 1) {
    candidate = `${wanted.slice(0, LONGEST_NAMESPACE - String(number).length)}${number}`;
  }
  return candidate;
}

/** The tenant as it would be stored, under a free namespace. */
export async function planTenant(commands: Commands, tenant: NewTenant): Promise<TenantRecord> {
  assertNamespace(tenant.namespace);
  const namespace = await freeNamespace(commands, tenant.namespace);
  const { identityRule, courseSettings, ...rest } = structuredClone(tenant);
  return { ...rest, ...settingsOf(identityRule, courseSettings), namespace, version: 1 };
}

export const insertTenant = (transaction: Transaction, tenant: TenantRecord): Promise<void> =>
  transaction.insert('tenants', [toDocument('tenants', tenant)]);

/** Those that there are: `null` is none. */
const settingsOf = (
  identityRule: unknown,
  courseSettings: unknown,
): Pick<TenantRecord, 'identityRule' | 'courseSettings'> => ({
  ...(identityRule === undefined || identityRule === null ? {} : { identityRule }),
  ...(courseSettings === undefined || courseSettings === null ? {} : { courseSettings }),
});

export const createTenantStore = (database: Database, { write }: Writer, journal: Journal): TenantStore => ({
  find: (id) => database.run((commands) => findTenant(commands, id)),
  list: () =>
    database.run(async ({ find }) =>
      (await find('tenants', {}, { sort: { name: 1, _id: 1 } })).map((found) => toRecord('tenants', found)),
    ),
  update: (id, expectedVersion, changes, by, nowMs) =>
    write(async (transaction): Promise<Versioned<TenantRecord>> => {
      const current = await findTenant(transaction, id);
      if (current?.version !== expectedVersion) return { outcome: 'conflict', current };
      const { identityRule: oldRule, courseSettings: oldSettings, ...rest } = current;
      const { name = rest.name, namespace = rest.namespace, accountId = rest.accountId } = changes;
      assertNamespace(namespace);
      if (namespace !== rest.namespace && (await isTaken(transaction, namespace))) {
        throw new AppError('STORE_CONFLICT', {
          reason: 'another tenant has this namespace',
          details: { constraint: 'unique' },
        });
      }
      const { identityRule = oldRule, courseSettings = oldSettings } = structuredClone(changes);
      const settings = settingsOf(identityRule, courseSettings);
      const record = { ...rest, ...settings, name, namespace, accountId, version: rest.version + 1 };
      await journal.audit(transaction, by, nowMs, auditEntries.tenantUpdate(current, record));
      const filter = { _id: id, version: rest.version };
      const changed = await transaction.update('tenants', filter, { set: fieldsOf('tenants', record) });
      if (changed === undefined) throw changedMeanwhile();
      return { outcome: 'done', record };
    }),
});
