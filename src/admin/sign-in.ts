/** The pages before there is a session. Their addresses never reach a log: routes are logged by template. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { requireSameOrigin } from '../http/same-origin.js';
import type { ResponseData, Route } from '../http/types.js';
import type { Renderer } from '../ui/render.js';
import type { MessageKey, Translate } from '../ui/translate.js';
import { ADMIN_PATHS } from './paths.js';
import type { AdminSessions } from './sessions.js';
import type { SignInAudit } from './sign-in-audit.js';
import type { SignInLinks } from './sign-in-links.js';

const SIGN_IN = fileURLToPath(new URL('./sign-in.eta', import.meta.url));
const LINK = fileURLToPath(new URL('./link.eta', import.meta.url));

export interface SignInDependencies {
  links: SignInLinks;
  sessions: AdminSessions;
  signInAudit: SignInAudit;
  renderer: Renderer;
  translate: Translate;
  log: Pick<Log, 'info'>;
  publicUrl: URL;
}

export function createSignInRoutes(deps: SignInDependencies): Route[] {
  const { links, sessions, signInAudit, renderer, translate, log, publicUrl } = deps;

  const page = (template: string, titleKey: MessageKey, locale: string | undefined): ResponseData => ({
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
    body: renderer.page(template, {
      title: translate(locale).text(titleKey),
      locale,
      styles: ['admin.css'],
    }),
  });

  return [
    {
      method: 'GET',
      path: ADMIN_PATHS.signIn,
      template: ADMIN_PATHS.signIn,
      handler: ({ headers }) => page(SIGN_IN, 'admin.signIn.title', headers['accept-language']),
    },
    {
      // Mail scanners and chat previews open links. Opening this one asks for a click and changes nothing.
      method: 'GET',
      path: `${ADMIN_PATHS.link}/:token`,
      template: `${ADMIN_PATHS.link}/:token`,
      handler: ({ headers }) => page(LINK, 'admin.link.title', headers['accept-language']),
    },
    {
      method: 'POST',
      path: `${ADMIN_PATHS.link}/:token`,
      template: `${ADMIN_PATHS.link}/:token`,
      async handler(request) {
        requireSameOrigin(request, publicUrl);
        const link = await links.consume(request.params['token'] ?? '');
        if (!link) throw new AppError('ACCESS_LINK_SPENT');
        const present = await sessions.find(request);
        if (present) await sessions.end(present.session);
        const { session, cookie } = await sessions.start(link);
        await signInAudit.signedIn(session, request.address);
        log.info({ requestId: request.requestId, role: session.role }, 'an admin signed in by a link');
        return {
          status: 303,
          headers: { Location: ADMIN_PATHS.home, 'Set-Cookie': cookie, 'Cache-Control': 'no-store' },
        };
      },
    },
  ];
}
