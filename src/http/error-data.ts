import { isAppError } from '../errors/app-error.js';

const MAX_CAUSES = 5;

/**
 * An error as plain data for the log: name, code, message, stack and the chain of causes. Other properties are left
 * out: HTTP clients hang whole requests on their errors, credentials included. What some clients reject with, plain
 * objects, is reduced to the same fields.
 */
export function errorData(error: unknown, depth = 0): unknown {
  if (depth > MAX_CAUSES) return '[more causes]';
  if (typeof error !== 'object' || error === null) return typeof error === 'string' ? error : String(error);
  const { name, code, message, stack, cause } = error as Partial<Record<string, unknown>>;
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ name, code, message, stack })) {
    if (typeof value === 'string' || typeof value === 'number') fields[key] = value;
  }
  if (isAppError(error)) fields['details'] = error.details;
  if (error instanceof AggregateError) {
    fields['errors'] = error.errors.slice(0, MAX_CAUSES).map((each) => errorData(each, depth + 1));
  }
  if (cause !== undefined) fields['cause'] = errorData(cause, depth + 1);
  return fields;
}
