import type { AppError } from '../errors/app-error.js';
import { errorPolicy } from '../http/security-headers.js';
import type { RequestFacts, ResponseData } from '../http/types.js';
import type { Renderer } from './render.js';
import type { Translate } from './translate.js';

export type RenderError = (
  error: AppError,
  facts: Pick<RequestFacts, 'method' | 'path' | 'headers' | 'requestId'>,
) => ResponseData;

const wantsJson = (accept = ''): boolean =>
  /\bapplication\/(problem\+)?json\b/.test(accept) && !/\btext\/html\b/.test(accept);

/**
 * Answers an error: a page with the viewer's sentence, whom to ask where the error says it, the code and the request
 * id, or problem details (RFC 9457) with the same for a client that asks for JSON. Never the reason, the details or the
 * cause.
 */
export function createErrorPage({ renderer, translate }: { renderer: Renderer; translate: Translate }): RenderError {
  return (error, facts) => {
    const locale = facts.headers['accept-language'];
    const { text } = translate(locale);
    const { code, status, contact } = error;
    const sentence = text(`error.${code}.viewer`);
    const answer = { status, code, headers: { 'Cache-Control': 'no-store' } };

    if (wantsJson(facts.headers['accept'])) {
      return {
        ...answer,
        headers: { ...answer.headers, 'Content-Type': 'application/problem+json; charset=utf-8' },
        body: JSON.stringify({ title: sentence, detail: contact, status, code, requestId: facts.requestId }),
      };
    }
    return {
      ...answer,
      headers: { ...answer.headers, 'Content-Type': 'text/html; charset=utf-8' },
      csp: errorPolicy,
      body: renderer.page('error', {
        title: text(status < 500 ? 'ui.error.titleRefused' : 'ui.error.titleFailed'),
        locale,
        sentence,
        contact,
        code,
        requestId: facts.requestId,
        // A reload would post the LMS's token again. (A failed resume of a page may be posted again: it holds no token.)
        reloadUrl: facts.method === 'POST' && facts.path.startsWith('/lti/') ? '/lti/launch' : undefined,
      }),
    };
  };
}
