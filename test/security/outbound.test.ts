import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { catalogue } from '../../src/errors/catalogue.js';
import { AppError } from '../../src/errors/app-error.js';
import { createAddressGuard, type ResolvedAddress } from '../../src/http/guarded-lookup.js';
import { createOutbound, type Outbound, type OutboundOptions } from '../../src/http/outbound.js';

const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };
const PUBLIC: ResolvedAddress = { address: '93.184.215.14', family: 4 };

/** One way out that may reach the loopback servers of these tests. */
function open(overrides: Partial<OutboundOptions> = {}): Outbound {
  return createOutbound({
    dangerouslyAllowHttp: true,
    dangerouslyAllowPrivateAddresses: true,
    timeoutMs: 2_000,
    maxBytes: 10_000,
    ...overrides,
  });
}

const guarded = (overrides: Partial<OutboundOptions> = {}): Outbound =>
  open({ dangerouslyAllowPrivateAddresses: false, lookup: () => Promise.resolve([PUBLIC]), ...overrides });

async function listening<S extends Server>(server: S): Promise<{ server: S; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Runs `work` against a real server and says how many requests it saw. */
async function withServer(
  listener: RequestListener,
  work: (port: number, seen: () => number) => Promise<void>,
): Promise<void> {
  let requests = 0;
  const { server, port } = await listening(
    createServer((request, response) => {
      requests += 1;
      listener(request, response);
    }),
  );
  try {
    await work(port, () => requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const refusedWith =
  (code: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, `${error.message} ${String(error.cause)}`);
    return true;
  };

const json: RequestListener = (_request, response) => void response.end('{"keys":[]}');

describe('an outbound request', () => {
  it('answers the JSON of a 200, whatever its media type', async () => {
    await withServer(
      (_request, response) => void response.setHeader('content-type', 'text/html').end('{"keys":[]}'),
      async (port) => assert.deepEqual(await open().getJson(`http://127.0.0.1:${port}/`), { keys: [] }),
    );
  });

  it('takes *.localhost for this computer without asking a name server', async () => {
    const lookup = (): Promise<never> => assert.fail('a name server was asked');
    await withServer(json, async (port) => {
      for (const host of ['localhost', 'lms.localhost', 'a.b.LocalHost', 'localhost.']) {
        assert.deepEqual(await open({ lookup }).getJson(`http://${host}:${port}/`), { keys: [] });
      }
    });
  });

  it('sends method, headers and body, and tells status and headers', async () => {
    await withServer(
      (request, response) => {
        response.writeHead(201, { 'x-method': request.method, 'x-token': request.headers['authorization'] });
        request.pipe(response);
      },
      async (port) => {
        const answer = await open().request(`http://127.0.0.1:${port}/`, {
          method: 'POST',
          headers: { authorization: 'Bearer t' },
          body: 'grant',
        });
        assert.equal(answer.status, 201);
        assert.equal(answer.headers['x-method'], 'POST');
        assert.equal(answer.headers['x-token'], 'Bearer t');
        assert.equal(answer.body.toString(), 'grant');
      },
    );
  });

  it('does not follow redirects', async () => {
    await withServer(
      (request, response) =>
        request.url === '/' ? response.writeHead(302, { location: '/elsewhere' }).end() : response.end('{}'),
      async (port, seen) => {
        await assert.rejects(open().getJson(`http://127.0.0.1:${port}/`), refusedWith('OUTBOUND_FAILED'));
        assert.equal(seen(), 1);
      },
    );
  });

  for (const [name, listener] of Object.entries<RequestListener>({
    'an error status': (_request, response) => void response.writeHead(500).end('{}'),
    'a body that is not JSON': (_request, response) => void response.end('<html>'),
    'a body that is not UTF-8': (_request, response) => void response.end(Buffer.from([0x22, 0xff, 0x22])),
    'an empty body': (_request, response) => void response.end(),
    'a body over the limit': (_request, response) => void response.end(JSON.stringify('x'.repeat(10_001))),
    'a body that ends early': (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    },
  })) {
    it(`fails on ${name}`, async () => {
      await withServer(listener, (port) =>
        assert.rejects(open().getJson(`http://127.0.0.1:${port}/`), refusedWith('OUTBOUND_FAILED')),
      );
    });
  }

  it('stops reading a body that never ends', async () => {
    let closed = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (closed = resolve));
    await withServer(
      (_request, response) => {
        const timer = setInterval(() => response.write('1,'.repeat(2_000)), 1);
        response.on('close', () => {
          clearInterval(timer);
          closed();
        });
      },
      async (port) => {
        await assert.rejects(open().getJson(`http://127.0.0.1:${port}/`), refusedWith('OUTBOUND_FAILED'));
        await stopped;
      },
    );
  });

  it('holds a single request to a smaller limit', async () => {
    await withServer(json, (port) =>
      assert.rejects(open().getJson(`http://127.0.0.1:${port}/`, { maxBytes: 5 }), refusedWith('OUTBOUND_FAILED')),
    );
  });

  it('gives up on a server that is silent, or drips', async () => {
    const outbound = open({ timeoutMs: 150 });
    await withServer(
      () => undefined,
      (port) => assert.rejects(outbound.getJson(`http://127.0.0.1:${port}/`), refusedWith('OUTBOUND_TIMEOUT')),
    );
    await withServer(
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
      (port) => assert.rejects(outbound.getJson(`http://127.0.0.1:${port}/`), refusedWith('OUTBOUND_TIMEOUT')),
    );
  });

  it('gives up on a name server that is silent', async () => {
    const outbound = guarded({ timeoutMs: 100, lookup: () => new Promise(() => undefined) });
    await assert.rejects(outbound.getJson('https://lms.example.edu/'), refusedWith('OUTBOUND_TIMEOUT'));
  });

  it('fails on a name that does not resolve, or to nothing', async () => {
    const missing = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    await assert.rejects(
      guarded({ lookup: () => Promise.reject(missing) }).getJson('https://x.edu/'),
      refusedWith('OUTBOUND_FAILED'),
    );
    await assert.rejects(
      guarded({ lookup: () => Promise.resolve([]) }).getJson('https://x.edu/'),
      refusedWith('OUTBOUND_FAILED'),
    );
  });

  it('tells the viewer the same of an open and of a closed port', async () => {
    const { server, port } = await listening(createTcpServer((socket) => void socket.end('not HTTP').resume()));
    const codes: string[] = [];
    const attempt = async (): Promise<void> => {
      await open()
        .getJson(`http://127.0.0.1:${port}/`)
        .catch((error: unknown) => codes.push(error instanceof AppError ? error.code : String(error)));
    };
    await attempt();
    await new Promise((resolve) => server.close(resolve));
    await attempt();
    assert.deepEqual(codes, ['OUTBOUND_FAILED', 'OUTBOUND_FAILED']);
    assert.ok(!/port|refused|connect/i.test(catalogue.OUTBOUND_FAILED.viewer));
  });
});

describe('what is refused before anything is sent', () => {
  const urls = {
    'no URL': 'nope',
    'another scheme': 'ftp://lms.example.edu/',
    'a file': 'file:///etc/passwd',
    credentials: 'https://user:pass@lms.example.edu/',
    'a user name': 'https://user@lms.example.edu/',
    loopback: 'http://127.0.0.1/',
    'loopback in hexadecimal': 'http://0x7f.1/',
    'loopback in decimal': 'http://2130706433/',
    'loopback in octal': 'http://0177.0.0.01/',
    'loopback in full-width digits': 'http://１２７.0.0.1/',
    'this network': 'http://0/',
    'a private address': 'http://10.1.2.3/',
    'carrier-grade NAT': 'http://100.64.0.1/',
    'link-local, where clouds keep credentials': 'http://169.254.169.254/latest/meta-data',
    multicast: 'http://224.0.0.1/',
    broadcast: 'http://255.255.255.255/',
    'IPv6 loopback': 'http://[::1]/',
    'IPv6 unspecified': 'http://[::]/',
    'IPv4 mapped into IPv6': 'http://[::ffff:127.0.0.1]/',
    'a public IPv4 address mapped into IPv6': 'http://[::ffff:93.184.215.14]/',
    'IPv4 translated into IPv6': 'http://[64:ff9b::7f00:1]/',
    'IPv4 tunnelled in IPv6': 'http://[2002:7f00:1::1]/',
    'unique local': 'http://[fd00::1]/',
    'IPv6 link-local': 'http://[fe80::1]/',
    'IPv6 multicast': 'http://[ff02::1]/',
    'IPv6 documentation': 'http://[2001:db8::1]/',
    localhost: 'http://localhost/',
    'a name under localhost': 'http://lms.localhost/',
    'localhost with a dot': 'http://localhost./',
  };
  for (const [name, url] of Object.entries(urls)) {
    it(`is ${name}`, async () => {
      await assert.rejects(guarded().getJson(url), refusedWith('OUTBOUND_REFUSED'));
    });
  }

  it('is http, unless allowed', async () => {
    await assert.rejects(
      guarded({ dangerouslyAllowHttp: false }).getJson('http://lms.example.edu/'),
      refusedWith('OUTBOUND_REFUSED'),
    );
  });

  it('is a host that is not on the list, by its port too', async () => {
    const outbound = open();
    await withServer(json, async (port, seen) => {
      const url = `http://127.0.0.1:${port}/`;
      for (const host of ['127.0.0.1', `127.0.0.1:${port + 1}`, 'lms.example.edu']) {
        await assert.rejects(outbound.getJson(url, { allowedHosts: [host] }), refusedWith('OUTBOUND_REFUSED'));
      }
      await assert.rejects(outbound.getJson(url, { allowedHosts: [] }), refusedWith('OUTBOUND_REFUSED'));
      assert.equal(seen(), 0);
      assert.deepEqual(await outbound.getJson(url, { allowedHosts: [`127.0.0.1:${port}`] }), { keys: [] });
    });
  });

  for (const [name, addresses] of Object.entries<ResolvedAddress[]>({
    'to a private address': [LOOPBACK],
    'to a public and a private address': [PUBLIC, LOOPBACK],
    'to a mapped address': [{ address: '::ffff:127.0.0.1', family: 6 }],
    'to a link-local address with a zone': [{ address: 'fe80::1%lo', family: 6 }],
    'to something that is no address': [{ address: 'localhost', family: 4 }],
  })) {
    it(`is a name that resolves ${name}`, async () => {
      await withServer(json, async (port, seen) => {
        const outbound = guarded({ lookup: () => Promise.resolve(addresses) });
        await assert.rejects(outbound.getJson(`http://lms.example.edu:${port}/`), refusedWith('OUTBOUND_REFUSED'));
        assert.equal(seen(), 0);
      });
    });
  }
});

describe('a name that changes its answer (DNS rebinding)', () => {
  it('is resolved once, and the socket goes to the address that was checked', async () => {
    const asked: string[] = [];
    const lookup = (hostname: string): Promise<ResolvedAddress[]> => {
      asked.push(hostname);
      return Promise.resolve(asked.length === 1 ? [LOOPBACK] : [{ address: '127.0.0.2', family: 4 }]);
    };
    await withServer(json, async (port, seen) => {
      assert.deepEqual(await open({ lookup }).getJson(`http://lms.example.edu:${port}/`), { keys: [] });
      assert.deepEqual(asked, ['lms.example.edu']);
      assert.equal(seen(), 1);
    });
  });

  it('is refused as soon as its answer is private', async () => {
    const answers = [[PUBLIC], [LOOPBACK]];
    const guard = createAddressGuard({ lookup: () => Promise.resolve(answers.shift() ?? []), allowPrivate: false });
    const resolve = (): Promise<unknown> =>
      new Promise((done, fail) => {
        guard.lookup('lms.example.edu', { all: true }, (error, addresses) => (error ? fail(error) : done(addresses)));
      });
    assert.deepEqual(await resolve(), [PUBLIC]);
    await assert.rejects(resolve(), refusedWith('OUTBOUND_REFUSED'));
  });
});
