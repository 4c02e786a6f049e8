import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { AppError } from '../../src/errors/app-error.js';
import { createHarness, route, withServer } from './exchange-harness.js';

const CSV = { 'content-type': 'text/csv; charset=utf-8' };

describe('an answer that is made piece by piece', () => {
  it('arrives whole and is logged when it has ended', async () => {
    const { exchange, lines } = createHarness();
    async function* pieces(): AsyncGenerator<string> {
      for (let index = 0; index < 1_000; index += 1) {
        await Promise.resolve();
        yield `row ${index}, “quoted”\n`;
      }
    }
    const csv = route(() => ({ status: 200, headers: CSV, body: pieces() }));
    await withServer(exchange.nodeListener(csv), async ({ send }) => {
      const { status, headers, body } = await send();
      assert.equal(status, 200);
      assert.equal(headers['content-length'], undefined);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(body.split('\n').length, 1_001);
      assert.match(body, /^row 0, “quoted”\n/);
      assert.deepEqual(
        lines().map(({ msg }) => msg),
        ['request'],
      );
    });
  });

  it('makes nothing for HEAD', async () => {
    const { exchange } = createHarness();
    let made = 0;
    async function* pieces(): AsyncGenerator<string> {
      made += 1;
      yield 'x';
    }
    const csv = route(() => ({ status: 200, headers: CSV, body: pieces() }));
    await withServer(exchange.nodeListener(csv), async ({ send }) => {
      assert.equal((await send({ method: 'HEAD' })).body, '');
      assert.equal(made, 0);
    });
  });

  it('ends without an end when a piece fails, and the log says why once', async () => {
    const { exchange, lines } = createHarness();
    async function* pieces(): AsyncGenerator<string> {
      yield 'first\n';
      await Promise.resolve();
      throw new AppError('STORE_UNAVAILABLE');
    }
    const csv = route(() => ({ status: 200, headers: CSV, body: pieces() }));
    await withServer(exchange.nodeListener(csv), async ({ raw }) => {
      const answer = await raw('GET /x HTTP/1.1\r\nhost: x\r\n\r\n');
      assert.match(answer, /first/);
      assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/);
      assert.deepEqual(
        lines().map(({ msg }) => msg),
        ['an answer broke off'],
      );
    });
  });

  it('stops being made when the client has left', async () => {
    const { exchange, lines } = createHarness();
    let stopped!: () => void;
    const stop = new Promise<void>((resolve) => (stopped = resolve));
    async function* pieces(): AsyncGenerator<string> {
      try {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield 'x'.repeat(10_000);
        }
      } finally {
        stopped();
      }
    }
    const csv = route(() => ({ status: 200, headers: CSV, body: pieces() }));
    await withServer(exchange.nodeListener(csv), async ({ port }) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /x HTTP/1.1\r\nhost: x\r\n\r\n'));
      socket.once('data', () => socket.destroy());
      await stop;
      while (lines().length === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(
        lines().map(({ msg }) => msg),
        ['the client left'],
      );
    });
  });
});

describe('a form with files', () => {
  const boundary = 'pc-boundary-1';
  const MULTIPART = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const part = (disposition: string, content: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const body = Buffer.from(
    `${part('name="_csrf"', 'abc')}${part('name="file"; filename="../kurse ü.csv"', 'a,b\r\n1,2')}--${boundary}--\r\n`,
  );
  const upload = (overrides = {}) =>
    route(
      ({ form, files }) => ({
        status: 200,
        body: JSON.stringify([
          form?.entries(),
          [...(files ?? [])].map(([field, { name, bytes }]) => [field, name, bytes.toString()]),
        ]),
      }),
      { method: 'POST', takesFiles: true, ...overrides },
    );

  it('gives fields and files', async () => {
    const { exchange } = createHarness();
    await withServer(exchange.nodeListener(upload()), async ({ send }) => {
      const answer = await send({ method: 'POST', headers: MULTIPART, body });
      assert.deepEqual(JSON.parse(answer.body), [[['_csrf', 'abc']], [['file', 'kurse ü.csv', 'a,b\r\n1,2']]]);
    });
  });

  it('is refused on routes that take none, when it is malformed, and above the limit', async () => {
    const { exchange } = createHarness();
    const codeOf = async (overrides: object, sent: Buffer | string): Promise<string> => {
      let text = '';
      await withServer(exchange.nodeListener(upload(overrides)), async ({ send }) => {
        text = (await send({ method: 'POST', headers: MULTIPART, body: sent })).body;
      });
      return /[A-Z]+_[A-Z_]+/.exec(text)?.[0] ?? text;
    };
    assert.equal(await codeOf({ takesFiles: undefined }, body), 'INPUT_MEDIA_TYPE');
    for (const broken of [
      'not a form',
      part('name="a"', 'x'),
      `--${boundary}\r\nContent-Disposition: form`,
      `--${boundary}`,
    ]) {
      assert.equal(await codeOf({}, broken), 'INPUT_INVALID', broken);
    }
    assert.equal(await codeOf({}, part('name="a"', 'x\0y') + `--${boundary}--\r\n`), 'INPUT_INVALID');
    assert.equal(await codeOf({ maxBodyBytes: 64 }, body), 'INPUT_TOO_LARGE');
  });

  it('is not read for who is not admitted', async () => {
    const { exchange } = createHarness();
    const refusing = upload({ admit: () => Promise.reject(new AppError('ACCESS_DENIED')) });
    await withServer(exchange.nodeListener(refusing), async ({ raw }) => {
      // The body never comes, so an answer shows that nobody waited for it.
      const answer = await raw(
        `POST /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${MULTIPART['content-type']}\r\ncontent-length: 1000\r\n\r\n`,
      );
      assert.match(answer, /403[\s\S]*ACCESS_DENIED/);
    });
  });
});
