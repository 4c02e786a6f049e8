/** durable.db: what must not be lost. Append only; each entry is one schema version. */
import type { Migration } from '../migrations.js';

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
];
