import type { InstallationKeyStore } from '../ports.js';
import { noteChange } from './change-number.js';
import type { Database, Reader } from './database.js';
import { text } from './rows.js';

const FIND = 'SELECT sealed FROM installation_keys WHERE name = ?';
const INSERT = 'INSERT INTO installation_keys (name, sealed) VALUES (?, ?)';

const findSealed = (sql: Reader, name: string): string | undefined => {
  const row = sql.get(FIND, name);
  return row === undefined ? undefined : text(row, 'sealed');
};

export const createInstallationKeyStore = (durable: Database): InstallationKeyStore => ({
  async getOrCreate(name, sealed) {
    const known = await durable.read((sql) => findSealed(sql, name));
    if (known !== undefined) return known;
    return durable.write((sql) => {
      const createdMeanwhile = findSealed(sql, name);
      if (createdMeanwhile !== undefined) return createdMeanwhile;
      sql.run(INSERT, name, sealed);
      noteChange(sql);
      return sealed;
    });
  },
});
