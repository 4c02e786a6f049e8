import type { ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { ContentSecurityPolicy } from './types.js';

/** For our own screens: nothing from elsewhere, nothing inline, no framing. */
export const appPolicy: ContentSecurityPolicy = Object.freeze({
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'object-src': ["'none'"],
});

/** Error pages carry no data and no action: whoever frames them may see them, so that a wrong setting is visible. */
export const errorPolicy: ContentSecurityPolicy = Object.freeze({
  ...appPolicy,
  'form-action': ["'none'"],
  'frame-ancestors': ['*'],
});

const YEAR_SECONDS = 31_536_000;

/** Sets what every answer carries; `secure` when the public address is https. */
export function createSecurityHeaders({ secure }: { secure: boolean }): (response: ServerResponse) => void {
  const headers = fixedHeaders(secure);
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}

/** The directives as one header value. Throws when a value could end its directive and start another. */
export function policyHeader(policy: ContentSecurityPolicy): string {
  return Object.entries(policy)
    .map(([directive, sources]) => {
      if ([directive, ...sources].some((part) => !/^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/.test(part))) {
        throw new TypeError(`the policy's ${JSON.stringify(directive)} has a malformed source`);
      }
      return [directive, ...sources].join(' ');
    })
    .join('; ');
}

/**
 * Helmet's choices, asked once, since they depend on nothing in the request. Framing is ruled by frame-ancestors alone:
 * X-Frame-Options can't name an LMS. Windows opened by an LMS must keep their opener, which Canvas's storage needs.
 */
function fixedHeaders(secure: boolean): [name: string, value: string][] {
  const headers = new Map<string, string>([['Cache-Control', 'no-store']]);
  const collector = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  const middleware = helmet({
    contentSecurityPolicy: false,
    xFrameOptions: false,
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'unsafe-none' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: true,
    referrerPolicy: { policy: 'strict-origin' },
    strictTransportSecurity: secure && { maxAge: YEAR_SECONDS, includeSubDomains: false },
  });
  middleware(undefined as never, collector as unknown as ServerResponse, () => undefined);
  return [...headers];
}
