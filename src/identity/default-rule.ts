/** The default rule and the pseudonym. docs/explanation/identity.md tells why. */
import { createHmac } from 'node:crypto';
import { AppError } from '../errors/app-error.js';
import type { TenantId, ViewerId } from '../runtime/ids.js';
import { toBase32 } from './base32.js';
import { MAX_BYTES } from './limits.js';
import { DEFAULT_MARK, isNamespace } from './namespace.js';

const MIN_KEY_BYTES = 32;
const PSEUDONYM_BYTES = 20;

/** A part of what Kaltura takes in a userId. Lower case only: Kaltura compares ids without case in places. */
const READABLE = /^[a-z0-9._@-]+$/;
/** Our own hashes. A `sub` of this form is hashed too, or somebody could name himself like another one's hash. */
const PSEUDONYM = /^h[a-z2-7]{32}$/;
const BROKEN_UNICODE = /\p{Cs}/u;

export interface IdentityContext {
  tenant: { id: TenantId; namespace: string };
  /** At least 32 bytes that never change: with another key, everybody whose id is a hash becomes somebody else. */
  pseudonymKey: Buffer;
}

/** Whether the LMS says at all who launches. */
export const isNamed = (sub: string | undefined): sub is string => sub !== undefined && sub.trim() !== '';

/**
 * The `sub` that every viewer needs, whatever the rule: pins and aliases hang on it.
 *
 * @throws AppError `VIEWER_ID_MISSING`; `VIEWER_ID_UNUSABLE` when it is no well-formed Unicode
 */
export function requireSub(sub: string | undefined): string {
  if (!isNamed(sub)) throw new AppError('VIEWER_ID_MISSING', { reason: 'no sub' });
  // UTF-8 has one replacement for all broken characters, so two people could get one hash.
  if (BROKEN_UNICODE.test(sub)) throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'sub is not well-formed Unicode' });
  return sub;
}

/** @throws AppError `VIEWER_ID_UNUSABLE` */
export function requireNamespace(namespace: string): string {
  if (isNamespace(namespace)) return namespace;
  throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'the tenant has a malformed namespace' });
}

/**
 * `{namespace}_{sub}` when that is readable and short enough, else the pseudonym. The same for one person always,
 * different for two people, also when ids are compared without case. The result matches
 * `^[a-z][a-z0-9]{0,23}_[a-z0-9._@-]+$` and has at most 100 bytes.
 */
export function defaultViewerId(sub: string, context: IdentityContext): ViewerId {
  const readable = `${requireNamespace(context.tenant.namespace)}${DEFAULT_MARK}${sub}`;
  if (READABLE.test(sub) && !PSEUDONYM.test(sub) && readable.length <= MAX_BYTES) return readable as ViewerId;
  return pseudonymViewerId(sub, context);
}

/** `{namespace}_h` and 32 characters of a keyed hash of tenant and `sub`. */
export function pseudonymViewerId(sub: string, { tenant, pseudonymKey }: IdentityContext): ViewerId {
  if (pseudonymKey.length < MIN_KEY_BYTES) {
    throw new AppError('INTERNAL', { reason: 'the pseudonym key is too short' });
  }
  const digest = createHmac('sha256', pseudonymKey)
    .update(`playcontext viewer 1\0${tenant.id}\0`)
    .update(sub, 'utf8')
    .digest();
  const hash = `h${toBase32(digest.subarray(0, PSEUDONYM_BYTES))}`;
  return `${requireNamespace(tenant.namespace)}${DEFAULT_MARK}${hash}` as ViewerId;
}
