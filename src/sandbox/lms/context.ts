import type { Request, Response } from 'express';
import type { ClaimsMaker } from './claims.js';
import type { Render } from './render.js';
import type { Session, Sessions } from './sessions.js';
import type { ProtocolShape } from './shapes.js';
import type { Signer } from './signing.js';
import type { ToolRegistry } from './tools.js';
import type { Course, DemoLmsOptions, LaunchRecord, Tool, TourFacts } from './types.js';
import { fullName, personas } from './campus.js';
import { readStep, tourStrip } from './tour.js';

/** What every route of the demo LMS works with. */
export interface LmsContext {
  options: DemoLmsOptions;
  url: string;
  /** `iss` of logins and tokens. */
  issuer: string;
  /** Grows when a teacher copies one. */
  courses: Course[];
  shape: ProtocolShape;
  claims: ClaimsMaker;
  signer: Signer;
  tools: ToolRegistry;
  sessions: Sessions;
  render: Render;
  launches: LaunchRecord[];
  tourFacts: { current: TourFacts | undefined };
}

export const queryText = (request: Request, name: string): string | undefined => {
  const value = request.query[name];
  return typeof value === 'string' ? value : undefined;
};

export const formFields = (request: Request): Record<string, string | undefined> => {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
};

/** The visitor's session; a new visitor is signed in as the first persona. */
export function sessionOf({ sessions }: LmsContext, request: Request, response: Response): Session {
  const known = sessions.find(request.headers.cookie);
  if (known) return known;
  const { session, setCookie } = sessions.create();
  response.append('set-cookie', setCookie);
  return session;
}

/** The demo's own tool is the first one that was registered. */
export const findTool = ({ tools }: LmsContext, clientId: string | undefined): Tool | undefined =>
  clientId === undefined ? tools.list()[0] : tools.get(clientId);

/** `path` when it is a path of this LMS, else the start of the courses: a form field must not send people elsewhere. */
export function ownPath(lmsUrl: string, path: string | undefined): string {
  const fallback = '/courses';
  if (path === undefined || !/^\/(?![/\\])/.test(path) || !URL.canParse(path, lmsUrl)) return fallback;
  const url = new URL(path, lmsUrl);
  return url.origin === lmsUrl ? `${url.pathname}${url.search}` : fallback;
}

export interface PageSecurity {
  frames?: readonly string[];
  forms?: readonly string[];
}

export function setPageHeaders(response: Response, { frames = [], forms = [] }: PageSecurity = {}): void {
  response.set({
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      `frame-src ${["'self'", ...frames].join(' ')}`,
      `form-action ${["'self'", ...forms].join(' ')}`,
      "frame-ancestors 'self'",
      "base-uri 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Not "no-referrer": a real LMS sends its origin with the launch form, and tools may look at it.
    'referrer-policy': 'strict-origin-when-cross-origin',
  });
}

export interface PageInput extends PageSecurity {
  title: string;
  status?: number;
  data?: object;
}

/** A full page of the LMS: header, tour strip, persona menu. */
export function sendPage(
  context: LmsContext,
  request: Request,
  response: Response,
  template: string,
  { title, status = 200, data = {}, ...security }: PageInput,
): void {
  const { options, render } = context;
  const session = sessionOf(context, request, response);
  const step = readStep(request.query['step']);
  if (step !== undefined) options.onTour?.(step);
  setPageHeaders(response, security);
  response.status(status).send(
    render(template, {
      ...data,
      title,
      lmsTitle: options.shape.title,
      path: request.path,
      here: request.originalUrl,
      persona: session.persona,
      people: personas.map((person) => ({ id: person.id, name: fullName(person), role: person.role })),
      step,
      tour: step === undefined ? undefined : tourStrip(step, session.persona),
    }),
  );
}

export interface NoticeInput {
  status: number;
  title: string;
  sentence: string;
  link?: { href: string; label: string };
}

/** A small page that also fits the frame of an activity. */
export function sendNotice({ render }: LmsContext, response: Response, { status, ...data }: NoticeInput): void {
  setPageHeaders(response);
  response.status(status).send(render('notice', data));
}

/** A form that posts itself, with a button for browsers without scripts. */
export function sendAutoForm(
  { render }: LmsContext,
  response: Response,
  { action, fields, forms }: { action: string; fields: Record<string, string>; forms: readonly string[] },
): void {
  setPageHeaders(response, { forms });
  response.send(render('auto-form', { action, fields: Object.entries(fields) }));
}

/** A page whose script follows its link, and follows it again half a second later if it is still there. */
export function sendAutoLink({ render }: LmsContext, response: Response, href: string): void {
  setPageHeaders(response);
  response.send(render('auto-link', { href }));
}
