import assert from 'node:assert/strict';
import { createMetrics } from '../../src/http/metrics.js';
import { createHarness, withServer } from './exchange-harness.js';

const TOKEN = 'kX9vQ2mR7tLw4Zc8';

describe('GET /metrics', () => {
  it('counts requests by template, status and code, and launches by outcome', async () => {
    const metrics = createMetrics({ bearerToken: TOKEN });
    metrics.countLaunch('played', undefined);
    metrics.countLaunch('failed', 'LAUNCH_STATE_FOREIGN');
    metrics.observeRequest({ template: '/lti/launch', status: 401, code: 'LAUNCH_STATE_FOREIGN', seconds: 0.003 });
    const { exchange } = createHarness({ metrics });
    await withServer(exchange.nodeListener(metrics.route), async ({ send }) => {
      const { status, headers, body } = await send({ headers: { authorization: `Bearer ${TOKEN}` } });
      assert.equal(status, 200);
      assert.match(String(headers['content-type']), /^text\/plain/);
      assert.match(body, /playcontext_launches_total\{outcome="played",code=""\} 1/);
      assert.match(body, /playcontext_launches_total\{outcome="failed",code="LAUNCH_STATE_FOREIGN"\} 1/);
      assert.match(
        body,
        /request_duration_seconds_bucket\{le="0\.005",template="\/lti\/launch",status="401",code="LAUNCH_STATE_FOREIGN"\} 1/,
      );
    });
  });

  it('is not there without the token', async () => {
    const { route } = createMetrics({ bearerToken: TOKEN });
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(route), async ({ send }) => {
      for (const authorization of [
        '',
        TOKEN,
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.slice(1)}`,
        'Bearer ',
        `bearer  ${TOKEN}`,
      ]) {
        const { status, body } = await send({ headers: { authorization } });
        assert.equal(status, 404, authorization);
        assert.ok(!body.includes('playcontext_'));
      }
    });
  });

  it('is not there when no token is configured, whatever is sent', async () => {
    const { route } = createMetrics({});
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(route), async ({ send }) => {
      for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
        assert.equal((await send({ headers: { authorization } })).status, 404);
      }
    });
  });

  it('has a registry of its own for each process part', () => {
    assert.doesNotThrow(() => [createMetrics({}), createMetrics({})]);
  });
});
