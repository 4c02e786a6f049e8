/** The tool's own key set: one for all platforms, the next key published before it signs. Private keys rest sealed. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Handler } from '../http/types.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import type { Random } from '../runtime/random.js';
import type { SigningKeyRecord, SigningKeyStore } from '../store/ports.js';

const SEAL_PURPOSE = 'lti-signing-key';
/** Platforms cache our keys; a new one is published long before it signs, so five minutes are safe. */
const CACHE_SECONDS = 300;

export interface SigningKeyDependencies {
  store: SigningKeyStore;
  keyring: Keyring;
  clock: Clock;
  random: Random;
}

/** The key set of this installation, made at the first start; of two processes starting together one makes it. */
export async function ensureSigningKeys({
  store,
  keyring,
  clock,
  random,
}: SigningKeyDependencies): Promise<SigningKeyRecord[]> {
  const known = await store.list();
  if (known.length > 0) return known;
  const make = async (status: SigningKeyRecord['status']): Promise<SigningKeyRecord> => {
    const kid = random.bytes(12).toString('base64url');
    const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
    const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    return {
      kid,
      status,
      publicJwk: JSON.stringify(publicJwk),
      sealedPrivateJwk: keyring.seal(SEAL_PURPOSE, await exportJWK(privateKey)),
      createdAtMs: clock.nowMs(),
    };
  };
  return store.addFirst([await make('current'), await make('next')]);
}

/** GET of the public key set: always there, for everybody, no secret in it (LTI Security Framework §6). */
export function createJwksHandler(store: SigningKeyStore): Handler {
  return async () => {
    const keys = (await store.list()).map(({ publicJwk }) => JSON.parse(publicJwk) as unknown);
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': `public, max-age=${CACHE_SECONDS}`,
        'access-control-allow-origin': '*',
      },
      body: JSON.stringify({ keys }),
    };
  };
}
