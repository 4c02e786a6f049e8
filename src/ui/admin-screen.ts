/**
 * What a room needs to have screens for admins. The guard and the sign-in are the admin room's; the screens stand in
 * the rooms whose data they show.
 */
import type { RequestFacts, ResponseData, Route } from '../http/types.js';
import type { Actor, AdminRole, AdminSession } from '../store/ports.js';
import type { ScreenData } from './render.js';
import type { Messages } from './translate.js';

/** The sections in the order of the rail. One is shown when the table has its `GET /admin/<section>`. */
export const ADMIN_SECTIONS = ['courses', 'launches', 'platforms', 'audit', 'settings'] as const;

/** Where a screen stands in the rail. */
export type AdminSection = (typeof ADMIN_SECTIONS)[number];

/** Hidden field of every form that posts; htmx requests carry the same value in a header by themselves. */
export const CSRF_FIELD = '_csrf';

/** Where a notice's *Undo* posts the field `changeSet`. The button is shown when the table has this route. */
export const UNDO_PATH = '/admin/courses/undo';

/** The signed-in admin, and what every screen of theirs needs. */
export interface AdminScreen {
  session: AdminSession;
  /** Who asks for a change, for history and audit. */
  actor: Actor;
  /** Goes into each form as hidden field `_csrf`; the guard has checked it before a POST reaches the handler. */
  csrfToken: string;
  messages: Messages;
  /** Accept-Language of the request. */
  locale: string | undefined;
  /**
   * A page in the shell (top bar, rail, footer). For htmx requests (`HX-Request`), a handler answers `fragment`s.
   * `template` is an absolute path and begins with `<% layout('admin-shell') %>`; it sees its data, `csrfToken`,
   * `session`, and what `renderer.page` gives. Further `styles` and `scripts` are loaded after the shell's own.
   */
  page<Data extends ScreenData & { section: AdminSection }>(
    template: string,
    data: Data,
    status?: number,
  ): ResponseData;
  /** A part of a page, without the shell: a template without a layout. It sees the same. */
  fragment(template: string, data: object, status?: number): ResponseData;
  /** 303 to a path of ours (for htmx: its redirect header); the notice is shown there once. Throws for other addresses. */
  redirect(path: string, notice?: AdminNotice): ResponseData;
}

export interface AdminNotice {
  /** A sentence, already translated; what stands after 500 characters is cut. Never a secret. */
  text: string;
  /** A change set that the notice offers to undo. */
  undo?: string;
}

/** A route of the admin's screens. The least role that may use it stands beside it, and tests read it from here. */
export interface AdminRoute extends Omit<Route, 'handler'> {
  role: AdminRole;
  /**
   * The handler shows and changes only what belongs to `session.deployment`. Without it, the guard refuses sessions
   * that are restricted to a deployment: a screen that nobody thought about stays closed to them.
   */
  keepsToDeployment?: true;
  handler(request: RequestFacts, screen: AdminScreen): Promise<ResponseData> | ResponseData;
}
