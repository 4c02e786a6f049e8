import type { Clock } from '../../runtime/clock.js';
import { assertLimit } from '../limits.js';
import type { ConsumedStateStore } from '../ports.js';
import type { Database } from './database.js';

const CONSUME = 'INSERT INTO consumed_states (state_id, expires_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING';
const HAS = 'SELECT state_id FROM consumed_states WHERE state_id = ?';
const SWEEP = `DELETE FROM consumed_states WHERE state_id IN
  (SELECT state_id FROM consumed_states WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)`;

export const createConsumedStateStore = (volatile: Database, clock: Clock): ConsumedStateStore => ({
  async consume(stateId, expiresAtMs) {
    // An ended state may have been used and swept: without this it would count as fresh again.
    if (expiresAtMs <= clock.nowMs()) return false;
    return volatile.write((sql) => sql.run(CONSUME, stateId, expiresAtMs) === 1);
  },
  has: (stateId) => volatile.read((sql) => sql.get(HAS, stateId) !== undefined),
  async sweep(nowMs, limit) {
    assertLimit(limit);
    return volatile.write((sql) => sql.run(SWEEP, nowMs, limit));
  },
});
