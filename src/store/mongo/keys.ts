/** Signing keys and installation keys: made once, by whichever process comes first. */
import type { InstallationKeyStore, SigningKeyRecord, SigningKeyStore } from '../ports.js';
import type { Commands } from './commands.js';
import type { Database } from './database.js';
import { toDocument, toOptional, toRecord } from './documents.js';
import type { Writer } from './writer.js';

const listKeys = async ({ find }: Commands): Promise<SigningKeyRecord[]> =>
  (await find('signingKeys', {}, { sort: { createdAtMs: 1, _id: 1 } })).map((found) => toRecord('signingKeys', found));

export const createSigningKeyStore = (database: Database, { write }: Writer): SigningKeyStore => ({
  list: () => database.run(listKeys),
  addFirst: (keys) =>
    write(async (transaction) => {
      const known = await listKeys(transaction);
      if (known.length > 0 || keys.length === 0) return known;
      await transaction.noteChange();
      await transaction.insert(
        'signingKeys',
        keys.map((key) => toDocument('signingKeys', key)),
      );
      return listKeys(transaction);
    }),
});

const findSealed = async ({ findOne }: Commands, name: string): Promise<string | undefined> =>
  toOptional('installationKeys', await findOne('installationKeys', { _id: name }))?.sealed;

export const createInstallationKeyStore = (database: Database, { write }: Writer): InstallationKeyStore => ({
  async getOrCreate(name, sealed) {
    const known = await database.run((commands) => findSealed(commands, name));
    if (known !== undefined) return known;
    return write(async (transaction) => {
      const createdMeanwhile = await findSealed(transaction, name);
      if (createdMeanwhile !== undefined) return createdMeanwhile;
      await transaction.noteChange();
      await transaction.insert('installationKeys', [toDocument('installationKeys', { name, sealed })]);
      return sealed;
    });
  },
});
