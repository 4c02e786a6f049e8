import { generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';

export const KEY_ID = '08907715ba3811d60c8f';

export interface Signer {
  publicJwk: JsonWebKey & { kid: string };
  /** A compact JWT, RS256 over a key of 2048 bits as Moodle has, made in the thread pool. */
  sign(payload: Record<string, unknown>): Promise<string>;
}

export function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signAside = promisify(sign) as (algorithm: string, data: Buffer, key: typeof privateKey) => Promise<Buffer>;
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const header = encode({ typ: 'JWT', alg: 'RS256', kid: KEY_ID });
  return {
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' },
    async sign(payload) {
      const signed = `${header}.${encode(payload)}`;
      return `${signed}.${(await signAside('RSA-SHA256', Buffer.from(signed), privateKey)).toString('base64url')}`;
    },
  };
}
