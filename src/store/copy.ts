/** Copies a whole store into an empty one of any kind, and proves that both hold the same. */
import { createHash } from 'node:crypto';
import { AppError } from '../errors/app-error.js';
import type { Store } from './ports.js';
import { hasEnded } from './transfer-records.js';

export interface CopyOptions {
  from: Pick<Store, 'transfer' | 'changeNumber'>;
  /** What has ended by now is left behind: the target might remove it before it is compared. */
  nowMs: number;
  /** Must be empty. */
  to: Pick<Store, 'transfer'>;
  /** Told of each batch: `copy` while records are written, then `verify` while they are read back. */
  onProgress?: (step: 'copy' | 'verify', records: number) => void;
  /** Told once how many records there are. */
  onTotal?: (records: number) => void;
}

export interface CopiedAggregate {
  aggregate: string;
  count: number;
  /** Sum of the SHA-256 of all records, hexadecimal: the same for the same records in any order. */
  checksum: string;
}

const MODULUS = 1n << 256n;

/** JSON with sorted keys and without absent fields: two stores that hold the same give the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** Counts and adds up records of several aggregates, in whatever order they come. */
export interface Tally {
  add(aggregate: string, records: readonly unknown[]): void;
  result(): CopiedAggregate[];
}

export function createTally(): Tally {
  const sums = new Map<string, { count: number; sum: bigint }>();
  return {
    add(aggregate, records) {
      const entry = sums.get(aggregate) ?? { count: 0, sum: 0n };
      for (const record of records) {
        // A sum and not an exclusive or, in which two equal records would vanish.
        const digest = createHash('sha256').update(canonicalJson(record)).digest('hex');
        entry.sum = (entry.sum + BigInt(`0x${digest}`)) % MODULUS;
        entry.count += 1;
      }
      sums.set(aggregate, entry);
    },
    result: () =>
      [...sums]
        .filter(([, { count }]) => count > 0)
        .map(([aggregate, { count, sum }]) => ({ aggregate, count, checksum: sum.toString(16).padStart(64, '0') })),
  };
}

const totalOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Aggregates whose count or checksum differs, by name. */
function differences(expected: readonly CopiedAggregate[], found: readonly CopiedAggregate[]): string[] {
  const names = new Set([...expected, ...found].map(({ aggregate }) => aggregate));
  const of = (list: readonly CopiedAggregate[], name: string) => list.find(({ aggregate }) => aggregate === name);
  return [...names].flatMap((name) => {
    const [before, after] = [of(expected, name), of(found, name)];
    if (before?.count !== after?.count) {
      return [`${name}: ${before?.count ?? 0} in the source, ${after?.count ?? 0} in the target`];
    }
    return before?.checksum === after?.checksum ? [] : [`${name}: the records differ`];
  });
}

/**
 * Copies every record that has not ended, then reads the target back and compares counts and checksums of each aggregate. Nothing else may
 * write to either store meanwhile. A copy that fails leaves what it has written so far in the target.
 *
 * @returns what was copied, by aggregate
 * @throws AppError `STORE_TARGET_EXISTS` when the target holds records; `STORE_COPY_DIFFERS` when the source changed or
 *   the target does not hold what was copied; and what the stores throw
 */
export async function copyStore({ from, to, nowMs, onProgress, onTotal }: CopyOptions): Promise<CopiedAggregate[]> {
  const present = Object.entries(await to.transfer.counts()).filter(([, count]) => count > 0);
  if (present.length > 0) {
    const what = present.map(([aggregate, count]) => `${count} ${aggregate}`).join(', ');
    throw new AppError('STORE_TARGET_EXISTS', { reason: `the target holds ${what}` });
  }
  const [counts, changeNumber] = [await from.transfer.counts(), await from.changeNumber()];
  onTotal?.(totalOf(counts));

  const sent = createTally();
  const seen: Record<string, number> = {};
  for await (const { aggregate, records } of from.transfer.read()) {
    seen[aggregate] = (seen[aggregate] ?? 0) + records.length;
    const living = records.filter((record) => !hasEnded(aggregate, record, nowMs));
    sent.add(aggregate, living);
    if (living.length > 0) await to.transfer.write({ aggregate, records: living });
    onProgress?.('copy', records.length);
  }
  const copied = sent.result();
  const changed =
    Object.entries(seen).some(([aggregate, count]) => counts[aggregate] !== count) ||
    totalOf(counts) !== totalOf(seen) ||
    changeNumber !== (await from.changeNumber());
  if (changed) throw new AppError('STORE_COPY_DIFFERS', { reason: 'the source changed while it was read' });

  const found = createTally();
  for await (const batch of to.transfer.read()) {
    found.add(batch.aggregate, batch.records);
    onProgress?.('verify', batch.records.length);
  }
  const differing = differences(copied, found.result());
  if (differing.length > 0) throw new AppError('STORE_COPY_DIFFERS', { reason: differing.join('; ') });
  return copied;
}
