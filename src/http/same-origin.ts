import { AppError } from '../errors/app-error.js';
import type { RequestFacts } from './types.js';

/**
 * Refuses with ACCESS_ORIGIN unless a page of our own origin sent the request. Frames carry no cookie authority here,
 * but another site can still post forms to us; browsers can't forge `Origin`, nor `Sec-Fetch-Site` where they send it.
 */
export function requireSameOrigin({ headers }: Pick<RequestFacts, 'headers'>, publicUrl: URL): void {
  const fetchSite = headers['sec-fetch-site'];
  if (headers['origin'] !== publicUrl.origin || (fetchSite !== undefined && fetchSite !== 'same-origin')) {
    throw new AppError('ACCESS_ORIGIN', { reason: 'the request does not come from a page of this tool' });
  }
}
