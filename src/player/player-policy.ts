import { appPolicy } from '../http/security-headers.js';
import type { ContentSecurityPolicy } from '../http/types.js';

const SOURCE = /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/i;

/** Drops what is not a plain origin: a `;`, a space or a keyword would change the meaning of the whole policy. */
const origins = (values: readonly string[]): string[] => [...new Set(values.filter((value) => SOURCE.test(value)))];

const originOf = (url: string): string[] => (URL.canParse(url) ? [new URL(url).origin] : []);

/** At least one value: an empty directive means "nothing" to browsers, but reads like a mistake. */
const orNone = (values: string[]): string[] => (values.length > 0 ? values : ["'none'"]);

export interface PlayerPolicyInput {
  nonce: string;
  playerBaseUrl: string;
  /** Further origins of the account's player: API, analytics, media. May start with `*.`. */
  playerHosts: readonly string[];
  /** Every origin between this page and the top window. */
  frameAncestors: readonly string[];
  /** A path of ours. */
  frameReportPath?: string;
}

/**
 * The policy of the page with the player. The player adds `<style>` elements without a nonce, probes autoplay with a
 * `data:` video, and feeds HLS through `blob:` media and a `blob:` worker; the rest is closed.
 */
export function playerPolicy({
  nonce,
  playerBaseUrl,
  playerHosts,
  frameAncestors,
  frameReportPath,
}: PlayerPolicyInput): ContentSecurityPolicy {
  const base = originOf(playerBaseUrl);
  const hosts = origins([...base, ...playerHosts]);
  return {
    'default-src': ["'none'"],
    'script-src': [`'nonce-${nonce}'`, ...origins(base)],
    'style-src': ["'self'", "'unsafe-inline'"],
    'connect-src': ["'self'", ...hosts],
    'img-src': ["'self'", 'data:', 'blob:', ...hosts],
    'media-src': ['data:', 'blob:', ...hosts],
    'font-src': ['data:', ...hosts],
    'worker-src': ['blob:'],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': orNone(origins(frameAncestors)),
    ...(frameReportPath === undefined ? {} : { 'report-uri': [frameReportPath] }),
  };
}

/** The page that resumes a view holds no data: it may be framed by anyone, and only posts to ourselves. */
export const shellPolicy: ContentSecurityPolicy = { ...appPolicy, 'frame-ancestors': ['*'] };
