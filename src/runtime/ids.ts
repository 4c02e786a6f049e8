/** Branded identifiers: a `PlatformId` can't be handed where a `TenantId` is meant. */
import { v7 } from 'uuid';
import type { Clock } from './clock.js';
import type { Random } from './random.js';

type Brand<Name extends string> = string & { readonly __brand: Name };

export type AccountId = Brand<'AccountId'>;
export type TenantId = Brand<'TenantId'>;
export type PlatformId = Brand<'PlatformId'>;
export type LaunchId = Brand<'LaunchId'>;
/** A Kaltura category id: a positive integer in decimal digits. What `playbackContext` carries. */
export type CategoryId = Brand<'CategoryId'>;
/** A Kaltura entry id: `^[01]_[a-z0-9]{8}$`. */
export type EntryId = Brand<'EntryId'>;
/** The value that Kaltura sees as `userId`. */
export type ViewerId = Brand<'ViewerId'>;
/** 11 base64url characters (8 bytes) that name a platform in `/lti/login/<ref>` and inside `state`. */
export type PlatformRef = Brand<'PlatformRef'>;

export interface IdSource {
  clock: Clock;
  random: Random;
}

/** A UUIDv7 (RFC 9562 §5.7): sorts by time of creation. */
export function newUuid({ clock, random }: IdSource): string {
  return v7({ msecs: clock.nowMs(), random: random.bytes(16) });
}

export const newLaunchId = (source: IdSource): LaunchId => newUuid(source) as LaunchId;
export const newPlatformId = (source: IdSource): PlatformId => newUuid(source) as PlatformId;
export const newTenantId = (source: IdSource): TenantId => newUuid(source) as TenantId;
/** The first character is always a letter: a leading `-` would read as an option on a command line. */
export function newPlatformRef(random: Random): PlatformRef {
  const bytes = random.bytes(8);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('base64url') as PlatformRef;
}

const ENTRY_ID = /^[01]_[a-z0-9]{8}$/;
const CATEGORY_ID = /^[1-9][0-9]{0,9}$/;

export const isEntryId = (value: unknown): value is EntryId => typeof value === 'string' && ENTRY_ID.test(value);
export const isCategoryId = (value: unknown): value is CategoryId =>
  typeof value === 'string' && CATEGORY_ID.test(value);
