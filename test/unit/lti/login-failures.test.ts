import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError } from '../../../src/errors/app-error.js';
import type { LaunchRecorder } from '../../../src/launch/recorder.js';
import { createLoginFailures, NOTED_PER_PERIOD, PERIOD_MS } from '../../../src/lti/login/note-failure.js';
import { parameters, requestFacts, settableClock } from '../../support/lti-world.js';

const unknown = new AppError('PLATFORM_UNKNOWN', { reason: 'no registration has this issuer and client id' });

describe('a login that fails', () => {
  const asked = (pairs: [string, string][]) => requestFacts({ query: parameters(pairs) });
  const start = () => {
    const clock = settableClock();
    const recordFailure = sinon.stub<Parameters<LaunchRecorder['recordFailure']>>();
    return { clock, recordFailure, failures: createLoginFailures({ recorder: { recordFailure }, clock }) };
  };

  it('is kept with what the LMS called itself, as one harmless line', () => {
    const { failures, recordFailure } = start();
    failures.note(
      asked([
        ['iss', `https://lms.example\n${'x'.repeat(500)}`],
        ['client_id', '"7"\u202e'],
      ]),
      unknown,
    );
    failures.note(asked([]), unknown);
    const [first, second] = recordFailure.args.map(([{ reason, error, steps }]) => {
      assert.deepEqual([error.code, steps.current], ['PLATFORM_UNKNOWN', 'start']);
      return reason ?? '';
    });
    assert.match(first ?? '', /^no registration has this issuer and client id; the login came from issuer "https:/);
    assert.match(first ?? '', /client id "\\"7\\""$/);
    assert.ok((first ?? '').length < 400 && !(first ?? '').includes('\n'));
    assert.match(second ?? '', /issuer no, client id no$/);
  });

  it('is not kept any more when many were in the last ten minutes, whoever sent them', () => {
    const { clock, failures, recordFailure } = start();
    for (let sent = 0; sent < NOTED_PER_PERIOD + 5; sent += 1) failures.note(asked([]), unknown);
    assert.equal(recordFailure.callCount, NOTED_PER_PERIOD);
    clock.advance(PERIOD_MS);
    failures.note(asked([]), unknown);
    assert.equal(recordFailure.callCount, NOTED_PER_PERIOD + 1);
  });
});
