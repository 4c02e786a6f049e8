import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT, type JWK } from 'jose';
import type { Random } from '../../runtime/random.js';

export interface Signer {
  readonly jwks: { keys: JWK[] };
  /** An RS256 token with `kid`; the caller sets every claim. */
  sign(claims: Record<string, unknown>): Promise<string>;
}

/** A new 2048 bit RSA key per start. */
export async function createSigner(random: Random): Promise<Signer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = random.bytes(10).toString('hex');
  const jwk = await exportJWK(publicKey);
  return {
    jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] },
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid }).sign(privateKey),
  };
}
