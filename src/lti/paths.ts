/** The LTI room's own paths. What an LMS is told to call must never change. */
export const LTI_PATHS = {
  login: '/lti/login',
  window: '/lti/window',
  probe: '/lti/probe',
  /** The one fixed redirect URI; the same handler answers on paths under it. */
  launch: '/lti/launch',
  /** A link may name an entry here; some platforms post the launch to it. */
  play: '/play',
  jwks: '/.well-known/jwks.json',
} as const;
