/**
 * The SQL of a page of launches. The planner has no statistics, so each query names the index that leads to the fewest
 * launches, already in order.
 */
import { AppError } from '../../errors/app-error.js';
import type { LaunchId } from '../../runtime/ids.js';
import { assertLimit } from '../limits.js';
import type { LaunchFilter } from '../ports.js';
import type { Parameter } from './database.js';

export const LAUNCH_COLUMNS =
  'launch_id, request_id, account_id, tenant_id, platform_id, at_ms, outcome, detail, sealed_personal';

export const COUNT_OF_COURSE = `SELECT count(*) AS launches FROM launch_records INDEXED BY launch_records_by_course
  WHERE tenant_id = ? AND course_key = ? AND at_ms >= ?`;

function indexFor({ course, deploymentId, platformId, code, outcome }: LaunchFilter): string {
  if (course !== undefined) return 'INDEXED BY launch_records_by_course';
  if (deploymentId !== undefined) return 'INDEXED BY launch_records_by_deployment';
  if (code !== undefined) return 'INDEXED BY launch_records_by_code';
  if (platformId !== undefined) return 'INDEXED BY launch_records_by_platform';
  return outcome === 'failed' ? 'INDEXED BY launch_records_failed' : '';
}

/**
 * One page, newest first.
 *
 * @throws AppError `INPUT_INVALID` for a limit that is none, and for a deployment without its platform
 */
export function launchListQuery({ limit, before, ...filter }: { limit: number; before?: LaunchId } & LaunchFilter): {
  sql: string;
  parameters: Parameter[];
} {
  assertLimit(limit);
  const { platformId, deploymentId, outcome, code, course } = filter;
  if (deploymentId !== undefined && platformId === undefined) {
    throw new AppError('INPUT_INVALID', { reason: 'a deployment is looked for together with its platform' });
  }
  const terms: [string, ...Parameter[]][] = [];
  if (course !== undefined) terms.push(['tenant_id = ? AND course_key = ?', course.tenantId, course.courseKey]);
  if (platformId !== undefined) terms.push(['platform_id = ?', platformId]);
  if (deploymentId !== undefined) terms.push(['deployment_id = ?', deploymentId]);
  // Word by word in the statement: only so SQLite sees that the index of failed launches holds them all.
  if (outcome !== undefined) terms.push([outcome === 'failed' ? `outcome = 'failed'` : `outcome = 'played'`]);
  if (code !== undefined) terms.push(['code = ?', code]);
  if (before !== undefined) terms.push(['launch_id < ?', before]);
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(([term]) => term).join(' AND ')}`;
  return {
    sql: `SELECT ${LAUNCH_COLUMNS} FROM launch_records ${indexFor(filter)} ${where} ORDER BY launch_id DESC LIMIT ?`,
    parameters: [...terms.flatMap(([, ...parameters]) => parameters), limit],
  };
}
