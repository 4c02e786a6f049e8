/** How each LMS opens a launch, where its endpoints live, and what its hints look like. */

/** What an LMS puts into a login so that it knows the launch again. */
export interface Hints {
  loginHint: string;
  /** Sakai sends none. */
  messageHint?: string | undefined;
}

export interface HintFacts {
  sub: string;
  /** Names the launch in the LMS's session. */
  launchId: string;
  activityNumber: number;
}

export interface LoginFacts extends Hints {
  issuer: string;
  clientId: string;
  deploymentId: string;
  targetLinkUri: string;
}

export interface ProtocolShape {
  /** `script`: a page of the LMS goes to the login by itself, and again half a second later, as Sakai's does. */
  loginBy: 'redirect' | 'form' | 'script';
  /** What all institutions' tokens carry; absent: the address of this LMS. */
  sharedIssuer?: string;
  /** Paths as on the real LMS: adapters may recognise a platform by them. */
  paths: { authorization: string; token: string; jwks: string };
  /** Where platform storage messages are answered: a frame of this name, or `_parent`, the page around the tool. */
  storage?: { target: string; namedInLaunch: boolean };
  hints(facts: HintFacts): Hints;
  readLaunchId(hints: Hints): string | undefined;
  /** The same hints open the launch again. Elsewhere the first authentication request spends them. */
  hintsWorkAgain?: true;
  loginParameters(facts: LoginFacts): Record<string, string>;
}

const withName =
  (deploymentParameter: string, extra: Record<string, string> = {}) =>
  ({ issuer, targetLinkUri, loginHint, messageHint, clientId, deploymentId }: LoginFacts): Record<string, string> => ({
    iss: issuer,
    target_link_uri: targetLinkUri,
    login_hint: loginHint,
    ...(messageHint === undefined ? {} : { lti_message_hint: messageHint }),
    client_id: clientId,
    [deploymentParameter]: deploymentId,
    ...extra,
  });

const generic: ProtocolShape = {
  loginBy: 'redirect',
  paths: { authorization: '/lti/authorize', token: '/lti/token', jwks: '/lti/jwks' },
  hints: ({ sub, launchId }) => ({ loginHint: sub, messageHint: launchId }),
  readLaunchId: ({ messageHint }) => messageHint,
  loginParameters: withName('lti_deployment_id'),
};

const moodle: ProtocolShape = {
  ...generic,
  loginBy: 'form',
  paths: { authorization: '/mod/lti/auth.php', token: '/mod/lti/token.php', jwks: '/mod/lti/certs.php' },
  hints: ({ sub, launchId, activityNumber }) => ({
    loginHint: sub,
    messageHint: JSON.stringify({ cmid: activityNumber, launchid: launchId }),
  }),
  readLaunchId: ({ messageHint }) => textIn(messageHint, 'launchid'),
};

const canvas: ProtocolShape = {
  ...generic,
  loginBy: 'form',
  paths: {
    authorization: '/api/lti/authorize_redirect',
    token: '/login/oauth2/token',
    jwks: '/api/lti/security/jwks',
  },
  storage: { target: 'post_message_forwarding', namedInLaunch: true },
  loginParameters: withName('deployment_id', {
    canvas_environment: 'prod',
    canvas_region: 'us-east-1',
    lti_storage_target: 'post_message_forwarding',
  }),
};

/** The hint holds an address that is encoded already, and characters that mean something in queries. */
const LEARN_PLACEMENT = encodeURIComponent('https://learn.example.edu/webapps/blackboard/execute/blti/launchPlacement');

const blackboard: ProtocolShape = {
  ...generic,
  sharedIssuer: 'https://blackboard.com',
  paths: {
    authorization: '/api/v1/gateway/oidcauth',
    token: '/api/v1/gateway/oauth2/jwttoken',
    jwks: '/.well-known/jwks.json',
  },
  storage: { target: 'lti_storage_frame', namedInLaunch: false },
  hints: ({ sub, launchId, activityNumber }) => ({
    loginHint: `${LEARN_PLACEMENT}?cmd=authenticate&course_id=_${activityNumber}_1,${sub}`,
    messageHint: Buffer.from(JSON.stringify({ launch_id: launchId })).toString('base64'),
  }),
  readLaunchId: ({ messageHint }) => textIn(fromBase64(messageHint), 'launch_id'),
  loginParameters: withName('lti_deployment_id', { lti_storage_target: 'lti_storage_frame' }),
};

const sakai: ProtocolShape = {
  ...generic,
  loginBy: 'script',
  paths: { authorization: '/imsoidc/lti13/oidc_auth', token: '/imsblis/lti13/token/1', jwks: '/imsblis/lti13/keyset' },
  storage: { target: '_parent', namedInLaunch: true },
  hints: ({ launchId, activityNumber }) => ({
    loginHint: Buffer.from(`/access/lti/site/${launchId}/content:${activityNumber}`).toString('base64'),
  }),
  readLaunchId: ({ loginHint }) => /^\/access\/lti\/site\/(\w+)\//.exec(fromBase64(loginHint))?.[1],
  hintsWorkAgain: true,
  loginParameters: withName('lti_deployment_id', { lti_storage_target: '_parent' }),
};

const brightspace: ProtocolShape = {
  ...generic,
  paths: { authorization: '/d2l/lti/authenticate', token: '/core/connect/token', jwks: '/d2l/.well-known/jwks' },
};

/** Each component has a client and a key set of its own. */
const OPEN_EDX_BLOCK = '8f1f3c7e-0d5b-4a63-9c2e-6b7a8d9e0f12';

const openedx: ProtocolShape = {
  ...generic,
  paths: {
    authorization: '/api/lti_consumer/v1/launch/',
    token: `/api/lti_consumer/v1/token/${OPEN_EDX_BLOCK}`,
    jwks: `/api/lti_consumer/v1/public_keysets/${OPEN_EDX_BLOCK}`,
  },
};

const shapes: Readonly<Record<string, ProtocolShape>> = { moodle, canvas, blackboard, sakai, brightspace, openedx };

/** The protocol of an LMS by its adapter's id; one that is not in the table gets the plain form of the specification. */
export const shapeOf = (adapterId: string): ProtocolShape =>
  (Object.hasOwn(shapes, adapterId) ? shapes[adapterId] : undefined) ?? generic;

const fromBase64 = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8');

/** A text of a JSON object, if this is one. */
function textIn(json: string | undefined, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
