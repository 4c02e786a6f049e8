import type { TenantId } from '../../../src/runtime/ids.js';
import type { Store } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { NOW_MS } from '../../support/store-fixtures.js';
import type { CurrentHarness } from './harness.js';

const TENANT = 't' as TenantId;

const lists: Record<string, (store: Store, limit: number) => Promise<unknown>> = {
  'audit.list': ({ audit }, limit) => audit.list({ limit }),
  'courses.list': ({ courses }, limit) => courses.list({ order: 'title', limit }),
  'jobs.list': ({ jobs }, limit) => jobs.list({ limit }),
  'launches.list': ({ launches }, limit) => launches.list({ limit }),
  'mappings.history': ({ mappings }, limit) => mappings.history({ tenantId: TENANT, courseKey: '15' }, { limit }),
  'mappings.changeSet': ({ mappings }, limit) => mappings.changeSet('set', { limit }),
  'stagedChanges.rows': ({ stagedChanges }, limit) => stagedChanges.rows('set', { limit }),
  'stagedChanges.expired': ({ stagedChanges }, limit) => stagedChanges.expired(NOW_MS, limit),
  'viewers.list': ({ viewers }, limit) => viewers.list(TENANT, { limit }),
  'consumedStates.sweep': ({ consumedStates }, limit) => consumedStates.sweep(NOW_MS, limit),
  'jobs.sweep': ({ jobs }, limit) => jobs.sweep(NOW_MS, limit),
  'launches.sweep': ({ launches }, limit) => launches.sweep(NOW_MS, limit),
};

export function describeLimits(current: CurrentHarness): void {
  describe('limits', () => {
    for (const [name, ask] of Object.entries(lists)) {
      it(`are whole numbers from 1 to 500: ${name}`, async () => {
        for (const limit of [0, -1, 0.5, 501, NaN, Infinity]) {
          await assertCode('INPUT_INVALID', () => ask(current().store, limit));
        }
        for (const limit of [1, 500]) await ask(current().store, limit);
      });
    }
  });
}
