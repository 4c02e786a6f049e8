import assert from 'node:assert/strict';
import { stepsOf } from '../../../../src/admin/launches/launch-steps.js';

const timed = (...steps: string[]) => steps.map((step) => ({ step, durationMs: 2 }));
const MESSAGE = ['find-platform', 'verify-token', 'read-claims', 'check-deployment'];
const BROWSER = ['prove-binding', 'consume-state'];
const REST = ['adapter', 'identity', 'course', 'authorise', 'session', 'page'];

const states = (record: Parameters<typeof stepsOf>[0]) => stepsOf(record).map(({ step, state }) => `${step} ${state}`);

describe('the way of a launch', () => {
  it('has ten steps, all done when it played, with the times of their parts', () => {
    const lines = stepsOf({ outcome: 'played', step: 'page', steps: timed(...MESSAGE, ...BROWSER, ...REST) });
    assert.equal(lines.length, 10);
    assert.ok(lines.every(({ state }) => state === 'done'));
    assert.deepEqual(
      lines.map(({ durationMs }) => durationMs),
      [undefined, 8, 4, 2, 2, 2, 2, 2, 2, undefined],
    );
    assert.deepEqual(
      lines[1]?.parts.map(({ step }) => step),
      MESSAGE,
    );
  });

  it('ends at the step that failed; only the record comes after it', () => {
    const record = { outcome: 'failed', step: 'course', steps: timed(...MESSAGE, ...BROWSER, 'adapter') } as const;
    assert.deepEqual(states(record), [
      'login done',
      'message done',
      'browser done',
      'adapter done',
      'identity done',
      'course failed',
      'authorise not-reached',
      'session not-reached',
      'page not-reached',
      'record done',
    ]);
  });

  it('fails at the login when the LMS refused it', () => {
    assert.deepEqual(states({ outcome: 'failed', step: 'start', steps: [] }).slice(0, 2), [
      'login failed',
      'message not-reached',
    ]);
  });

  it('is another one for a launch that asks for the admin’s screens', () => {
    const record = { outcome: 'failed', step: 'admin', steps: timed(...MESSAGE, ...BROWSER, 'adapter') } as const;
    assert.deepEqual(states(record).slice(-2), ['adapter done', 'admin failed']);
    assert.deepEqual(stepsOf({ ...record, outcome: 'played' }).length, 5);
  });
});
