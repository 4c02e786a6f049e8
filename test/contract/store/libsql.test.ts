import { openLibsqlStore } from '../../../src/store/libsql/store.js';
import type { Store } from '../../../src/store/ports.js';
import { makeDirectory, openRaw, removeDirectory } from '../../support/libsql-probe.js';
import { NOW_MS } from '../../support/store-fixtures.js';
import { describeStore } from './describe-store.js';
import type { RecordKind, StoreHarness, StoreProbe } from './harness.js';

const TABLES: Record<RecordKind, readonly ['durable.db' | 'volatile.db', string]> = {
  platforms: ['durable.db', 'platforms'],
  deployments: ['durable.db', 'deployments'],
  tenants: ['durable.db', 'tenants'],
  mappings: ['durable.db', 'mappings'],
  signingKeys: ['durable.db', 'signing_keys'],
  installationKeys: ['durable.db', 'installation_keys'],
  consumedStates: ['volatile.db', 'consumed_states'],
  launches: ['volatile.db', 'launch_records'],
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
          .prepare('SELECT course_key, category_id, account_id FROM mappings ORDER BY course_key')
          .all()
          .map((row) => row as { course_key: string; category_id: string; account_id: string })
          .map((row) => ({ courseKey: row.course_key, categoryId: row.category_id, accountId: row.account_id })),
      ),
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
  let nowMs = NOW_MS;
  const open = (): Promise<Store> => openLibsqlStore({ directory, clock: { nowMs: () => nowMs } });
  const store = await open();
  return {
    store,
    clock: { set: (value) => void (nowMs = value) },
    probe: createProbe(directory),
    openAgain: open,
    target: { kind: 'libsql', directory },
    async dispose() {
      await store.close();
      removeDirectory(directory);
    },
  };
});
