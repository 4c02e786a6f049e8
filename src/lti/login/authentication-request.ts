import type { PlatformRecord } from '../../store/ports.js';
import type { LoginState } from '../state.js';
import type { LoginRequest } from './read-login-request.js';

/**
 * The authentication request (LTI 1.3 Security Framework §5.1.1.2). Hints go back byte for byte, encoded exactly once;
 * a platform that sent no message hint gets none.
 */
export function authenticationRequestUrl(
  platform: PlatformRecord,
  login: Pick<LoginRequest, 'loginHint' | 'messageHint'>,
  { state, nonce }: LoginState,
  redirectUri: string,
): string {
  const url = new URL(platform.authorizationUrl);
  const parameters: Record<string, string> = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: platform.clientId,
    redirect_uri: redirectUri,
    login_hint: login.loginHint,
    state,
    nonce,
    ...(login.messageHint === undefined ? {} : { lti_message_hint: login.messageHint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
