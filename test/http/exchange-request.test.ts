import assert from 'node:assert/strict';
import { connect } from 'node:net';
import express from 'express';
import { createHarness, echo, FORM, JSON_TYPE, route, withServer } from './exchange-harness.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const parse = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

describe('what a handler learns of a request', () => {
  it('learns path, query, headers, cookies and address', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ send }) => {
      const { body } = await send({
        path: '/a%20b/c?x=1&y=%C3%BC+%2B&x=2',
        headers: { cookie: 'a=1; b=%20; a=2', 'x-two': ['1', '2'] },
      });
      const facts = parse(body);
      assert.equal(facts['path'], '/a b/c');
      assert.deepEqual(facts['query'], [
        ['x', '1'],
        ['y', 'ü +'],
        ['x', '2'],
      ]);
      assert.deepEqual(facts['cookies'], { a: '1', b: ' ' });
      assert.equal((facts['headers'] as Record<string, string>)['x-two'], '1, 2');
      assert.equal(facts['address'], '127.0.0.1');
    });
  });

  it('reads forms and JSON', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ send }) => {
      const form = await send({ method: 'POST', headers: FORM, body: 'a=1&b%5Bc%5D=2&d' });
      assert.deepEqual(parse(form.body)['form'], [
        ['a', '1'],
        ['b[c]', '2'],
        ['d', ''],
      ]);
      const json = await send({
        method: 'POST',
        headers: { 'content-type': 'Application/JSON; charset="UTF-8"' },
        body: '{"a":[1]}',
      });
      assert.deepEqual(parse(json.body)['json'], { a: [1] });
    });
  });

  it('reads no body on a route that takes none', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo({ method: 'GET' })), async ({ send }) => {
      const { status, body } = await send({ method: 'POST', headers: { 'content-type': 'text/weird' }, body: 'x' });
      assert.equal(status, 200);
      assert.equal(parse(body)['form'], undefined);
    });
  });

  it('takes a POST without a body', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ send }) => {
      assert.equal((await send({ method: 'POST', body: '' })).status, 200);
    });
  });

  const refused: Record<
    string,
    [code: string, status: number, headers: Record<string, string>, body: string | Buffer]
  > = {
    'a body over the limit': ['INPUT_TOO_LARGE', 413, FORM, 'a='.padEnd(101, 'x')],
    'another media type': ['INPUT_MEDIA_TYPE', 415, { 'content-type': 'multipart/form-data; boundary=x' }, 'x'],
    'no media type': ['INPUT_MEDIA_TYPE', 415, {}, 'x'],
    'another charset': ['INPUT_MEDIA_TYPE', 415, { 'content-type': 'application/json; charset=utf-16' }, '{}'],
    'a compressed body': ['INPUT_MEDIA_TYPE', 415, { ...JSON_TYPE, 'content-encoding': 'gzip' }, '{}'],
    'malformed JSON': ['INPUT_INVALID', 400, JSON_TYPE, '{"a":'],
    'malformed percent-encoding': ['INPUT_INVALID', 400, FORM, 'a=%zz'],
    'percent-encoding that is not UTF-8': ['INPUT_INVALID', 400, FORM, 'a=%ff'],
    'bytes that are not UTF-8': ['INPUT_INVALID', 400, FORM, Buffer.from([0x61, 0x3d, 0xff])],
    'a NUL in a form': ['INPUT_INVALID', 400, FORM, 'a=%00'],
    'a plain NUL in a form': ['INPUT_INVALID', 400, FORM, 'a=\0'],
  };
  for (const [name, [code, status, headers, body]] of Object.entries(refused)) {
    it(`refuses ${name}`, async () => {
      const { exchange } = createHarness();
      let called = false;
      const guarded = echo({
        maxBodyBytes: 100,
        handler: () => {
          called = true;
          return { status: 200 };
        },
      });
      await withServer(exchange.nodeListener(guarded), async ({ send }) => {
        const answer = await send({ method: 'POST', headers, body });
        assert.equal(answer.status, status);
        assert.ok(answer.body.includes(code), answer.body);
        assert.equal(called, false);
      });
    });
  }

  it('refuses a chunked body as soon as it is over the limit', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo({ maxBodyBytes: 100 })), async ({ raw }) => {
      const chunk = `64\r\n${'x'.repeat(100)}\r\n`;
      const answer = await raw(
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 413 /);
    });
  });

  it('gives every request an id of its own, whatever the client says', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ send }) => {
      const first = await send({ headers: { 'x-request-id': 'mine' } });
      const second = await send();
      assert.match(String(first.headers['x-request-id']), UUID_V7);
      assert.equal(parse(first.body)['requestId'], first.headers['x-request-id']);
      assert.notEqual(first.headers['x-request-id'], second.headers['x-request-id']);
    });
  });

  it('believes X-Forwarded-For only from trusted proxies, and only an address', async () => {
    for (const [trustedProxies, forwarded, expected] of [
      [[], '203.0.113.9', '127.0.0.1'],
      [['loopback'], '203.0.113.9', '203.0.113.9'],
      [['loopback'], '198.51.100.1, 203.0.113.9', '203.0.113.9'],
      [['loopback', '203.0.113.0/24'], '198.51.100.1, 203.0.113.9', '198.51.100.1'],
      [['loopback'], '<script>', '127.0.0.1'],
      [['10.0.0.0/8'], '203.0.113.9', '127.0.0.1'],
    ] as const) {
      const { exchange } = createHarness({ trustedProxies });
      await withServer(exchange.nodeListener(echo()), async ({ send }) => {
        const { body } = await send({ headers: { 'x-forwarded-for': forwarded } });
        assert.equal(parse(body)['address'], expected);
      });
    }
  });

  it('learns the parameters of an Express path, whole', async () => {
    const { exchange } = createHarness();
    const app = express();
    app.get('/v/:launchId/*rest', exchange.express(echo({ method: 'GET' })));
    await withServer(app, async ({ send }) => {
      const { body } = await send({ path: '/v/a%2Fb/c/d?x=1' });
      assert.deepEqual(parse(body)['params'], { launchId: 'a/b', rest: 'c/d' });
      assert.deepEqual(parse(body)['query'], [['x', '1']]);
    });
  });

  it('sees the whole path below an Express mount point', async () => {
    const { exchange } = createHarness();
    const app = express();
    app.use('/mounted', exchange.express(echo({ method: 'GET' })));
    await withServer(app, async ({ send }) => {
      assert.equal(parse((await send({ path: '/mounted/a' })).body)['path'], '/mounted/a');
    });
  });

  it('survives a client that leaves in the middle of its body, and counts it', async () => {
    const { exchange, lines, observations } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ port, send }) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{');
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      while (observations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(observations[0]?.status, 499);
      assert.equal(lines()[0]?.['msg'], 'the client left');
      assert.equal((await send()).status, 200);
    });
  });

  it('survives a client that leaves before the answer', async () => {
    const { exchange, observations } = createHarness();
    let release = (): void => undefined;
    const slow = route(() => new Promise((resolve) => (release = () => resolve({ status: 200, body: 'x' }))));
    await withServer(exchange.nodeListener(slow), async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
      release();
      while (observations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(observations[0]?.status, 499);
    });
  });
});

describe('hostile requests', () => {
  const lines = {
    'GET http://evil.example/x HTTP/1.1': 200,
    'GET //evil.example/x HTTP/1.1': 200,
    'GET /%00 HTTP/1.1': 400,
    'GET /%zz HTTP/1.1': 400,
    'GET /%c0%ae%c0%ae/ HTTP/1.1': 400,
    'GET /?%zz=1 HTTP/1.1': 400,
    'GET /?a=%00 HTTP/1.1': 400,
    'GET /\\..\\x HTTP/1.1': 200,
    'GET /\xff\xfe HTTP/1.1': 400,
    'OPTIONS * HTTP/1.1': 200,
    'TRACE /x HTTP/1.1': 200,
    'GET /x?__proto__=1&constructor=2 HTTP/1.1': 200,
    [`GET /${'a'.repeat(8_000)} HTTP/1.1`]: 200,
  };
  const headers =
    'Host: a\r\nHost: b\r\nCookie: __proto__=1; =; ;;a\r\nCookie: b=%zz\r\nX-Forwarded-For: ,,,\r\n__proto__: x\r\n';

  for (const [line, status] of Object.entries(lines)) {
    it(`are answered and end nothing: ${JSON.stringify(line.slice(0, 40))}`, async () => {
      const { exchange } = createHarness({ trustedProxies: ['loopback'] });
      await withServer(exchange.nodeListener(echo({ method: 'GET' })), async ({ raw, send }) => {
        const answer = await raw(Buffer.from(`${line}\r\n${headers}Connection: close\r\n\r\n`, 'latin1'));
        assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer.slice(0, 40));
        assert.equal((await send()).status, 200);
      });
    });
  }

  it('take the absolute form for its path only', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(echo()), async ({ raw }) => {
      assert.match(
        await raw('GET http://evil.example/a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
        /"path":"\/a"/,
      );
    });
  });
});
