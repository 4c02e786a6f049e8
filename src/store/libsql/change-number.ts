import type { Database, Writer } from './database.js';
import { integer } from './rows.js';

/** Called inside the transaction of every durable change, so that a change is never visible without its number. */
export const noteChange = (sql: Writer): void =>
  void sql.run("UPDATE meta SET value = value + 1 WHERE key = 'change_number'");

export const readChangeNumber = (durable: Database): Promise<number> =>
  durable.read((sql) => integer(sql.get("SELECT value FROM meta WHERE key = 'change_number'") ?? {}, 'value'));
