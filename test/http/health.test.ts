import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createHealth, type HealthOptions } from '../../src/http/health.js';
import type { RequestFacts, ResponseData } from '../../src/http/types.js';

const never = (): Promise<void> => new Promise(() => undefined);

function start(options: HealthOptions): { ask(path: string): Promise<ResponseData>; drain(): void } {
  const health = createHealth(options);
  return {
    drain: () => health.drain(),
    ask: async (path) => {
      const route = health.routes.find((candidate) => candidate.path === path);
      assert.ok(route);
      return route.handler({} as RequestFacts);
    },
  };
}

describe('health', () => {
  it('is live while the process answers, whatever else fails', async () => {
    const { ask, drain } = start({ checks: { store: () => Promise.reject(new Error('down')) } });
    drain();
    assert.equal((await ask('/health/live')).status, 200);
  });

  it('is ready while every check succeeds', async () => {
    const { ask } = start({ checks: { store: () => Promise.resolve() } });
    const { status, body } = await ask('/health/ready');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(String(body)), { status: 'ok', checks: { store: 'ok' } });
  });

  for (const [name, check] of Object.entries({
    rejects: () => Promise.reject(new Error('password=hunter2 at 10.0.0.1')),
    throws: () => {
      throw new Error('password=hunter2 at 10.0.0.1');
    },
  })) {
    it(`is not ready when a check ${name}, and does not say why`, async () => {
      const { ask } = start({ checks: { store: check, other: () => Promise.resolve() } });
      const { status, body } = await ask('/health/ready');
      assert.equal(status, 503);
      assert.deepEqual(JSON.parse(String(body)), { status: 'unavailable', checks: { store: 'failed', other: 'ok' } });
    });
  }

  it('is not ready when a check takes too long', async () => {
    const clock = sinon.useFakeTimers();
    try {
      const { ask } = start({ checks: { store: never }, timeoutMs: 500 });
      const asked = ask('/health/ready');
      await clock.tickAsync(500);
      const { status, body } = await asked;
      assert.equal(status, 503);
      assert.match(String(body), /"store":"timeout"/);
    } finally {
      clock.restore();
    }
  });

  it('is not ready while draining, without asking the store', async () => {
    const check = sinon.fake.resolves(undefined);
    const { ask, drain } = start({ checks: { store: check } });
    drain();
    assert.equal((await ask('/health/ready')).status, 503);
    assert.equal(check.callCount, 0);
  });

  it('runs one round of checks for all who ask at once, and another later', async () => {
    const check = sinon.fake.resolves(undefined);
    const { ask } = start({ checks: { store: check } });
    await Promise.all(Array.from({ length: 20 }, () => ask('/health/ready')));
    assert.equal(check.callCount, 1);
    await ask('/health/ready');
    assert.equal(check.callCount, 2);
  });
});
