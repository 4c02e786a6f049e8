/**
 * The SQL of a page of courses. The planner has no statistics, so each query names its index: a page in order is read
 * from the index of that order, which also holds what it is filtered by; few rows at a time come from the table.
 */
import { MAX_SORTED_HITS } from '../limits.js';
import { openCursor } from '../cursor.js';
import type { CourseFilter, CourseQuery } from '../ports.js';
import { searchTokens } from '../search-tokens.js';
import { COURSE_COLUMNS } from './course-rows.js';
import type { Parameter } from './database.js';

export interface Query {
  sql: string;
  parameters: Parameter[];
}

const ORDERS = {
  title: { columns: 'title_order, course_key, tenant_id', index: 'courses_by_title' },
  recent: { columns: 'recency, course_key, tenant_id', index: 'courses_by_recency' },
} as const;

/** Conditions on a row of `courses`, joined by AND; `1` when there are none. */
function conditionsOf({ tenantId, state, categoryId }: CourseFilter): Query {
  const terms: [string, ...Parameter[]][] = [];
  if (tenantId !== undefined) terms.push(['tenant_id = ?', tenantId]);
  if (state === 'broken') terms.push(['problem IS NOT NULL']);
  else if (state !== undefined) terms.push(['state = ?', state]);
  if (categoryId !== undefined) terms.push(['category_id = ?', categoryId]);
  return {
    sql: terms.length === 0 ? '1' : terms.map(([term]) => term).join(' AND '),
    parameters: terms.flatMap(([, ...parameters]) => parameters),
  };
}

/** Our tokens are letters and digits: nothing in them means anything to FTS5 inside quotes. */
const matchOf = (tokens: string[]): string => tokens.map((token) => `"${token}"*`).join(' AND ');

/** Ids of the courses that fit, found by their words first. */
function hitsOf(tokens: string[], conditions: Query): Query {
  return {
    sql: `SELECT courses.id AS hit FROM course_search CROSS JOIN courses ON courses.id = course_search.rowid
      WHERE course_search MATCH ? AND ${conditions.sql}`,
    parameters: [matchOf(tokens), ...conditions.parameters],
  };
}

function indexFor({ order, state, categoryId }: CourseQuery): string {
  if (categoryId !== undefined) return 'courses_by_category';
  if (state === 'broken') return 'courses_broken';
  return ORDERS[order].index;
}

/**
 * One page, one course more than asked for when there is a next one.
 *
 * @throws AppError `INPUT_INVALID` for a cursor that is not of this order
 */
export function courseListQuery(query: CourseQuery): Query {
  const { columns } = ORDERS[query.order];
  const conditions = conditionsOf(query);
  const tokens = searchTokens(query.search);
  const hits = hitsOf(tokens, conditions);
  const from: Query =
    tokens.length === 0
      ? { sql: `courses INDEXED BY ${indexFor(query)} WHERE ${conditions.sql}`, parameters: conditions.parameters }
      : {
          sql: `(${hits.sql} LIMIT ${MAX_SORTED_HITS}) CROSS JOIN courses ON courses.id = hit WHERE 1`,
          parameters: hits.parameters,
        };
  const after = placeAfter(query);
  return {
    sql: `SELECT ${COURSE_COLUMNS} FROM ${from.sql} AND ${after.sql === '' ? '1' : `(${columns}) > ${after.sql}`}
      ORDER BY ${columns} LIMIT ?`,
    parameters: [...from.parameters, ...after.parameters, query.limit + 1],
  };
}

function placeAfter({ order, after }: CourseQuery): Query {
  if (after === undefined) return { sql: '', parameters: [] };
  const place = openCursor(order, after);
  const first = place.order === 'title' ? place.titleOrder : -place.lastLaunchAtMs;
  return { sql: '(?, ?, ?)', parameters: [first, place.courseKey, place.tenantId] };
}

/** How many fit, at most `cap`, as `n`. */
export function courseCountQuery(filter: CourseFilter, cap: number): Query {
  const conditions = conditionsOf(filter);
  const tokens = searchTokens(filter.search);
  const hits =
    tokens.length === 0
      ? { sql: `SELECT id FROM courses WHERE ${conditions.sql}`, parameters: conditions.parameters }
      : hitsOf(tokens, conditions);
  return { sql: `SELECT count(*) AS n FROM (${hits.sql} LIMIT ?)`, parameters: [...hits.parameters, cap] };
}
