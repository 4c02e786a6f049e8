import type { BlockedFrame, BlockedFrameStore } from '../ports.js';
import type { Database, Row } from './database.js';
import { integer, text } from './rows.js';

const COLUMNS = 'platform_id, origin, count, first_at_ms, last_at_ms';
const ORDER = 'ORDER BY last_at_ms DESC, platform_id, origin';
const COUNT_ONE_MORE = `UPDATE blocked_frames SET count = count + 1, last_at_ms = max(last_at_ms, ?)
  WHERE platform_id = ? AND origin = ?`;
const HOW_MANY = 'SELECT count(*) AS origins FROM blocked_frames WHERE platform_id = ?';
const ADD = `INSERT INTO blocked_frames (${COLUMNS}) VALUES (?, ?, 1, ?, ?)`;
const ALL = `SELECT ${COLUMNS} FROM blocked_frames ${ORDER}`;
const BY_PLATFORM = `SELECT ${COLUMNS} FROM blocked_frames WHERE platform_id = ? ${ORDER}`;
const REMOVE = 'DELETE FROM blocked_frames WHERE platform_id = ? AND origin = ?';

const toRecord = (row: Row): BlockedFrame => ({
  platformId: text(row, 'platform_id'),
  origin: text(row, 'origin'),
  count: integer(row, 'count'),
  firstAtMs: integer(row, 'first_at_ms'),
  lastAtMs: integer(row, 'last_at_ms'),
});

export const createBlockedFrameStore = (durable: Database): BlockedFrameStore => ({
  note: ({ platformId, origin }, { nowMs, cap }) =>
    durable.write((sql) => {
      if (sql.run(COUNT_ONE_MORE, nowMs, platformId, origin) === 1) return 'noted';
      if (integer(sql.get(HOW_MANY, platformId) ?? {}, 'origins') >= cap) return 'full';
      sql.run(ADD, platformId, origin, nowMs, nowMs);
      return 'noted';
    }),
  list: (platformId) =>
    durable.read((sql) => (platformId === undefined ? sql.all(ALL) : sql.all(BY_PLATFORM, platformId)).map(toRecord)),
  remove: (platformId, origin) => durable.write((sql) => sql.run(REMOVE, platformId, origin) === 1),
});
