import { AppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';

/** Third-party initiated login (OpenID Connect Core §4, LTI 1.3 §5.1.1.1), GET or POST, each parameter at most once. */
export interface LoginRequest {
  issuer: string;
  /** Opaque; goes back byte for byte. */
  loginHint: string;
  /** Opaque; goes back byte for byte. Some platforms send none. */
  messageHint?: string;
  targetLinkUri: string;
  clientId?: string;
  /** `lti_deployment_id`, or `deployment_id` as Canvas names it. Never required: older platforms send none. */
  deploymentId?: string;
  /** All parameters as they came, for the form that starts over in a window. */
  parameters: [string, string][];
}

const MAX_VALUE_CHARACTERS = 8_192;

export function readLoginRequest(request: RequestFacts): LoginRequest {
  const optional = (name: string): string | undefined => {
    const count = request.query.count(name) + (request.form?.count(name) ?? 0);
    if (count === 0) return undefined;
    const value = request.query.get(name) ?? request.form?.get(name);
    if (count > 1 || value === undefined) {
      throw new AppError('LAUNCH_LOGIN_INVALID', { reason: `${name} is repeated` });
    }
    if (value.length > MAX_VALUE_CHARACTERS) {
      throw new AppError('LAUNCH_LOGIN_INVALID', { reason: `${name} is too long` });
    }
    return value === '' ? undefined : value;
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw new AppError('LAUNCH_LOGIN_INVALID', { reason: `${name} is missing` });
    return value;
  };

  const messageHint = optional('lti_message_hint');
  const clientId = optional('client_id');
  const deploymentId = optional('lti_deployment_id') ?? optional('deployment_id');
  return {
    issuer: required('iss'),
    loginHint: required('login_hint'),
    targetLinkUri: required('target_link_uri'),
    ...(messageHint === undefined ? {} : { messageHint }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    parameters: [...request.query.entries(), ...(request.form?.entries() ?? [])],
  };
}
