/** Top bar, rail and notice around every screen, and what handlers answer with. */
import { fileURLToPath } from 'node:url';
import type { AppError } from '../errors/app-error.js';
import type { RequestFacts, ResponseData } from '../http/types.js';
import type { AdminSession } from '../store/ports.js';
import { ADMIN_SECTIONS, UNDO_PATH, type AdminRoute, type AdminScreen, type AdminSection } from '../ui/admin-screen.js';
import type { Renderer, ScreenData } from '../ui/render.js';
import type { Translate } from '../ui/translate.js';
import { mayUse } from './access.js';
import type { FormTokens } from './csrf.js';
import type { Notices } from './notices.js';
import { ADMIN_PATHS } from './paths.js';

const PROBLEM = fileURLToPath(new URL('./problem.eta', import.meta.url));
const PROBLEM_PART = fileURLToPath(new URL('./problem-part.eta', import.meta.url));

/** Nothing that needs eval or inline styles, nothing that keeps pages in the browser, no requests to elsewhere. */
const HTMX_CONFIG = JSON.stringify({
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyEnabled: false,
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    // A refused form or a conflict is answered with the part that says so.
    { code: '409|422', swap: true },
    { code: '...', swap: false, error: true },
  ],
});

/** One link of the rail. */
interface RailLink {
  section: AdminSection;
  path: string;
}

export interface AdminShell {
  screenFor(request: RequestFacts, session: AdminSession): AdminScreen;
  /** What a signed-in admin sees of a refusal: what happened, why, and the code to search for. */
  problem(error: AppError, request: RequestFacts, session: AdminSession): ResponseData;
}

export interface AdminShellDependencies {
  /** All routes, for the rail: nobody is shown a section that is not there or not theirs. */
  table: readonly AdminRoute[];
  renderer: Renderer;
  translate: Translate;
  formTokens: FormTokens;
  notices: Notices;
}

export const isHtmx = ({ headers }: Pick<RequestFacts, 'headers'>): boolean => headers['hx-request'] === 'true';

/** The sections that this admin may open, in the order of the rail. */
export function sectionsOf(table: readonly AdminRoute[], session: AdminSession): RailLink[] {
  return ADMIN_SECTIONS.map((section) => ({ section, path: `${ADMIN_PATHS.home}/${section}` })).filter(({ path }) =>
    table.some((route) => route.method === 'GET' && route.path === path && mayUse(session, route)),
  );
}

export function createAdminShell({
  table,
  renderer,
  translate,
  formTokens,
  notices,
}: AdminShellDependencies): AdminShell {
  const undoRoute = table.find(({ method, path }) => method === 'POST' && path === UNDO_PATH);

  const pageFor = (
    request: RequestFacts,
    session: AdminSession,
    { template, data, status }: { template: string; data: ScreenData & { section?: AdminSection }; status: number },
  ): ResponseData => {
    const { notice, cookie } = notices.take(request, session);
    const sections = sectionsOf(table, session);
    return {
      status,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        ...(cookie === undefined ? {} : { 'Set-Cookie': cookie }),
      },
      body: renderer.page(template, {
        ...data,
        locale: request.headers['accept-language'],
        screen: 'admin',
        styles: ['admin.css', ...(data.styles ?? [])],
        scripts: ['htmx.min.js', 'admin.js', ...(data.scripts ?? [])],
        htmxConfig: HTMX_CONFIG,
        csrfToken: formTokens.tokenFor(session),
        session,
        shell: {
          sections,
          searchPath: sections.find(({ section }) => section === 'courses')?.path,
          current: data.section,
          notice,
          undoPath: undoRoute && mayUse(session, undoRoute) ? UNDO_PATH : undefined,
          paths: ADMIN_PATHS,
        },
      }),
    };
  };

  const fragmentFor = (
    request: RequestFacts,
    session: AdminSession,
    { template, data, status }: { template: string; data: object; status: number },
  ): ResponseData => ({
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: renderer.page(template, {
      ...data,
      title: '',
      locale: request.headers['accept-language'],
      csrfToken: formTokens.tokenFor(session),
      session,
    }),
  });

  return {
    screenFor(request, session) {
      const locale = request.headers['accept-language'];
      return {
        session,
        actor: { kind: 'admin', id: session.adminId, address: request.address },
        csrfToken: formTokens.tokenFor(session),
        messages: translate(locale),
        locale,
        page: (template, data, status = 200) => pageFor(request, session, { template, data, status }),
        fragment: (template, data, status = 200) => fragmentFor(request, session, { template, data, status }),
        redirect(path, notice) {
          const htmx = isHtmx(request);
          return {
            status: htmx ? 200 : 303,
            headers: {
              [htmx ? 'HX-Redirect' : 'Location']: ownPath(path),
              ...(notice === undefined ? {} : { 'Set-Cookie': notices.carry(notice, session) }),
            },
          };
        },
      };
    },

    problem(error, request, session) {
      const { text } = translate(request.headers['accept-language']);
      const data = {
        title: text('admin.problem.title'),
        sentence: text(`error.${error.code}.admin`),
        reason: error.reason,
        code: error.code,
        requestId: request.requestId,
      };
      const answer = isHtmx(request)
        ? fragmentFor(request, session, { template: PROBLEM_PART, data, status: error.status })
        : pageFor(request, session, { template: PROBLEM, data, status: error.status });
      return { ...answer, code: error.code };
    },
  };
}

/** Refuses what a browser could read as another site's address: `//host`, `/\host`. */
function ownPath(path: string): string {
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) throw new Error('an admin is only sent to a path of ours');
  return path;
}
