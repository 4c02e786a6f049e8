import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlatformId } from '../../../../src/runtime/ids.js';
import type { Store } from '../../../../src/store/ports.js';
import { schemaHistory } from '../../../../src/store/mongo/schema-history.js';
import { openMongoStore } from '../../../../src/store/mongo/store.js';
import { assertCode } from '../../../support/assert-code.js';
import { ADMIN, aPlatform, NOW_MS, random } from '../../../support/store-fixtures.js';
import { failures, nameOf, startScripted, type Scripted } from './scripted.js';

/** Short, because tests wait for it. */
const timeoutMs = 300;
const PASSWORD = 'pa55-w0rd';

describe('the Mongo store when its database does not answer', () => {
  let scripted: Scripted;
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  beforeEach(async () => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
    scripted = await startScripted();
  });
  afterEach(async () => {
    await scripted.close();
    await delay(20);
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  const find = (store: Store) => store.platforms.findById('p' as PlatformId);
  const add = (store: Store) => store.platforms.add(aPlatform(), ['1'], ADMIN);
  const getKey = (store: Store) => store.installationKeys.getOrCreate('n', 'sealed');
  const hangAt = (name: string): void =>
    void scripted.answer.callsFake((command) => (nameOf(command) === name ? 'hang' : undefined));

  it('gives a read, a ping and a change up', async () => {
    const store = await scripted.open({ timeoutMs });
    scripted.answer.callsFake((command) => (nameOf(command) === 'hello' ? undefined : 'hang'));
    await Promise.all([
      assertCode('STORE_UNAVAILABLE', () => find(store)),
      assertCode('STORE_UNAVAILABLE', () => store.ping()),
      assertCode('STORE_UNAVAILABLE', () => add(store)),
      assertCode('STORE_UNAVAILABLE', () => store.consumedStates.consume('s', NOW_MS + 1)),
      assertCode('STORE_UNAVAILABLE', () => store.changeNumber()),
    ]);
  });

  for (const name of ['insert', 'findAndModify', 'commitTransaction']) {
    it(`gives a change up that hangs at ${name}, and those behind it`, async () => {
      const store = await scripted.open({ timeoutMs });
      hangAt(name);
      await Promise.all(Array.from({ length: 5 }, () => assertCode('STORE_UNAVAILABLE', () => add(store))));
      scripted.answer.resetBehavior();
      await getKey(store);
    });
  }

  it('tells STORE_UNAVAILABLE while nobody listens, and goes on by itself when somebody does', async () => {
    const store = await scripted.open({ timeoutMs });
    await store.ping();
    await scripted.server.stop();
    for (let round = 0; round < 3; round += 1) {
      await assertCode('STORE_UNAVAILABLE', () => store.ping());
      await assertCode('STORE_UNAVAILABLE', () => add(store));
    }
    await scripted.server.listen();
    let answered = false;
    while (!answered) {
      answered = await store.ping().then(
        () => true,
        () => false,
      );
    }
    await add(store);
  });

  it('asks once more when a primary steps down, and tells STORE_UNAVAILABLE when there is no other', async () => {
    // Longer than the driver waits before it looks at a server again.
    const store = await scripted.open({ timeoutMs: 1_500 });
    let refusals = 0;
    scripted.answer.callsFake((command) => {
      if (nameOf(command) !== 'find' || refusals > 0) return undefined;
      refusals += 1;
      return failures.notPrimary;
    });
    assert.equal(await find(store), undefined);
    scripted.answer.callsFake((command) => (nameOf(command) === 'find' ? failures.notPrimary : undefined));
    await assertCode('STORE_UNAVAILABLE', () => find(store));
  });

  it('begins a transaction again that met another one, and gives up in the end', async () => {
    const store = await scripted.open({ timeoutMs });
    let conflicts = 0;
    scripted.answer.callsFake((command) => {
      if (nameOf(command) !== 'findAndModify' || conflicts === 3) return undefined;
      conflicts += 1;
      return failures.conflict;
    });
    await getKey(store);
    assert.equal(conflicts, 3);
    scripted.answer.callsFake((command) => (nameOf(command) === 'findAndModify' ? failures.conflict : undefined));
    await assertCode('STORE_UNAVAILABLE', () => getKey(store));
    scripted.answer.resetBehavior();
    scripted.forget();
    await delay(600);
    assert.deepEqual(
      scripted.sent.filter((command) => command['startTransaction'] === true),
      [],
      'it has stopped',
    );
  });

  it('begins a transaction again whose connection broke', async () => {
    const store = await scripted.open({ timeoutMs: 2_000 });
    let broken = 0;
    scripted.answer.callsFake((command) => {
      if (command['insert'] !== 'installationKeys' || broken > 0) return undefined;
      broken += 1;
      return 'hang-up';
    });
    await getKey(store);
    assert.equal(scripted.sent.filter((command) => command['insert'] === 'installationKeys').length, 2);
  });

  it('closes while a command is under way', async () => {
    const store = await scripted.open({ timeoutMs: 60_000 });
    hangAt('find');
    const arrived = scripted.next('find');
    const refused = assertCode('STORE_UNAVAILABLE', () => find(store));
    await arrived;
    await store.close();
    await refused;
  });

  it('waits for an index longer than for anything else, and serves meanwhile', async () => {
    scripted.documents['meta'] = [{ _id: 'schema', value: schemaHistory.length }];
    let built = (_answer: { ok: 1 }): void => undefined;
    const building = new Promise<{ ok: 1 }>((resolve) => (built = resolve));
    scripted.answer.callsFake((command) => (nameOf(command) === 'createIndexes' ? building : undefined));
    const first = scripted.next('createIndexes');
    const store = await scripted.openAtOnce({ timeoutMs });
    const command = await first;
    assert.equal(command['maxTimeMS'], undefined);
    await delay(3 * timeoutMs);
    await find(store);
    const second = scripted.next('createIndexes');
    built({ ok: 1 });
    await second;
    assert.deepEqual(scripted.log.warn.args, []);
  });
});

describe('opening the Mongo store', () => {
  const open = (uri: string) => openMongoStore({ uri, timeoutMs, clock: { nowMs: () => NOW_MS }, random });

  async function refusingPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  it('tells STORE_UNAVAILABLE, the host and no password when nobody listens', async () => {
    const host = `127.0.0.1:${await refusingPort()}`;
    const error = await assertCode('STORE_UNAVAILABLE', () => open(`mongodb://ada:${PASSWORD}@${host}/campus`));
    assert.ok(error.message.includes(host), error.message);
    assert.ok(!JSON.stringify([error.message, error.stack, error.details]).includes(PASSWORD));
    assert.equal(error.cause, undefined);
  });

  for (const uri of [
    `mongodb://ada:${PASSWORD}/@host`,
    `mongodb://ada:${PASSWORD}%zz@host/`,
    `mongodb://ada:${PASSWORD}@host/?w=x&strange=${PASSWORD}`,
    `mongodb://ada:${PASSWORD}@host:port/`,
    `http://ada:${PASSWORD}@host/`,
    `mongodb://ada:${PASSWORD}@host/%zz`,
  ]) {
    it(`tells STORE_UNAVAILABLE and nothing of ${uri.replaceAll(PASSWORD, '…')}`, async () => {
      const error = await assertCode('STORE_UNAVAILABLE', () => open(uri));
      assert.match(error.message, /store\.uri cannot be used \(\w+\)$/);
      assert.equal(error.cause, undefined);
    });
  }

  it('tells STORE_UNAVAILABLE when the database refuses the user', async () => {
    const scripted = await startScripted();
    scripted.answer.callsFake((command) => (nameOf(command) === 'find' ? failures.unauthorised : undefined));
    const error = await assertCode('STORE_UNAVAILABLE', () => scripted.openAtOnce());
    assert.match(error.message, /refuses this user: Unauthorized \(13\)/);
    assert.doesNotMatch(error.message, /secret text/);
    await scripted.close();
  });
});
