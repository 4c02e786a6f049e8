import { AppError } from '../../errors/app-error.js';

const SAFE_CODE = /^[a-z_]{1,40}$/;
const MAX_DESCRIPTION_CHARACTERS = 200;

/**
 * A platform's refusal as what it means. Its words are untrusted text that anybody with a state may post, so they go to
 * the log and the inspector, cut, and never onto a page.
 */
export function platformError(error: string, description: string | undefined): AppError {
  const code = SAFE_CODE.test(error) ? error : 'unreadable';
  const reason = description ? `${code}: ${description.slice(0, MAX_DESCRIPTION_CHARACTERS)}` : code;
  const needsSignIn = code === 'login_required' || code === 'interaction_required' || code === 'consent_required';
  return new AppError(needsSignIn ? 'LAUNCH_PLATFORM_LOGIN_REQUIRED' : 'LAUNCH_PLATFORM_REFUSED', { reason });
}
