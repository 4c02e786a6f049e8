import type { PendingLaunch, Session } from './sessions.js';
import type { ProtocolShape } from './shapes.js';
import type { Activity, Tool } from './types.js';
import { isLaunchable } from './tools.js';

/** As it stands in hints: from 1. */
export const activityNumber = ({ ordinal }: Activity): number => ordinal + 1;

export type AuthorisationOutcome =
  /** Shown in the frame; the tool never hears of it. */
  | { kind: 'page'; reason: string }
  /** Posted to the tool's redirect URI. */
  | { kind: 'error'; redirectUri: string; state: string; error: string; description?: string }
  | { kind: 'launch'; redirectUri: string; state: string; nonce: string; tool: Tool; pending: PendingLaunch };

export interface AuthorisationDeps {
  shape: ProtocolShape;
  session: Session;
  getTool(clientId: string): Tool | undefined;
  subOf(session: Session): string;
}

/**
 * Moodle cleans `state`, `nonce` and the hints as plain text, which drops whatever looks like a tag.
 * A tool whose state does not survive that fails here, not first at a customer's site.
 */
export function cleanText(value: string): string {
  return value.replace(/<[^\s>][^>]*(>|$)/g, '').replace(/[^\P{Cc}\t\n\r]/gu, '');
}

/**
 * Answers an authentication request as Moodle does: what can't be trusted ends on a page of the LMS, what is only wrong
 * is posted back to the tool. The launch named by the message hint is spent by the first request, right or wrong.
 */
export function authorise(
  parameters: Readonly<Record<string, string | undefined>>,
  { shape, session, getTool, subOf }: AuthorisationDeps,
): AuthorisationOutcome {
  const page = (reason: string): AuthorisationOutcome => ({ kind: 'page', reason });
  const clean = (name: string): string => cleanText(parameters[name] ?? '');
  const nonce = clean('nonce');
  const state = clean('state');
  const redirectUri = parameters['redirect_uri'] ?? '';

  if (parameters['scope'] !== 'openid') return page('The scope must be "openid".');
  if (parameters['response_type'] !== 'id_token') return page('The response type must be "id_token".');
  if (nonce === '') return page('The request has no nonce.');
  const sent = { loginHint: clean('login_hint'), messageHint: clean('lti_message_hint') || undefined };
  const launchId = shape.readLaunchId(sent);
  if (launchId === undefined) return page('The request has no hint of this LMS.');
  const pending = session.take(launchId, shape.hintsWorkAgain);
  if (!pending) return page('This launch was used already, or it is not from this browser.');
  const tool = getTool(pending.clientId);
  if (!tool || !isLaunchable(tool)) return page('The tool is not active.');
  if (!tool.redirectUris.includes(redirectUri)) return page('The redirect address is not registered for this tool.');

  const error = (code: string, description?: string): AuthorisationOutcome => ({
    kind: 'error',
    redirectUri,
    state,
    error: code,
    ...(description === undefined ? {} : { description }),
  });
  if (parameters['client_id'] !== tool.clientId) return error('unauthorized_client');
  const given = shape.hints({ sub: subOf(session), launchId, activityNumber: activityNumber(pending.activity) });
  const unaltered = sent.loginHint === given.loginHint && sent.messageHint === given.messageHint;
  if (!unaltered || pending.personaId !== session.persona.id) {
    return error('access_denied');
  }
  if (parameters['response_mode'] !== 'form_post') return error('invalid_request', 'Invalid response_mode');
  const prompt = parameters['prompt'];
  if (prompt !== undefined && prompt !== 'none') return error('invalid_request', 'Invalid prompt');
  return { kind: 'launch', redirectUri, state, nonce, tool, pending };
}
