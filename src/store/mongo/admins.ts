import { AppError } from '../../errors/app-error.js';
import { auditEntries } from '../audit-entries.js';
import type { AdminStore } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { toDocument, toOptional, toRecord } from './documents.js';
import { atMost, greaterThan, oneOf } from './fields.js';
import type { Journal } from './journal.js';
import type { Writer } from './writer.js';

/** More are made than end, so each new one removes a few that have ended. The server's own sweep may not run. */
const SWEEP_CHUNK = 100;

export async function removeEnded(
  { find, remove }: Commands,
  collection: 'adminLinks' | 'adminSessions' | 'consumedStates',
  nowMs: number,
  limit: number,
): Promise<number> {
  const ended = atMost(new Date(nowMs));
  const found = await find(collection, { endsAt: ended }, { sort: { endsAt: 1 }, limit, only: ['_id'] });
  if (found.length === 0) return 0;
  return remove(collection, { _id: oneOf(found.map(({ _id }) => String(_id))), endsAt: ended });
}

const living = (nowMs: number) => ({ idleExpiresAtMs: greaterThan(nowMs), expiresAtMs: greaterThan(nowMs) });

export const createAdminStore = (database: Database, { write }: Writer, journal: Journal): AdminStore => ({
  async addLink(link, by, nowMs) {
    await database.run((commands) => removeEnded(commands, 'adminLinks', nowMs, SWEEP_CHUNK));
    await write(async (transaction) => {
      if ((await transaction.findOne('adminLinks', { _id: link.tokenHash }, { only: ['_id'] })) !== undefined) {
        throw new AppError('STORE_CONFLICT', { reason: 'a unique value is taken', details: { constraint: 'unique' } });
      }
      await journal.audit(transaction, by, nowMs, auditEntries.adminLinkAdd(link));
      await transaction.insert('adminLinks', [toDocument('adminLinks', link)]);
    });
  },

  consumeLink: (tokenHash, nowMs) =>
    database.run(async ({ take }) =>
      toOptional('adminLinks', await take('adminLinks', { _id: tokenHash, expiresAtMs: greaterThan(nowMs) })),
    ),

  addSession: (session, nowMs) =>
    database.run(async (commands) => {
      await removeEnded(commands, 'adminSessions', nowMs, SWEEP_CHUNK);
      await commands.insert('adminSessions', [toDocument('adminSessions', session)]);
    }),

  findSession: (tokenHash, nowMs) =>
    database.run(async ({ findOne }) =>
      toOptional('adminSessions', await findOne('adminSessions', { _id: tokenHash, ...living(nowMs) })),
    ),

  touchSession: (tokenHash, idleExpiresAtMs, nowMs) =>
    database.run(async ({ findOne, update }) => {
      const filter = { _id: tokenHash, ...living(nowMs) };
      const session = toOptional('adminSessions', await findOne('adminSessions', filter));
      if (session === undefined) return false;
      const endsAt = new Date(Math.min(idleExpiresAtMs, session.expiresAtMs));
      return (await update('adminSessions', filter, { set: { idleExpiresAtMs, endsAt } })) !== undefined;
    }),

  removeSession: (tokenHash) =>
    database.run(async ({ take }) => (await take('adminSessions', { _id: tokenHash })) !== undefined),

  listSessions: (nowMs) =>
    database.run(async ({ find }) =>
      (await find('adminSessions', living(nowMs), { sort: { createdAtMs: -1, _id: 1 } })).map((found) =>
        toRecord('adminSessions', found),
      ),
    ),
});
