/** What the two bare apps share: the floor of what any tool has to do. No cookie, no nonce, no store: not safe to run. */
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import type { ToolInput } from './input.js';

export interface BareTool {
  /** Address of the platform's authentication endpoint, with the parameters of the request. */
  authenticationUrl(login: Record<string, string | undefined>): string;
  /** The claims of a token with a valid signature, else undefined. */
  verifiedClaims(idToken: string): Record<string, unknown> | undefined;
}

export function createBareTool({ port, publicJwk, platform }: ToolInput): BareTool {
  // Once, and not per launch: what a real tool does too.
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  return {
    authenticationUrl: ({ login_hint = '', lti_message_hint = '' }) =>
      `${platform.authorizationUrl}?${new URLSearchParams({
        scope: 'openid',
        response_type: 'id_token',
        response_mode: 'form_post',
        prompt: 'none',
        client_id: platform.clientId,
        redirect_uri: `http://127.0.0.1:${port}/launch`,
        login_hint,
        lti_message_hint,
        state: randomUUID(),
        nonce: randomUUID(),
      }).toString()}`,
    verifiedClaims(idToken) {
      const [header = '', payload = '', signature = ''] = idToken.split('.');
      const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: string };
      const isGenuine =
        alg === 'RS256' &&
        verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
      if (!isGenuine) return undefined;
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    },
  };
}
