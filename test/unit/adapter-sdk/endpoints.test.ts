import assert from 'node:assert/strict';
import { defineAdapter, genericSettings, type PlatformEndpoints } from '../../../src/adapter-sdk/index.js';
import { createAdapterRegistry } from '../../../src/adapter-sdk/registry.js';
import { assertCode } from '../../support/assert-code.js';

const ADDRESS = 'https://lms.example.edu/school/?from=mail#top';

const registryWith = (endpoints?: (address: string) => unknown) =>
  createAdapterRegistry([
    defineAdapter({
      id: 'example',
      apiVersion: 1,
      title: 'Example',
      proof: 'lti13',
      settings: genericSettings,
      ...(endpoints === undefined ? {} : { endpoints: endpoints as (address: string) => PlatformEndpoints }),
    }),
  ]);
const ask = (endpoints?: (address: string) => unknown) =>
  registryWith(endpoints).endpoints('example', new URL(ADDRESS));

describe('the usual endpoints of an LMS', () => {
  it('are asked for by the address alone: no query, no fragment, no slash at the end', () => {
    const found = ask((address) => ({ issuer: address, authorizationUrl: `${address}/auth`, jwksUrl: undefined }));
    assert.deepEqual(found, {
      issuer: 'https://lms.example.edu/school',
      authorizationUrl: 'https://lms.example.edu/school/auth',
    });
  });

  it('are unknown where the adapter says nothing', () => {
    assert.equal(ask(), undefined);
    assert.equal(
      ask(() => undefined),
      undefined,
    );
  });

  it('are refused when an adapter gives something else than addresses', async () => {
    for (const authorizationUrl of ['javascript:alert(1)', '/auth', 1, undefined]) {
      await assertCode('ADAPTER_RESULT_INVALID', () => ask((issuer) => ({ issuer, authorizationUrl })));
    }
  });
});
