/** volatile.db: what may be lost in a power cut. Append only; each entry is one schema version. */
import type { Migration } from '../migrations.js';

export const volatileMigrations: readonly Migration[] = [
  {
    name: 'consumed states, launch records',
    sql: `
      CREATE TABLE consumed_states (
        state_id TEXT PRIMARY KEY,
        expires_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX consumed_states_by_expiry ON consumed_states (expires_at_ms);

      CREATE TABLE launch_records (
        launch_id TEXT PRIMARY KEY,
        request_id TEXT NOT NULL,
        account_id TEXT,
        tenant_id TEXT,
        platform_id TEXT,
        at_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        sealed_personal TEXT
      ) STRICT;
      CREATE INDEX launch_records_by_request ON launch_records (request_id);
    `,
  },
  {
    name: 'leases, launch records by time',
    sql: `
      CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        ends_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX launch_records_by_time ON launch_records (at_ms);
    `,
  },
];
