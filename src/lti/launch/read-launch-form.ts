import { AppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';

/** What the platform posts: a token, or an error in its place (OpenID Connect Core §3.1.2.6). */
export type LaunchForm =
  | { kind: 'token'; state: string; idToken: string }
  | { kind: 'error'; state: string; error: string; description?: string };

const MAX_TOKEN_CHARACTERS = 64 * 1024;

export function readLaunchForm({ form }: Pick<RequestFacts, 'form'>): LaunchForm {
  const state = form?.get('state');
  if (!state) {
    throw new AppError('LAUNCH_STATE_MISSING', { reason: form ? 'no single state in the form' : 'no form was posted' });
  }
  const error = form?.get('error');
  if (error) {
    const description = form?.get('error_description');
    return { kind: 'error', state, error, ...(description ? { description } : {}) };
  }
  const idToken = form?.get('id_token');
  if (!idToken) throw new AppError('LAUNCH_TOKEN_MISSING', { reason: 'no single id_token in the form' });
  if (idToken.length > MAX_TOKEN_CHARACTERS) throw new AppError('LAUNCH_TOKEN_MALFORMED', { reason: 'too long' });
  return { kind: 'token', state, idToken };
}
