import type { LeaseStore } from '../ports.js';
import type { Database } from './database.js';

const ACQUIRE = `INSERT INTO leases (name, holder, ends_at_ms) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at_ms = excluded.ends_at_ms
    WHERE holder = excluded.holder OR ends_at_ms <= ?`;
const RELEASE = 'DELETE FROM leases WHERE name = ? AND holder = ?';

/** Leases end with the processes that hold them, so a power cut may take them. */
export const createLeaseStore = (volatile: Database): LeaseStore => ({
  acquire: ({ name, holder, lifeMs }, nowMs) =>
    volatile.write((sql) => sql.run(ACQUIRE, name, holder, nowMs + lifeMs, nowMs) === 1),
  async release(name, holder) {
    await volatile.write((sql) => sql.run(RELEASE, name, holder));
  },
});
