/** Where a page of courses ended, as text that the caller hands back and does not read. The same for every store. */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { TenantId } from '../runtime/ids.js';
import type { CourseQuery, CourseRecord } from './ports.js';
import { titleOrder } from './course-text.js';

/** Place of the last course of a page in the order that was asked for. */
export type CoursePlace = { courseKey: string; tenantId: TenantId } & (
  | { order: 'title'; titleOrder: string }
  /** 0 for a course that was never launched. */
  | { order: 'recent'; lastLaunchAtMs: number }
);

const tenantId = z.custom<TenantId>((value) => typeof value === 'string');
const schema = z.union([
  z.tuple([z.literal('t'), z.string(), z.string(), tenantId]),
  z.tuple([z.literal('r'), z.int(), z.string(), tenantId]),
]);

/** The `next` of a page that ends with this course. */
export function cursorAfter(order: CourseQuery['order'], course: CourseRecord): string {
  const { courseKey, tenantId, lastLaunchAtMs = 0 } = course;
  const place: z.infer<typeof schema> =
    order === 'title' ? ['t', titleOrder(course), courseKey, tenantId] : ['r', lastLaunchAtMs, courseKey, tenantId];
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/**
 * Reads a cursor.
 *
 * @throws AppError `INPUT_INVALID` when it is not one of ours, or one of another order
 */
export function openCursor(order: CourseQuery['order'], cursor: string): CoursePlace {
  const place = parse(cursor);
  if (place?.[0] === 't' && order === 'title') {
    const [, text, courseKey, tenantId] = place;
    return { order, titleOrder: text, courseKey, tenantId };
  }
  if (place?.[0] === 'r' && order === 'recent') {
    const [, lastLaunchAtMs, courseKey, tenantId] = place;
    return { order, lastLaunchAtMs, courseKey, tenantId };
  }
  throw new AppError('INPUT_INVALID', { reason: 'this is no place in a list of courses' });
}

function parse(cursor: string): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
