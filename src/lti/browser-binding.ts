/**
 * Ties a launch to the browser that started its login, by a cookie of its own per login (a shared one loses the race of
 * a page with many frames). In the LMS's frame only the partitioned cookie lives; the unpartitioned twin is for windows
 * and for browsers that lack partitioning. `__Host-` keeps sibling hosts of the same university from planting one.
 * LTI Security Framework 1.0 §5.1.1.5 asks for the binding; without it a stranger can make a victim's browser launch
 * as the stranger (login CSRF).
 */
import { timingSafeEqual } from 'node:crypto';
import type { RequestFacts } from '../http/types.js';
import { STATE_LIFE_MS, type LoginState } from './state.js';

/** Set by each launch whose cookie came back: this browser needs no probe at its next login. */
const COOKIES_WORK = '__Host-pcok';
const COOKIES_WORK_LIFE_SECONDS = 30 * 24 * 3600;

const PARTITIONED = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned';
const UNPARTITIONED = 'Path=/; Secure; HttpOnly; SameSite=None';

/** The public part of a cookie's name: 8 characters of the state id. */
export const bindingName = (login: LoginState): string => login.stateId.slice(0, 8);

const cookieNames = (name: string) => ({ partitioned: `__Host-pc-${name}`, twin: `__Host-pw-${name}` });

/** `Set-Cookie` values of a login answer. */
export function bindingCookies(login: LoginState): string[] {
  const names = cookieNames(bindingName(login));
  const maxAge = `Max-Age=${STATE_LIFE_MS / 1000}`;
  return [
    `${names.partitioned}=${login.cookieProof}; ${maxAge}; ${PARTITIONED}`,
    `${names.twin}=${login.cookieProof}; ${maxAge}; ${UNPARTITIONED}`,
  ];
}

/** `Set-Cookie` values of an answer to a proven launch: drops the login's cookies, remembers that cookies work. */
export function spentBindingCookies(login: LoginState): string[] {
  const names = cookieNames(bindingName(login));
  return [
    // A partitioned cookie is deleted only by a Set-Cookie that repeats Partitioned.
    `${names.partitioned}=; Max-Age=0; ${PARTITIONED}`,
    `${names.twin}=; Max-Age=0; ${UNPARTITIONED}`,
    `${COOKIES_WORK}=1; Max-Age=${COOKIES_WORK_LIFE_SECONDS}; ${PARTITIONED}`,
  ];
}

/** True when this browser gave back the proof of this login. */
export function isBound(request: RequestFacts, login: LoginState): boolean {
  const names = cookieNames(bindingName(login));
  return [names.partitioned, names.twin].some((name) => {
    const value = request.cookies.get(name);
    return value !== undefined && sameText(value, login.cookieProof);
  });
}

/** True when any cookie of the login of that name came with the request; what the probe tells the login page. */
export function hasBindingCookie(request: RequestFacts, name: string): boolean {
  const names = cookieNames(name);
  return request.cookies.has(names.partitioned) || request.cookies.has(names.twin);
}

export const cookiesWorked = (request: RequestFacts): boolean => request.cookies.get(COOKIES_WORK) === '1';

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left, 'utf8');
  const b = Buffer.from(right, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}
