import { newUuid, type IdSource } from '../runtime/ids.js';

/**
 * A UUIDv7 that sorts behind `last`: as usual a new one, but the successor of `last` within one millisecond or after a
 * clock was set back. So history keeps the order in which things happened.
 */
export function uuidAfter(last: string | undefined, source: IdSource): string {
  const fresh = newUuid(source);
  if (last === undefined || fresh > last) return fresh;
  const digits = (BigInt(`0x${last.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
