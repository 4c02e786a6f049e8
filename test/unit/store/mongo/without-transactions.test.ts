import assert from 'node:assert/strict';
import type { PlatformId, PlatformRef } from '../../../../src/runtime/ids.js';
import type { Store } from '../../../../src/store/ports.js';
import { assertCode } from '../../../support/assert-code.js';
import { ADMIN, aPlatform } from '../../../support/store-fixtures.js';
import { lineOf } from './lines.js';
import { failures, nameOf, startScripted, type Scripted } from './scripted.js';
import type { Command } from './wire.js';

const PLATFORM = aPlatform({ id: 'p' as PlatformId, ref: 'r' as PlatformRef });
const CHANGED = 'findAndModify meta {"_id":"changes"} $inc {"value":1} or insert';

const ADDED = [
  'findAndModify locks {"_id":"writes","holder":""} $set {"holder":"<id>"}',
  'find platforms {"$or":[{"_id":"p"},{"ref":"r"}]} limit 1',
  'find audit {} by {"_id":-1} limit 1 only _id',
  'insert audit "<id>"',
  'insert platforms "p"',
  'insert deployments "[\\"p\\",\\"1\\"]"',
  CHANGED,
  'findAndModify locks {"_id":"writes","holder":"<id>"} $set {"holder":""}',
];

describe('the Mongo store on a server without transactions', () => {
  let scripted: Scripted;
  afterEach(() => scripted.close());

  const add = (store: Store) => store.platforms.add(PLATFORM, ['1'], ADMIN);
  const linesOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    scripted.forget();
    await work();
    return scripted.sent.map(lineOf);
  };
  const warnings = (): string[] => scripted.log.warn.getCalls().map(({ args }) => String(args[1]).split(':')[0] ?? '');
  const assertWarnedOnce = () => assert.deepEqual(warnings(), ['the database has no transactions']);
  const assertNoTransaction = () =>
    assert.deepEqual(
      scripted.sent.filter((command) => command['autocommit'] === false),
      [],
    );

  it('asks a single server for none, and takes its turn at one lock', async () => {
    scripted = await startScripted({ replicaSet: false });
    const store = await scripted.open();
    assertNoTransaction();
    assertWarnedOnce();
    assert.deepEqual(await linesOf(() => add(store)), ADDED);
    assertNoTransaction();
    assertWarnedOnce();
  });

  it('does not believe a server that takes a transaction back and keeps what it wrote', async () => {
    scripted = await startScripted();
    scripted.answer.callsFake((command) => (nameOf(command) === 'delete' ? { ok: 1, n: 1 } : undefined));
    const store = await scripted.open();
    assertWarnedOnce();
    assert.deepEqual(await linesOf(() => add(store)), ADDED);
  });

  for (const failure of ['noTransactions', 'notInTransactions'] as const) {
    it(`learns it at the start from a refusal (${failure})`, async () => {
      scripted = await startScripted();
      scripted.answer.callsFake((command) => (command['autocommit'] === false ? failures[failure] : undefined));
      const store = await scripted.open();
      assertWarnedOnce();
      assert.deepEqual(await linesOf(() => add(store)), ADDED);
    });

    it(`learns it later from a refusal, and does the command all the same (${failure})`, async () => {
      scripted = await startScripted();
      const store = await scripted.open();
      assert.deepEqual(warnings(), []);
      scripted.answer.callsFake((command) => (command['autocommit'] === false ? failures[failure] : undefined));
      const lines = await linesOf(() => add(store));
      assert.deepEqual(lines.slice(-ADDED.length), ADDED);
      assertWarnedOnce();
      assert.deepEqual(await linesOf(() => add(store)), ADDED);
      assertWarnedOnce();
    });
  }

  it('opens on a server that does not say what it is', async () => {
    scripted = await startScripted({ replicaSet: false });
    scripted.answer.callsFake((command) =>
      nameOf(command) === 'hello' && command['lsid'] !== undefined
        ? { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: 'no such command' }
        : undefined,
    );
    await scripted.open();
    assertWarnedOnce();
  });

  it('gives the lock back, and says nothing of a change, when a command is refused before it wrote', async () => {
    scripted = await startScripted({ replicaSet: false });
    const store = await scripted.open();
    scripted.documents['platforms'] = [{ ...PLATFORM, _id: 'p', settings: '{}', version: 1 }];
    const lines = await linesOf(() =>
      assertCode('STORE_UNAVAILABLE', () => store.platforms.update(PLATFORM.id, 1, {}, ADMIN)),
    );
    assert.ok(lines.at(-1)?.startsWith('findAndModify locks'));
    assert.ok(!lines.includes(CHANGED));
  });

  it('says that there is a change when a command fails halfway', async () => {
    scripted = await startScripted({ replicaSet: false });
    const store = await scripted.open();
    scripted.answer.callsFake((command) => (command['insert'] === 'platforms' ? failures.duplicateKey : undefined));
    const lines = await linesOf(() => assertCode('STORE_CONFLICT', () => add(store)));
    assert.deepEqual(lines.slice(-2), [CHANGED, ADDED.at(-1)]);
  });

  it('says that there is a change after it took the lock over from somebody who is gone', async () => {
    scripted = await startScripted({ replicaSet: false });
    const store = await scripted.open({ timeoutMs: 200 });
    const isTake = ({ query }: Command, holder: string) => (query as Command | undefined)?.['holder'] === holder;
    scripted.answer.callsFake((command) => {
      if (command['findAndModify'] !== 'locks') return undefined;
      if (isTake(command, '')) return { ok: 1, value: null };
      if ((command['query'] as Command)['holder'] === undefined)
        return { ok: 1, value: { _id: 'writes', holder: 'x' } };
      return undefined;
    });
    const key = () => store.installationKeys.getOrCreate('n', 'sealed');
    let refused = 0;
    let lines: string[] = [];
    for (let done = false; !done;) {
      lines = await linesOf(async () => {
        try {
          await key();
          done = true;
        } catch {
          refused += 1;
        }
      });
    }
    assert.ok(refused > 0, 'nobody waits for the whole life of a lock');
    assert.ok(lines.includes('findAndModify locks {"_id":"writes","holder":"x"} $set {"holder":"<id>"}'));
    assert.deepEqual(lines.slice(-3, -1), ['insert installationKeys "n"', CHANGED]);
  });
});
