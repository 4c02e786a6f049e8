/** The adapters that the demo can imitate: those that bring the launch of a link in a course. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInAdapters } from '../../adapters/index.js';
import type { Adapter } from '../adapter-sdk/index.js';
import { loadAdapters } from '../adapter-sdk/load-adapters.js';
import { AppError } from '../errors/app-error.js';

const FIXTURE = 'fixtures/resource-link.json';
const ENTRY_FILES = ['adapter.js', 'adapter.mjs'];

export interface DemoAdapters {
  /** Built-in ones, then those from outside, as the tool registers them. */
  all: Adapter[];
  /** For the configuration: what to load from outside. */
  specifiers: string[];
  /** The first one from outside, else Moodle. */
  defaultId: string;
  /** Throws INPUT_INVALID for an id that nobody has, or whose adapter has no launch to imitate. */
  find(id: string): { adapter: Adapter; launch: Record<string, unknown> };
}

/**
 * @param outside paths of folders or modules, or names of packages; relative ones start at `baseDirectory`
 * @throws AppError `ADAPTER_INVALID` when one cannot be loaded
 */
export async function loadDemoAdapters(outside: readonly string[] = [], baseDirectory = '.'): Promise<DemoAdapters> {
  const places = outside.map((specifier) => locate(specifier, resolve(baseDirectory)));
  const specifiers = places.map(({ specifier }) => specifier);
  const loaded = await loadAdapters(specifiers, { baseDirectory });
  const all = [...builtInAdapters, ...loaded];
  const folders = new Map<string, string | undefined>([
    ...builtInAdapters.map(({ id }): [string, string] => [id, builtInFolder(id)]),
    ...loaded.map(({ id }, index): [string, string | undefined] => [id, places[index]?.folder]),
  ]);
  const launchFile = (id: string): string | undefined => {
    const folder = folders.get(id);
    const file = folder === undefined ? undefined : join(folder, FIXTURE);
    return file !== undefined && existsSync(file) ? file : undefined;
  };

  return {
    all,
    specifiers,
    defaultId: loaded[0]?.id ?? 'moodle',
    find(id) {
      const adapter = all.find((candidate) => candidate.id === id);
      const file = launchFile(id);
      if (adapter === undefined || file === undefined) {
        const ids = all.map((candidate) => candidate.id).filter((candidate) => launchFile(candidate) !== undefined);
        const problem = adapter === undefined ? `there is no adapter ${id}` : `the adapter ${id} has no ${FIXTURE}`;
        throw new AppError('INPUT_INVALID', { reason: `${problem}; the demo can imitate ${ids.join(', ')}` });
      }
      return { adapter, launch: readLaunch(file) };
    },
  };
}

/** Ids for the help of the command. */
export const builtInDemoIds = (): string[] =>
  builtInAdapters.map(({ id }) => id).filter((id) => existsSync(join(builtInFolder(id), FIXTURE)));

const builtInFolder = (id: string): string => fileURLToPath(new URL(`../../adapters/${id}/`, import.meta.url));

/** What `loadAdapters` takes, and the folder whose fixtures belong to it. */
function locate(given: string, baseDirectory: string): { specifier: string; folder?: string } {
  const path = resolve(baseDirectory, given);
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return { specifier: path, folder: dirname(path) };
    const entry = ENTRY_FILES.map((file) => join(path, file)).find((file) => existsSync(file));
    return { specifier: entry ?? path, folder: path };
  }
  try {
    return { specifier: given, folder: dirname(createRequire(join(baseDirectory, 'noop.js')).resolve(given)) };
  } catch {
    // Not here; `loadAdapters` looks in more places and says what is wrong.
    return { specifier: given };
  }
}

function readLaunch(file: string): Record<string, unknown> {
  try {
    const launch: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof launch === 'object' && launch !== null && !Array.isArray(launch)) return { ...launch };
  } catch {
    // Falls through: both are the same to the author.
  }
  throw new AppError('INPUT_INVALID', { reason: `${file} is no JSON object` });
}
