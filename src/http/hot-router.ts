/** Serves a few routes before Express, which costs more per request than a whole launch. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '../errors/app-error.js';
import type { Exchange } from './exchange.js';
import { decodePercent } from './parameters.js';
import { parseTarget, rawPathOf } from './target.js';
import type { Route } from './types.js';

type Serve = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Routes by exact path (`/lti/login`) or with one parameter as the last segment (`/lti/login/:ref`); everything else
 * goes to `fallback`. Malformed targets and methods that no route of ours has are answered here, so that the fallback
 * never sees them.
 */
export function createHotRouter(exchange: Exchange, routes: readonly Route[], fallback: Serve): RequestListener {
  const exact = new Map<string, Route>();
  const byParent = new Map<string, { name: string; route: Route }>();
  for (const route of routes) {
    const parameter = /^(.*)\/:(\w+)$/.exec(route.path);
    if (/[:*]/.test(parameter ? (parameter[1] ?? '') : route.path)) {
      throw new TypeError(`${route.path} cannot be a hot route: only its last segment may be a parameter`);
    }
    if (parameter) byParent.set(`${route.method} ${parameter[1]}`, { name: parameter[2] ?? '', route });
    else exact.set(`${route.method} ${route.path}`, route);
  }

  const find = (method: string, rawPath: string): Serve => {
    const route = exact.get(`${method} ${rawPath}`);
    if (route) return exchange.nodeListener(route);
    const slash = rawPath.lastIndexOf('/');
    const found = byParent.get(`${method} ${rawPath.slice(0, slash)}`);
    const value = decodePercent(rawPath.slice(slash + 1));
    return found && value !== '' ? exchange.nodeListener(found.route, { [found.name]: value }) : fallback;
  };

  const refuseMethod = exchange.nodeListener(refusal('HTTP_METHOD'));
  const refuseTarget = exchange.nodeListener(refusal('INPUT_INVALID'));
  return (request, response) => {
    const { method = 'GET', url = '/' } = request;
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return void refuseMethod(request, response);
    const rawPath = rawPathOf(url);
    if (!isWellFormed(rawPath)) return void refuseTarget(request, response);
    find(method === 'HEAD' ? 'GET' : method, rawPath)(request, response);
  };
}

/** Express answers a malformed path with a page of its own; a malformed query is the exchange's to refuse. */
function isWellFormed(rawPath: string): boolean {
  if (/^[\x21-\x24\x26-\x7e]*$/.test(rawPath)) return true;
  try {
    parseTarget(rawPath);
    return true;
  } catch {
    return false;
  }
}

const refusal = (code: 'HTTP_METHOD' | 'INPUT_INVALID'): Route => ({
  method: 'GET',
  path: '*',
  template: 'refused',
  handler: () => {
    throw new AppError(code);
  },
});
