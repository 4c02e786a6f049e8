/**
 * Logins that fail before there is anything of ours to trust. Whoever connects an LMS meets these first, so the
 * inspector keeps some: with what the LMS called itself, which the error page does not tell strangers.
 */
import { cleanText } from '../../adapter-sdk/text.js';
import type { AppError } from '../../errors/app-error.js';
import type { RequestFacts } from '../../http/types.js';
import type { LaunchRecorder } from '../../launch/recorder.js';
import { createStepClock } from '../../launch/step-clock.js';
import type { Clock } from '../../runtime/clock.js';

/** Anybody can send logins that fail. One admin who tries needs a few of these; a flood gets no more. */
export const NOTED_PER_PERIOD = 30;
export const PERIOD_MS = 10 * 60_000;
const SHOWN_CHARACTERS = 200;

export interface LoginFailures {
  /** Keeps the failure for the inspector, unless this process has kept many in the last ten minutes. */
  note(request: RequestFacts, error: AppError): void;
}

export function createLoginFailures({
  recorder,
  clock,
}: {
  recorder: Pick<LaunchRecorder, 'recordFailure'>;
  clock: Clock;
}): LoginFailures {
  let periodEndsAtMs = 0;
  let noted = 0;
  return {
    note(request, error) {
      const nowMs = clock.nowMs();
      if (nowMs >= periodEndsAtMs) {
        periodEndsAtMs = nowMs + PERIOD_MS;
        noted = 0;
      }
      if (noted >= NOTED_PER_PERIOD) return;
      noted += 1;
      recorder.recordFailure({
        requestId: request.requestId,
        atMs: request.receivedAtMs,
        steps: createStepClock(clock),
        error,
        reason: `${error.reason ?? error.code}; the login came from ${askerOf(request)}`,
      });
    },
  };
}

/** Foreign text, made harmless and short. */
function askerOf({ query, form }: RequestFacts): string {
  const shown = (name: string): string => {
    const value = cleanText(query.get(name) ?? form?.get(name) ?? '', SHOWN_CHARACTERS);
    return value === undefined ? 'no' : JSON.stringify(value);
  };
  return `issuer ${shown('iss')}, client id ${shown('client_id')}`;
}
