/** durable.db: what must not be lost. Append only; each entry is one schema version. */
import type { Migration } from '../migrations.js';
import { moveMappings } from './move-mappings.js';

export const durableMigrations: readonly Migration[] = [
  {
    name: 'platforms, deployments, tenants, mappings, signing and installation keys',
    sql: `
      INSERT INTO meta (key, value) VALUES ('change_number', 0);

      CREATE TABLE platforms (
        id TEXT PRIMARY KEY,
        ref TEXT NOT NULL UNIQUE,
        account_id TEXT NOT NULL,
        name TEXT NOT NULL,
        adapter_id TEXT NOT NULL,
        issuer TEXT NOT NULL,
        accepted_issuers TEXT NOT NULL,
        client_id TEXT NOT NULL,
        authorization_url TEXT NOT NULL,
        jwks_url TEXT NOT NULL,
        token_url TEXT,
        token_audience TEXT,
        status TEXT NOT NULL,
        settings TEXT NOT NULL,
        version INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX platforms_by_issuer ON platforms (issuer, client_id);

      CREATE TABLE tenants (
        id TEXT PRIMARY KEY,
        account_id TEXT NOT NULL,
        namespace TEXT NOT NULL UNIQUE
          CHECK (namespace GLOB '[a-z]*' AND namespace NOT GLOB '*[^a-z0-9]*' AND length(namespace) <= 24),
        name TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE tenant_hints (
        platform_id TEXT NOT NULL REFERENCES platforms (id),
        hint TEXT NOT NULL,
        tenant_id TEXT NOT NULL REFERENCES tenants (id),
        PRIMARY KEY (platform_id, hint)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE deployments (
        platform_id TEXT NOT NULL REFERENCES platforms (id),
        deployment_id TEXT NOT NULL,
        status TEXT NOT NULL,
        tenant_id TEXT REFERENCES tenants (id),
        first_seen_at_ms INTEGER NOT NULL,
        PRIMARY KEY (platform_id, deployment_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX deployments_by_status ON deployments (platform_id, status);

      CREATE TABLE mappings (
        tenant_id TEXT NOT NULL REFERENCES tenants (id),
        course_key TEXT NOT NULL,
        account_id TEXT NOT NULL,
        course_title TEXT,
        course_label TEXT,
        category_id TEXT NOT NULL,
        category_full_name TEXT NOT NULL,
        origin TEXT NOT NULL,
        version INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, course_key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX mappings_by_category ON mappings (account_id, category_id);

      CREATE TABLE signing_keys (
        kid TEXT PRIMARY KEY,
        status TEXT NOT NULL,
        public_jwk TEXT NOT NULL,
        sealed_private_jwk TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE installation_keys (
        name TEXT PRIMARY KEY,
        sealed TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'accounts, audit, courses with their mappings and history, viewers, admins, API clients',
    sql: `
      ALTER TABLE tenants ADD COLUMN identity_rule TEXT;
      ALTER TABLE tenants ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

      CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        partner_id INTEGER NOT NULL,
        settings TEXT NOT NULL,
        sealed_credentials TEXT NOT NULL,
        version INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE audit (
        id TEXT PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        tenant_id TEXT,
        before TEXT,
        after TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX audit_by_tenant ON audit (tenant_id, id);
      CREATE TRIGGER audit_keeps_records BEFORE UPDATE ON audit
        BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
      CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit
        BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

      -- A course and its mapping are one row, so that one index serves a list, and a conflict is one comparison.
      -- version stays when a mapping is removed: the next one goes on counting. 0: never mapped.
      CREATE TABLE courses (
        id INTEGER PRIMARY KEY,
        tenant_id TEXT NOT NULL REFERENCES tenants (id),
        course_key TEXT NOT NULL,
        title TEXT,
        label TEXT,
        title_order TEXT NOT NULL,
        previous_keys TEXT NOT NULL,
        category_names TEXT NOT NULL,
        first_seen_at_ms INTEGER NOT NULL,
        last_launch_at_ms INTEGER,
        recency INTEGER NOT NULL GENERATED ALWAYS AS (-coalesce(last_launch_at_ms, 0)) VIRTUAL,
        version INTEGER NOT NULL,
        origin TEXT,
        state TEXT NOT NULL GENERATED ALWAYS AS (coalesce(origin, 'unmapped')) VIRTUAL,
        account_id TEXT,
        category_id TEXT,
        category_full_name TEXT,
        mapped_at_ms INTEGER,
        updated_at_ms INTEGER,
        problem TEXT,
        UNIQUE (tenant_id, course_key),
        CHECK ((origin IS NULL) = (category_id IS NULL) AND (origin IS NULL) = (account_id IS NULL)),
        CHECK (problem IS NULL OR origin IS NOT NULL)
      ) STRICT;
      CREATE INDEX courses_by_title ON courses (title_order, course_key, tenant_id, state);
      CREATE INDEX courses_by_recency ON courses (recency, course_key, tenant_id, state);
      CREATE INDEX courses_by_state ON courses (state, tenant_id);
      CREATE INDEX courses_by_category ON courses (category_id, account_id) WHERE category_id IS NOT NULL;
      CREATE INDEX courses_broken ON courses (tenant_id) WHERE problem IS NOT NULL;

      -- Our own tokens, one row per course id. ascii: every character of a token counts, none is changed.
      CREATE VIRTUAL TABLE course_search USING fts5 (
        tokens, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3', tokenize = 'ascii'
      );

      CREATE TABLE mapping_history (
        id TEXT PRIMARY KEY,
        change_set_id TEXT NOT NULL,
        summary TEXT NOT NULL,
        actor TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        tenant_id TEXT NOT NULL,
        course_key TEXT NOT NULL,
        before TEXT,
        after TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX mapping_history_by_course ON mapping_history (tenant_id, course_key, id);
      CREATE INDEX mapping_history_by_change_set ON mapping_history (change_set_id, id);

      CREATE TABLE viewers (
        tenant_id TEXT NOT NULL REFERENCES tenants (id),
        subject TEXT NOT NULL,
        viewer_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX viewers_by_viewer_id ON viewers (viewer_id COLLATE NOCASE);

      CREATE TABLE admin_links (
        token_hash TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        name TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX admin_links_by_end ON admin_links (expires_at_ms);

      CREATE TABLE admin_sessions (
        token_hash TEXT PRIMARY KEY,
        admin_id TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        platform_id TEXT,
        created_at_ms INTEGER NOT NULL,
        idle_expires_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX admin_sessions_by_end ON admin_sessions (min(idle_expires_at_ms, expires_at_ms));

      CREATE TABLE api_clients (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        scopes TEXT NOT NULL,
        tenant_id TEXT REFERENCES tenants (id),
        created_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER
      ) STRICT;
    `,
    then: moveMappings,
  },
  {
    name: 'where courses were seen, settings of courses, persons of LMSs, blocked frames, jobs',
    sql: `
      ALTER TABLE tenants ADD COLUMN course_settings TEXT;

      ALTER TABLE courses ADD COLUMN sourced_id TEXT;
      ALTER TABLE courses ADD COLUMN seen_in TEXT NOT NULL DEFAULT '[]';

      CREATE TABLE places (
        id INTEGER PRIMARY KEY,
        platform_id TEXT NOT NULL,
        deployment_id TEXT NOT NULL,
        UNIQUE (platform_id, deployment_id)
      ) STRICT;

      -- An index of courses.seen_in. Holds what a page is ordered and filtered by, so that the courses of one
      -- deployment are listed as quickly as all.
      CREATE TABLE course_places (
        place_id INTEGER NOT NULL REFERENCES places (id),
        course_id INTEGER NOT NULL REFERENCES courses (id),
        title_order TEXT NOT NULL,
        recency INTEGER NOT NULL,
        course_key TEXT NOT NULL,
        tenant_id TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (course_id, place_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX course_places_by_title ON course_places (place_id, title_order, course_key, tenant_id, state);
      CREATE INDEX course_places_by_recency ON course_places (place_id, recency, course_key, tenant_id, state);
      CREATE INDEX course_places_by_state ON course_places (place_id, state, tenant_id);
      CREATE TRIGGER course_places_follow AFTER UPDATE OF title_order, last_launch_at_ms, origin ON courses
        WHEN new.seen_in <> '[]'
        BEGIN
          UPDATE course_places SET title_order = new.title_order, recency = new.recency, state = new.state
            WHERE course_id = new.id;
        END;

      ALTER TABLE admin_links ADD COLUMN admin_id TEXT;
      ALTER TABLE admin_links ADD COLUMN platform_id TEXT;
      ALTER TABLE admin_links ADD COLUMN deployment_id TEXT;
      -- What restricts a session is a deployment now: one that names a platform only would be restricted no more.
      DELETE FROM admin_sessions WHERE platform_id IS NOT NULL;
      ALTER TABLE admin_sessions ADD COLUMN deployment_id TEXT;

      CREATE TABLE admin_persons (
        platform_id TEXT NOT NULL REFERENCES platforms (id),
        deployment_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        sealed_name TEXT,
        status TEXT NOT NULL,
        role TEXT,
        asked_at_ms INTEGER NOT NULL,
        decided_at_ms INTEGER,
        PRIMARY KEY (platform_id, deployment_id, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX admin_persons_by_status ON admin_persons (platform_id, status);

      CREATE TABLE blocked_frames (
        platform_id TEXT NOT NULL REFERENCES platforms (id),
        origin TEXT NOT NULL,
        count INTEGER NOT NULL,
        first_at_ms INTEGER NOT NULL,
        last_at_ms INTEGER NOT NULL,
        PRIMARY KEY (platform_id, origin)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        tenant_id TEXT,
        input TEXT NOT NULL,
        state TEXT,
        done INTEGER NOT NULL,
        total INTEGER,
        result TEXT,
        error_code TEXT,
        actor TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        started_at_ms INTEGER,
        finished_at_ms INTEGER,
        cancel_requested INTEGER NOT NULL,
        holder TEXT,
        lease_ends_at_ms INTEGER
      ) STRICT;
      CREATE INDEX jobs_open ON jobs (id) WHERE finished_at_ms IS NULL;
      CREATE INDEX jobs_by_end ON jobs (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
    `,
  },
];
