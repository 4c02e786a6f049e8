/**
 * Keys derived from the installation's secret, and AEAD sealing. One secret signs and seals; after a rotation the
 * previous one still opens. What must outlive every rotation (signed links, pseudonyms) has a key of its own in the
 * store, sealed by this ring.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { Random } from './random.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface DerivedKey {
  /** One byte that tells which secret made the key. */
  id: number;
  /** 32 bytes. */
  key: Buffer;
}

export interface Keyring {
  /** The key that signs now, for one purpose. */
  current(purpose: string): DerivedKey;
  /** Keys with that id, current secret first. Two secrets may share an id, so a check tries each. */
  candidates(purpose: string, id: number): Buffer[];
  /** AES-256-GCM over JSON; answers base64url. The purpose is authenticated, so a value sealed for one never opens for another. */
  seal(purpose: string, value: unknown): string;
  /** The sealed value, or undefined when it was not sealed here for this purpose. */
  open(purpose: string, sealed: string): unknown;
}

export interface KeyringOptions {
  /** At least 32 characters of high entropy. */
  secret: string;
  previousSecret?: string | undefined;
  random: Random;
}

export function createKeyring({ secret, previousSecret, random }: KeyringOptions): Keyring {
  const secrets = (previousSecret === undefined ? [secret] : [secret, previousSecret]).map((text) => ({
    id: createHash('sha256').update(`playcontext key id ${text}`).digest()[0] ?? 0,
    material: Buffer.from(text, 'utf8'),
    derived: new Map<string, Buffer>(),
  }));

  const derive = (entry: (typeof secrets)[number], purpose: string): Buffer => {
    let key = entry.derived.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', entry.material, 'playcontext', purpose, 32));
      entry.derived.set(purpose, key);
    }
    return key;
  };

  const candidates = (purpose: string, id: number): Buffer[] =>
    secrets.filter((entry) => entry.id === id).map((entry) => derive(entry, purpose));

  const current = (purpose: string): DerivedKey => {
    const entry = secrets[0]!;
    return { id: entry.id, key: derive(entry, purpose) };
  };

  return {
    current,
    candidates,
    seal(purpose, value) {
      const { id, key } = current(purpose);
      const iv = random.bytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(Buffer.from(purpose, 'utf8'));
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(id), iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length <= 1 + IV_BYTES + TAG_BYTES) return undefined;
      const iv = bytes.subarray(1, 1 + IV_BYTES);
      const tag = bytes.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
      const body = bytes.subarray(1 + IV_BYTES + TAG_BYTES);
      for (const key of candidates(purpose, bytes[0] ?? -1)) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
          decipher.setAAD(Buffer.from(purpose, 'utf8'));
          decipher.setAuthTag(tag);
          return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')) as unknown;
        } catch {
          // Another secret may share the key id; only when none opens it is the value not ours.
        }
      }
      return undefined;
    },
  };
}
