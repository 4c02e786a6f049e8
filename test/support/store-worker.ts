/**
 * A process of its own that works on a store, for tests of what holds across processes. It is told what to do over
 * IPC: `{ id, task, input }` → `{ id, result }` or `{ id, error }`; `await-change` also tells when it watches.
 */
import type { CategoryId, TenantId } from '../../src/runtime/ids.js';
import { createChangeFeed } from '../../src/store/change-feed.js';
import type { SigningKeyRecord, Store } from '../../src/store/ports.js';
import { aChange, aChangeSet, aMapping, aPin, aStagedRow, CLI, NOW_MS } from './store-fixtures.js';
import { openStoreTarget, type StoreTarget } from './store-targets.js';

export interface WorkerTasks {
  open: { input: StoreTarget; result: number };
  'consume-each': { input: string[]; result: string[] };
  'add-first-keys': { input: SigningKeyRecord[]; result: SigningKeyRecord[] };
  'create-mappings': { input: { tenantId: TenantId; courseKeys: string[] }; result: string[] };
  'consume-link': { input: { tokenHash: string; times: number }; result: number };
  'pin-each': { input: { tenantId: TenantId; name: string; viewerIds: string[] }; result: string[] };
  'count-up': { input: { tenantId: TenantId; courseKey: string; times: number }; result: number };
  'claim-jobs': { input: { holder: string; nowMs: number }; result: string[] };
  'append-rows': { input: { setId: string; first: number; times: number }; result: number };
  'acquire-leases': { input: { names: string[]; holder: string }; result: string[] };
  'await-change': { input: object; result: number };
}

/** Something that the worker tells before its task ends. */
export interface Acknowledged {
  acknowledged: { kind: 'watching'; key: string };
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

/** Raises the number in the course's category by one, `times` times, as an editor who tries again after a conflict. */
async function countUp({ tenantId, courseKey, times }: WorkerTasks['count-up']['input']): Promise<number> {
  const { mappings } = opened();
  let conflicts = 0;
  for (let done = 0; done < times;) {
    const seen = await mappings.find(tenantId, courseKey);
    const categoryId = String(Number(seen?.categoryId ?? 0) + 1) as CategoryId;
    const change = aChange(tenantId, {
      courseKey,
      ...(seen === undefined ? {} : { expectedVersion: seen.version }),
      to: { categoryId, categoryFullName: categoryId, origin: 'manual' },
    });
    const { outcome } = await mappings.apply(aChangeSet([change]), CLI);
    if (outcome === 'applied') done += 1;
    else conflicts += 1;
  }
  return conflicts;
}

/** Tells that it watches, then resolves when the change feed has seen a change. */
async function awaitChange(): Promise<number> {
  const feed = createChangeFeed(opened(), (error) => {
    throw error;
  });
  await feed.poll();
  const seen = new Promise<void>((resolve) => feed.subscribe(resolve));
  feed.start();
  // The timer of the feed does not keep a process alive, and must not have to.
  await send({ acknowledged: { kind: 'watching', key: '' } } satisfies Acknowledged);
  await seen;
  feed.stop();
  return opened().changeNumber();
}

const tasks: {
  [Task in keyof WorkerTasks]: (input: WorkerTasks[Task]['input']) => Promise<WorkerTasks[Task]['result']>;
} = {
  async open(target) {
    store = await openStoreTarget(target, { nowMs: () => NOW_MS });
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
      const outcome = await opened().mappings.createIfAbsent(aMapping(tenantId, { courseKey }), CLI);
      if (outcome.created) created.push(courseKey);
    }
    return created;
  },
  async 'consume-link'({ tokenHash, times }) {
    const outcomes = await Promise.all(
      Array.from({ length: times }, () => opened().admins.consumeLink(tokenHash, NOW_MS)),
    );
    return outcomes.filter((link) => link !== undefined).length;
  },
  async 'pin-each'({ tenantId, name, viewerIds }) {
    const pinned: string[] = [];
    for (const viewerId of viewerIds) {
      const { outcome } = await opened().viewers.pinIfAbsent(aPin(tenantId, `${name} ${viewerId}`, viewerId));
      if (outcome === 'pinned') pinned.push(viewerId);
    }
    return pinned;
  },
  'count-up': countUp,
  async 'claim-jobs'({ holder, nowMs }) {
    const claimed: string[] = [];
    for (;;) {
      const job = await opened().jobs.claim({ holder, kinds: ['test'], lifeMs: 60_000 }, nowMs);
      if (job === undefined) return claimed;
      claimed.push(job.id);
    }
  },
  async 'append-rows'({ setId, first, times }) {
    for (let index = 0; index < times; index += 1) {
      const rows = [aStagedRow(first + 2 * index, { launches: 1 }), aStagedRow(first + 2 * index + 1)];
      await opened().stagedChanges.append(setId, rows, { done: index }, NOW_MS);
    }
    return times;
  },
  async 'acquire-leases'({ names, holder }) {
    const held: string[] = [];
    for (const name of names) {
      if (await opened().leases.acquire({ name, holder, lifeMs: 60_000 }, NOW_MS)) held.push(name);
    }
    return held;
  },
  'await-change': awaitChange,
};

process.on('message', ({ id, task, input }: { id: number; task: keyof WorkerTasks; input: never }) => {
  tasks[task](input).then(
    (result) => send({ id, result }),
    (error: unknown) => send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
await send({ ready: true });
