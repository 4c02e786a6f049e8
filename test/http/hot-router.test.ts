import assert from 'node:assert/strict';
import express from 'express';
import { createHotRouter } from '../../src/http/hot-router.js';
import type { Route } from '../../src/http/types.js';
import { createHarness, route, withServer, type RunningServer } from './exchange-harness.js';

const named = (method: Route['method'], path: string): Route =>
  route(({ params }) => ({ status: 200, body: `${method} ${path} ${JSON.stringify(params)}` }), {
    method,
    path,
    template: path,
  });

async function withRouter(work: (server: RunningServer) => Promise<void>): Promise<void> {
  const { exchange } = createHarness();
  const app = express();
  app.use((_request, response) => void response.status(404).send('fallback'));
  const routes = [
    named('GET', '/lti/login'),
    named('POST', '/lti/login'),
    named('POST', '/lti/login/:ref'),
    named('POST', '/lti/launch'),
  ];
  await withServer(createHotRouter(exchange, routes, app), work);
}

describe('the hot router', () => {
  it('serves exact paths by method, with or without a query', async () => {
    await withRouter(async ({ send }) => {
      assert.equal((await send({ path: '/lti/login?a=1' })).body, 'GET /lti/login {}');
      assert.equal((await send({ path: '/lti/login', method: 'POST' })).body, 'POST /lti/login {}');
      assert.equal((await send({ path: '/lti/login', method: 'HEAD' })).status, 200);
    });
  });

  it('gives the last segment to the handler, decoded and whole', async () => {
    await withRouter(async ({ send }) => {
      const { body } = await send({ path: '/lti/login/a%2Fb?x', method: 'POST' });
      assert.equal(body, 'POST /lti/login/:ref {"ref":"a/b"}');
    });
  });

  it('leaves everything else to the fallback', async () => {
    await withRouter(async ({ send }) => {
      for (const path of [
        '/',
        '/lti',
        '/lti/login/',
        '/lti/login/a/b',
        '/LTI/login',
        '/lti/launch',
        '//lti/launch',
        '/lti%2Flogin',
      ]) {
        assert.equal((await send({ path })).body, 'fallback', path);
      }
    });
  });

  it('serves the absolute form by its path', async () => {
    await withRouter(async ({ raw }) => {
      const answer = await raw('GET http://evil.example/lti/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      assert.match(answer, /GET \/lti\/login \{\}/);
    });
  });

  it('refuses methods that no route has, and names those that there are', async () => {
    await withRouter(async ({ send }) => {
      for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
        const { status, headers, body } = await send({ method, path: '/lti/login' });
        assert.equal(status, 405, method);
        assert.equal(headers['allow'], 'GET, HEAD, POST');
        assert.match(body, /HTTP_METHOD/);
      }
    });
  });

  it('answers malformed paths itself, with our page', async () => {
    await withRouter(async ({ send, raw }) => {
      for (const path of ['/%zz', '/lti/login/%ff', '/a%00']) {
        const { status, body } = await send({ path, method: 'POST', body: '' });
        assert.equal(status, 400, path);
        assert.match(body, /INPUT_INVALID/);
      }
      const answer = await raw(Buffer.from('GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'latin1'));
      assert.match(answer, /^HTTP\/1\.1 400 /);
    });
  });

  it('takes no route that it could not match', () => {
    const { exchange } = createHarness();
    for (const path of ['/a/:b/c', '/a/*rest']) {
      assert.throws(() => createHotRouter(exchange, [named('GET', path)], () => undefined), TypeError);
    }
  });
});
