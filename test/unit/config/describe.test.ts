import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeConfig } from '../../../src/config/describe.js';
import { settings } from '../../../src/config/settings.js';
import { ACCOUNT_SECRET, load, STRONG } from './support.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('the reference of the configuration', () => {
  it('is what the schema says', () => {
    assert.equal(read('docs/reference/config.md'), describeConfig(), 'print docs/reference/config.md again');
  });

  it('explains every setting', () => {
    for (const { path, description } of settings) assert.notEqual(description, '', path.join('.'));
  });

  it('marks exactly the secrets as secrets', () => {
    const secrets = settings.filter(({ secret }) => secret).map(({ path }) => path.join('.'));
    assert.deepEqual(secrets, [
      'secret',
      'previousSecret',
      'store.uri',
      'kaltura.accounts.*.adminSecret',
      'metrics.bearerToken',
    ]);
  });
});

describe('the example configuration', () => {
  it('is valid in production once the secrets are given', () => {
    const env = { PLAYCONTEXT_SECRET: STRONG, PLAYCONTEXT_KALTURA_ACCOUNTS_MAIN_ADMIN_SECRET: ACCOUNT_SECRET };
    const { config, warnings } = load(env, { example: read('config/example.yaml') }, 'example');
    assert.equal(config.environment, 'production');
    assert.deepEqual(warnings, []);
  });
});
