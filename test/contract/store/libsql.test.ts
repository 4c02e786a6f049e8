import type { Store } from '../../../src/store/ports.js';
import { makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { NOW_MS } from '../../support/store-fixtures.js';
import { openStoreTarget, type StoreTarget } from '../../support/store-targets.js';
import { describeStore } from './describe-store.js';
import type { RecordKind, StoreHarness, StoreProbe } from './harness.js';

const TABLES: Record<RecordKind, readonly ['durable.db' | 'volatile.db', string]> = {
  platforms: ['durable.db', 'platforms'],
  deployments: ['durable.db', 'deployments'],
  tenants: ['durable.db', 'tenants'],
  mappings: ['durable.db', 'courses WHERE category_id IS NOT NULL'],
  signingKeys: ['durable.db', 'signing_keys'],
  installationKeys: ['durable.db', 'installation_keys'],
  consumedStates: ['volatile.db', 'consumed_states'],
  launches: ['volatile.db', 'launch_records'],
  accounts: ['durable.db', 'accounts'],
  courses: ['durable.db', 'courses'],
  mappingHistory: ['durable.db', 'mapping_history'],
  viewers: ['durable.db', 'viewers'],
  adminLinks: ['durable.db', 'admin_links'],
  adminSessions: ['durable.db', 'admin_sessions'],
  apiClients: ['durable.db', 'api_clients'],
  leases: ['volatile.db', 'leases'],
  adminPersons: ['durable.db', 'admin_persons'],
  blockedFrames: ['durable.db', 'blocked_frames'],
  jobs: ['durable.db', 'jobs'],
  stagedSets: ['volatile.db', 'staged_sets'],
  stagedRows: ['volatile.db', 'staged_rows'],
  audit: ['durable.db', 'audit'],
};

function createProbe(directory: string): StoreProbe {
  const inside = async <Result>(
    file: 'durable.db' | 'volatile.db',
    work: (raw: ReturnType<typeof openRaw>) => Result,
  ): Promise<Result> => {
    const raw = openRaw(directory, file);
    try {
      return work(raw);
    } finally {
      raw.close();
    }
  };

  return {
    count: (kind) => {
      const [file, table] = TABLES[kind];
      return inside(file, (raw) => (raw.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n);
    },
    mappings: () =>
      inside('durable.db', (raw) =>
        raw
          .prepare(
            'SELECT course_key, category_id, account_id FROM courses WHERE category_id IS NOT NULL ORDER BY course_key',
          )
          .all()
          .map((row) => row as { course_key: string; category_id: string; account_id: string })
          .map((row) => ({ courseKey: row.course_key, categoryId: row.category_id, accountId: row.account_id })),
      ),
    auditText: () => inside('durable.db', (raw) => JSON.stringify(raw.prepare('SELECT * FROM audit').all())),
    setPlatformStatus: (platformId, status) =>
      inside('durable.db', (raw) => {
        raw.prepare('UPDATE platforms SET status = ? WHERE id = ?').run([status, platformId]);
      }),
    setDeploymentStatus: (platformId, deploymentId, status) =>
      inside('durable.db', (raw) => {
        raw
          .prepare('UPDATE deployments SET status = ? WHERE platform_id = ? AND deployment_id = ?')
          .run([status, platformId, deploymentId]);
      }),
  };
}

describeStore('libsql', async (): Promise<StoreHarness> => {
  const directory = makeDirectory();
  const target: StoreTarget = { kind: 'libsql', directory };
  let nowMs = NOW_MS;
  const open = (): Promise<Store> => openStoreTarget(target, { nowMs: () => nowMs });
  const store = await open();
  return {
    store,
    clock: { set: (value) => void (nowMs = value) },
    probe: createProbe(directory),
    openAgain: open,
    target,
    async dispose() {
      await store.close();
      removeDirectory(directory);
    },
  };
});
