/** Kaltura Sessions of version 2, made and read locally (facts: Kaltura's server, kSessionBase). Pure: no I/O, no clock. */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.js';

export type KsType = 'user' | 'admin';

export interface KsPrivilege {
  /** Letters and digits, e.g. `sview`. */
  name: string;
  /** Absent for privileges without one, e.g. `disableentitlement`. */
  value?: string;
}

export interface KsInput {
  partnerId: number;
  /** The account's ADMIN secret; Kaltura encrypts USER sessions with it too. */
  secret: string;
  /** Absent: the session says nothing about its user. */
  userId?: string;
  type: KsType;
  expiresAtSeconds: number;
  privileges: readonly KsPrivilege[];
  /** 16 fresh random bytes; they make two sessions of equal content differ. */
  random: Uint8Array;
}

export interface OpenedKs {
  partnerId: number;
  userId?: string;
  type: KsType;
  expiresAtSeconds: number;
  /** Without a value: `value` is `''`. Everything: one privilege `all` of value `*`. */
  privileges: { name: string; value: string }[];
}

export type KsRefusal =
  | 'too-long'
  | 'not-base64'
  | 'no-separator'
  /** Version 1: a `;` in its user id shifts the fields behind it, so a viewer could write privileges. */
  | 'version-1'
  /** Made with another secret, or changed on the way. */
  | 'signature'
  | 'fields';

export type OpenKsResult = { ok: true; session: OpenedKs } | { ok: false; reason: KsRefusal };

const BLOCK_BYTES = 16;
const SHA1_BYTES = 20;
const RANDOM_BYTES = 16;
const ZERO_IV = Buffer.alloc(BLOCK_BYTES);
const MAX_KS_CHARACTERS = 8192;

// A name that starts with `_` would stand beside Kaltura's own fields (`_u`, `_t`, `_e`) and could replace them.
const PRIVILEGE_NAME = /^[A-Za-z][A-Za-z0-9]*$/;
// Control characters, and halves of surrogate pairs, which UTF-8 cannot carry.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const TYPE_CODE: Record<KsType, string> = { user: '0', admin: '2' };

/**
 * Makes a KS v2: URL-safe base64 that begins `djJ8`.
 *
 * Throws `VIEWER_ID_UNUSABLE` for a user id with control characters, and `INTERNAL` for privileges that could be read
 * as more than one (`,` `;`), that a player would take for a template (`{{`), or that stand there twice: Kaltura
 * would silently keep the last.
 */
export function signKs(input: KsInput): string {
  checkInput(input);
  const fields = new URLSearchParams();
  for (const { name, value = '' } of input.privileges) fields.append(name, value);
  fields.append('_e', String(input.expiresAtSeconds));
  fields.append('_t', TYPE_CODE[input.type]);
  if (input.userId !== undefined) fields.append('_u', input.userId);
  // PHP's http_build_query and URLSearchParams encode alike, but for the star.
  const query = fields.toString().replaceAll('*', '%2A');

  const body = Buffer.concat([input.random, Buffer.from(query, 'ascii')]);
  const signed = Buffer.concat([sha1(body), body]);
  const padded = Buffer.alloc(Math.ceil(signed.length / BLOCK_BYTES) * BLOCK_BYTES);
  signed.copy(padded);
  const cipher = createCipheriv('aes-128-cbc', aesKey(input.secret), ZERO_IV).setAutoPadding(false);
  const token = Buffer.concat([Buffer.from(`v2|${input.partnerId}|`, 'ascii'), cipher.update(padded), cipher.final()]);
  return token.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/**
 * Reads a KS v2 that one of `secrets` made. Says who made it and what it holds, not that it still holds: compare
 * `expiresAtSeconds` with the time. Never throws on what came from outside.
 */
export function openKs(ks: string, secrets: readonly string[]): OpenKsResult {
  if (ks.length > MAX_KS_CHARACTERS) return refuse('too-long');
  const standard = ks.replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(standard) || standard.length % 4 !== 0) return refuse('not-base64');
  const token = Buffer.from(standard, 'base64');

  const header = /^v2\|([0-9]{1,10})\|/.exec(token.toString('latin1', 0, 16));
  if (!header) return refuse(token.includes('|') ? 'version-1' : 'no-separator');
  const ciphertext = token.subarray(header[0].length);
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) return refuse('signature');

  for (const secret of secrets) {
    const query = decrypt(ciphertext, secret);
    if (query !== undefined) return readFields(Number(header[1]), query);
  }
  return refuse('signature');
}

function checkInput({ partnerId, secret, userId, expiresAtSeconds, privileges, random }: KsInput): void {
  if (!Number.isSafeInteger(partnerId) || partnerId <= 0) throw unusable('the partner id is not a positive integer');
  if (!Number.isSafeInteger(expiresAtSeconds) || expiresAtSeconds <= 0) throw unusable('the expiry is not a time');
  if (secret === '') throw unusable('the secret is empty');
  if (random.length !== RANDOM_BYTES) throw unusable(`it needs ${RANDOM_BYTES} random bytes`);
  if (userId !== undefined && UNPRINTABLE.test(userId)) {
    throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'the user id holds control characters' });
  }
  const seen = new Set<string>();
  for (const { name, value = '' } of privileges) {
    if (!PRIVILEGE_NAME.test(name)) throw unusable('a privilege name holds more than letters and digits');
    if (seen.has(name)) throw unusable(`the privilege ${name} stands there twice`);
    seen.add(name);
    if (/[,;]|\{\{/.test(value) || UNPRINTABLE.test(value) || value !== value.trim()) {
      throw unusable(`the value of the privilege ${name} holds characters that it may not hold`);
    }
  }
}

const unusable = (why: string): AppError => new AppError('INTERNAL', { reason: `No KS was made: ${why}.` });

const refuse = (reason: KsRefusal): OpenKsResult => ({ ok: false, reason });

const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest();

const aesKey = (secret: string): Buffer => sha1(Buffer.from(secret, 'utf8')).subarray(0, BLOCK_BYTES);

/** The query inside, when the digest in front of it fits. */
function decrypt(ciphertext: Buffer, secret: string): string | undefined {
  const decipher = createDecipheriv('aes-128-cbc', aesKey(secret), ZERO_IV).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end -= 1;
  const body = padded.subarray(SHA1_BYTES, end);
  if (body.length < RANDOM_BYTES) return undefined;
  if (!timingSafeEqual(sha1(body), padded.subarray(0, SHA1_BYTES))) return undefined;
  return body.toString('utf8', RANDOM_BYTES);
}

function readFields(partnerId: number, query: string): OpenKsResult {
  // A Map, because like PHP's parse_str it keeps the last of two equal names.
  const fields = new Map(new URLSearchParams(query));
  const expiry = fields.get('_e') ?? '';
  const type = fields.get('_t') ?? '';
  if (!/^[0-9]{1,12}$/.test(expiry) || !/^[0-9]$/.test(type)) return refuse('fields');
  const userId = fields.get('_u');
  return {
    ok: true,
    session: {
      partnerId,
      ...(userId === undefined ? {} : { userId }),
      type: type === '0' ? 'user' : 'admin',
      expiresAtSeconds: Number(expiry),
      privileges: [...fields].filter(([name]) => !name.startsWith('_')).map(([name, value]) => ({ name, value })),
    },
  };
}
