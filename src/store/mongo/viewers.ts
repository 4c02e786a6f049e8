import type { TenantId } from '../../runtime/ids.js';
import { auditEntries } from '../audit-entries.js';
import { assertLimit } from '../limits.js';
import type { ViewerPin, ViewerStore } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { fieldsOf, foldViewerId, idOf, toDocument, toOptional, toRecord } from './documents.js';
import { greaterThan } from './fields.js';
import type { Journal } from './journal.js';
import { getTenant } from './tenants.js';
import type { Writer } from './writer.js';

const findPin = async ({ findOne }: Commands, tenantId: TenantId, subject: string): Promise<ViewerPin | undefined> =>
  toOptional('viewers', await findOne('viewers', { _id: idOf('viewers', { tenantId, subject }) }));

export function createViewerStore(database: Database, { write }: Writer, journal: Journal): ViewerStore {
  const find: ViewerStore['find'] = (tenantId, subject) =>
    database.run((commands) => findPin(commands, tenantId, subject));

  return {
    find,

    async pinIfAbsent({ tenantId, subject, viewerId, atMs }) {
      const known = await find(tenantId, subject);
      if (known !== undefined) return { outcome: 'known', pin: known };
      return write(async (transaction) => {
        const pinnedMeanwhile = await findPin(transaction, tenantId, subject);
        if (pinnedMeanwhile !== undefined) return { outcome: 'known', pin: pinnedMeanwhile };
        await getTenant(transaction, tenantId, 'a viewer');
        // Namespaces are unique, so this tenant's viewers are all that share one.
        const taken = await transaction.findOne(
          'viewers',
          { tenantId, viewerIdFolded: foldViewerId(viewerId) },
          { only: ['_id'] },
        );
        if (taken !== undefined) return { outcome: 'taken' };
        const pin: ViewerPin = { tenantId, subject, viewerId, kind: 'pin', atMs };
        // Two subjects at once would both find the viewerId free.
        await transaction.keepApart();
        await transaction.insert('viewers', [toDocument('viewers', pin)]);
        return { outcome: 'pinned', pin };
      });
    },

    setAlias: ({ tenantId, subject, viewerId, atMs }, by) =>
      write(async (transaction) => {
        await getTenant(transaction, tenantId, 'a viewer');
        const before = await findPin(transaction, tenantId, subject);
        const after: ViewerPin = { tenantId, subject, viewerId, kind: 'alias', atMs };
        await journal.audit(transaction, by, atMs, auditEntries.viewerAlias(before, after));
        await transaction.keepApart();
        const _id = idOf('viewers', after);
        await transaction.update('viewers', { _id }, { set: fieldsOf('viewers', after) }, true);
        return after;
      }),

    remove: (tenantId, subject, by, nowMs) =>
      write(async (transaction) => {
        const before = await findPin(transaction, tenantId, subject);
        if (before === undefined) return false;
        await journal.audit(transaction, by, nowMs, auditEntries.viewerRemove(before));
        await transaction.take('viewers', { _id: idOf('viewers', before) });
        return true;
      }),

    async list(tenantId, { limit, after }) {
      assertLimit(limit);
      const filter = { tenantId, ...(after === undefined ? {} : { subject: greaterThan(after) }) };
      return database.run(async (commands) =>
        (await commands.find('viewers', filter, { sort: { subject: 1 }, limit })).map((found) =>
          toRecord('viewers', found),
        ),
      );
    },
  };
}
