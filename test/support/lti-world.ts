/** A platform of our own making for tests of the LTI room: keys, tokens, and the dependencies around them. */
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Parameters, RequestFacts } from '../../src/http/types.js';
import type { Clock } from '../../src/runtime/clock.js';
import type { AccountId, PlatformId, PlatformRef } from '../../src/runtime/ids.js';
import { createKeyring, type Keyring } from '../../src/runtime/keyring.js';
import { systemRandom } from '../../src/runtime/random.js';
import type { PlatformRecord } from '../../src/store/ports.js';

export const NOW_MS = 1_795_000_000_000;

/** A clock that tests set. */
export interface SettableClock extends Clock {
  set(epochMs: number): void;
  advance(ms: number): void;
}

export function settableClock(startMs = NOW_MS): SettableClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    set: (epochMs) => void (nowMs = epochMs),
    advance: (ms) => void (nowMs += ms),
  };
}

export const testKeyring = (secret = 'a test secret that is long enough to be one'): Keyring =>
  createKeyring({ secret, random: systemRandom });

export function testPlatform(overrides: Partial<PlatformRecord> = {}): PlatformRecord {
  return {
    id: '01900000-0000-7000-8000-000000000001' as PlatformId,
    ref: 'AAAAAAAAAAE' as PlatformRef,
    name: 'Moodle of the tests',
    adapterId: 'moodle',
    issuer: 'https://moodle.example.edu',
    acceptedIssuers: [],
    clientId: 'client-1',
    authorizationUrl: 'https://moodle.example.edu/mod/lti/auth.php',
    jwksUrl: 'https://moodle.example.edu/mod/lti/certs.php',
    accountId: 'main' as AccountId,
    status: 'active',
    settings: { unmappedCourse: 'play', entryPolicy: 'root', frameOrigins: [], adapter: {} },
    version: 1,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    ...overrides,
  };
}

/** Claims of any form; undefined ones are left out. */
export type Payload = Record<string, unknown>;

export interface TestSigner {
  kid: string;
  publicJwk: JWK;
  privateKey: CryptoKey;
  sign(payload: Payload, header?: Record<string, unknown>): Promise<string>;
}

export async function testSigner(kid = 'key-1'): Promise<TestSigner> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    kid,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
    sign: (payload, header = {}) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey),
  };
}

export function parameters(pairs: [string, string][]): Parameters {
  return {
    get(name) {
      const values = pairs.filter(([key]) => key === name);
      return values.length === 1 ? values[0]?.[1] : undefined;
    },
    count: (name) => pairs.filter(([key]) => key === name).length,
    entries: () => pairs,
  };
}

export function requestFacts(overrides: Partial<RequestFacts> = {}): RequestFacts {
  return {
    method: 'GET',
    path: '/',
    params: {},
    query: parameters([]),
    headers: {},
    cookies: new Map(),
    requestId: '01900000-0000-7000-8000-00000000000a',
    address: '192.0.2.1',
    receivedAtMs: NOW_MS,
    ...overrides,
  };
}
