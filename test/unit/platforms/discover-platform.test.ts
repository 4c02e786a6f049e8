import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtInAdapters } from '../../../adapters/index.js';
import { createAdapterRegistry } from '../../../src/adapter-sdk/registry.js';
import { createOutbound, type Outbound } from '../../../src/http/outbound.js';
import { discoverPlatform } from '../../../src/platforms/discover-platform.js';

const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const registry = createAdapterRegistry(builtInAdapters);

describe('discoverPlatform', () => {
  let server: Server;
  let outbound: Outbound;
  let site: string;
  /** What the site answers, by path. */
  let pages: Map<string, unknown>;
  let asked: string[];

  beforeEach(async () => {
    pages = new Map();
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const page = pages.get(request.url ?? '');
      response.statusCode = page === undefined ? 404 : 200;
      response.end(typeof page === 'string' ? page : JSON.stringify(page));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    outbound = createOutbound({
      dangerouslyAllowHttp: true,
      dangerouslyAllowPrivateAddresses: true,
      timeoutMs: 2_000,
      maxBytes: 1_000_000,
    });
  });
  afterEach(async () => {
    await outbound.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const configuration = (changes: Record<string, unknown> = {}) => ({
    issuer: site,
    authorization_endpoint: `${site}/auth`,
    jwks_uri: `${site}/keys`,
    token_endpoint: `${site}/token`,
    [PLATFORM]: { product_family_code: 'moodle' },
    ...changes,
  });
  const discover = (address: string, adapterId = 'generic') =>
    discoverPlatform({ address, adapterId }, { registry, outbound });

  it('reads what an LMS publishes at the pasted configuration URL', async () => {
    pages.set('/x/openid-configuration', configuration());
    assert.deepEqual(await discover(`${site}/x/openid-configuration`), {
      ok: true,
      source: 'configuration',
      unread: false,
      adapterId: 'moodle',
      endpoints: {
        issuer: site,
        authorizationUrl: `${site}/auth`,
        jwksUrl: `${site}/keys`,
        tokenUrl: `${site}/token`,
      },
    });
  });

  it('looks at the well-known place below the address of an LMS that no adapter knows', async () => {
    pages.set('/lms/.well-known/openid-configuration', configuration());
    assert.equal((await discover(`${site}/lms/`)).ok, true);
  });

  it('keeps the adapter that the admin chose, whatever the configuration looks like', async () => {
    pages.set('/openid-configuration', configuration());
    const found = await discover(`${site}/openid-configuration`, 'canvas');
    assert.equal(found.ok && found.adapterId, 'canvas');
  });

  it('asks a Moodle for its configuration, and offers the usual addresses when it gives none', async () => {
    const found = await discover(`${site}/school`, 'moodle');
    assert.deepEqual(asked, ['/school/mod/lti/openid-configuration.php']);
    assert.ok(found.ok && found.unread);
    assert.equal(found.source, 'usual');
    assert.equal(found.endpoints.jwksUrl, `${site}/school/mod/lti/certs.php`);
  });

  it('asks nobody where the adapter knows the addresses and no place to read them', async () => {
    const found = await discover('law.instructure.com', 'canvas');
    assert.equal(found.ok && found.endpoints.issuer, 'https://canvas.instructure.com');
    assert.deepEqual(asked, []);
  });

  it('takes nothing from a site that speaks for another one', async () => {
    pages.set('/openid-configuration', configuration({ issuer: 'https://moodle.example.edu' }));
    assert.deepEqual(await discover(`${site}/openid-configuration`), { ok: false, problem: 'discovery-issuer' });
    pages.set('/mod/lti/openid-configuration.php', configuration({ issuer: 'https://moodle.example.edu' }));
    assert.deepEqual(await discover(site, 'moodle'), { ok: false, problem: 'discovery-issuer' });
  });

  it('takes the issuer that the adapter of the LMS knows, though it stands on another host', async () => {
    pages.set('/openid-configuration', configuration({ issuer: 'https://blackboard.com' }));
    const found = await discover(`${site}/openid-configuration`, 'blackboard');
    assert.equal(found.ok && found.endpoints.issuer, 'https://blackboard.com');
  });

  it('names a token audience only where it differs from the token URL', async () => {
    pages.set('/openid-configuration', configuration({ authorization_server: 'https://api.example.edu/token' }));
    const found = await discover(`${site}/openid-configuration`);
    assert.equal(found.ok && found.endpoints.tokenAudience, 'https://api.example.edu/token');
    pages.set('/openid-configuration', configuration({ authorization_server: `${site}/token` }));
    const same = await discover(`${site}/openid-configuration`);
    assert.equal(same.ok && same.endpoints.tokenAudience, undefined);
  });

  it('says that something else is there', async () => {
    for (const page of [{}, [], { keys: [] }, configuration({ jwks_uri: 'javascript:alert(1)' })]) {
      pages.set('/openid-configuration', page);
      assert.deepEqual(await discover(`${site}/openid-configuration`), { ok: false, problem: 'discovery-form' });
    }
  });

  it('calls a closed port, an open one without a page, and one that sends no JSON the same', async () => {
    pages.set('/html/openid-configuration', '<html>');
    const failed = { ok: false, problem: 'discovery-failed' };
    assert.deepEqual(await discover('http://127.0.0.1:1/openid-configuration'), failed);
    assert.deepEqual(await discover(`${site}/none/openid-configuration`), failed);
    assert.deepEqual(await discover(`${site}/html/openid-configuration`), failed);
  });

  it('refuses what is no address of a site', async () => {
    for (const address of [
      '',
      '  ',
      'ftp://lms.example.edu',
      'https://user:word@lms.example.edu',
      'http://[',
      'x'.repeat(1_001),
    ]) {
      assert.deepEqual(await discover(address), { ok: false, problem: 'discovery-address' }, address);
    }
  });
});
