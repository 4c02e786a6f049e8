import assert from 'node:assert/strict';
import { canonicalJson, copyStore, createTally } from '../../../src/store/copy.js';
import type { Store, TransferBatch, TransferPort } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';

type Copied = Pick<Store, 'transfer' | 'changeNumber'>;

const copy = (options: Omit<Parameters<typeof copyStore>[0], 'nowMs'>) => copyStore({ nowMs: 1_000, ...options });

/** A store with that content. */
const stored = (transfer: TransferPort = memoryPort(CONTENT), changeNumber = async () => 7): Copied => ({
  transfer,
  changeNumber,
});

/** A store that holds its records in an array, and can be made to misbehave. */
function memoryPort(content: TransferBatch[] = [], faults: Partial<TransferPort> = {}): TransferPort {
  const batches = structuredClone(content);
  return {
    async *read() {
      yield* structuredClone(batches);
    },
    write: async (batch) => void batches.push(structuredClone(batch)),
    async counts() {
      const counts: Record<string, number> = { leases: 0 };
      for (const { aggregate, records } of batches) counts[aggregate] = (counts[aggregate] ?? 0) + records.length;
      return counts;
    },
    ...faults,
  };
}

const CONTENT: TransferBatch[] = [
  { aggregate: 'tenants', records: [{ id: 't1', name: 'Law' }] },
  { aggregate: 'mappings', records: [{ key: '1' }, { key: '2' }] },
  { aggregate: 'mappings', records: [{ key: '3' }] },
];

describe('copying a store', () => {
  it('copies every record, and answers with count and checksum per aggregate', async () => {
    const to = memoryPort();
    const copied = await copy({ from: stored(), to: { transfer: to } });
    assert.deepEqual(await to.counts(), { leases: 0, tenants: 1, mappings: 3 });
    assert.deepEqual(
      copied.map(({ aggregate, count }) => [aggregate, count]),
      [
        ['tenants', 1],
        ['mappings', 3],
      ],
    );
    for (const { checksum } of copied) assert.match(checksum, /^[0-9a-f]{64}$/);
  });

  it('tells how many records there are, then how many it copied and read back', async () => {
    const told: (string | number)[] = [];
    await copy({
      from: stored(),
      to: stored(memoryPort()),
      onTotal: (total) => told.push(total),
      onProgress: (step, count) => told.push(step, count),
    });
    assert.deepEqual(told, [4, 'copy', 1, 'copy', 2, 'copy', 1, 'verify', 1, 'verify', 2, 'verify', 1]);
  });

  it('refuses a target that holds anything, and writes nothing to it', async () => {
    const to = memoryPort([{ aggregate: 'installationKeys', records: [{ name: 'x' }] }]);
    const error = await assertCode('STORE_TARGET_EXISTS', () => copy({ from: stored(), to: { transfer: to } }));
    assert.match(error.reason ?? '', /1 installationKeys/);
    assert.deepEqual(await to.counts(), { leases: 0, installationKeys: 1 });
  });

  it('notices a target that drops a record', async () => {
    const to = memoryPort();
    const write = to.write;
    to.write = (batch) => write({ ...batch, records: batch.records.slice(0, 1) });
    const error = await assertCode('STORE_COPY_DIFFERS', () => copy({ from: stored(), to: { transfer: to } }));
    assert.match(error.reason ?? '', /mappings: 3 in the source, 2 in the target/);
  });

  it('notices a target that changes a record, and does not print it', async () => {
    const to = memoryPort();
    const write = to.write;
    to.write = (batch) =>
      write(batch.aggregate === 'tenants' ? { ...batch, records: [{ id: 't1', name: 'Lab' }] } : batch);
    const error = await assertCode('STORE_COPY_DIFFERS', () => copy({ from: stored(), to: { transfer: to } }));
    assert.equal(error.reason, 'tenants: the records differ');
  });

  it('notices a source that changes while it is read', async () => {
    const more = memoryPort(CONTENT, { counts: async () => ({ tenants: 1, mappings: 2 }) });
    await assertCode('STORE_COPY_DIFFERS', () => copy({ from: stored(more), to: stored(memoryPort()) }));
    const fewer = memoryPort(CONTENT, { counts: async () => ({ tenants: 1, mappings: 3, audit: 1 }) });
    await assertCode('STORE_COPY_DIFFERS', () => copy({ from: stored(fewer), to: stored(memoryPort()) }));
  });

  it('notices a record that was changed while it was read, by the change number', async () => {
    let number = 7;
    await assertCode('STORE_COPY_DIFFERS', () =>
      copy({ from: stored(undefined, async () => number++), to: stored(memoryPort()) }),
    );
  });

  it('leaves behind what has ended', async () => {
    const ending = [
      {
        aggregate: 'consumedStates',
        records: [
          { stateId: 'old', expiresAtMs: 1_000 },
          { stateId: 'new', expiresAtMs: 1_001 },
        ],
      },
      { aggregate: 'adminLinks', records: [{ tokenHash: 'old', expiresAtMs: 999 }] },
      { aggregate: 'adminSessions', records: [{ tokenHash: 'idle', idleExpiresAtMs: 5, expiresAtMs: 9_999 }] },
    ];
    const to = memoryPort();
    const copied = await copy({ from: stored(memoryPort(ending)), to: stored(to) });
    assert.deepEqual(await to.counts(), { leases: 0, consumedStates: 1 });
    assert.deepEqual(
      copied.map(({ aggregate, count }) => [aggregate, count]),
      [['consumedStates', 1]],
    );
  });

  it('does not read a source whose target is refused', async () => {
    const from = memoryPort(CONTENT, { counts: () => assert.fail('the source was read') });
    const to = memoryPort(CONTENT);
    await assertCode('STORE_TARGET_EXISTS', () => copy({ from: stored(from), to: stored(to) }));
  });
});

describe('the checksum of an aggregate', () => {
  const checksum = (...records: unknown[]): string | undefined => {
    const tally = createTally();
    tally.add('a', records);
    return tally.result()[0]?.checksum;
  };

  it('is the same for the same records in any order and in any cut', () => {
    const tally = createTally();
    tally.add('a', [{ id: 3 }]);
    tally.add('a', [{ id: 1 }, { id: 2 }]);
    assert.equal(tally.result()[0]?.checksum, checksum({ id: 1 }, { id: 2 }, { id: 3 }));
  });

  it('is the same whatever the order of fields, and for an absent field', () => {
    assert.equal(checksum({ a: 1, b: { c: 2, d: [3] } }), checksum({ b: { d: [3], c: 2 }, a: 1, e: undefined }));
  });

  it('differs when a value moves to another record, or two records become equal', () => {
    assert.notEqual(checksum({ id: 1, v: 'x' }, { id: 2, v: 'y' }), checksum({ id: 1, v: 'y' }, { id: 2, v: 'x' }));
    assert.notEqual(checksum({ id: 1 }, { id: 1 }), checksum({ id: 2 }, { id: 2 }));
  });

  it('keeps null, an empty text and an absent field apart', () => {
    const sums = [checksum({ a: null }), checksum({ a: '' }), checksum({}), checksum({ a: [] }), checksum({ a: {} })];
    assert.equal(new Set(sums).size, sums.length);
  });

  it('is made of JSON with sorted keys', () => {
    assert.equal(canonicalJson({ b: [1, { d: null, c: 'é"' }], a: true }), '{"a":true,"b":[1,{"c":"é\\"","d":null}]}');
  });
});
