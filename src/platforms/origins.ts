import type { LtiClaims } from '../adapter-sdk/types.js';
import type { PlatformRecord } from '../store/ports.js';

/**
 * The origins that may frame pages of this platform: every ancestor must be listed, or the frame stays blank without
 * anybody being told. Canvas and Blackboard serve courses from hosts that only the signed launch names.
 */
export function frameOrigins(
  platform: PlatformRecord,
  claims?: Pick<LtiClaims, 'toolPlatform'>,
  returnUrl?: URL,
): string[] {
  const origins = [
    platform.issuer,
    platform.authorizationUrl,
    claims?.toolPlatform?.url,
    returnUrl?.href,
    ...platform.settings.frameOrigins,
  ].map(originOf);
  return [...new Set(origins.filter((origin) => origin !== undefined))];
}

/** A host that is one: `new URL` also takes `https://*` and `https://a;b`, which in a policy are all hosts, or its end. */
const PLAIN_ORIGIN = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** The http(s) origin of a URL, else undefined. Never a pattern, and nothing that could end a CSP directive. */
export function originOf(value: string | undefined): string | undefined {
  if (value === undefined || !URL.canParse(value)) return undefined;
  const { origin } = new URL(value);
  return PLAIN_ORIGIN.test(origin) ? origin : undefined;
}
