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
  {
    name: 'launch records by deployment, course and failure; changes that wait to be applied',
    sql: `
      -- Copies of what the detail holds, to be searched by.
      ALTER TABLE launch_records ADD COLUMN deployment_id TEXT;
      ALTER TABLE launch_records ADD COLUMN course_key TEXT;
      ALTER TABLE launch_records ADD COLUMN code TEXT;
      UPDATE launch_records SET
        deployment_id = json_extract(detail, '$.deploymentId'),
        course_key = json_extract(detail, '$.courseKey'),
        code = json_extract(detail, '$.code')
        -- Text that can't be stored in a column is kept in the detail only.
        WHERE detail NOT LIKE '%\\u0000%' AND detail NOT LIKE '%\\ud%';
      CREATE INDEX launch_records_by_platform ON launch_records (platform_id, launch_id, outcome, code);
      CREATE INDEX launch_records_by_deployment
        ON launch_records (platform_id, deployment_id, launch_id, outcome, code);
      CREATE INDEX launch_records_by_course ON launch_records (tenant_id, course_key, launch_id, at_ms);
      CREATE INDEX launch_records_by_code ON launch_records (code, launch_id) WHERE code IS NOT NULL;
      CREATE INDEX launch_records_failed ON launch_records (launch_id) WHERE outcome = 'failed';

      CREATE TABLE staged_sets (
        id TEXT PRIMARY KEY,
        tenant_id TEXT NOT NULL,
        platform_id TEXT,
        deployment_id TEXT,
        kind TEXT NOT NULL,
        summary TEXT NOT NULL,
        status TEXT NOT NULL,
        counts TEXT NOT NULL,
        launches INTEGER NOT NULL,
        done INTEGER NOT NULL,
        total INTEGER,
        error_code TEXT,
        reason TEXT,
        job_id TEXT,
        report TEXT,
        created_by TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX staged_sets_by_tenant ON staged_sets (tenant_id, id);
      CREATE INDEX staged_sets_by_end ON staged_sets (expires_at_ms);

      CREATE TABLE staged_rows (
        set_id TEXT NOT NULL REFERENCES staged_sets (id),
        row INTEGER NOT NULL,
        effect TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (set_id, row)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX staged_rows_by_effect ON staged_rows (set_id, effect, row);
    `,
  },
];
