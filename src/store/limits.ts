import { AppError } from '../errors/app-error.js';

/** Most records that one command takes or one page answers: larger ones would hold a lock, or the event loop, too long. */
export const MAX_CHUNK = 500;

/** Of a search, how many hits are sorted. */
export const MAX_SORTED_HITS = 1_000;

/** Deployments that a course is noted to have been seen in. */
export const MAX_SEEN_IN = 20;

/** @throws AppError `INPUT_INVALID` when there are more records than one command may take. */
export function assertChunk(records: readonly unknown[]): void {
  if (records.length > MAX_CHUNK) {
    throw new AppError('INPUT_INVALID', { reason: `${records.length} records at once, at most ${MAX_CHUNK}` });
  }
}

/** @throws AppError `INPUT_INVALID` for a limit that is no whole number from 1 to 500. */
export function assertLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_CHUNK) {
    throw new AppError('INPUT_INVALID', { reason: `a limit is a whole number from 1 to ${MAX_CHUNK}` });
  }
}
