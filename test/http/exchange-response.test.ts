import assert from 'node:assert/strict';
import { AppError } from '../../src/errors/app-error.js';
import { createHarness, FORM, route, withServer } from './exchange-harness.js';

const KS = 'djJ8MTAyfLBQvChWdVGCq3tBfWk9TrRezxWC8yohMv1IZ9zFPQTszK3uQ_s8E4p7';
const page = route(() => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'hellö' }));
const failing = (thrown: unknown): ReturnType<typeof route> =>
  route(() => {
    throw thrown;
  });

describe('what every answer carries', () => {
  it('carries the headers that protect a page, and nothing that keeps an LMS from framing it', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(page), async ({ send }) => {
      const { headers } = await send();
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
      );
      assert.equal(headers['referrer-policy'], 'strict-origin');
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['strict-transport-security'], 'max-age=31536000');
      assert.equal(headers['cross-origin-opener-policy'], 'unsafe-none');
      assert.equal(headers['x-frame-options'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['cross-origin-embedder-policy'], undefined);
    });
  });

  it('demands https in future only when the public address has it', async () => {
    const { exchange } = createHarness({ publicUrl: new URL('http://tool.localhost:3000') });
    await withServer(exchange.nodeListener(page), async ({ send }) => {
      assert.equal((await send()).headers['strict-transport-security'], undefined);
    });
  });

  it('lets a route replace the policy and add headers', async () => {
    const { exchange } = createHarness();
    const special = route(() => ({
      status: 302,
      headers: { location: '/y', 'set-cookie': ['a=1', 'b=2'], 'cache-control': 'private' },
      csp: { 'frame-ancestors': ['https://lms.example'], 'upgrade-insecure-requests': [] },
    }));
    await withServer(exchange.nodeListener(special), async ({ send }) => {
      const { status, headers } = await send();
      assert.equal(status, 302);
      assert.equal(
        headers['content-security-policy'],
        'frame-ancestors https://lms.example; upgrade-insecure-requests',
      );
      assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2']);
      assert.equal(headers['cache-control'], 'private');
    });
  });

  for (const [name, answer] of Object.entries({
    'a policy source that would add a directive': { csp: { 'frame-ancestors': ['https://x; script-src *'] } },
    'a policy source that would add a policy': { csp: { 'frame-ancestors': ['https://x,default-src'] } },
    'a header with a line break': { headers: { 'set-cookie': 'a=1', location: '/a\r\nx: 1' } },
  })) {
    it(`answers INTERNAL rather than send ${name}`, async () => {
      const { exchange, lines } = createHarness();
      await withServer(
        exchange.nodeListener(route(() => ({ status: 200, body: 'secret page', ...answer }))),
        async ({ send }) => {
          const { status, body, headers } = await send();
          assert.equal(status, 500);
          assert.match(body, /INTERNAL/);
          assert.equal(headers['set-cookie'], undefined);
          assert.equal(lines()[0]?.['code'], 'INTERNAL');
        },
      );
    });
  }

  it('answers HEAD like GET, without the body', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(page), async ({ send }) => {
      const { status, headers, body } = await send({ method: 'HEAD' });
      assert.equal(status, 200);
      assert.equal(headers['content-length'], '6');
      assert.equal(body, '');
    });
  });

  it('sends no length with an answer that has no body', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(route(() => ({ status: 204 }))), async ({ send }) => {
      assert.equal((await send()).headers['content-length'], undefined);
    });
  });
});

describe('errors', () => {
  it('show the page of their code, which any site may frame', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(failing(new AppError('ENTRY_NOT_ALLOWED'))), async ({ send }) => {
      const { status, body, headers } = await send();
      assert.equal(status, 403);
      assert.match(body, /ENTRY_NOT_ALLOWED/);
      assert.ok(body.includes(String(headers['x-request-id'])));
      assert.match(String(headers['content-security-policy']), /frame-ancestors \*/);
      assert.match(String(headers['content-security-policy']), /form-action 'none'/);
    });
  });

  it('of an unknown kind are INTERNAL, and tell the client nothing', async () => {
    for (const thrown of [new Error('inner words'), 'inner words', { message: 'inner words' }, undefined]) {
      const { exchange } = createHarness();
      await withServer(exchange.nodeListener(failing(thrown)), async ({ send }) => {
        const { status, body } = await send();
        assert.equal(status, 500);
        assert.match(body, /INTERNAL/);
        assert.ok(!body.includes('inner words'));
      });
    }
  });

  it('still get an answer when their page fails', async () => {
    const { exchange, lines } = createHarness({
      renderError: () => {
        throw new Error('no template');
      },
    });
    await withServer(exchange.nodeListener(failing(new AppError('MAPPING_MISSING'))), async ({ send }) => {
      const { status, body } = await send();
      assert.equal(status, 404);
      assert.match(body, /MAPPING_MISSING/);
      assert.equal(lines()[0]?.['msg'], 'the error page could not be rendered');
    });
  });
});

describe('the line of a request', () => {
  it('is one, with the template and never the URL', async () => {
    const { exchange, lines, observations } = createHarness();
    const templated = { ...page, template: '/v/:launchId' };
    await withServer(exchange.nodeListener(templated), async ({ send }) => {
      const { headers } = await send({ path: '/v/visible?token=visible' });
      const { time, durationMs, ...line } = lines()[0] ?? {};
      assert.ok(typeof time === 'string' && typeof durationMs === 'number');
      assert.deepEqual(line, {
        level: 'info',
        requestId: headers['x-request-id'],
        method: 'GET',
        route: '/v/:launchId',
        status: 200,
        msg: 'request',
      });
      assert.equal(lines().length, 1);
      assert.deepEqual(
        { ...observations[0], seconds: 0 },
        { template: '/v/:launchId', status: 200, code: undefined, seconds: 0 },
      );
    });
  });

  it('of a refused request names code, reason, details and cause', async () => {
    const { exchange, lines, observations } = createHarness();
    const error = new AppError('KALTURA_REFUSED', {
      reason: 'Kaltura said INVALID_KS',
      details: { step: 'session' },
      cause: new Error(`Invalid KS "${KS}"`),
    });
    await withServer(exchange.nodeListener(failing(error)), async ({ send }) => {
      await send({ path: '/x?visible=1' });
      const line = lines()[0] ?? {};
      assert.equal(lines().length, 1);
      assert.equal(line['code'], 'KALTURA_REFUSED');
      assert.equal(line['reason'], 'Kaltura said INVALID_KS');
      assert.deepEqual(line['details'], { step: 'session' });
      assert.match(JSON.stringify(line['err']), /Invalid KS \\"\[ks\]/);
      assert.ok(!JSON.stringify(line).includes('visible'));
      assert.equal(observations[0]?.code, 'KALTURA_REFUSED');
    });
  });

  it('of an unknown error has its stack', async () => {
    const { exchange, lines } = createHarness();
    await withServer(exchange.nodeListener(failing(new TypeError('oops'))), async ({ send }) => {
      await send();
      assert.equal(lines()[0]?.['level'], 'error');
      assert.match(String((lines()[0]?.['err'] as Record<string, unknown>)['stack']), /TypeError: oops\n +at /);
    });
  });

  it('of malformed input does not repeat it', async () => {
    const { exchange, lines } = createHarness();
    await withServer(exchange.nodeListener(route(() => ({ status: 200 }), { method: 'POST' })), async ({ send }) => {
      await send({ method: 'POST', headers: FORM, body: 'visible=%zz' });
      assert.equal(lines()[0]?.['code'], 'INPUT_INVALID');
      assert.ok(!JSON.stringify(lines()).includes('visible'));
    });
  });

  it('of an error that was answered rather than thrown has its code', async () => {
    const { exchange, lines } = createHarness();
    await withServer(
      exchange.nodeListener(route(() => ({ status: 503, code: 'STORE_UNAVAILABLE' }))),
      async ({ send }) => {
        await send();
        assert.equal(lines()[0]?.['code'], 'STORE_UNAVAILABLE');
      },
    );
  });
});
