import { auditEntries } from '../audit-entries.js';
import { MAX_CHUNK } from '../limits.js';
import { personAdminId } from '../person-admin-id.js';
import type { AdminPerson, AdminPersonStore, DeploymentKey } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { fieldsOf, idOf, toDocument, toOptional, toRecord } from './documents.js';
import type { Journal } from './journal.js';
import { assertPlatform } from './platforms.js';
import type { Transaction, Writer } from './writer.js';

type PersonKey = DeploymentKey & { subject: string };

const findPerson = async ({ findOne }: Commands, person: PersonKey): Promise<AdminPerson | undefined> =>
  toOptional('adminPersons', await findOne('adminPersons', { _id: idOf('adminPersons', person) }));

/** Takes back whatever the person may go on with: sessions, and links that they have not used. */
async function signOut({ remove }: Transaction, person: PersonKey): Promise<void> {
  const theirs = {
    adminId: personAdminId(person),
    'deployment.platformId': person.platformId,
    'deployment.deploymentId': person.deploymentId,
  };
  await remove('adminSessions', theirs);
  await remove('adminLinks', theirs);
}

export function createAdminPersonStore(database: Database, { write }: Writer, journal: Journal): AdminPersonStore {
  const find: AdminPersonStore['find'] = (person) => database.run((commands) => findPerson(commands, person));

  return {
    find,

    async ask({ platformId, deploymentId, subject, sealedName, askedAtMs }, { cap }) {
      const key = { platformId, deploymentId, subject };
      // Whoever waits may come again and again: one that is known costs no transaction.
      if ((await find(key)) !== undefined) return 'known';
      return write(async (transaction) => {
        if ((await findPerson(transaction, key)) !== undefined) return 'known';
        const open = { platformId, status: 'asked' };
        if (cap < 1 || (await transaction.count('adminPersons', open, cap)) >= cap) return 'full';
        await assertPlatform(transaction, platformId, 'a person');
        // The platform could be removed, and others could ask, at the same time.
        await transaction.holdChangeNumber();
        const name = sealedName === undefined ? {} : { sealedName };
        const person: AdminPerson = { ...key, ...name, status: 'asked', askedAtMs };
        await transaction.insert('adminPersons', [toDocument('adminPersons', person)]);
        return 'recorded';
      });
    },

    approve: ({ role, ...key }, by, nowMs) =>
      write(async (transaction) => {
        const before = await findPerson(transaction, key);
        if (before === undefined || before.role === role) return before;
        const after: AdminPerson = { ...before, status: 'approved', role, decidedAtMs: nowMs };
        await journal.audit(transaction, by, nowMs, auditEntries.adminPersonApprove(before, after));
        await signOut(transaction, before);
        const filter = { _id: idOf('adminPersons', before) };
        await transaction.update('adminPersons', filter, { set: fieldsOf('adminPersons', after) });
        return after;
      }),

    remove: (key, by, nowMs) =>
      write(async (transaction) => {
        const before = await findPerson(transaction, key);
        if (before === undefined) return false;
        await journal.audit(transaction, by, nowMs, auditEntries.adminPersonRemove(before));
        await signOut(transaction, before);
        await transaction.take('adminPersons', { _id: idOf('adminPersons', before) });
        return true;
      }),

    list: (platformId) =>
      database.run(async (commands) => {
        const filter = platformId === undefined ? {} : { platformId };
        const found = await commands.find('adminPersons', filter, {
          sort: { askedAtMs: -1, _id: 1 },
          limit: MAX_CHUNK,
        });
        return found.map((document) => toRecord('adminPersons', document));
      }),
  };
}
