import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError } from '../../../src/errors/app-error.js';
import type { JobHandler } from '../../../src/jobs/job.js';
import type { JobRecord } from '../../../src/store/ports.js';
import { startJobWorld, type JobWorld } from '../../support/job-world.js';
import { ADMIN } from '../../support/store-fixtures.js';

const LEASE_LIFE_MS = 30_000;

const handler = (run: JobHandler['run']): JobHandler => ({ run, words: { title: 'jobs.page.title' } });
const isDone = ({ status }: JobRecord) => status === 'done';
const hasEnded = ({ finishedAtMs }: JobRecord) => finishedAtMs !== undefined;

/** Counts up to the job's total, one chunk each, and notes every step that it does. */
const counting = (steps: number[], pause: (step: number) => Promise<void> = () => Promise.resolve()): JobHandler =>
  handler(async (job, control) => {
    const { from = 0 } = (job.state ?? {}) as { from?: number };
    for (let step = from + 1; step <= (job.total ?? 0); step += 1) {
      await pause(step);
      steps.push(step);
      await control.progress({ done: step, state: { from: step } });
    }
    return { counted: job.total };
  });

describe('The job runner', () => {
  let world: JobWorld;
  beforeEach(async () => {
    world = await startJobWorld();
  });
  afterEach(() => world.close());

  it('starts a job at once, saves how far it is, and keeps its result', async () => {
    const steps: number[] = [];
    const runner = world.runner({ 'test.count': counting(steps) });
    const job = await runner.enqueue({ kind: 'test.count', input: { any: 'thing' }, total: 3 }, ADMIN);
    assert.equal(job.status, 'waiting');
    const done = await world.until(job.id, isDone);
    assert.deepEqual(steps, [1, 2, 3]);
    assert.deepEqual([done.done, done.total, done.result, done.actor], [3, 3, { counted: 3 }, ADMIN]);
  });

  it('runs one job after the other', async () => {
    const order: string[] = [];
    const runner = world.runner({
      'test.note': handler(async (job, control) => {
        order.push(`begin ${String(job.input)}`);
        await control.progress({ done: 1 });
        order.push(`end ${String(job.input)}`);
        return undefined;
      }),
    });
    const [, second] = await Promise.all([
      runner.enqueue({ kind: 'test.note', input: 'a' }, ADMIN),
      runner.enqueue({ kind: 'test.note', input: 'b' }, ADMIN),
    ]);
    await world.until(second.id, isDone);
    assert.equal(order.length, 4);
    assert.match(order.join(), /^begin (a|b),end \1,begin (a|b),end \2$/);
  });

  it('fails a job with the code of what was thrown, and says so once', async () => {
    const runner = world.runner({
      'test.fail': handler(() => Promise.reject(new AppError('KALTURA_UNREACHABLE'))),
      'test.bug': handler(() => Promise.reject(new TypeError('a mistake'))),
    });
    const job = await runner.enqueue({ kind: 'test.fail', input: {} }, ADMIN);
    const failed = await world.until(job.id, hasEnded);
    assert.deepEqual([failed.status, failed.errorCode], ['failed', 'KALTURA_UNREACHABLE']);
    const bug = await runner.enqueue({ kind: 'test.bug', input: {} }, ADMIN);
    assert.equal((await world.until(bug.id, hasEnded)).errorCode, 'INTERNAL');
    const errors = world.logged.filter(({ level }) => level === 'error');
    assert.deepEqual(
      errors.map(({ fields }) => fields['code']),
      ['KALTURA_UNREACHABLE', 'INTERNAL'],
    );
  });

  it('goes on with other jobs after one has failed', async () => {
    const steps: number[] = [];
    const runner = world.runner({
      'test.fail': handler(() => Promise.reject(new AppError('KALTURA_UNREACHABLE'))),
      'test.count': counting(steps),
    });
    await runner.enqueue({ kind: 'test.fail', input: {} }, ADMIN);
    const next = await runner.enqueue({ kind: 'test.count', input: {}, total: 1 }, ADMIN);
    await world.until(next.id, isDone);
  });

  it('leaves jobs of kinds alone that it does not know', async () => {
    const steps: number[] = [];
    const runner = world.runner({ 'test.count': counting(steps) });
    const other = await runner.enqueue({ kind: 'test.of-a-newer-version', input: {} }, ADMIN);
    const own = await runner.enqueue({ kind: 'test.count', input: {}, total: 1 }, ADMIN);
    await world.until(own.id, isDone);
    assert.equal((await world.store.jobs.find(other.id))?.status, 'waiting');
  });

  it('stops a job that somebody cancelled at its next step', async () => {
    const steps: number[] = [];
    const cancelAt = (id: string) => world.store.jobs.requestCancel(id, ADMIN, world.clock.nowMs());
    let id = '';
    const runner = world.runner({
      'test.count': counting(steps, async (step) => {
        if (step === 2) await cancelAt(id);
      }),
    });
    // The handler asks for the id, so the job has to wait until it is known.
    ({ id } = await world.store.jobs.add({
      id: 'cafe0000-0000-7000-8000-000000000001',
      kind: 'test.count',
      input: {},
      total: 5,
      actor: ADMIN,
      createdAtMs: world.clock.nowMs(),
    }));
    runner.start();
    const job = await world.until(id, hasEnded);
    assert.deepEqual([job.status, job.done, steps], ['cancelled', 2, [1, 2]]);
  });

  it('lets the present step end when the process stops, and another process goes on from there at once', async () => {
    const steps: number[] = [];
    let release = (): void => undefined;
    const inTheMiddle = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = world.runner({
      'test.count': counting(steps, (step) => (step === 2 ? inTheMiddle : Promise.resolve())),
    });
    const job = await first.enqueue({ kind: 'test.count', input: {}, total: 3 }, ADMIN);
    await world.until(job.id, ({ done }) => done === 1);
    const stopped = first.stop();
    release();
    await stopped;
    assert.deepEqual(steps, [1, 2]);
    assert.equal((await world.store.jobs.find(job.id))?.finishedAtMs, undefined);

    const second = world.runner({ 'test.count': counting(steps) });
    second.start();
    await world.until(job.id, isDone);
    assert.deepEqual(steps, [1, 2, 3]);
  });

  it('takes over the job of a process that died, from what it had saved, once its lease has ended', async () => {
    const steps: number[] = [];
    const job = await world.store.jobs.add({
      id: 'cafe0000-0000-7000-8000-000000000002',
      kind: 'test.count',
      input: {},
      total: 4,
      actor: ADMIN,
      createdAtMs: world.clock.nowMs(),
    });
    const dead = { holder: 'a process that died', lifeMs: LEASE_LIFE_MS };
    await world.store.jobs.claim({ ...dead, kinds: ['test.count'] }, world.clock.nowMs());
    await world.store.jobs.progress({ ...dead, id: job.id, done: 2, state: { from: 2 } }, world.clock.nowMs());

    const early = world.runner({ 'test.count': counting(steps) });
    const other = await early.enqueue({ kind: 'test.count', input: {}, total: 0 }, ADMIN);
    await world.until(other.id, isDone);
    assert.equal((await world.store.jobs.find(job.id))?.status, 'running');
    assert.deepEqual(steps, []);

    world.clock.now += LEASE_LIFE_MS;
    const later = world.runner({ 'test.count': counting(steps) });
    later.start();
    await world.until(job.id, isDone);
    assert.deepEqual(steps, [3, 4]);
  });

  it('stops working on a job that another process has by now, and writes nothing over it', async () => {
    const steps: number[] = [];
    const runner = world.runner({
      'test.count': counting(steps, async (step) => {
        if (step !== 2) return;
        world.clock.now += LEASE_LIFE_MS;
        await world.store.jobs.claim(
          { holder: 'another process', kinds: ['test.count'], lifeMs: LEASE_LIFE_MS },
          world.clock.nowMs(),
        );
      }),
    });
    const job = await runner.enqueue({ kind: 'test.count', input: {}, total: 5 }, ADMIN);
    await world.until(job.id, () => steps.length === 2);
    await runner.stop();
    const found = await world.store.jobs.find(job.id);
    assert.deepEqual([found?.status, found?.done, steps], ['running', 1, [1, 2]]);
  });

  it('waits for the store instead of failing a job when the store does not answer', async () => {
    let isBroken = true;
    const runner = world.runner({
      'test.write': handler(() =>
        isBroken ? Promise.reject(new AppError('STORE_UNAVAILABLE')) : Promise.resolve('written'),
      ),
    });
    const job = await runner.enqueue({ kind: 'test.write', input: {} }, ADMIN);
    await world.until(job.id, () => world.logged.some(({ message }) => message === 'a job waits for the store'));
    assert.equal((await world.store.jobs.find(job.id))?.finishedAtMs, undefined);
    isBroken = false;
    world.clock.now += LEASE_LIFE_MS;
    await runner.enqueue({ kind: 'test.write', input: {} }, ADMIN);
    assert.equal((await world.until(job.id, isDone)).result, 'written');
  });
});

describe('A job that waits long for somebody else', () => {
  let world: JobWorld;
  let clock: sinon.SinonFakeTimers;
  beforeEach(async () => {
    clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    world = await startJobWorld();
  });
  afterEach(async () => {
    clock.restore();
    await world.close();
  });

  it('keeps its lease', async () => {
    let release = (): void => undefined;
    const answer = new Promise<void>((resolve) => {
      release = resolve;
    });
    const runner = world.runner({
      'test.wait': handler(async () => {
        await answer;
        return undefined;
      }),
    });
    const job = await runner.enqueue({ kind: 'test.wait', input: {} }, ADMIN);
    await world.until(job.id, ({ status }) => status === 'running');
    for (let renewal = 0; renewal < 5; renewal += 1) {
      world.clock.now += LEASE_LIFE_MS / 3;
      await clock.tickAsync(LEASE_LIFE_MS / 3);
    }
    const thief = { holder: 'another process', kinds: ['test.wait'], lifeMs: LEASE_LIFE_MS };
    assert.equal(await world.store.jobs.claim(thief, world.clock.nowMs()), undefined);
    release();
    await world.until(job.id, isDone);
  });
});

describe('Periodic work', () => {
  let world: JobWorld;
  beforeEach(async () => {
    world = await startJobWorld();
  });
  afterEach(() => world.close());

  it('is done by one of two processes, again when its time has come, and a failure does not end it', async () => {
    const ran: string[] = [];
    const task = (who: string) => ({
      name: 'tidy',
      everyMs: 60_000,
      run: () => {
        ran.push(who);
        return Promise.reject(new Error('this time it failed'));
      },
    });
    const look = async (): Promise<void> => {
      for (const who of ['first', 'second']) {
        const runner = world.runner({}, [task(who)]);
        runner.start();
        await runner.stop();
      }
    };
    await look();
    assert.equal(ran.length, 1);
    world.clock.now += 59_999;
    await look();
    assert.equal(ran.length, 1);
    world.clock.now += 1;
    await look();
    assert.equal(ran.length, 2);
    assert.equal(world.logged.filter(({ message }) => message === 'periodic work failed').length, 2);
  });
});
