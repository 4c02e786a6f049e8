/** Finds and loads what `adapter check` is pointed at. Loading runs the code of the adapter. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { genericBase } from '../generic-base.js';
import * as sdk from '../index.js';
import type { Adapter } from '../types.js';
import { isObject } from './claim-paths.js';
import { type FixtureFolder, readFixtureFolder } from './read-fixtures.js';

export interface LoadedAdapter extends FixtureFolder {
  /** As it was given. */
  path: string;
  adapter: Adapter;
}

/** `reason` is a sentence. */
export interface PathNote {
  path: string;
  reason: string;
}

export interface Findings {
  /** In the order of the paths. A note stands for an adapter that cannot be loaded. */
  adapters: (LoadedAdapter | PathNote)[];
  /** Paths that lead to no adapter, as a shell's `adapters/*` does here and there. */
  ignored: PathNote[];
  /** Paths that do not exist. */
  missing: string[];
}

type Found = { adapter: Adapter } | { broken: string } | { ignored: string };

const ENTRY_FILES = ['adapter.js', 'adapter.mjs', 'adapter.ts'];
const MODULES = ['.js', '.mjs', '.ts'];

/**
 * A path is the folder of an adapter (with `adapter.js`, `.mjs` or `.ts`, else with a package.json), or its module. A
 * module exports an adapter, as the built-in ones do, or its default export is a factory that receives the SDK, as
 * those from outside do. Fixtures stand in `fixtures/` beside the module. Never throws because of an adapter.
 */
export async function findAdapters(paths: readonly string[]): Promise<Findings> {
  const findings: Findings = { adapters: [], ignored: [], missing: [] };
  for (const given of paths) {
    const path = given.replace(/(?<=[^/\\])[/\\]+$/, '');
    if (!existsSync(path)) {
      findings.missing.push(path);
      continue;
    }
    const place = locate(path);
    const found = 'module' in place ? await load(place.module) : place;
    if ('adapter' in found && 'module' in place) {
      const folder = pathToFileURL(join(dirname(place.module), 'fixtures', '/'));
      findings.adapters.push({ path, adapter: found.adapter, ...readFixtureFolder(folder) });
    } else if ('broken' in found) findings.adapters.push({ path, reason: found.broken });
    else if ('ignored' in found) findings.ignored.push({ path, reason: found.ignored });
  }
  return findings;
}

function locate(path: string): { module: string } | { ignored: string } {
  const name = basename(path);
  if (name.startsWith('_')) return { ignored: 'A name that begins with _ is a template.' };
  if (statSync(path).isDirectory()) {
    const entry = ENTRY_FILES.map((file) => resolve(path, file)).find((file) => existsSync(file)) ?? mainOf(path);
    return entry === undefined ? { ignored: 'It has no adapter.js or adapter.ts.' } : { module: entry };
  }
  if (/\.(?:test|spec)\.\w+$/.test(name)) return { ignored: 'It is a test.' };
  if (!MODULES.includes(extname(name)) || name.endsWith('.d.ts')) return { ignored: 'It is no module.' };
  return { module: resolve(path) };
}

function mainOf(folder: string): string | undefined {
  if (!existsSync(join(folder, 'package.json'))) return undefined;
  try {
    return createRequire(resolve(folder, 'noop.js')).resolve(resolve(folder));
  } catch {
    return undefined;
  }
}

async function load(file: string): Promise<Found> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    return { broken: `It could not be imported: ${wordsOf(error)}${adviceFor(file)}` };
  }
  const { default: factory } = module;
  if (typeof factory === 'function') return make(factory as (sdk: unknown) => unknown);
  const adapter = Object.values(module).find(isAdapterLike);
  if (adapter !== undefined) return { adapter };
  return ENTRY_FILES.includes(basename(file))
    ? { broken: 'It exports no adapter: neither one made with `defineAdapter` nor a factory as its default export.' }
    : { ignored: 'It exports no adapter.' };
}

function make(factory: (sdk: unknown) => unknown): Found {
  let made: unknown;
  try {
    made = factory({ ...sdk, defineAdapter: complete });
  } catch (error) {
    return { broken: `Its factory threw: ${wordsOf(error)}` };
  }
  if (made instanceof Promise) {
    // Nobody waits for it, and a rejection that nobody handles ends the process.
    made.catch(() => undefined);
    return { broken: 'Its factory returned a promise.' };
  }
  return isObject(made) ? { adapter: complete(made) } : { broken: 'Its factory returned no adapter.' };
}

/** `defineAdapter` without its checks: what it would refuse in one word, the rules explain one by one. */
function complete(definition: unknown): Adapter {
  const { capabilities, ...given } = isObject(definition) ? definition : {};
  const all: Record<string, unknown> = {
    ...genericBase,
    recognise: () => 0,
    ...given,
    capabilities: isObject(capabilities)
      ? { ...genericBase.capabilities, ...capabilities }
      : (capabilities ?? genericBase.capabilities),
  };
  return Object.freeze(all) as unknown as Adapter;
}

const isAdapterLike = (value: unknown): value is Adapter =>
  isObject(value) && 'apiVersion' in value && 'settings' in value && 'recognise' in value;

/** Without a type, tools take `.js` for CommonJS and fail with words that lead elsewhere. */
function adviceFor(file: string): string {
  if (extname(file) !== '.js') return '';
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      if (/"type"\s*:\s*"module"/.test(readFileSync(manifest, 'utf8'))) return '';
      break;
    }
    if (folder === dirname(folder)) break;
  }
  return ' Add `"type": "module"` to the package.json of the adapter, or call the file adapter.mjs.';
}

/** Why a module or a factory failed. No launch has been read yet, so the words hold nobody's claims. */
function wordsOf(error: unknown): string {
  if (!isObject(error)) return 'it threw something that is no error.';
  if (error['code'] === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'this Node does not read TypeScript. Compile it to JavaScript.';
  }
  // An AppError of another copy of the package is no instance of ours.
  const words = typeof error['reason'] === 'string' ? error['reason'] : String(error['message'] ?? error['name']);
  return `${words.split('\n')[0] ?? ''}.`.replace(/\.\.$/, '.');
}
