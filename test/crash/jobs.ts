/**
 * A process of its own that works on a libsql store and may be killed at any moment. It does the one job that its
 * argument names: `{ ready }`, waits for `go`, `{ acknowledged }` for each write that counts, `{ result }` or `{ error }`.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { newUuid, type CategoryId, type TenantId, type ViewerId } from '../../src/runtime/ids.js';
import { backUpStore } from '../../src/store/libsql/backup.js';
import { restoreStore } from '../../src/store/libsql/restore.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Actor, Store } from '../../src/store/ports.js';
import { aLaunch, aMapping, NOW_MS, random } from '../support/store-fixtures.js';

export interface Jobs {
  /** Writes until it is killed. */
  stream: { input: { tenantId: TenantId; name: string }; result: never };
  /** Counts up the category of each shared course by one, `rounds` times, with optimistic retries. */
  count: { input: { tenantId: TenantId; name: string; courseKeys: string[]; rounds: number }; result: CountResult };
  open: { input: object; result: number };
  backup: { input: { target: string }; result: null };
  /** Ends itself by SIGKILL right before the step of that number that changes a file or folder. */
  restore: { input: { source: string; killBefore?: number }; result: null };
}

export interface CountResult {
  conflicts: number;
  pinned: number;
  leases: number;
  consumed: number;
}

export type Job = {
  [Kind in keyof Jobs]: { kind: Kind; directory: string; input: Jobs[Kind]['input'] };
}[keyof Jobs];

/** One acknowledged write of `stream`. */
export type Write =
  | { kind: 'mapping' | 'state' | 'viewer' | 'course'; key: string }
  | { kind: 'change'; key: string; changeSetId: string; version: number }
  | { kind: 'launch'; requestId: string };

export type Message =
  { ready: true } | { acknowledged: Write } | { file: string } | { result: unknown } | { error: string };

const BY: Actor = { kind: 'job', id: 'crash' };
const ENDS_AT_MS = NOW_MS + 600_000;
const clock = { nowMs: () => NOW_MS };

const send = (message: Message): Promise<void> =>
  new Promise((resolve, reject) =>
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );
const acknowledge = (acknowledged: Write): Promise<void> => send({ acknowledged });
const newId = (): string => newUuid({ random, clock });

async function stream(store: Store, { tenantId, name }: Jobs['stream']['input']): Promise<never> {
  const counter = `${name}-counter`;
  for (let count = 1; ; count += 1) {
    const key = `${name}-${count}`;
    await store.mappings.createIfAbsent(aMapping(tenantId, { courseKey: key }), BY);
    await acknowledge({ kind: 'mapping', key });
    await store.consumedStates.consume(key, ENDS_AT_MS);
    await acknowledge({ kind: 'state', key });

    const changeSetId = newId();
    const to = { categoryId: String(count) as CategoryId, categoryFullName: 'LTI>x', origin: 'manual' as const };
    const seen = count === 1 ? {} : { expectedVersion: count - 1 };
    const change = { tenantId, courseKey: counter, ...seen, to };
    const applied = await store.mappings.apply({ changeSetId, summary: name, changes: [change], atMs: NOW_MS }, BY);
    if (applied.outcome !== 'applied') throw new Error('nobody else changes this course');
    await acknowledge({ kind: 'change', key: counter, changeSetId, version: count });

    await store.viewers.pinIfAbsent({ tenantId, subject: key, viewerId: key as ViewerId, atMs: NOW_MS });
    await acknowledge({ kind: 'viewer', key });
    const courseKey = `seen-${key}`;
    await store.courses.noteSeen([
      { tenantId, courseKey, title: key, previousKeys: [], categoryNames: [], seenAtMs: NOW_MS },
    ]);
    await acknowledge({ kind: 'course', key: courseKey });
    await store.launches.append([aLaunch(NOW_MS, { requestId: key })]);
    await acknowledge({ kind: 'launch', requestId: key });
  }
}

async function count(
  store: Store,
  { tenantId, name, courseKeys, rounds }: Jobs['count']['input'],
): Promise<CountResult> {
  const result: CountResult = { conflicts: 0, pinned: 0, leases: 0, consumed: 0 };
  const raise = async (courseKey: string): Promise<void> => {
    let current = await store.mappings.find(tenantId, courseKey);
    for (;;) {
      const categoryId = String(Number(current?.categoryId ?? 0) + 1) as CategoryId;
      const to = { categoryId, categoryFullName: `LTI>${categoryId}`, origin: 'manual' as const };
      const change = { tenantId, courseKey, ...(current ? { expectedVersion: current.version } : {}), to };
      const outcome = await store.mappings.apply(
        { changeSetId: newId(), summary: name, changes: [change], atMs: NOW_MS },
        BY,
      );
      if (outcome.outcome === 'applied') return;
      result.conflicts += 1;
      current = outcome.conflicts[0]?.mapping;
    }
  };
  for (let round = 0; round < rounds; round += 1) {
    const shared = `shared-${round}`;
    const [, , pin, lease, first] = await Promise.all([
      Promise.all(courseKeys.map(raise)),
      store.courses.noteSeen(
        courseKeys.map((courseKey) => ({
          tenantId,
          courseKey,
          title: `Seen by ${name}`,
          previousKeys: [],
          categoryNames: [],
          seenAtMs: NOW_MS + round,
        })),
      ),
      store.viewers.pinIfAbsent({ tenantId, subject: shared, viewerId: shared as ViewerId, atMs: NOW_MS }),
      store.leases.acquire({ name: shared, holder: name, lifeMs: 60_000 }, NOW_MS),
      store.consumedStates.consume(shared, ENDS_AT_MS),
      store.launches.append([aLaunch(NOW_MS + round, { requestId: `${name}-${round}` })]),
      store.deployments.listByPlatform('none' as never),
      store.changeNumber(),
    ]);
    result.pinned += Number(pin.outcome === 'pinned');
    result.leases += Number(lease);
    result.consumed += Number(first);
  }
  return result;
}

/** Files and folders change through these only, once the backup has been read. */
const STEPS = ['chmod', 'copyFile', 'link', 'mkdir', 'mkdtemp', 'rename', 'rm'] as const;

function killBeforeStep(number: number): void {
  let step = 0;
  for (const name of STEPS) {
    const original = fsPromises[name] as (...parameters: unknown[]) => Promise<unknown>;
    Object.assign(fsPromises, {
      [name]: (...parameters: unknown[]) => {
        step += 1;
        if (step === number) process.kill(process.pid, 'SIGKILL');
        return original(...parameters);
      },
    });
  }
  syncBuiltinESMExports();
}

async function run(job: Job): Promise<unknown> {
  const { directory } = job;
  if (job.kind === 'backup') {
    const onFile = (file: string): void => {
      // Synchronous: what follows blocks the event loop.
      fs.writeSync(1, `${file}\n`);
    };
    await backUpStore({ directory, target: job.input.target, program: 'test', clock, onFile });
    return null;
  }
  if (job.kind === 'restore') {
    if (job.input.killBefore !== undefined) killBeforeStep(job.input.killBefore);
    await restoreStore({ directory, source: job.input.source, clock });
    return null;
  }
  const store = await openLibsqlStore({ directory, clock, random });
  if (job.kind === 'open') return store.changeNumber();
  if (job.kind === 'stream') return stream(store, job.input);
  return count(store, job.input);
}

process.on('disconnect', () => process.exit(0));
process.once('message', () => {
  run(JSON.parse(process.argv[2] ?? '') as Job).then(
    (result) => send({ result }),
    (error: unknown) => send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
await send({ ready: true });
