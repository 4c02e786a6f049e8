/** How each LMS opens a launch, where its endpoints live, and what its message hint looks like. */

export interface LoginFacts {
  issuer: string;
  clientId: string;
  deploymentId: string;
  targetLinkUri: string;
  loginHint: string;
  messageHint: string;
}

export interface ProtocolShape {
  loginMethod: 'GET' | 'POST';
  /** Paths as on the real LMS: adapters may recognise a platform by them. */
  paths: { authorization: string; token: string; jwks: string };
  /** Answers platform storage messages from a frame of this name, as Canvas does. */
  storageFrame?: string;
  /** `launchId` names the launch in the LMS's session. */
  messageHint(launchId: string, activityNumber: number): string;
  readLaunchId(messageHint: string): string | undefined;
  loginParameters(facts: LoginFacts): Record<string, string>;
}

const withName =
  (deploymentParameter: string, extra: Record<string, string> = {}) =>
  (facts: LoginFacts): Record<string, string> => ({
    iss: facts.issuer,
    target_link_uri: facts.targetLinkUri,
    login_hint: facts.loginHint,
    lti_message_hint: facts.messageHint,
    client_id: facts.clientId,
    [deploymentParameter]: facts.deploymentId,
    ...extra,
  });

const opaqueHint = {
  messageHint: (launchId: string) => launchId,
  readLaunchId: (messageHint: string) => messageHint || undefined,
};

const generic: ProtocolShape = {
  loginMethod: 'GET',
  paths: { authorization: '/lti/authorize', token: '/lti/token', jwks: '/lti/jwks' },
  ...opaqueHint,
  loginParameters: withName('lti_deployment_id'),
};

const moodle: ProtocolShape = {
  loginMethod: 'POST',
  paths: { authorization: '/mod/lti/auth.php', token: '/mod/lti/token.php', jwks: '/mod/lti/certs.php' },
  messageHint: (launchId, activityNumber) => JSON.stringify({ cmid: activityNumber, launchid: launchId }),
  readLaunchId: (messageHint) => {
    try {
      const hint: unknown = JSON.parse(messageHint);
      const launchId = typeof hint === 'object' && hint !== null && 'launchid' in hint ? hint.launchid : undefined;
      return typeof launchId === 'string' ? launchId : undefined;
    } catch {
      return undefined;
    }
  },
  loginParameters: withName('lti_deployment_id'),
};

const canvas: ProtocolShape = {
  ...generic,
  loginMethod: 'POST',
  paths: {
    authorization: '/api/lti/authorize_redirect',
    token: '/login/oauth2/token',
    jwks: '/api/lti/security/jwks',
  },
  storageFrame: 'post_message_forwarding',
  loginParameters: withName('deployment_id', {
    canvas_environment: 'prod',
    canvas_region: 'us-east-1',
    lti_storage_target: 'post_message_forwarding',
  }),
};

const at = (authorization: string, token: string, jwks: string): ProtocolShape => ({
  ...generic,
  paths: { authorization, token, jwks },
});

const shapes: Readonly<Record<string, ProtocolShape>> = {
  moodle,
  canvas,
  blackboard: at('/api/v1/gateway/oidcauth', '/api/v1/gateway/oauth2/jwttoken', '/api/v1/management/jwks.json'),
  sakai: at('/imsoidc/lti13/oidc_auth', '/imsblis/lti13/token', '/imsblis/lti13/keyset'),
  brightspace: at('/d2l/lti/authenticate', '/core/connect/token', '/d2l/.well-known/jwks'),
  openedx: at('/api/lti_consumer/v1/launch/', '/api/lti_consumer/v1/token/', '/api/lti_consumer/v1/public_keysets/'),
};

/** The protocol of an LMS by its adapter's id; one that is not in the table gets the plain form of the specification. */
export const shapeOf = (adapterId: string): ProtocolShape =>
  (Object.hasOwn(shapes, adapterId) ? shapes[adapterId] : undefined) ?? generic;
