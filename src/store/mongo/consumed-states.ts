import type { Clock } from '../../runtime/clock.js';
import { assertLimit } from '../limits.js';
import type { ConsumedStateStore } from '../ports.js';
import { removeEnded } from './admins.js';
import type { Database } from './database.js';
import { toDocument } from './documents.js';
import { isDuplicateKey } from './errors.js';

export const createConsumedStateStore = (database: Database, clock: Clock): ConsumedStateStore => ({
  async consume(stateId, expiresAtMs) {
    // An ended state may have been used and swept: without this it would count as fresh again.
    if (expiresAtMs <= clock.nowMs()) return false;
    return database.run(async ({ insert }) => {
      try {
        await insert('consumedStates', [toDocument('consumedStates', { stateId, expiresAtMs })]);
        return true;
      } catch (thrown) {
        if (isDuplicateKey(thrown)) return false;
        throw thrown;
      }
    });
  },
  has: (stateId) =>
    database.run(
      async ({ findOne }) => (await findOne('consumedStates', { _id: stateId }, { only: ['_id'] })) !== undefined,
    ),
  async sweep(nowMs, limit) {
    assertLimit(limit);
    return database.run((commands) => removeEnded(commands, 'consumedStates', nowMs, limit));
  },
});
