import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import sinon from 'sinon';
import { isAppError } from '../../src/errors/app-error.js';
import { createGateway, type ApiCall } from '../../src/kaltura/gateway.js';
import { signKs, type KsInput } from '../../src/kaltura/ks.js';
import { startFakeKalturaApi, type FakeKalturaApi } from '../support/fake-kaltura-api.js';

const account = { partnerId: 102, secret: 'made-up-admin-secret' };
const admin: KsInput = {
  ...account,
  type: 'admin',
  userId: 'playcontext',
  expiresAtSeconds: 2_000_000_000,
  privileges: [{ name: 'disableentitlement' }],
  random: Buffer.alloc(16, 3),
};
const ks = signKs(admin);
const pager = { pageSize: 500, pageIndex: 1 };
const gateway = createGateway();

describe('Kaltura gateway', function () {
  // The first call loads kaltura-client, which takes seconds on a busy machine.
  this.timeout(30_000);
  let api: FakeKalturaApi;
  let call: ApiCall;
  let printed: sinon.SinonSpy[];

  const failure = async (action: Promise<unknown>) => {
    const error: unknown = await action.then(
      () => assert.fail('the call succeeded'),
      (thrown: unknown) => thrown,
    );
    assert.ok(isAppError(error), `not an AppError: ${inspect(error)}`);
    const everything = inspect(error, { depth: 10, showHidden: true });
    assert.ok(!everything.includes('djJ8'), 'the error holds the KS');
    assert.ok(!everything.includes(account.secret), 'the error holds the secret');
    return error;
  };

  before(async () => {
    api = await startFakeKalturaApi(account);
    await gateway.ping({ serviceUrl: api.url, timeoutMs: 20_000 });
  });
  after(() => api.close());

  beforeEach(() => {
    delete api.misbehave;
    api.requests.length = 0;
    call = { serviceUrl: api.url, timeoutMs: 5000, ks };
    printed = [sinon.spy(console, 'log'), sinon.spy(console, 'error'), sinon.spy(console, 'info')];
  });
  afterEach(() => {
    const lines = printed.flatMap((spy) => spy.args);
    sinon.restore();
    assert.deepEqual(lines, [], 'kaltura-client printed something');
  });

  it('reads an entry', async () => {
    api.entries = [{ id: '0_abcd1234', name: 'Optics', duration: 95 }];
    assert.deepEqual(await gateway.baseEntryGet(call, '0_abcd1234'), {
      id: '0_abcd1234',
      name: 'Optics',
      duration: 95,
    });
  });

  it('names itself to Kaltura and never asks for several things in one request', async () => {
    await gateway.ping(call);
    assert.equal(api.requests[0]?.body['clientTag'], 'playcontext');
    assert.equal(api.requests[0]?.action, 'system.ping');
  });

  it('takes a base address that ends with a slash', async () => {
    await gateway.ping({ ...call, serviceUrl: `${api.url}/` });
  });

  it('keeps the sessions of calls that run at once apart', async () => {
    api.entries = [{ id: '0_abcd1234' }];
    const other = signKs({ ...admin, userId: 'somebody-else' });
    await Promise.all([
      gateway.baseEntryGet(call, '0_abcd1234'),
      gateway.baseEntryGet({ ...call, ks: other }, '0_abcd1234'),
      gateway.ping({ serviceUrl: api.url, timeoutMs: 5000 }),
    ]);
    const users = api.requests.map(({ session }) => session?.userId).sort();
    assert.deepEqual(users, ['playcontext', 'somebody-else', undefined]);
  });

  it('answers "no such entry" without an error', async () => {
    assert.equal(await gateway.baseEntryGet(call, '0_zzzzzzzz'), undefined);
  });

  it('answers a duplicate category with the full name that exists', async () => {
    const root = api.seed('Twice');
    api.seed('Twice>A_B');
    assert.deepEqual(await gateway.categoryAdd(call, { name: 'A>B', parentId: root.id }), {
      outcome: 'duplicate',
      fullName: 'Twice>A_B',
    });
  });

  it('reports an API error as KALTURA_REFUSED with its code, not as a plain object', async () => {
    const error = await failure(gateway.categoryAdd(call, { name: 'x', parentId: 999_999 }));
    assert.equal(error.code, 'KALTURA_REFUSED');
    assert.equal(error.details['kalturaCode'], 'PARENT_CATEGORY_NOT_FOUND');
  });

  it('removes the KS that Kaltura repeats in INVALID_KS', async () => {
    const foreign = signKs({ ...admin, secret: 'another secret' });
    const error = await failure(gateway.baseEntryGet({ ...call, ks: foreign }, '0_abcd1234'));
    assert.equal(error.code, 'KALTURA_REFUSED');
    assert.equal(error.details['kalturaCode'], 'INVALID_KS');
    assert.match(error.reason ?? '', /Invalid KS "\[ks\]"/);
  });

  it('removes a KS of whatever form that it was called with', async () => {
    const error = await failure(gateway.baseEntryGet({ ...call, ks: 'session-of-another-form' }, '0_abcd1234'));
    assert.match(error.reason ?? '', /Invalid KS "\[ks\]"/);
  });

  it('removes any other KS from a message, and line breaks', async () => {
    api.misbehave = (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ code: 'bad code\n', message: 'a djJ8MTAyfAAA-_== b\nc', args: [] }));
    };
    const error = await failure(gateway.ping(call));
    assert.equal(error.details['kalturaCode'], 'UNKNOWN');
    assert.match(error.reason ?? '', /a \[ks\] b c$/);
  });

  it('understands an API error wrapped in a result', async () => {
    api.misbehave = (_request, response) => {
      const error = { code: 'SERVICE_FORBIDDEN', message: 'no', objectType: 'KalturaAPIException' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ result: { error } }));
    };
    assert.equal((await failure(gateway.ping(call))).details['kalturaCode'], 'SERVICE_FORBIDDEN');
  });

  const notTheApi: Record<string, { status?: number; type?: string; body: string }> = {
    'an HTML page with status 200': { type: 'text/html', body: '<html>Sign in to the network</html>' },
    'an empty reply': { body: '' },
    'JSON that is cut': { body: '{"objects":[{"id":1,' },
    'a reply of another form': { body: '{"objects":[{"id":"one","fullName":7}]}' },
    'a category id out of range': { body: '{"objects":[{"id":99999999999,"fullName":"A"}]}' },
    null: { body: 'null' },
    'an error without a code': { body: '{"code":{},"message":"x"}' },
    'status 500': { status: 500, body: '{"code":"X","message":"y"}' },
    'status 404': { status: 404, body: '[]' },
  };
  for (const [name, { status = 200, type = 'application/json', body }] of Object.entries(notTheApi)) {
    it(`reports ${name} as KALTURA_UNREACHABLE`, async () => {
      api.misbehave = (_request, response) => {
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      };
      const error = await failure(gateway.categoryList(call, { fullNameEqual: 'A' }, pager));
      assert.equal(error.code, 'KALTURA_UNREACHABLE');
    });
  }

  it('does not follow a redirect, which would carry the KS to another server', async () => {
    let followed = false;
    api.misbehave = (request, response) => {
      followed ||= request.url === '/elsewhere';
      response.writeHead(307, { location: '/elsewhere' }).end();
    };
    assert.equal((await failure(gateway.baseEntryGet(call, '0_abcd1234'))).code, 'KALTURA_UNREACHABLE');
    assert.equal(followed, false);
  });

  it('reports a reply that is too large as KALTURA_UNREACHABLE', async () => {
    api.misbehave = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`${' '.repeat(5 * 1024 * 1024)}true`);
    };
    assert.equal((await failure(gateway.ping(call))).code, 'KALTURA_UNREACHABLE');
  });

  it('reports a closed port as KALTURA_UNREACHABLE', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(gateway.ping({ ...call, serviceUrl: `http://127.0.0.1:${port}` }));
    assert.equal(error.code, 'KALTURA_UNREACHABLE');
    assert.equal(error.details['transportCode'], 'ECONNREFUSED');
  });

  it('reports a connection that breaks as KALTURA_UNREACHABLE', async () => {
    api.misbehave = (request) => request.socket.destroy();
    assert.equal((await failure(gateway.ping(call))).code, 'KALTURA_UNREACHABLE');
  });

  it('reports a server that never answers as KALTURA_TIMEOUT', async () => {
    api.misbehave = () => undefined;
    assert.equal((await failure(gateway.ping({ ...call, timeoutMs: 60 }))).code, 'KALTURA_TIMEOUT');
  });

  it('reports a reply that trickles in without end as KALTURA_TIMEOUT', async () => {
    api.misbehave = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    };
    assert.equal((await failure(gateway.ping({ ...call, timeoutMs: 150 }))).code, 'KALTURA_TIMEOUT');
  });
});
