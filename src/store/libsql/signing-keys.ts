import type { SigningKeyRecord, SigningKeyStore } from '../ports.js';
import { noteChange } from './change-number.js';
import type { Database, Reader, Row } from './database.js';
import { integer, oneOf, text } from './rows.js';

const STATUSES = ['next', 'current', 'retired'] as const;

const COLUMNS = 'kid, status, public_jwk, sealed_private_jwk, created_at_ms';
const ALL = `SELECT ${COLUMNS} FROM signing_keys ORDER BY created_at_ms, kid`;
const INSERT = `INSERT INTO signing_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`;

const toRecord = (row: Row): SigningKeyRecord => ({
  kid: text(row, 'kid'),
  status: oneOf(row, 'status', STATUSES),
  publicJwk: text(row, 'public_jwk'),
  sealedPrivateJwk: text(row, 'sealed_private_jwk'),
  createdAtMs: integer(row, 'created_at_ms'),
});

const listKeys = (sql: Reader): SigningKeyRecord[] => sql.all(ALL).map(toRecord);

export const createSigningKeyStore = (durable: Database): SigningKeyStore => ({
  list: () => durable.read(listKeys),
  addFirst: (keys) =>
    durable.write((sql) => {
      const known = listKeys(sql);
      if (known.length > 0 || keys.length === 0) return known;
      for (const { kid, status, publicJwk, sealedPrivateJwk, createdAtMs } of keys) {
        sql.run(INSERT, kid, status, publicJwk, sealedPrivateJwk, createdAtMs);
      }
      noteChange(sql);
      return listKeys(sql);
    }),
});
