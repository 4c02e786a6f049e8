/**
 * What a verified launch that asks for the admin's screens gets: a page in the LMS's frame. It sets no cookie there;
 * its one button opens a window of ours, where the ticket in it becomes a session.
 */
import { cutText } from '../adapter-sdk/text.js';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors/app-error.js';
import type { Log } from '../http/log.js';
import { requireSameOrigin } from '../http/same-origin.js';
import { appPolicy } from '../http/security-headers.js';
import type { ResponseData, Route } from '../http/types.js';
import type { AdminDoor } from '../launch/admin-launch.js';
import { frameReportPath } from '../launch/frame-reports.js';
import { frameOrigins } from '../platforms/origins.js';
import type { Clock } from '../runtime/clock.js';
import type { Keyring } from '../runtime/keyring.js';
import { personAdminId } from '../store/person-admin-id.js';
import type { AdminPersonStore } from '../store/ports.js';
import type { Renderer } from '../ui/render.js';
import type { Translate } from '../ui/translate.js';
import { ADMIN_PATHS } from './paths.js';
import { personCode, sealDetails } from './person-details.js';
import type { AdminSessions } from './sessions.js';
import type { SignInAudit } from './sign-in-audit.js';
import { NAME_MAX_LENGTH, type SignInLinks } from './sign-in-links.js';
import type { createWelcome } from './welcome.js';

const TEMPLATE = fileURLToPath(new URL('./lti-door.eta', import.meta.url));
/** Open requests per platform: whoever holds a platform's key could file any number. */
export const MAX_REQUESTS = 50;

export interface LtiDoorDependencies {
  adminPersons: Pick<AdminPersonStore, 'find' | 'ask'>;
  links: Pick<SignInLinks, 'makeTicket' | 'consumeTicket'>;
  sessions: AdminSessions;
  signInAudit: SignInAudit;
  isWelcome: ReturnType<typeof createWelcome>;
  renderer: Renderer;
  translate: Translate;
  keyring: Keyring;
  clock: Clock;
  log: Pick<Log, 'info'>;
  publicUrl: URL;
}

export interface LtiDoor {
  open: AdminDoor;
  /** Where the page's button leads. */
  route: Route;
}

export function createLtiDoor(deps: LtiDoorDependencies): LtiDoor {
  const { adminPersons, links, sessions, signInAudit, renderer, translate, keyring, clock, log, publicUrl } = deps;

  return {
    async open({ platform, deployment, claims, returnUrl, requestId }, viewer) {
      const { subject } = claims;
      if (subject === undefined) throw new AppError('VIEWER_ID_MISSING', { reason: 'no sub' });
      const key = { platformId: platform.id, deploymentId: deployment.deploymentId };
      const person = await adminPersons.find({ ...key, subject });
      const locale = claims.launchPresentation?.locale;

      const page = (data: { state: 'open' | 'asked' | 'full'; ticket?: string; code?: string }): ResponseData => ({
        status: 200,
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
        csp: {
          ...appPolicy,
          'frame-ancestors': frameOrigins(platform, claims, returnUrl),
          'report-uri': [frameReportPath(platform.ref)],
        },
        body: renderer.page(TEMPLATE, {
          ...data,
          title: translate(locale).text(`admin.door.${data.state}Title`),
          locale,
          styles: ['admin.css'],
          ticketPath: ADMIN_PATHS.ticket,
        }),
      });

      if (person?.status === 'approved') {
        const ticket = await links.makeTicket(
          {
            role: person.role ?? 'viewer',
            name: cutText(viewer.name ?? platform.name, NAME_MAX_LENGTH),
            adminId: personAdminId({ platformId: platform.id, subject }),
            deployment: key,
          },
          { kind: 'launch' },
        );
        return page({ state: 'open', ticket });
      }
      const details = { name: viewer.name, email: viewer.candidates.email };
      const filed = await adminPersons.ask(
        { ...key, subject, sealedName: sealDetails(details, keyring), askedAtMs: clock.nowMs() },
        { cap: MAX_REQUESTS },
      );
      if (filed === 'recorded') log.info({ requestId, platformId: platform.id }, 'a person of an LMS asks to be admin');
      return filed === 'full'
        ? page({ state: 'full' })
        : page({ state: 'asked', code: personCode({ ...key, subject }, keyring) });
    },

    route: {
      method: 'POST',
      path: ADMIN_PATHS.ticket,
      template: ADMIN_PATHS.ticket,
      async handler(request) {
        requireSameOrigin(request, publicUrl);
        const ticket = await links.consumeTicket(request.form?.get('ticket'));
        if (!ticket || !(await deps.isWelcome({ adminId: ticket.adminId ?? '', ...ticket }))) {
          throw new AppError('ACCESS_TICKET_SPENT');
        }
        const home = { Location: ADMIN_PATHS.home, 'Cache-Control': 'no-store' };
        const present = await sessions.find(request);
        // Who is signed in for all platforms keeps that: a launch never takes a session away from them.
        if (present && !present.session.deployment) return { status: 303, headers: home };
        if (present) await sessions.end(present.session);
        const { session, cookie } = await sessions.start(ticket);
        await signInAudit.signedIn(session, request.address);
        log.info({ requestId: request.requestId, role: session.role }, 'an admin signed in from an LMS');
        return { status: 303, headers: { ...home, 'Set-Cookie': cookie } };
      },
    },
  };
}
