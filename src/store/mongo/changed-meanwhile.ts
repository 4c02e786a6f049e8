import { AppError } from '../../errors/app-error.js';

/** Only where a lock was taken over from a command that went on: its holder was too slow. */
export const changedMeanwhile = (): AppError =>
  new AppError('STORE_BUSY', { reason: 'another command changed the same record meanwhile' });
