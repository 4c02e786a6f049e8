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

/** The http(s) origin of a URL, else undefined. Also keeps anything that could end a CSP directive out of a header. */
export function originOf(value: string | undefined): string | undefined {
  if (value === undefined || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : undefined;
}
