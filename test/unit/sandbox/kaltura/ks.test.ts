import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { makeKs, openKs, type KsFields } from '../../../../src/sandbox/kaltura/ks.js';

interface Vector {
  name: string;
  version: 'v1' | 'v2';
  input: {
    partnerId: number;
    secret: string;
    userId: string | null;
    type: number;
    expiry: number;
    privileges: string;
    randomHex?: string;
  };
  ks: string;
  decodedByServer: {
    partnerId: string;
    userId: string | null;
    type: string;
    validUntil: string;
    privileges: string;
    parsedPrivileges: Record<string, string[]> | [];
  };
}

const fixture = JSON.parse(readFileSync(new URL('../../../fixtures/ks-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
  negative: { name: string; ks: string }[];
  officialClientToServer: { ks: string; decodedByServer: Vector['decodedByServer'] }[];
};

const SECRETS: Record<number, string[]> = {
  102: ['1f0c6b8a9d3e4f5061728394a5b6c7d8'],
  2457381: ['00ff00ff00ff00ff00ff00ff00ff00ff', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
};
const secretsOf = (partnerId: number): string[] => SECRETS[partnerId] ?? [];

function asServer(fields: KsFields | undefined): unknown {
  assert.ok(fields, 'the KS does not open');
  return {
    partnerId: String(fields.partnerId),
    userId: fields.userId,
    type: String(fields.type),
    validUntil: String(fields.expiresAt),
    privileges: fields.privileges,
    parsedPrivileges: Object.fromEntries(fields.privilegeValues),
  };
}

function expected(decoded: Vector['decodedByServer']): unknown {
  const { partnerId, userId, type, validUntil, privileges, parsedPrivileges } = decoded;
  return {
    partnerId,
    userId,
    type,
    validUntil,
    privileges,
    parsedPrivileges: Object.fromEntries(Object.entries(parsedPrivileges)),
  };
}

describe('the stand-in reads and makes a KS', () => {
  for (const { name, ks, decodedByServer } of fixture.vectors) {
    it(`as Kaltura's server did: ${name}`, () => {
      assert.deepEqual(asServer(openKs(ks, secretsOf)), expected(decodedByServer));
    });
  }

  it("as Kaltura's server did with sessions of Kaltura's own client library", () => {
    for (const { ks, decodedByServer } of fixture.officialClientToServer) {
      assert.deepEqual(asServer(openKs(ks, secretsOf)), expected(decodedByServer));
    }
  });

  it('byte for byte as the server makes a v2 session from the same random bytes', () => {
    const vectors = fixture.vectors.filter(({ version }) => version === 'v2');
    assert.ok(vectors.length > 10);
    for (const { name, input, ks } of vectors) {
      const { partnerId, userId, type, expiry, privileges, secret, randomHex } = input;
      const fields = { partnerId, userId, type, expiresAt: expiry, privileges };
      assert.equal(makeKs(fields, { secret, randomBytes: Buffer.from(randomHex ?? '', 'hex') }), ks, name);
    }
  });

  it('and opens nothing that was tampered with or never was a KS', () => {
    for (const { name, ks } of fixture.negative) assert.equal(openKs(ks, secretsOf), undefined, name);
    assert.equal(
      openKs(fixture.vectors[0]!.ks, () => ['another secret']),
      undefined,
    );
    assert.equal(
      openKs(fixture.vectors[0]!.ks, () => []),
      undefined,
    );
  });
});
