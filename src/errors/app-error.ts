import { catalogue, type ErrorCode } from './catalogue.js';

export interface AppErrorOptions {
  /** The reason for the log and the launch inspector. May name settings and claims, never their secret values. */
  reason?: string;
  /** Small, non-secret facts for the log, e.g. `{ step: 'verify-token' }`. */
  details?: Record<string, string | number | boolean | undefined>;
  /** Whom the viewer can ask, as an admin wrote it for them: the only thing of an error that its page shows as it is. */
  contact?: string;
  cause?: unknown;
}

/** Every failure that somebody is told about. Its `code` never changes meaning; words and status stand in the catalogue. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly reason: string | undefined;
  readonly details: Record<string, string | number | boolean | undefined>;
  readonly contact: string | undefined;

  constructor(code: ErrorCode, { reason, details = {}, contact, cause }: AppErrorOptions = {}) {
    super(reason ? `${code}: ${reason}` : code, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.status = catalogue[code].status;
    this.reason = reason;
    this.details = details;
    this.contact = contact;
  }
}

export const isAppError = (value: unknown): value is AppError => value instanceof AppError;

/** Anything thrown, as an `AppError`: unknown errors become `INTERNAL` with the original as cause. */
export const toAppError = (thrown: unknown): AppError =>
  isAppError(thrown) ? thrown : new AppError('INTERNAL', { cause: thrown });
