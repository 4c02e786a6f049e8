import { AppError } from '../errors/app-error.js';
import type { Parameters } from './types.js';

/** More than any form of an LMS has; a longer list is somebody looking for a limit. */
const MAX_PARAMETERS = 1000;

export const noParameters: Parameters = Object.freeze({ get: () => undefined, count: () => 0, entries: () => [] });

/**
 * Parses `application/x-www-form-urlencoded` text. Names are flat: `a[b]` is a name like any other. Throws
 * INPUT_INVALID for percent-encoding that is malformed or not UTF-8, for NUL, and for more than 1,000 parameters.
 */
export function parseParameters(text: string): Parameters {
  if (text === '') return noParameters;
  const parts = text.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) throw new AppError('INPUT_INVALID', { reason: 'too many parameters' });
  const entries: [string, string][] = [];
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    entries.push([name, equals < 0 ? '' : decode(part.slice(equals + 1))]);
  }
  return parametersOf(entries);
}

/** Parameters of names and values that are decoded already. */
export function parametersOf(entries: readonly (readonly [string, string])[]): Parameters {
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const same = values.get(name);
    if (same) same.push(value);
    else values.set(name, [value]);
  }
  return {
    get(name) {
      const found = values.get(name);
      return found?.length === 1 ? found[0] : undefined;
    },
    count: (name) => values.get(name)?.length ?? 0,
    entries: () => entries.map(([name, value]) => [name, value]),
  };
}

/** Percent-decodes strictly. Throws INPUT_INVALID; never quotes the text. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new AppError('INPUT_INVALID', { reason: 'malformed percent-encoding' });
  }
  // Databases and C libraries end a text at NUL: what we compare must be what they see.
  if (decoded.includes('\0')) throw new AppError('INPUT_INVALID', { reason: 'a NUL character' });
  return decoded;
}

function decode(text: string): string {
  if (text.includes('\0')) throw new AppError('INPUT_INVALID', { reason: 'a NUL character' });
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}
