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

/** Both tables hold what a page is ordered by: `course_places` once for each deployment that a course was seen in. */
type Source = 'courses' | 'course_places';

const ORDERS = {
  title: { columns: ['title_order', 'course_key', 'tenant_id'], index: 'by_title' },
  recent: { columns: ['recency', 'course_key', 'tenant_id'], index: 'by_recency' },
} as const;

const PLACE = '(SELECT id FROM places WHERE platform_id = ? AND deployment_id = ?)';
const SEEN_IN = `EXISTS (SELECT 1 FROM course_places WHERE course_id = courses.id AND place_id = ${PLACE})`;

/** Where a query begins that is not a search. */
const sourceOf = ({ seenIn, state, categoryId }: CourseFilter): Source =>
  seenIn === undefined || state === 'broken' || categoryId !== undefined ? 'courses' : 'course_places';

/** Conditions on a row of `source`, joined by AND; `1` when there are none. */
function conditionsOf(source: Source, { tenantId, state, categoryId, seenIn }: CourseFilter): Query {
  const terms: [string, ...Parameter[]][] = [];
  if (seenIn !== undefined) {
    const term = source === 'courses' ? SEEN_IN : `course_places.place_id = ${PLACE}`;
    terms.push([term, seenIn.platformId, seenIn.deploymentId]);
  }
  if (tenantId !== undefined) terms.push([`${source}.tenant_id = ?`, tenantId]);
  if (state === 'broken') terms.push(['problem IS NOT NULL']);
  else if (state !== undefined) terms.push([`${source}.state = ?`, state]);
  if (categoryId !== undefined) terms.push(['category_id = ?', categoryId]);
  return {
    sql: terms.length === 0 ? '1' : terms.map(([term]) => term).join(' AND '),
    parameters: terms.flatMap(([, ...parameters]) => parameters),
  };
}

/** Our tokens are letters and digits: nothing in them means anything to FTS5 inside quotes. */
const matchOf = (tokens: string[]): string => tokens.map((token) => `"${token}"*`).join(' AND ');

/** Ids of the courses that fit, found by their words first. */
function hitsOf(tokens: string[], filter: CourseFilter): Query {
  const conditions = conditionsOf('courses', filter);
  return {
    sql: `SELECT courses.id AS hit FROM course_search CROSS JOIN courses ON courses.id = course_search.rowid
      WHERE course_search MATCH ? AND ${conditions.sql}`,
    parameters: [matchOf(tokens), ...conditions.parameters],
  };
}

/** What a page is read from when nothing is searched for. */
function tablesOf(query: CourseQuery): string {
  const source = sourceOf(query);
  const inOrder = `${source} INDEXED BY ${source}_${ORDERS[query.order].index}`;
  if (source === 'course_places') return `${inOrder} CROSS JOIN courses ON courses.id = course_places.course_id`;
  if (query.categoryId !== undefined) return 'courses INDEXED BY courses_by_category';
  return query.state === 'broken' ? 'courses INDEXED BY courses_broken' : inOrder;
}

/**
 * One page, one course more than asked for when there is a next one.
 *
 * @throws AppError `INPUT_INVALID` for a cursor that is not of this order
 */
export function courseListQuery(query: CourseQuery): Query {
  const tokens = searchTokens(query.search);
  const source = tokens.length === 0 ? sourceOf(query) : 'courses';
  const columns = ORDERS[query.order].columns.map((column) => `${source}.${column}`).join(', ');
  const from = tokens.length === 0 ? unsearched(query) : searched(tokens, query);
  const after = placeAfter(query);
  return {
    sql: `SELECT ${COURSE_COLUMNS} FROM ${from.sql} AND ${after.sql === '' ? '1' : `(${columns}) > ${after.sql}`}
      ORDER BY ${columns} LIMIT ?`,
    parameters: [...from.parameters, ...after.parameters, query.limit + 1],
  };
}

function unsearched(query: CourseQuery): Query {
  const conditions = conditionsOf(sourceOf(query), query);
  return { sql: `${tablesOf(query)} WHERE ${conditions.sql}`, parameters: conditions.parameters };
}

function searched(tokens: string[], query: CourseQuery): Query {
  const hits = hitsOf(tokens, query);
  return {
    sql: `(${hits.sql} LIMIT ${MAX_SORTED_HITS}) CROSS JOIN courses ON courses.id = hit WHERE 1`,
    parameters: hits.parameters,
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
  const tokens = searchTokens(filter.search);
  const source = sourceOf(filter);
  const conditions = conditionsOf(source, filter);
  const hits =
    tokens.length === 0
      ? { sql: `SELECT 1 FROM ${source} WHERE ${conditions.sql}`, parameters: conditions.parameters }
      : hitsOf(tokens, filter);
  return { sql: `SELECT count(*) AS n FROM (${hits.sql} LIMIT ?)`, parameters: [...hits.parameters, cap] };
}
