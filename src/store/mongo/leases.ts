import type { LeaseStore } from '../ports.js';
import type { Database } from './database.js';
import { isDuplicateKey } from './errors.js';
import { atMost } from './fields.js';

export const createLeaseStore = (database: Database): LeaseStore => ({
  acquire: ({ name, holder, lifeMs }, nowMs) =>
    database.run(async ({ update }) => {
      const mayTake = { _id: name, $or: [{ holder }, { endsAtMs: atMost(nowMs) }] };
      try {
        await update('leases', mayTake, { set: { holder, endsAtMs: nowMs + lifeMs } }, true);
        return true;
      } catch (thrown) {
        // Nothing fitted, so one was to be made: somebody else has it.
        if (isDuplicateKey(thrown)) return false;
        throw thrown;
      }
    }),
  async release(name, holder) {
    await database.run(({ take }) => take('leases', { _id: name, holder }));
  },
});
