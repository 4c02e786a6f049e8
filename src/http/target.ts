import { AppError } from '../errors/app-error.js';
import { decodePercent, noParameters, parseParameters } from './parameters.js';
import type { Parameters } from './types.js';

export interface RequestTarget {
  /** As sent, without authority and query: what routes are matched against, so that `%2F` never becomes a slash. */
  rawPath: string;
  path: string;
  query: Parameters;
}

export const emptyTarget: RequestTarget = { rawPath: '/', path: '/', query: noParameters };

/**
 * Splits the request line's target. The absolute form (`GET http://host/path`) counts as its path: which host was
 * meant is never taken from the request. Throws INPUT_INVALID.
 */
export function parseTarget(url: string): RequestTarget {
  if (!/^[\x21-\x7e]*$/.test(url)) throw new AppError('INPUT_INVALID', { reason: 'the URL has unencoded characters' });
  const rawPath = rawPathOf(url);
  const question = url.indexOf('?');
  const query = question < 0 ? '' : url.slice(question + 1);
  return { rawPath, path: decodePercent(rawPath), query: parseParameters(query) };
}

/** Never throws. */
export function rawPathOf(url: string): string {
  const [target = ''] = url.split('?', 1);
  if (target.startsWith('/')) return target;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(target);
  return absolute ? (absolute[1] ?? '/') : '/';
}
