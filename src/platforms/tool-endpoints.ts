import type { RegistrationContext } from '../adapter-sdk/types.js';
import type { PlatformRef } from '../runtime/ids.js';

export const TOOL_NAME = 'Kaltura video';

/** The tool's addresses, as an LMS is told them; with `ref`, the login URL of that registration alone. */
export function toolEndpoints(publicUrl: URL, ref?: PlatformRef): RegistrationContext {
  const at = (path: string): string => new URL(path, publicUrl).href;
  return {
    loginUrl: at(ref === undefined ? '/lti/login' : `/lti/login/${ref}`),
    redirectUrl: at('/lti/launch'),
    targetLinkUrl: at('/lti/launch'),
    jwksUrl: at('/.well-known/jwks.json'),
    toolName: TOOL_NAME,
  };
}
