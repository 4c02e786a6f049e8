/** Asks an adapter and believes nothing: what it throws or returns ends at most this launch. */
import type { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { AdapterCall } from './define-adapter.js';
import { deepFreeze } from './freeze.js';

/**
 * The answer of one call, checked and frozen.
 *
 * @throws AppError `ADAPTER_THREW` with `details { adapter, call }`, or `ADAPTER_RESULT_INVALID` with
 * `details { adapter, call, field }`. Neither holds a value of the launch.
 */
export function callAdapter<Schema extends z.ZodType>(
  { adapter, call, answer }: { adapter: string; call: AdapterCall; answer: Schema },
  ask: () => unknown,
): z.output<Schema> {
  let returned: unknown;
  let checked: z.ZodSafeParseResult<z.output<Schema>> | undefined;
  try {
    returned = ask();
    // Getters of the answer are code of the adapter too.
    checked = isPromise(returned) ? undefined : answer.safeParse(returned);
  } catch (thrown) {
    throw new AppError('ADAPTER_THREW', {
      reason: `adapter ${adapter} threw in ${call}`,
      details: { adapter, call },
      cause: withoutMessage(thrown),
    });
  }
  if (checked?.success) return deepFreeze(checked.data);

  const field = checked === undefined ? call : [call, ...(checked.error.issues[0]?.path ?? [])].map(String).join('.');
  const reason =
    checked === undefined
      ? `adapter ${adapter} returned a promise from ${call}: adapters are synchronous`
      : `adapter ${adapter} returned a malformed ${field}`;
  throw new AppError('ADAPTER_RESULT_INVALID', { reason, details: { adapter, call, field } });
}

function isPromise(value: unknown): boolean {
  const promise = value as Partial<PromiseLike<unknown>> | null | undefined;
  if (typeof promise !== 'object' || promise === null || typeof promise.then !== 'function') return false;
  // Nobody waits for it, and a rejection that nobody handles ends the process.
  Promise.resolve(promise).catch(() => undefined);
  return true;
}

/** Class and place of what was thrown. Its message may quote the claims of a person, so it goes nowhere. */
function withoutMessage(thrown: unknown): Error {
  const silent = new Error(thrown instanceof Error ? thrown.constructor.name : typeof thrown);
  const frames = thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack.split('\n') : [];
  silent.stack = [silent.message, ...frames.filter((line) => /^ {4}at [^\n]+:\d+:\d+\)?$/.test(line))].join('\n');
  return silent;
}
