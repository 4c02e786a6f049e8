/** The only log. Every line is redacted by shape after it is complete, so nothing can be logged around it. */
import { pino, type Logger } from 'pino';
import { errorData } from './error-data.js';
import { redactData } from './redact.js';

/** Small on purpose: what rooms need, and what a test can fake. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log whose lines all carry `bindings`. */
  child(bindings: Record<string, unknown>): Log;
}

export interface LogDestination {
  /** One complete line of JSON with its line break. */
  write(line: string): void;
}

export interface LogOptions {
  level: 'error' | 'warn' | 'info' | 'silent';
  /** Standard output by default. */
  destination?: LogDestination;
}

/** A line longer than this keeps only the fields that say where to look; matching time stays bounded. */
const MAX_LINE = 32 * 1024;

export function createLog({ level, destination = pino.destination(1) }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (value: unknown) => value },
    },
    { write: (line: string) => destination.write(redactLine(line)) },
  );
  return wrap(logger);
}

const wrap = (logger: Logger): Log => ({
  info: (fields, message) => logger.info(asPlain(fields), message),
  warn: (fields, message) => logger.warn(asPlain(fields), message),
  error: (fields, message) => logger.error(asPlain(fields), message),
  child: (bindings) => wrap(logger.child(asPlain(bindings))),
});

function asPlain(fields: object): object {
  if (fields instanceof Error) return { err: errorData(fields) };
  return withPlainErrors(fields) as object;
}

/** Errors have no enumerable properties: JSON would print them as `{}`, and pino would print more than it should. */
function withPlainErrors(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return errorData(value);
  if (typeof value !== 'object' || value === null || depth > 4) return value;
  if (Array.isArray(value)) return value.map((item) => withPlainErrors(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withPlainErrors(child, depth + 1)]));
}

function redactLine(line: string): string {
  try {
    const data = JSON.parse(line) as Record<string, unknown>;
    return `${JSON.stringify(redactData(line.length > MAX_LINE ? essence(data) : data))}\n`;
  } catch {
    return `${JSON.stringify({ level: 'error', msg: 'a log line could not be redacted and was dropped' })}\n`;
  }
}

function essence({ level, time, requestId, code, msg }: Record<string, unknown>): object {
  return { level, time, requestId, code, msg, cut: true };
}
