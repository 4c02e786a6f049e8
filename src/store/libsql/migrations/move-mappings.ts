import { courseTokens, titleOrder } from '../../course-text.js';
import type { Writer } from '../database.js';
import { integer, text } from '../rows.js';

const MOVE = `INSERT INTO courses (tenant_id, course_key, title, label, title_order, previous_keys, category_names,
    first_seen_at_ms, version, origin, account_id, category_id, category_full_name, mapped_at_ms, updated_at_ms)
  SELECT tenant_id, course_key, course_title, course_label, '', '[]', '[]',
    created_at_ms, version, origin, account_id, category_id, category_full_name, created_at_ms, updated_at_ms
  FROM mappings ORDER BY created_at_ms, tenant_id, course_key`;
const TEXTS = 'SELECT id, course_key, title, label FROM courses WHERE id > ? ORDER BY id LIMIT 1000';
const ORDER = 'UPDATE courses SET title_order = ? WHERE id = ?';
const INDEX = 'INSERT INTO course_search (rowid, tokens) VALUES (?, ?)';

/**
 * Schema 1 kept mappings alone; each becomes a course that was never launched. The old table goes: a program of the
 * old version that still runs must fail, not write where nobody looks.
 */
export function moveMappings(sql: Writer): void {
  sql.run(MOVE);
  for (let last = 0; ;) {
    const rows = sql.all(TEXTS, last);
    if (rows.length === 0) break;
    for (const row of rows) {
      last = integer(row, 'id');
      const course = {
        courseKey: text(row, 'course_key'),
        title: typeof row['title'] === 'string' ? row['title'] : undefined,
        label: typeof row['label'] === 'string' ? row['label'] : undefined,
      };
      sql.run(ORDER, titleOrder(course), last);
      sql.run(INDEX, last, courseTokens(course).join(' '));
    }
  }
  sql.script('DROP TABLE mappings');
}
