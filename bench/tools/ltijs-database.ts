/**
 * A database plugin for ltijs in memory, in the shape of its own `Database`. Every query of a launch names all fields of
 * one document's key, so it is one lookup in a Map: the best case of any database.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

type Fields = Record<string, unknown>;
type EncryptionKey = string | false;

export interface LtijsDatabase {
  setup(): Promise<true>;
  Close(): Promise<true>;
  /** False when there is none. */
  Get(key: EncryptionKey, collection: string, query?: Fields): Promise<Fields[] | false>;
  Insert(key: EncryptionKey, collection: string, item: Fields, index?: Fields): Promise<true>;
  Replace(key: EncryptionKey, collection: string, query: Fields, item: Fields, index?: Fields): Promise<true>;
  Modify(key: EncryptionKey, collection: string, query: Fields, change: Fields): Promise<true>;
  Delete(collection: string, query: Fields): Promise<true>;
}

/** The fields that the queries of a collection name. Collections that are not here are searched through. */
const KEYS: Record<string, string[]> = {
  idtoken: ['iss', 'clientId', 'deploymentId', 'user'],
  contexttoken: ['contextId', 'user'],
  nonce: ['nonce'],
  state: ['state'],
};
/** As its MongoDB schema does. */
const LIFE_MS: Record<string, number> = { nonce: 10_000, state: 600_000 };

interface Stored {
  fields: Fields;
  atMs: number;
}

export function createLtijsDatabase(): LtijsDatabase {
  const collections = new Map<string, Map<string, Stored>>();
  let lastKey = 0;

  const collectionOf = (name: string): Map<string, Stored> => {
    let collection = collections.get(name);
    if (!collection) collections.set(name, (collection = new Map<string, Stored>()));
    return collection;
  };
  const keyOf = (name: string, fields: Fields): string => {
    const keys = KEYS[name];
    if (keys) return keys.map((key) => String(fields[key])).join('\n');
    lastKey += 1;
    return String(lastKey);
  };
  const find = (name: string, query: Fields = {}): [string, Stored][] => {
    const collection = collectionOf(name);
    if (!KEYS[name]) {
      const wanted = Object.entries(query);
      return [...collection].filter(([, { fields }]) => wanted.every(([field, value]) => fields[field] === value));
    }
    const key = keyOf(name, query);
    const stored = collection.get(key);
    return stored && stored.atMs > Date.now() - (LIFE_MS[name] ?? Infinity) ? [[key, stored]] : [];
  };
  const insert = (name: string, fields: Fields): void => {
    const collection = collectionOf(name);
    collection.set(keyOf(name, fields), { fields, atMs: Date.now() });
    const lifeMs = LIFE_MS[name];
    if (lifeMs === undefined) return;
    for (const [key, { atMs }] of collection) {
      if (atMs > Date.now() - lifeMs) break;
      collection.delete(key);
    }
  };
  const toStore = (key: EncryptionKey, item: Fields, index: Fields = {}): Fields =>
    key === false ? item : { ...index, ...encrypt(JSON.stringify(item), key) };
  const toRead = (key: EncryptionKey, { fields }: Stored): Fields =>
    key === false ? { ...fields } : (JSON.parse(decrypt(fields, key)) as Fields);

  return {
    setup: async () => true,
    Close: async () => true,
    async Get(key, name, query) {
      const found = find(name, query);
      return found.length === 0 ? false : found.map(([, stored]) => toRead(key, stored));
    },
    async Insert(key, name, item, index) {
      insert(name, toStore(key, item, index));
      return true;
    },
    async Replace(key, name, query, item, index) {
      for (const [found] of find(name, query)) collectionOf(name).delete(found);
      insert(name, toStore(key, item, index));
      return true;
    },
    async Modify(key, name, query, change) {
      for (const [, stored] of find(name, query)) {
        const changed = { ...toRead(key, stored), ...change };
        stored.fields = key === false ? changed : { ...stored.fields, ...encrypt(JSON.stringify(changed), key) };
      }
      return true;
    },
    async Delete(name, query) {
      for (const [found] of find(name, query)) collectionOf(name).delete(found);
      return true;
    },
  };
}

/** AES-256-CBC under the hash of the secret, as its MongoDB database does. */
function encrypt(text: string, secret: string): { iv: string; data: string } {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(secret).digest(), iv);
  return { iv: iv.toString('hex'), data: cipher.update(text, 'utf8', 'hex') + cipher.final('hex') };
}

function decrypt({ iv, data }: Fields, secret: string): string {
  const key = createHash('sha256').update(secret).digest();
  const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(String(iv), 'hex'));
  return decipher.update(String(data), 'hex', 'utf8') + decipher.final('utf8');
}
