/**
 * A process of its own that works on a store, for tests of what holds across processes. It is told what to do over
 * IPC: `{ id, task, input }` → `{ id, result }` or `{ id, error }`; `stream-writes` reports each write that counts.
 */
import type { TenantId } from '../../src/runtime/ids.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { SigningKeyRecord, Store } from '../../src/store/ports.js';
import { aLaunch, aMapping, NOW_MS } from './store-fixtures.js';

/** What a worker needs to open the store under test. */
export interface StoreTarget {
  kind: 'libsql';
  directory: string;
}

export interface MixedLoad {
  tenantId: TenantId;
  /** Names this worker's own courses and launches. */
  name: string;
  rounds: number;
}

export interface MixedLoadResult {
  ownCreated: number;
  sharedCreated: number;
  sharedConsumed: number;
}

export interface WorkerTasks {
  open: { input: StoreTarget; result: number };
  'consume-each': { input: string[]; result: string[] };
  'add-first-keys': { input: SigningKeyRecord[]; result: SigningKeyRecord[] };
  'create-mappings': { input: { tenantId: TenantId; courseKeys: string[] }; result: string[] };
  'mixed-load': { input: MixedLoad; result: MixedLoadResult };
  'stream-writes': { input: { tenantId: TenantId; name: string }; result: never };
}

/** One acknowledged write. */
export interface Acknowledged {
  acknowledged: { kind: 'mapping' | 'state'; key: string };
}

const ENDS_AT_MS = NOW_MS + 600_000;

let store: Store | undefined;
const opened = (): Store => {
  if (store === undefined) throw new Error('open comes first');
  return store;
};

const send = (message: object): Promise<void> =>
  new Promise((resolve, reject) =>
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );

async function mixedLoad({ tenantId, name, rounds }: MixedLoad): Promise<MixedLoadResult> {
  const { mappings, consumedStates, launches, changeNumber } = opened();
  const counts: MixedLoadResult = { ownCreated: 0, sharedCreated: 0, sharedConsumed: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const [own, shared, first] = await Promise.all([
      mappings.createIfAbsent(aMapping(tenantId, { courseKey: `${name}-${round}` })),
      mappings.createIfAbsent(aMapping(tenantId, { courseKey: `shared-${round}` })),
      consumedStates.consume(`shared-${round}`, ENDS_AT_MS),
      launches.append([aLaunch(NOW_MS + round, { requestId: `${name}-${round}` })]),
      changeNumber(),
    ]);
    counts.ownCreated += Number(own.created);
    counts.sharedCreated += Number(shared.created);
    counts.sharedConsumed += Number(first);
  }
  return counts;
}

const tasks: {
  [Task in keyof WorkerTasks]: (input: WorkerTasks[Task]['input']) => Promise<WorkerTasks[Task]['result']>;
} = {
  async open({ directory }) {
    store = await openLibsqlStore({ directory, clock: { nowMs: () => NOW_MS } });
    return store.changeNumber();
  },
  async 'consume-each'(stateIds) {
    const outcomes = await Promise.all(
      stateIds.map(async (stateId) => ({ stateId, first: await opened().consumedStates.consume(stateId, ENDS_AT_MS) })),
    );
    return outcomes.filter(({ first }) => first).map(({ stateId }) => stateId);
  },
  'add-first-keys': (keys) => opened().signingKeys.addFirst(keys),
  async 'create-mappings'({ tenantId, courseKeys }) {
    const created: string[] = [];
    for (const courseKey of courseKeys) {
      const outcome = await opened().mappings.createIfAbsent(aMapping(tenantId, { courseKey }));
      if (outcome.created) created.push(courseKey);
    }
    return created;
  },
  'mixed-load': mixedLoad,
  async 'stream-writes'({ tenantId, name }) {
    for (let count = 0; ; count += 1) {
      const key = `${name}-${count}`;
      await opened().mappings.createIfAbsent(aMapping(tenantId, { courseKey: key }));
      await send({ acknowledged: { kind: 'mapping', key } } satisfies Acknowledged);
      await opened().consumedStates.consume(key, ENDS_AT_MS);
      await send({ acknowledged: { kind: 'state', key } } satisfies Acknowledged);
    }
  },
};

process.on('message', ({ id, task, input }: { id: number; task: keyof WorkerTasks; input: never }) => {
  tasks[task](input).then(
    (result) => send({ id, result }),
    (error: unknown) => send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
await send({ ready: true });
