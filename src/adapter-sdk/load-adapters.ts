/** Adapters from outside the program: ESM JavaScript whose default export is a factory that receives the SDK. */
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../errors/app-error.js';
import { defineAdapter } from './define-adapter.js';
import * as sdk from './index.js';
import type { Adapter } from './types.js';

export type AdapterSdk = typeof sdk;
/** The default export of an outside adapter's module. */
export type AdapterFactory = (sdk: AdapterSdk) => Adapter;

/**
 * The outside adapters, in the order of the configuration. A specifier is a path (`./schoology`, `/srv/x/adapter.js`;
 * a folder with a package.json counts) or the name of an installed package. Relative paths start at `baseDirectory`,
 * by default the working directory; packages are looked up there first. Ids that are taken are refused by
 * `createAdapterRegistry`.
 *
 * Loading runs the outside code with all rights of this process: only the operator's configuration may name it.
 *
 * @throws AppError `ADAPTER_INVALID` when one cannot be loaded, is for another apiVersion or is incomplete. `reason`
 * names the configured path or package.
 */
export async function loadAdapters(
  specifiers: readonly string[],
  { baseDirectory = '.' }: { baseDirectory?: string } = {},
): Promise<Adapter[]> {
  const adapters: Adapter[] = [];
  for (const specifier of specifiers) adapters.push(await loadAdapter(specifier, baseDirectory));
  return adapters;
}

async function loadAdapter(specifier: string, baseDirectory: string): Promise<Adapter> {
  const factory = await importDefault(specifier, baseDirectory);
  if (typeof factory !== 'function') throw refuse(specifier, 'the default export is not a factory function');
  let made: unknown;
  try {
    made = (factory as AdapterFactory)(sdk);
  } catch (cause) {
    throw refuse(specifier, cause instanceof AppError ? (cause.reason ?? cause.code) : 'its factory threw', cause);
  }
  if (typeof made !== 'object' || made === null || made instanceof Promise) {
    throw refuse(specifier, 'its factory returned no adapter');
  }
  try {
    return defineAdapter(made as Adapter);
  } catch (cause) {
    throw refuse(specifier, cause instanceof AppError ? (cause.reason ?? cause.code) : 'it is no adapter', cause);
  }
}

async function importDefault(specifier: string, baseDirectory: string): Promise<unknown> {
  try {
    const module = (await import(locate(specifier, baseDirectory))) as { default?: unknown };
    return module.default;
  } catch (cause) {
    throw refuse(specifier, 'it could not be imported', cause);
  }
}

/** What to import: a file URL, or the bare package name when only this program's own folder may know it. */
function locate(specifier: string, baseDirectory: string): string {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier);
  // Without this, `data:` and `https:` specifiers would be code from a configuration value.
  if (!isPath && !/^(?:@[a-z0-9._~-]+\/)?[a-z0-9._~-]+$/.test(specifier)) {
    throw new Error('neither a path nor the name of a package');
  }
  const lookUp = createRequire(join(resolve(baseDirectory), 'noop.js'));
  if (isPath) return pathToFileURL(lookUp.resolve(resolve(baseDirectory, specifier))).href;
  try {
    return pathToFileURL(lookUp.resolve(specifier)).href;
  } catch {
    return specifier;
  }
}

const refuse = (specifier: string, problem: string, cause?: unknown): AppError =>
  new AppError('ADAPTER_INVALID', { reason: `adapter ${specifier}: ${problem}`, cause });
