/** The default identity rule: which `userId` Kaltura sees for a viewer. docs/explanation/identity.md tells why. */
import { createHmac } from 'node:crypto';
import type { Viewer } from '../adapter-sdk/types.js';
import { AppError } from '../errors/app-error.js';
import type { ViewerId } from '../runtime/ids.js';
import type { TenantRecord } from '../store/ports.js';
import { toBase32 } from './base32.js';

/** Kaltura's server keeps the first 100 bytes of a userId; two ids that differ only behind them become one person. */
const MAX_BYTES = 100;
const MIN_KEY_BYTES = 32;
const PSEUDONYM_BYTES = 20;

const NAMESPACE = /^[a-z][a-z0-9]{0,23}$/;
/** A part of what Kaltura takes in a userId. Lower case only: Kaltura compares ids without case in places. */
const READABLE = /^[a-z0-9._@-]+$/;
/** Our own hashes. A `sub` of this form is hashed too, or somebody could name himself like another one's hash. */
const PSEUDONYM = /^h[a-z2-7]{32}$/;
const BROKEN_UNICODE = /\p{Cs}/u;

export interface ViewerIdInput {
  tenant: Pick<TenantRecord, 'id' | 'namespace'>;
  viewer: Pick<Viewer, 'candidates'>;
  /** At least 32 bytes that never change: with another key, everybody whose id is a hash becomes somebody else. */
  pseudonymKey: Buffer;
}

/**
 * `{namespace}_{sub}` when that is readable and short enough, else `{namespace}_h…` with 32 characters of a keyed
 * hash of tenant and `sub`. Never empty, the same for one person always, different for two people, also when ids are
 * compared without case. The result matches `^[a-z][a-z0-9]{0,23}_[a-z0-9._@-]+$` and has at most 100 bytes.
 *
 * @throws AppError `VIEWER_ID_MISSING` without a `sub`, `VIEWER_ID_UNUSABLE` when `sub` is no well-formed Unicode or
 * the tenant's namespace is malformed
 */
export function viewerIdFor({ tenant, viewer, pseudonymKey }: ViewerIdInput): ViewerId {
  const { sub } = viewer.candidates;
  if (sub === undefined || sub.trim() === '') throw new AppError('VIEWER_ID_MISSING', { reason: 'no sub' });
  // UTF-8 has one replacement for all broken characters, so two people could get one hash.
  if (BROKEN_UNICODE.test(sub)) throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'sub is not well-formed Unicode' });
  if (!NAMESPACE.test(tenant.namespace)) {
    throw new AppError('VIEWER_ID_UNUSABLE', { reason: 'the tenant has a malformed namespace' });
  }
  const readable = `${tenant.namespace}_${sub}`;
  if (READABLE.test(sub) && !PSEUDONYM.test(sub) && readable.length <= MAX_BYTES) return readable as ViewerId;
  return `${tenant.namespace}_${pseudonymOf(tenant.id, sub, pseudonymKey)}` as ViewerId;
}

function pseudonymOf(tenantId: string, sub: string, key: Buffer): string {
  if (key.length < MIN_KEY_BYTES) throw new AppError('INTERNAL', { reason: 'the pseudonym key is too short' });
  const digest = createHmac('sha256', key).update(`playcontext viewer 1\0${tenantId}\0`).update(sub, 'utf8').digest();
  return `h${toBase32(digest.subarray(0, PSEUDONYM_BYTES))}`;
}

/** Room for the number that the store puts behind a namespace that is taken; the whole has at most 24 characters. */
const PROPOSAL_MAX_LENGTH = 20;
const NAMELESS = 'lms';

/**
 * A namespace for a tenant from the name of its platform: lower-case Latin letters and digits, beginning with a
 * letter, at most 20. "Übungs-Moodle 2" → `ubungsmoodle2`; a name without Latin letters or digits → `lms`.
 */
export function namespaceFor(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return (/^[a-z]/.test(plain) ? plain : `${NAMELESS}${plain}`).slice(0, PROPOSAL_MAX_LENGTH);
}
