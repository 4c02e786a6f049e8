/** `store copy`: from the configured store into the one of another configuration. */
import { join } from 'node:path';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors/app-error.js';
import { systemClock } from '../runtime/clock.js';
import { systemRandom } from '../runtime/random.js';
import { copyStore, type CopiedAggregate } from '../store/copy.js';
import { assertStore } from '../store/libsql/backup.js';
import { takeAlone } from '../store/libsql/exclusive.js';
import { openFreshStore, type FreshStore } from '../store/libsql/fresh.js';
import { storeFiles } from '../store/libsql/inspect.js';
import { openStore } from './context.js';
import { createProgress, type Progress } from './progress.js';

const STORE_VARIABLES = 'PLAYCONTEXT_STORE_';

/**
 * Copies everything and prints what it copied.
 *
 * @param targetFile a configuration file: variables of the environment count for it too, but for those of the store
 * @throws AppError what `loadConfig`, `copyStore` and both stores throw; `STORE_IN_USE`; `CONFIG_INVALID` when the
 *   target could not open what the source has sealed
 */
export async function copyTo(source: Config, targetFile: string): Promise<void> {
  const target = loadTarget(targetFile);
  if (target.secret !== source.secret && target.previousSecret !== source.secret) {
    throw new AppError('CONFIG_INVALID', {
      reason: `the secret of ${targetFile} is another one, and would not open the keys of this store`,
    });
  }
  await assertStopped(source);
  const from = await openStore(source);
  try {
    const to = await openTarget(target);
    try {
      const copied = await copyWithProgress({ from, to: to.store });
      await to.keep();
      printCopied(copied);
      console.log(`Copied to the store of ${targetFile}, and compared. The source is as it was.`);
    } catch (thrown) {
      await to.discard();
      if (target.store.kind !== 'libsql') {
        console.error('The target may hold a part of the data. Empty it before the next try.');
      }
      throw thrown;
    }
  } finally {
    await from.close();
  }
}

function loadTarget(file: string): Config {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(STORE_VARIABLES)));
  return loadConfig({ env, file }).config;
}

/** Nobody else may work on the source. Only the embedded store can tell. */
async function assertStopped({ store }: Config): Promise<void> {
  if (store.kind !== 'libsql') return;
  assertStore(store.directory);
  for (const name of storeFiles) {
    const alone = await takeAlone(join(store.directory, name));
    await alone?.release();
  }
}

/** An embedded target shows under its name when the copy is complete; another one is written directly. */
async function openTarget(config: Config): Promise<FreshStore> {
  if (config.store.kind === 'libsql') {
    return openFreshStore({ directory: config.store.directory, clock: systemClock, random: systemRandom });
  }
  const store = await openStore(config);
  return { store, keep: () => store.close(), discard: () => store.close() };
}

async function copyWithProgress(
  stores: Pick<Parameters<typeof copyStore>[0], 'from' | 'to'>,
): Promise<CopiedAggregate[]> {
  let total = 0;
  let shown: { step: string; progress: Progress } | undefined;
  const progressOf = (step: 'copy' | 'verify'): Progress => {
    if (shown?.step === step) return shown.progress;
    shown?.progress.end();
    const label = step === 'copy' ? 'records copied' : 'records compared';
    shown = { step, progress: createProgress({ label, total, clock: systemClock, stream: process.stderr }) };
    return shown.progress;
  };
  try {
    return await copyStore({
      ...stores,
      nowMs: systemClock.nowMs(),
      onTotal: (records) => void (total = records),
      onProgress: (step, records) => progressOf(step).add(records),
    });
  } finally {
    shown?.progress.end();
  }
}

function printCopied(copied: readonly CopiedAggregate[]): void {
  for (const { aggregate, count, checksum } of copied) {
    console.log(`${aggregate.padEnd(20)}${String(count).padStart(9)}  ${checksum}`);
  }
}
