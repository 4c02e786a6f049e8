import assert from 'node:assert/strict';
import { searchAudit } from '../../../src/admin/audit-search.js';
import type { AuditRecord, AuditStore } from '../../../src/store/ports.js';

const idOf = (number: number): string => `0193fd10-7c1e-7000-8000-${String(number).padStart(12, '0')}`;

function auditOf(count: number, actionOf: (number: number) => string) {
  const records = Array.from({ length: count }, (_, index): AuditRecord => {
    const number = count - index;
    return { id: idOf(number), atMs: number, actor: { kind: 'cli' }, action: actionOf(number), target: String(number) };
  });
  let reads = 0;
  const list: AuditStore['list'] = ({ limit, before }) => {
    reads += 1;
    return Promise.resolve(records.filter(({ id }) => before === undefined || id < before).slice(0, limit));
  };
  return { audit: { list }, reads: () => reads };
}

const targets = ({ records }: { records: AuditRecord[] }): string[] => records.map(({ target }) => target);

describe('a search in the audit', () => {
  it('looks only so far back for what is rare, says how far, and goes on from there', async () => {
    const { audit, reads } = auditOf(6_000, (number) => (number === 1 ? 'account.put' : 'mapping.apply'));
    const first = await searchAudit(audit, { action: 'account.' }, 50);
    assert.deepEqual([targets(first), first.lookedBackToMs, first.next], [[], 1_001, idOf(1_001)]);
    assert.equal(reads(), 10);
    const second = await searchAudit(audit, { action: 'account.', before: first.next ?? '' }, 50);
    assert.deepEqual([targets(second), second.next], [['1'], undefined]);
  });

  it('goes on right after the last record that it showed', async () => {
    const { audit } = auditOf(200, () => 'mapping.apply');
    const first = await searchAudit(audit, { who: 'CLI' }, 50);
    assert.deepEqual([first.records.length, first.next], [50, idOf(151)]);
    const second = await searchAudit(audit, { who: 'CLI', before: idOf(151) }, 50);
    assert.equal(targets(second)[0], '150');
  });

  it('reads no more than a page when nothing narrows it', async () => {
    const { audit, reads } = auditOf(6_000, () => 'mapping.apply');
    const { records, next } = await searchAudit(audit, {}, 50);
    assert.deepEqual([records.length, next, reads()], [50, idOf(5_951), 1]);
  });
});
