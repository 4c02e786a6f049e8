import assert from 'node:assert/strict';
import { AppError } from '../../src/errors/app-error.js';
import type { ErrorCode } from '../../src/errors/catalogue.js';

/** Asserts that `work` fails with this code; answers the error for further looks. */
export async function assertCode(code: ErrorCode, work: () => unknown): Promise<AppError> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof AppError, `expected ${code}, got ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`expected ${code}, but nothing failed`);
}
