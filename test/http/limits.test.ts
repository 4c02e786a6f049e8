import assert from 'node:assert/strict';
import sinon from 'sinon';
import { AppError } from '../../src/errors/app-error.js';
import { createFailureLimit } from '../../src/http/limits.js';
import type { Route } from '../../src/http/types.js';
import { createHarness, route, withServer, type Harness } from './exchange-harness.js';

/** Fails when the query says so. */
const sometimes: Route = route(({ query }) => {
  const code = query.get('fail');
  if (code === 'ours') throw new AppError('STORE_BUSY');
  if (code === 'vouched') throw new AppError('MAPPING_MISSING');
  if (code !== undefined) throw new AppError('LAUNCH_STATE_INVALID');
  return { status: 200, body: 'played' };
});

const withLimit = (perMinute: number): Harness => {
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent };
  return createHarness({ failureLimit: createFailureLimit({ log: silent, perMinute }), trustedProxies: ['loopback'] });
};

const from = (address: string): { headers: Record<string, string> } => ({ headers: { 'x-forwarded-for': address } });

describe('an address with many failures', () => {
  it('is told so after its limit, shortly and without a line each', async () => {
    const { exchange, lines, observations } = withLimit(3);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      for (let i = 0; i < 3; i += 1) assert.equal((await send({ path: '/?fail=1' })).status, 400);
      const { status, headers, body } = await send({ path: '/?fail=1' });
      assert.equal(status, 429);
      assert.match(body, /HTTP_TOO_MANY_FAILURES/);
      assert.ok(Number(headers['retry-after']) >= 1 && Number(headers['retry-after']) <= 60);
      assert.equal(lines().length, 3);
      assert.deepEqual(
        observations.map(({ code }) => code),
        [...Array<string>(3).fill('LAUNCH_STATE_INVALID'), 'HTTP_TOO_MANY_FAILURES'],
      );
    });
  });

  it('still gets every request served that succeeds', async () => {
    const { exchange } = withLimit(2);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      for (let i = 0; i < 5; i += 1) await send({ path: '/?fail=1' });
      for (let i = 0; i < 20; i += 1) assert.equal((await send()).body, 'played');
    });
  });

  it('does not use up its limit by requests that succeed: a lecture hall shares an address', async () => {
    const { exchange } = withLimit(2);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      for (let i = 0; i < 50; i += 1) await send();
      assert.equal((await send({ path: '/?fail=1' })).status, 400);
      assert.equal((await send({ path: '/?fail=1' })).status, 400);
      assert.equal((await send({ path: '/?fail=1' })).status, 429);
    });
  });

  it('does not use up its limit by failures that are not its doing', async () => {
    const { exchange, lines } = withLimit(1);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      for (let i = 0; i < 5; i += 1) assert.equal((await send({ path: '/?fail=ours' })).status, 503);
      assert.equal(lines().length, 5);
      assert.equal((await send({ path: '/?fail=1' })).status, 400);
    });
  });

  it('does not use up its limit by launches that a platform has signed: each viewer must read what is wrong', async () => {
    const { exchange, lines } = withLimit(1);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      for (let i = 0; i < 3; i += 1) await send({ path: '/?fail=1' });
      for (let i = 0; i < 5; i += 1) assert.match((await send({ path: '/?fail=vouched' })).body, /MAPPING_MISSING/);
      assert.equal(lines().length, 6);
    });
  });

  it('does not use up the limit of others, but that of its IPv6 network', async () => {
    const { exchange } = withLimit(1);
    await withServer(exchange.nodeListener(sometimes), async ({ send }) => {
      const fail = async (address: string): Promise<number> =>
        (await send({ path: '/?fail=1', ...from(address) })).status;
      assert.equal(await fail('198.51.100.1'), 400);
      assert.equal(await fail('198.51.100.1'), 429);
      assert.equal(await fail('198.51.100.2'), 400);
      assert.equal(await fail('2001:db8:1:2::1'), 400);
      assert.equal(await fail('2001:db8:1:2:ffff::9'), 429);
      assert.equal(await fail('2001:db8:1:3::1'), 400);
    });
  });
});

describe('the failure limit', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('forgets after a minute', async () => {
    const limit = createFailureLimit({ log: createSpyLog().log, perMinute: 1 });
    assert.equal(await limit.countFailure('198.51.100.1'), undefined);
    assert.equal(await limit.countFailure('198.51.100.1'), 60);
    await clock.tickAsync(59_000);
    assert.equal(await limit.countFailure('198.51.100.1'), 1);
    await clock.tickAsync(1_001);
    assert.equal(await limit.countFailure('198.51.100.1'), undefined);
  });

  it('sums up what it refused in one line a minute, without addresses', async () => {
    const { log, warnings } = createSpyLog();
    const limit = createFailureLimit({ log, perMinute: 1 });
    for (let i = 0; i < 10; i += 1) await limit.countFailure('198.51.100.1');
    for (let i = 0; i < 3; i += 1) await limit.countFailure('198.51.100.2');
    assert.deepEqual(warnings, []);
    await clock.tickAsync(60_000);
    assert.deepEqual(warnings, [{ refused: 11, addresses: 2 }]);
    await clock.tickAsync(120_000);
    assert.equal(warnings.length, 1, 'a quiet minute has no line');
    await limit.countFailure('198.51.100.1');
    await limit.countFailure('198.51.100.1');
    await clock.tickAsync(60_000);
    assert.deepEqual(warnings.at(-1), { refused: 1, addresses: 1 });
  });
});

function createSpyLog(): { log: Parameters<typeof createFailureLimit>[0]['log']; warnings: object[] } {
  const warnings: object[] = [];
  const log = {
    info: () => undefined,
    warn: (fields: object) => void warnings.push(fields),
    error: () => undefined,
    child: () => log,
  };
  return { log, warnings };
}
