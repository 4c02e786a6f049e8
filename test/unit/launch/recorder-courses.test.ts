import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError } from '../../../src/errors/app-error.js';
import type { Log } from '../../../src/http/log.js';
import { createLaunchRecorder, type LaunchRecorder } from '../../../src/launch/recorder.js';
import { createStepClock } from '../../../src/launch/step-clock.js';
import type { LaunchId, PlatformId, TenantId } from '../../../src/runtime/ids.js';
import type { LaunchRecord, SeenCourse } from '../../../src/store/ports.js';
import { aSeenCourse, NOW_MS, random } from '../../support/store-fixtures.js';

const TENANT = 't' as TenantId;
const clock = { nowMs: () => NOW_MS };

describe('the courses that the launch recorder notes', () => {
  let timers: sinon.SinonFakeTimers;
  let recorder: LaunchRecorder;
  const append = sinon.stub<[readonly LaunchRecord[]], Promise<void>>();
  const noteSeen = sinon.stub<[readonly SeenCourse[]], Promise<void>>();
  const warn = sinon.fake();
  const noted = () => noteSeen.args.map(([courses]) => courses.map(({ courseKey }) => courseKey));
  const played = (launchId: string) =>
    recorder.recordPlayed(
      { launchId: launchId as LaunchId, requestId: launchId, atMs: NOW_MS },
      createStepClock(clock),
    );

  beforeEach(() => {
    timers = sinon.useFakeTimers();
    append.reset();
    noteSeen.reset();
    warn.resetHistory();
    append.resolves();
    noteSeen.resolves();
    recorder = createLaunchRecorder({
      launches: { append },
      courses: { noteSeen },
      ids: { clock, random },
      log: { warn } as unknown as Log,
    });
  });
  afterEach(() => timers.restore());

  it('writes launches and courses together, a moment later', async () => {
    played('a');
    recorder.noteCourse(aSeenCourse(TENANT));
    played('b');
    assert.equal(append.callCount + noteSeen.callCount, 0);
    await timers.tickAsync(250);
    assert.deepEqual(
      append.args.map(([records]) => records.map(({ launchId }) => launchId)),
      [['a', 'b']],
    );
    assert.deepEqual(noted(), [['15']]);
  });

  it('notes a course once per batch, as the last launch showed it', async () => {
    for (const title of ['Old', 'New']) recorder.noteCourse(aSeenCourse(TENANT, { title }));
    recorder.noteCourse(aSeenCourse('u' as TenantId));
    await recorder.flush();
    assert.deepEqual(
      noteSeen.args.map(([courses]) => courses.map(({ tenantId, title }) => [tenantId, title])),
      [
        [
          ['t', 'New'],
          ['u', undefined],
        ],
      ],
    );
    recorder.noteCourse(aSeenCourse(TENANT));
    await recorder.close();
    assert.equal(noteSeen.callCount, 2);
  });

  it('notes a course for each deployment that it was seen in', async () => {
    for (const deploymentId of ['a', 'b', 'a']) {
      recorder.noteCourse(aSeenCourse(TENANT, { seenIn: { platformId: 'p' as PlatformId, deploymentId } }));
    }
    await recorder.flush();
    assert.deepEqual(
      noteSeen.args.flatMap(([courses]) => courses.map(({ seenIn }) => seenIn?.deploymentId)),
      ['a', 'b'],
    );
  });

  it('notes courses in chunks', async () => {
    for (let index = 0; index < 450; index += 1) recorder.noteCourse(aSeenCourse(TENANT, { courseKey: `${index}` }));
    await recorder.flush();
    assert.deepEqual(
      noted().map(({ length }) => length),
      [200, 200, 50],
    );
  });

  it('does not let one course that can’t be stored cost the others', async () => {
    noteSeen.callsFake(async (courses) => {
      if (courses.some(({ courseKey }) => courseKey === 'strange')) throw new AppError('INPUT_INVALID');
    });
    for (const courseKey of ['a', 'strange', 'b']) recorder.noteCourse(aSeenCourse(TENANT, { courseKey }));
    await recorder.flush();
    assert.deepEqual(noted(), [['a', 'strange', 'b'], ['a'], ['strange'], ['b']]);
    assert.equal(warn.callCount, 1);
  });

  it('drops courses and goes on with launches when the store fails', async () => {
    noteSeen.rejects(new AppError('STORE_BUSY'));
    recorder.noteCourse(aSeenCourse(TENANT));
    played('a');
    await recorder.flush();
    assert.deepEqual([noteSeen.callCount, append.callCount, warn.callCount], [1, 1, 1]);
  });

  it('keeps at most 5,000 courses waiting, and the latest of those', async () => {
    for (let index = 0; index <= 5_000; index += 1) recorder.noteCourse(aSeenCourse(TENANT, { courseKey: `${index}` }));
    recorder.noteCourse(aSeenCourse(TENANT, { courseKey: '0', title: 'New' }));
    assert.equal(warn.callCount, 1);
    await recorder.flush();
    assert.equal(noted().flat().length, 5_000);
    assert.equal(noteSeen.args[0]?.[0][0]?.title, 'New');
  });
});
