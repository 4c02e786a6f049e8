import { createHash, timingSafeEqual } from 'node:crypto';
import { Counter, Histogram, Registry } from 'prom-client';
import { AppError } from '../errors/app-error.js';
import type { Route } from './types.js';

export interface RequestObservation {
  /** The route's template, never a URL: one time series per value. */
  template: string;
  status: number;
  /** The error code of a failed request. */
  code: string | undefined;
  seconds: number;
}

export interface Metrics {
  observeRequest(observation: RequestObservation): void;
  countLaunch(outcome: string, code: string | undefined): void;
  /** `GET /metrics`. Answers 404 unless a bearer token is configured and given. */
  route: Route;
}

/** From a hot launch (a millisecond) to the outbound time limit, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics({ bearerToken }: { bearerToken?: string | undefined }): Metrics {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'playcontext_request_duration_seconds',
    help: 'Requests by route template, status and error code',
    labelNames: ['template', 'status', 'code'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const launches = new Counter({
    name: 'playcontext_launches_total',
    help: 'Launches by outcome and error code',
    labelNames: ['outcome', 'code'],
    registers: [registry],
  });

  return {
    observeRequest({ template, status, code, seconds }) {
      requests.observe({ template, status: String(status), code: code ?? '' }, seconds);
    },
    countLaunch(outcome, code) {
      launches.inc({ outcome, code: code ?? '' });
    },
    route: {
      method: 'GET',
      path: '/metrics',
      template: '/metrics',
      async handler({ headers }) {
        if (bearerToken === undefined) throw new AppError('HTTP_NOT_FOUND', { reason: 'metrics are not configured' });
        if (!equalInConstantTime(headers['authorization'] ?? '', `Bearer ${bearerToken}`)) {
          throw new AppError('HTTP_NOT_FOUND', { reason: 'the request for metrics has no valid bearer token' });
        }
        return { status: 200, headers: { 'content-type': registry.contentType }, body: await registry.metrics() };
      },
    },
  };
}

/** Hashing first makes the lengths equal, so that not even the length of the token can be measured. */
function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
