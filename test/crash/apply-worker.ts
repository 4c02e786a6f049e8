/**
 * A process of its own that applies prepared changes and ends itself by SIGKILL: after the mappings of a chunk are
 * stored, and before the job says so. Arguments: the store's folder, and the number of that chunk.
 */
import { createChangeApplier } from '../../src/courses/changes/apply-changes.js';
import { createJobRunner } from '../../src/jobs/runner.js';
import { createGateway } from '../../src/kaltura/gateway.js';
import { createKaltura } from '../../src/kaltura/kaltura.js';
import type { Clock } from '../../src/runtime/clock.js';
import { openLibsqlStore } from '../../src/store/libsql/store.js';
import type { Store } from '../../src/store/ports.js';
import { testAccount } from '../support/kaltura-account.js';
import { NOW_MS, random } from '../support/store-fixtures.js';

/** The runner of one process, with the one handler that the tests need. */
export function applyRunner(store: Store, clock: Clock) {
  const kaltura = createKaltura({ accounts: [testAccount()], gateway: createGateway(), clock, random });
  const applier = createChangeApplier({ store, kaltura, changes: { poll: () => Promise.resolve() }, clock });
  const silent = (): void => undefined;
  return createJobRunner({
    jobs: store.jobs,
    leases: store.leases,
    clock,
    random,
    log: { info: silent, warn: silent, error: silent },
    handlers: { 'courses.apply-changes': applier.handler },
    periodic: [],
  });
}

const [directory, killAfter] = process.argv.slice(2);
if (process.send && directory !== undefined) {
  const clock = { nowMs: () => NOW_MS };
  const store = await openLibsqlStore({ directory, clock, random });
  let chunks = 0;
  const mappings: Store['mappings'] = {
    ...store.mappings,
    async apply(set, by) {
      const answer = await store.mappings.apply(set, by);
      if ((chunks += 1) === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
      return answer;
    },
  };
  applyRunner({ ...store, mappings }, clock).start();
}
