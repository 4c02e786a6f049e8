import type { RegistrationContext } from '../types.js';

/** An installation for guides. No address is a part of another one. */
export const EXAMPLE_CONTEXT: Readonly<RegistrationContext> = Object.freeze({
  loginUrl: 'https://tool.example/lti/login/Zk3jR8vQm1w',
  redirectUrl: 'https://tool.example/lti/launch',
  jwksUrl: 'https://tool.example/.well-known/jwks.json',
  targetLinkUrl: 'https://tool.example/play',
  toolName: 'Videos of Example University',
});
