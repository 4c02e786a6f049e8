/**
 * Runs this command again, without `--watch`, whenever a file changes. Each run is a process of its own, because a
 * module that has been imported once is never read again.
 */
import { spawn } from 'node:child_process';
import { existsSync, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Editors write a file in several steps. */
const QUIET_MS = 150;
const CLEAR = '\u001B[2J\u001B[3J\u001B[H';
const NOT_WATCHED = ['node_modules', '.git'];

/**
 * Ends with SIGINT or SIGTERM, and after one run when there is nothing to watch.
 *
 * @param ignoredFile what a run writes itself
 */
export async function watchAndRun({ paths, ignoredFile }: { paths: string[]; ignoredFile?: string }): Promise<void> {
  const ignored = ignoredFile === undefined ? undefined : resolve(ignoredFile);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  const isStopped = (): boolean => stopped.signal.aborted;
  process.once('SIGINT', stop).once('SIGTERM', stop);

  while (!isStopped()) {
    const folders = [...new Set(paths.flatMap(foldersOf))];
    // Watching begins before the run, so that a change during the run is not missed.
    const changes = watchFolders(folders, ignored);
    const changed = changes.next(stopped.signal);
    if (process.stdout.isTTY) process.stdout.write(CLEAR);
    const exitCode = await runOnce(stopped.signal);
    if (folders.length === 0) {
      process.exitCode = exitCode;
      stop();
    }
    if (!isStopped()) console.error('Watching for changes. Stop with Ctrl+C.');
    await changed;
    changes.close();
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
}

/** The folder of an adapter with all in it; of a module, its folder and its fixtures. */
function foldersOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isDirectory()) return [resolve(path), ...foldersIn(resolve(path))];
  const folder = dirname(resolve(path));
  return [folder, join(folder, 'fixtures')].filter((one) => existsSync(one));
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_WATCHED.includes(entry.name))
    .flatMap(({ name }) => [join(folder, name), ...foldersIn(join(folder, name))]);
}

interface Changes {
  /** Resolves when there was a change and then quiet, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
  close(): void;
}

function watchFolders(folders: readonly string[], ignored: string | undefined): Changes {
  let timer: NodeJS.Timeout | undefined;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolveSettled) => (settle = resolveSettled));
  const onChange = (folder: string, file: string | null): void => {
    if (file !== null && join(folder, file) === ignored) return;
    clearTimeout(timer);
    timer = setTimeout(settle, QUIET_MS);
  };
  const watchers = folders.flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(folder, (_event, file) => onChange(folder, file));
      return [watcher.on('error', () => onChange(folder, null))];
    } catch {
      // It was removed since it was listed.
      return [];
    }
  });
  return {
    next(signal) {
      signal.addEventListener('abort', settle, { once: true });
      return settled;
    },
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** The exit code of the run; 0 when it was ended together with us. */
function runOnce(signal: AbortSignal): Promise<number> {
  const [, script = '', ...given] = process.argv;
  const child = spawn(
    process.execPath,
    [...process.execArgv, script, ...given.filter((argument) => argument !== '--watch')],
    { stdio: 'inherit' },
  );
  const end = (): void => void child.kill();
  signal.addEventListener('abort', end, { once: true });
  return new Promise((resolveRun, reject) => {
    child.once('error', reject).once('close', (code) => {
      signal.removeEventListener('abort', end);
      resolveRun(code ?? 0);
    });
  });
}
