import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runSuites, type RunTotals } from '../../../scripts/run-suites.js';

const samples = new URL('../../support/run-samples/', import.meta.url);

async function run(sample: string): Promise<{ totals: RunTotals; lines: string[] }> {
  const lines: string[] = [];
  const totals = await runSuites({
    root: fileURLToPath(new URL(sample, samples)),
    suites: [{ name: 'unit', folders: ['test/unit'], timeoutMs: 5_000 }],
    print: (line) => lines.push(line),
    output: 'ignore',
    exitLimitMs: 1_000,
  });
  return { totals, lines };
}

describe('running the test suites', function () {
  this.timeout(60_000);

  it('counts what passed and closes with one plain line', async () => {
    const { totals, lines } = await run('passing');
    assert.deepEqual(totals, { passed: 1, failed: 0, skipped: 0 });
    assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
  });

  it('names each test that failed', async () => {
    const { totals, lines } = await run('failing');
    assert.deepEqual(totals, { passed: 1, failed: 1, skipped: 0 });
    assert.ok(lines.includes('failed: unit: fails'));
  });

  it('fails a suite that ran fewer tests than its floor', async () => {
    const { totals, lines } = await run('too-few');
    assert.equal(totals.failed, 1);
    assert.ok(lines.includes('failed: unit: only 1 tests ran, at least 2 are expected'));
  });

  it('prints the reason of every skipped test', async () => {
    const { totals, lines } = await run('skipping');
    assert.deepEqual(totals, { passed: 1, failed: 0, skipped: 3 });
    assert.deepEqual(
      lines.filter((line) => line.startsWith('skipped')),
      [
        'skipped: unit: is skipped by itself (no such device)',
        'skipped: unit: a group is skipped by its hook (no such service)',
        'skipped: unit: another group is skipped before it starts (no such day)',
      ],
    );
  });

  it('fails when a test is skipped without a reason', async () => {
    const { totals, lines } = await run('skipping-silently');
    assert.deepEqual(totals, { passed: 1, failed: 2, skipped: 2 });
    assert.ok(lines.includes('failed: skipped without a reason: unit: is skipped without a reason'));
  });

  it('fails when a test file cannot be loaded', async () => {
    const { totals } = await run('crashing');
    assert.deepEqual(totals, { passed: 0, failed: 1, skipped: 0 });
  });

  it('fails when a test is marked to run alone', async () => {
    const { totals } = await run('exclusive');
    assert.ok(totals.failed > 0);
  });

  it('ends and fails a suite that leaves a server open', async () => {
    const { totals, lines } = await run('left-open');
    assert.deepEqual(totals, { passed: 1, failed: 1, skipped: 0 });
    assert.ok(lines.some((line) => line.includes('was left open')));
  });

  it('fails when the files of a suite with a floor are gone, and only then', async () => {
    assert.equal((await run('empty')).totals.failed, 1);
    assert.equal((await run('nothing-yet')).totals.failed, 0);
  });
});
