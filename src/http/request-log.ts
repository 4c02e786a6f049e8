import type { AppError } from '../errors/app-error.js';
import type { Clock } from '../runtime/clock.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { RequestFacts, ResponseData, Route } from './types.js';

interface Answered {
  answer: ResponseData;
  error: AppError | undefined;
  /** Counted, but without a line. */
  quiet: boolean;
}

export interface RequestLog {
  answered(route: Route, facts: RequestFacts, outcome: Answered): void;
  /** The client left before there was an answer. */
  gone(route: Route, facts: RequestFacts): void;
}

/** What nginx made usual for "client closed request". It is never sent, only counted. */
const CLIENT_CLOSED = 499;

/** One line and one observation per request: the route's template, never the URL, which may hold tokens. */
export function createRequestLog({
  log,
  metrics,
  clock,
}: {
  log: Log;
  metrics: Pick<Metrics, 'observeRequest'>;
  clock: Clock;
}): RequestLog {
  const measure = (route: Route, facts: RequestFacts, status: number, code: string | undefined) => {
    const durationMs = clock.nowMs() - facts.receivedAtMs;
    metrics.observeRequest({ template: route.template, status, code, seconds: durationMs / 1000 });
    return { requestId: facts.requestId, method: facts.method, route: route.template, status, code, durationMs };
  };
  return {
    answered(route, facts, { answer, error, quiet }) {
      const line = measure(route, facts, answer.status, error?.code ?? answer.code);
      if (quiet) return;
      if (!error) log.info(line, 'request');
      else if (error.status < 500) log.warn({ ...line, ...whatWentWrong(error) }, 'request refused');
      else log.error({ ...line, ...whatWentWrong(error), err: error.cause ?? error }, 'request failed');
    },
    gone(route, facts) {
      log.info(measure(route, facts, CLIENT_CLOSED, undefined), 'the client left');
    },
  };
}

const whatWentWrong = ({ reason, details, cause }: AppError): object => ({
  ...(reason !== undefined && { reason }),
  ...(Object.keys(details).length > 0 && { details }),
  ...(cause !== undefined && { err: cause }),
});
