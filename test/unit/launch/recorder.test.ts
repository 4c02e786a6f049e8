import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError } from '../../../src/errors/app-error.js';
import { createLog } from '../../../src/http/log.js';
import { createLaunchRecorder } from '../../../src/launch/recorder.js';
import { createStepClock } from '../../../src/launch/step-clock.js';
import { systemRandom } from '../../../src/runtime/random.js';
import type { LaunchId } from '../../../src/runtime/ids.js';
import type { LaunchRecord } from '../../../src/store/ports.js';
import { NOW_MS, settableClock } from '../../support/lti-world.js';

describe('the launch recorder', () => {
  const clock = settableClock();
  let timers: sinon.SinonFakeTimers;
  let stored: LaunchRecord[];
  let append: sinon.SinonSpy<[readonly LaunchRecord[]], Promise<void>>;
  let lines: string[];

  beforeEach(() => {
    timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    stored = [];
    lines = [];
    append = sinon.spy((records: readonly LaunchRecord[]) => Promise.resolve(void stored.push(...records)));
  });
  afterEach(() => timers.restore());

  const recorder = (launches = { append }) =>
    createLaunchRecorder({
      launches,
      courses: { noteSeen: () => Promise.resolve() },
      ids: { clock, random: systemRandom },
      log: createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } }),
    });
  const played = (n: number) => ({ launchId: `launch-${n}` as LaunchId, requestId: `request-${n}`, atMs: NOW_MS + n });
  const steps = () => createStepClock(clock);

  it('writes what came within a quarter of a second in one command, in order', async () => {
    const subject = recorder();
    for (let n = 0; n < 5; n++) subject.recordPlayed(played(n), steps());
    assert.equal(append.callCount, 0);
    await timers.tickAsync(250);
    assert.equal(append.callCount, 1);
    assert.deepEqual(
      stored.map(({ requestId }) => requestId),
      [0, 1, 2, 3, 4].map((n) => `request-${n}`),
    );
  });

  it('keeps the step, the code and the reason of a failure, and what was known by then', async () => {
    const subject = recorder();
    const underway = steps();
    await underway.run('verify-token', () => Promise.reject(new Error('x'))).catch(() => undefined);
    const error = new AppError('LAUNCH_TOKEN_SIGNATURE', { reason: 'why' });
    subject.recordFailure({ requestId: 'r', atMs: NOW_MS, steps: underway, error, facts: { adapterId: 'moodle' } });
    await subject.flush();
    const [record] = stored;
    assert.deepEqual(
      [record?.outcome, record?.step, record?.code, record?.reason, record?.adapterId, record?.steps.length],
      ['failed', 'verify-token', 'LAUNCH_TOKEN_SIGNATURE', 'why', 'moodle', 1],
    );
  });

  it('lets no launch wait or fail when the store fails, and says in the log what was lost', async () => {
    const subject = recorder({
      append: sinon.spy((_records: readonly LaunchRecord[]) => Promise.reject(new AppError('STORE_BUSY'))),
    });
    subject.recordPlayed(played(1), steps());
    await subject.flush();
    assert.match(lines.join(''), /"dropped":1.*launch records were not stored/);
  });

  it('writes what waits when it is closed', async () => {
    const subject = recorder();
    subject.recordPlayed(played(1), steps());
    await subject.close();
    assert.equal(stored.length, 1);
  });

  it('holds no more than five thousand records for a store that hangs, and drops the oldest', async () => {
    let release = (): void => undefined;
    const slow = sinon.spy((records: readonly LaunchRecord[]) =>
      new Promise<void>((resolve) => (release = resolve)).then(() => void stored.push(...records)),
    );
    const subject = recorder({ append: slow });
    subject.recordPlayed(played(-1), steps());
    await timers.tickAsync(250);
    for (let n = 0; n < 5_001; n++) subject.recordPlayed(played(n), steps());
    const flushed = subject.flush();
    while (stored.length < 5_001) {
      release();
      await Promise.resolve();
      await timers.tickAsync(1);
    }
    await flushed;
    assert.equal(stored.length, 5_001);
    assert.ok(!stored.some(({ requestId }) => requestId === 'request-0'));
  });
});
