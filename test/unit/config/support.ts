import assert from 'node:assert/strict';
import { loadConfig, type LoadedConfig } from '../../../src/config/load.js';
import { AppError } from '../../../src/errors/app-error.js';

export const STRONG = 'q7Xv2mR9tLw4Zc8KpN3sYf6HbJ1dGe5U';
export const ACCOUNT_SECRET = '5f2b8c1e9a7d4036b1f0c6e8a9d3e4f5';

/** The least that production accepts. */
export const minimum = {
  PLAYCONTEXT_SERVER_PUBLIC_URL: 'https://video.campus.edu',
  PLAYCONTEXT_SECRET: STRONG,
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_PARTNER_ID: '102',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_UI_CONF_ID: '23448255',
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: ACCOUNT_SECRET,
  PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ROOT_CATEGORY: 'LTI',
} satisfies Record<string, string>;

type Env = Record<string, string | undefined>;

export function load(env: Env = {}, files: Record<string, string> = {}, file?: string): LoadedConfig {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  return loadConfig({ env, file, readFile });
}

export const loadMinimum = (env: Env = {}, files: Record<string, string> = {}, file?: string): LoadedConfig =>
  load({ ...minimum, ...env }, files, file);

/** The error that loading throws; fails when it does not throw an `AppError`. */
export function refusal(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error;
  }
  return assert.fail('expected an error');
}
