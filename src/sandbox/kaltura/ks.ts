/**
 * Kaltura Sessions as Kaltura's server makes and reads them (v1 text, v2 binary). Written from the format alone: it
 * shares nothing with the product's own signer, so that each checks the other.
 */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

export const SESSION_TYPE = { user: 0, admin: 2 } as const;

/** Why the server turns a KS away; numbers are Kaltura's. */
export const KS_STATUS = {
  INVALID_STR: -1,
  INVALID_PARTNER: -2,
  EXPIRED: -5,
  LOGOUT: -6,
  EXCEEDED_ACTIONS_LIMIT: -8,
  EXCEEDED_RESTRICTED_IP: -9,
  EXCEEDED_RESTRICTED_URI: -11,
} as const;

export type KsFailure = keyof typeof KS_STATUS;

export interface KsFields {
  partnerId: number;
  /** null when the session names nobody at all. */
  userId: string | null;
  /** 0 USER, 2 ADMIN. */
  type: number;
  /** Epoch seconds. */
  expiresAt: number;
  /** `name[:value]` joined by commas; in v2 a repeated name keeps only its last value. */
  privileges: string;
  /** Values of one privilege, split on `/`. */
  privilegeValues: ReadonlyMap<string, readonly string[]>;
}

/** Admin secrets of a partner, main one first; empty when there is no such partner. */
export type SecretsOf = (partnerId: number) => readonly string[];

const ZERO_IV = Buffer.alloc(16);
const SHA1_BYTES = 20;
const RANDOM_BYTES = 16;

const sha1 = (data: string | Buffer): Buffer => createHash('sha1').update(data).digest();
const aesKey = (secret: string): Buffer => sha1(secret).subarray(0, 16);

function stripZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function valuesOf(pairs: Iterable<readonly [string, string]>): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of pairs) values.set(name, value === '' ? [] : value.split('/'));
  return values;
}

function fromV2(partnerId: number, query: string): KsFields {
  let userId: string | null = null;
  let type = 0;
  let expiresAt = 0;
  const pairs = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === '_u') userId = value;
    else if (name === '_t') type = Number(value);
    else if (name === '_e') expiresAt = Number(value);
    else if (name !== '_m' && name !== '_d') pairs.set(name, value);
  }
  const text = [...pairs].map(([name, value]) => (value === '' ? name : `${name}:${value}`)).join(',');
  return {
    partnerId,
    userId,
    type,
    expiresAt,
    privileges: text === 'all:*' ? '*' : text,
    privilegeValues: valuesOf(pairs),
  };
}

function openV2(bytes: Buffer, secretsOf: SecretsOf): KsFields | undefined {
  const partnerEnd = bytes.indexOf('|', 3);
  if (partnerEnd < 0) return undefined;
  const partnerText = bytes.subarray(3, partnerEnd).toString('latin1');
  const cipherText = bytes.subarray(partnerEnd + 1);
  if (!/^[0-9]+$/.test(partnerText) || cipherText.length === 0 || cipherText.length % 16 !== 0) return undefined;
  for (const secret of secretsOf(Number(partnerText))) {
    const decipher = createDecipheriv('aes-128-cbc', aesKey(secret), ZERO_IV).setAutoPadding(false);
    const plain = stripZeros(Buffer.concat([decipher.update(cipherText), decipher.final()]));
    const body = plain.subarray(SHA1_BYTES);
    if (body.length < RANDOM_BYTES || !timingSafeEqual(sha1(body), plain.subarray(0, SHA1_BYTES))) continue;
    return fromV2(Number(partnerText), body.subarray(RANDOM_BYTES).toString('utf8'));
  }
  return undefined;
}

function openV1(bytes: Buffer, secretsOf: SecretsOf): KsFields | undefined {
  const text = bytes.toString('utf8');
  const bar = text.indexOf('|');
  if (bar < 0) return undefined;
  const info = text.slice(bar + 1);
  const [partner, , expiry, type, , userId, privileges = ''] = info.split(';');
  if (partner === undefined || expiry === undefined) return undefined;
  const signature = Buffer.from(text.slice(0, bar));
  const signed = secretsOf(Number(partner)).some((secret) => {
    const expected = Buffer.from(sha1(secret + info).toString('hex'));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
  if (!signed) return undefined;
  const pairs = privileges
    .split(',')
    .filter((item) => item !== '')
    .map((item) => {
      const colon = item.indexOf(':');
      return colon < 0 ? ([item, ''] as const) : ([item.slice(0, colon), item.slice(colon + 1)] as const);
    });
  return {
    partnerId: Number(partner),
    userId: userId ?? null,
    type: Number(type),
    expiresAt: Number(expiry),
    privileges,
    privilegeValues: valuesOf(pairs),
  };
}

/** What the KS says, or undefined when no secret of its partner made it. Expiry is not looked at here. */
export function openKs(ks: string, secretsOf: SecretsOf): KsFields | undefined {
  if (ks.length > 8192 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(ks)) return undefined;
  const bytes = Buffer.from(ks, 'base64url');
  return bytes.subarray(0, 3).toString('latin1') === 'v2|' ? openV2(bytes, secretsOf) : openV1(bytes, secretsOf);
}

// PHP's http_build_query leaves `*` to percent-encoding, URLSearchParams does not.
const phpQuery = (pairs: [string, string][]): string => new URLSearchParams(pairs).toString().replaceAll('*', '%2A');

/** A v2 KS, byte for byte what Kaltura's server makes from the same 16 random bytes. */
export function makeKs(
  fields: { partnerId: number; userId: string | null; type: number; expiresAt: number; privileges: string },
  { secret, randomBytes }: { secret: string; randomBytes: Buffer },
): string {
  const pairs = new Map<string, string>();
  const text = fields.privileges.trim() === '*' ? 'all:*' : fields.privileges;
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '' || item === '0') continue;
    const colon = item.indexOf(':');
    pairs.set(colon < 0 ? item : item.slice(0, colon), colon < 0 ? '' : item.slice(colon + 1));
  }
  pairs.set('_e', String(fields.expiresAt));
  pairs.set('_t', String(fields.type));
  if (fields.userId !== null) pairs.set('_u', fields.userId);
  const body = Buffer.concat([randomBytes, Buffer.from(phpQuery([...pairs]), 'utf8')]);
  const signed = Buffer.concat([sha1(body), body]);
  const padded = Buffer.concat([signed, Buffer.alloc((16 - (signed.length % 16)) % 16)]);
  const cipher = createCipheriv('aes-128-cbc', aesKey(secret), ZERO_IV).setAutoPadding(false);
  const token = Buffer.concat([Buffer.from(`v2|${fields.partnerId}|`), cipher.update(padded), cipher.final()]);
  return token.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
