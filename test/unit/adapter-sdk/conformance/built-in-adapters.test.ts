import assert from 'node:assert/strict';
import { builtInAdapters } from '../../../../adapters/index.js';
import { makeReport } from '../../../../src/adapter-sdk/conformance/report.js';
import { readFixtureFolder } from '../../../../src/adapter-sdk/conformance/read-fixtures.js';
import { neutralLaunchOf } from '../../../../src/adapter-sdk/testing.js';
import { defaultViewerId, requireSub } from '../../../../src/identity/default-rule.js';
import type { TenantId } from '../../../../src/runtime/ids.js';
import { placeOf } from '../../../../src/adapter-sdk/conformance/wording.js';

const tenant = { id: '0190b7a0-0000-7000-8000-000000000001' as TenantId, namespace: 'school' };
const pseudonymKey = Buffer.alloc(32, 7);

for (const adapter of builtInAdapters) {
  const folder = new URL(`../../../../adapters/${adapter.id}/fixtures/`, import.meta.url);
  const { fixtures, unreadable } = readFixtureFolder(folder);

  describe(`the built-in adapter ${adapter.id}`, function () {
    this.timeout(60_000);

    it('keeps all rules beside the other built-in ones', () => {
      const loaded = { path: adapter.id, adapter, fixtures, unreadable };
      const report = makeReport({ adapters: [loaded], ignored: [], missing: [] }, builtInAdapters);
      const problems = report.adapters.flatMap(({ rules }) =>
        rules.flatMap(({ id, problems: found }) => found.map((one) => `${id}: ${placeOf(one)}: ${one.message}`)),
      );
      assert.deepEqual(problems, []);
      assert.ok(report.ok);
    });

    it('gives people with different ids different userIds by the default rule', () => {
      const subs = [
        '42',
        '042',
        'Ada',
        'ada',
        'ADA',
        'ada ',
        'é',
        'e\u0301',
        `x${'y'.repeat(200)}1`,
        `x${'y'.repeat(200)}2`,
      ];
      const viewers = subs.map((sub) => neutralLaunchOf(adapter, { ...fixtures['resource-link'], sub }).viewer);
      const ids = viewers.map(({ candidates }) =>
        defaultViewerId(requireSub(candidates.sub), { tenant, pseudonymKey }),
      );
      assert.equal(new Set(ids).size, subs.length);
    });
  });
}
