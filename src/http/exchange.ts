/**
 * Makes facts of requests and writes answers, the same way for plain Node and for Express. The only caller of security
 * headers, error page, request log, failure limit and request metrics. Nothing that a client sends makes it throw.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError, toAppError } from '../errors/app-error.js';
import { catalogue } from '../errors/catalogue.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { ClientGone, DEFAULT_MAX_BODY_BYTES, readBody } from './body.js';
import { createClientAddress } from './client-address.js';
import { readFacts } from './facts.js';
import { createFailureLimit, isVouched, type FailureLimit } from './limits.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { createRequestLog } from './request-log.js';
import { createSecurityHeaders, errorPolicy } from './security-headers.js';
import type { RequestFacts, ResponseData, Route } from './types.js';
import { clearHeaders, prepareResponse, sendResponse } from './write-response.js';

export type NodeListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Params = Readonly<Record<string, string>>;

export interface Exchange {
  /** For routes that are served before Express. `params` are what the router found in the path. */
  nodeListener(route: Route, params?: Params): NodeListener;
  /** For routes of an Express app, whose path parameters become `params`. */
  express(route: Route): RequestHandler;
}

export interface ExchangeDependencies {
  publicUrl: URL;
  trustedProxies: readonly string[];
  renderError(error: AppError, facts: RequestFacts): ResponseData;
  log: Log;
  metrics: Pick<Metrics, 'observeRequest'>;
  clock: Clock;
  random: Random;
  failureLimit?: FailureLimit;
}

interface Outcome {
  answer: ResponseData;
  error?: AppError;
  /** The failure is one of too many: no line of its own. */
  unlogged?: boolean;
}

export function createExchange(deps: ExchangeDependencies): Exchange {
  const { log, clock, random, failureLimit = createFailureLimit({ log }) } = deps;
  const addressOf = createClientAddress(deps.trustedProxies);
  const setSecurityHeaders = createSecurityHeaders({ secure: deps.publicUrl.protocol === 'https:' });
  const requestLog = createRequestLog({ log, metrics: deps.metrics, clock });

  const failed = (error: AppError, facts: RequestFacts): Outcome => ({ error, answer: errorAnswer(error, facts) });

  const errorAnswer = (error: AppError, facts: RequestFacts): ResponseData => {
    try {
      const answer = deps.renderError(error, facts);
      const allow = error.code === 'HTTP_METHOD' ? { Allow: 'GET, HEAD, POST' } : {};
      return { csp: errorPolicy, ...answer, headers: { ...answer.headers, ...allow } };
    } catch (renderProblem) {
      log.error({ requestId: facts.requestId, err: renderProblem }, 'the error page could not be rendered');
      return shortAnswer(error);
    }
  };

  const handle = async (
    route: Route,
    request: IncomingMessage,
    params: Params,
  ): Promise<[RequestFacts, Outcome | undefined]> => {
    const { facts, problem } = readFacts(request, params, { clock, random, addressOf });
    try {
      if (problem) throw problem;
      const takesBody = route.method === 'POST' && facts.method === 'POST';
      if (takesBody && route.admit) await route.admit(facts);
      const { maxBodyBytes: maxBytes = DEFAULT_MAX_BODY_BYTES, takesFiles = false, takesReports = false } = route;
      const body = takesBody ? await readBody(request, { maxBytes, takesFiles, takesReports }) : {};
      return [facts, { answer: await route.handler({ ...facts, ...body }) }];
    } catch (thrown) {
      if (thrown instanceof ClientGone) return [facts, undefined];
      return [facts, failed(toAppError(thrown), facts)];
    }
  };

  /** Only what the client can mend is counted: when Kaltura is down, a whole lecture hall fails without its doing. */
  const limit = async (outcome: Outcome, facts: RequestFacts): Promise<Outcome> => {
    const { status } = outcome.answer;
    if (status < 400 || status >= 500 || (outcome.error && isVouched(outcome.error.code))) return outcome;
    const waitSeconds = await failureLimit.countFailure(facts.address);
    if (waitSeconds === undefined) return outcome;
    const answer = shortAnswer(new AppError('HTTP_TOO_MANY_FAILURES'));
    return {
      answer: { ...answer, headers: { ...answer.headers, 'Retry-After': String(waitSeconds) } },
      unlogged: true,
    };
  };

  const write = (response: ServerResponse, outcome: Outcome, facts: RequestFacts): Outcome => {
    const options = { requestId: facts.requestId, setSecurityHeaders };
    let written = outcome;
    try {
      prepareResponse(response, outcome.answer, options);
    } catch (cause) {
      clearHeaders(response);
      written = failed(new AppError('INTERNAL', { reason: 'the answer could not be written', cause }), facts);
      prepareResponse(response, written.answer, options);
    }
    return written;
  };

  /** False when the answer broke off, which is then all that the log says of it. */
  const sent = async (
    sending: Promise<void>,
    route: Route,
    facts: RequestFacts,
    response: ServerResponse,
  ): Promise<boolean> => {
    try {
      await sending;
      return true;
    } catch (err) {
      // The status is on its way already: an end that is missing is how the client learns that something is.
      const { code } = err as { code?: unknown };
      if (code === 'ERR_STREAM_PREMATURE_CLOSE') requestLog.gone(route, facts);
      else log.error({ requestId: facts.requestId, route: route.template, err }, 'an answer broke off');
      response.destroy();
      return false;
    }
  };

  const serve = async (
    route: Route,
    params: Params,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    response.on('error', () => undefined);
    try {
      const [facts, outcome] = await handle(route, request, params);
      if (!outcome || response.destroyed) {
        requestLog.gone(route, facts);
        return;
      }
      const { answer, error, unlogged } = write(response, await limit(outcome, facts), facts);
      const sending = sendResponse(response, answer, { head: facts.method === 'HEAD' });
      if (sending && !(await sent(sending, route, facts, response))) return;
      requestLog.answered(route, facts, { answer, error, quiet: unlogged === true });
    } catch (err) {
      log.error({ route: route.template, err }, 'a request could not be answered');
      response.destroy();
    }
  };

  return {
    nodeListener:
      (route, params = {}) =>
      (request, response) =>
        serve(route, params, request, response),
    express: (route) => (request, response) => {
      void serve(route, joined(request.params), request, response);
    },
  };
}

/** Express gives a `*name` as its segments. */
const joined = (params: Readonly<Record<string, string | string[]>>): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]),
  );

/** Needs no template, no language and next to no time. */
const shortAnswer = ({ code, status }: AppError): ResponseData => ({
  status,
  code,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  csp: errorPolicy,
  body: `<!doctype html><html lang="en"><title>${code}</title><p>${catalogue[code].viewer}</p><p>${code}</p></html>`,
});
