import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutbound, type Outbound } from '../../../../src/http/outbound.js';
import { createKeyChecks } from '../../../../src/platforms/screens/key-checks.js';

const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });

describe('key checks', () => {
  let server: Server;
  let outbound: Outbound;
  let jwksUrl: string;
  let body: string;

  before(async () => {
    server = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    outbound = createOutbound({
      dangerouslyAllowHttp: true,
      dangerouslyAllowPrivateAddresses: true,
      timeoutMs: 2_000,
      maxBytes: 1_000_000,
    });
  });
  after(async () => {
    await outbound.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const checks = () => createKeyChecks({ outbound, clock: { nowMs: () => 5 } });

  it('counts the keys that launches can be signed with apart from the others', async () => {
    const keys = [
      { ...rsa(2048), alg: 'RS256', use: 'sig' },
      { ...rsa(2048), use: 'enc' },
      { ...rsa(1024), alg: 'RS256' },
      { kty: 'EC', crv: 'P-256', alg: 'ES256' },
    ];
    body = JSON.stringify({ keys });
    assert.deepEqual(await checks().check({ jwksUrl }), {
      atMs: 5,
      ok: true,
      keys: 4,
      usable: 1,
      algorithms: ['ES256', 'RS256', 'RSA'],
    });
  });

  it('tells a page that is no key set from an address that gives nothing, and no more than that', async () => {
    body = '{"keys": 1}';
    assert.deepEqual(await checks().check({ jwksUrl }), { atMs: 5, ok: false, problem: 'no-key-set' });
    body = '<html>';
    assert.deepEqual(await checks().check({ jwksUrl }), { atMs: 5, ok: false, problem: 'unreachable' });
    const closed = await checks().check({ jwksUrl: 'http://127.0.0.1:1/keys' });
    assert.deepEqual(closed, { atMs: 5, ok: false, problem: 'unreachable' });
  });

  it('remembers the last check of an address', async () => {
    body = '{"keys": []}';
    const own = checks();
    assert.equal(own.last({ jwksUrl }), undefined);
    const found = await own.check({ jwksUrl });
    assert.equal(own.last({ jwksUrl }), found);
    assert.equal(own.last({ jwksUrl: `${jwksUrl}2` }), undefined);
  });
});
