import type { ResponseData, Route } from './types.js';

export interface Health {
  /** `/health/live`: the process answers. `/health/ready`: it may be sent requests. */
  routes: Route[];
  /** From now on not ready, so that a load balancer sends nothing new. */
  drain(): void;
}

export interface HealthOptions {
  /** What must work to serve a launch; each resolves when it does. */
  checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** A check that takes longer counts as failed. */
  timeoutMs?: number;
}

type CheckResult = 'ok' | 'failed' | 'timeout';

const DEFAULT_TIMEOUT_MS = 2_000;

export function createHealth({ checks, timeoutMs = DEFAULT_TIMEOUT_MS }: HealthOptions): Health {
  let draining = false;
  let underway: Promise<Record<string, CheckResult>> | undefined;

  const runChecks = async (): Promise<Record<string, CheckResult>> => {
    const names = Object.keys(checks);
    const results = await Promise.all(Object.values(checks).map((check) => within(timeoutMs, check)));
    return Object.fromEntries(names.map((name, index) => [name, results[index] ?? 'failed']));
  };

  const ready = async (): Promise<ResponseData> => {
    if (draining) return answer(503, { status: 'draining' });
    // Anybody may ask, as often as they like: they share one round of checks.
    underway ??= runChecks().finally(() => {
      underway = undefined;
    });
    const results = await underway;
    const ok = Object.values(results).every((result) => result === 'ok');
    return answer(ok ? 200 : 503, { status: ok ? 'ok' : 'unavailable', checks: results });
  };

  return {
    routes: [route('/health/live', () => answer(200, { status: 'ok' })), route('/health/ready', ready)],
    drain() {
      draining = true;
    },
  };
}

async function within(timeoutMs: number, check: () => Promise<unknown>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), timeoutMs).unref();
  });
  // The reason stays out of the answer: anybody may read it.
  const result = Promise.resolve()
    .then(check)
    .then(
      (): CheckResult => 'ok',
      (): CheckResult => 'failed',
    );
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

const route = (path: string, handler: Route['handler']): Route => ({ method: 'GET', path, template: path, handler });

const answer = (status: number, body: object): ResponseData => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  ...(status >= 500 && { code: 'STORE_UNAVAILABLE' as const }),
});
