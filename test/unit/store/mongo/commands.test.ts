import assert from 'node:assert/strict';
import type { Store } from '../../../../src/store/ports.js';
import { commandCases as plainCases, type CommandCase } from './command-cases.js';
import { commandLines as plainLines } from './command-lines.js';
import { lineOf } from './lines.js';
import { nameOf, startScripted, TIMEOUT_MS, type Scripted } from './scripted.js';
import { screenCases } from './screen-cases.js';
import { screenLines } from './screen-lines.js';
import type { Command } from './wire.js';

const commandCases: Record<string, CommandCase> = { ...plainCases, ...screenCases };
const commandLines: Record<string, string[]> = { ...plainLines, ...screenLines };

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);
const READS = new Set(['find', 'aggregate']);
const MAJORITY = { w: 'majority', wtimeout: TIMEOUT_MS, j: true };

/** Methods that answer from others, or that have a test of their own. */
const ELSEWHERE = new Set(['transfer.read', 'transfer.counts', 'close']);

function methodsOf(store: Store): string[] {
  return Object.entries(store).flatMap(([name, part]: [string, object]) =>
    typeof part === 'function' ? [name] : Object.keys(part).map((method) => `${name}.${method}`),
  );
}

describe('the commands of the Mongo store', () => {
  let scripted: Scripted;
  let store: Store;

  before(async () => {
    scripted = await startScripted();
    store = await scripted.open();
  });
  after(() => scripted.close());

  const run = async (name: string): Promise<Command[]> => {
    const { call, found = {} } = commandCases[name]!;
    for (const collection of Object.keys(scripted.documents)) scripted.documents[collection] = [];
    Object.assign(scripted.documents, found);
    scripted.forget();
    await call(store);
    return [...scripted.sent];
  };

  it('are pinned for each method of the ports', () => {
    const missing = methodsOf(store).filter(
      (method) => !ELSEWHERE.has(method) && !Object.keys(commandCases).some((name) => name.split(',')[0] === method),
    );
    assert.deepEqual(missing, []);
  });

  for (const name of Object.keys(commandCases)) {
    it(`are these: ${name}`, async () => {
      assert.deepEqual((await run(name)).map(lineOf), commandLines[name]);
    });
  }

  it('go to the database that the address names', async () => {
    for (const name of Object.keys(commandCases)) {
      for (const command of await run(name)) {
        assert.equal(command['$db'], nameOf(command).endsWith('Transaction') ? 'admin' : 'campus', name);
      }
    }
  });

  it('each have a time limit', async () => {
    for (const name of Object.keys(commandCases)) {
      for (const command of await run(name)) assert.equal(command['maxTimeMS'], TIMEOUT_MS, lineOf(command));
    }
  });

  it('are confirmed by a majority and its journals, but for launch records', async () => {
    for (const name of Object.keys(commandCases)) {
      for (const command of await run(name)) {
        if (!WRITES.has(nameOf(command)) || command['autocommit'] === false) continue;
        const appends = name === 'launches.append';
        assert.deepEqual(command['writeConcern'], appends ? { w: 1 } : MAJORITY, lineOf(command));
      }
    }
  });

  it('read from the primary what it has', async () => {
    for (const name of Object.keys(commandCases)) {
      for (const command of await run(name)) {
        if (!READS.has(nameOf(command)) || command['autocommit'] === false) continue;
        assert.deepEqual(command['readConcern'], { level: 'local' }, lineOf(command));
        assert.equal(command['$readPreference'], undefined);
      }
    }
  });

  it('that change several documents are one transaction of one session', async () => {
    const changing = Object.keys(commandCases).filter((name) => commandLines[name]?.includes('commitTransaction'));
    assert.ok(changing.length > 20);
    for (const name of changing) {
      const inside = (await run(name)).filter((command) => command['autocommit'] === false);
      const [first, ...others] = inside;
      assert.deepEqual([first?.['startTransaction'], first?.['readConcern']], [true, { level: 'snapshot' }], name);
      for (const command of others) {
        assert.equal(command['startTransaction'], undefined);
        assert.equal(command['readConcern'], undefined);
        assert.deepEqual([command['lsid'], command['txnNumber']], [first?.['lsid'], first?.['txnNumber']]);
      }
      const commit = inside.at(-1);
      assert.equal(nameOf(commit ?? {}), 'commitTransaction');
      assert.deepEqual(commit?.['writeConcern'], MAJORITY);
      for (const command of inside.slice(0, -1)) assert.equal(command['writeConcern'], undefined, lineOf(command));
    }
  });

  it('of a change write nothing outside their transaction', async () => {
    for (const [name, lines] of Object.entries(commandLines)) {
      if (!lines.some((line) => line.startsWith('insert audit'))) continue;
      const outside = (await run(name)).filter(
        (command) => WRITES.has(nameOf(command)) && command['autocommit'] !== false,
      );
      // Ended links go by themselves: nobody sees them any more.
      assert.deepEqual(outside.map(nameOf), name === 'admins.addLink, others have ended' ? ['delete'] : [], name);
    }
  });

  it('read a whole store page by page, in the order of the ids', async () => {
    scripted.documents['installationKeys'] = [
      { _id: 'a', sealed: '1' },
      { _id: 'b', sealed: '2' },
    ];
    scripted.answer.callsFake((command) => {
      const filter = command['filter'] as Command | undefined;
      return filter?.['_id'] === undefined ? undefined : { ok: 1, cursor: { id: 0n, ns: 'c', firstBatch: [] } };
    });
    try {
      for (const collection of Object.keys(scripted.documents)) {
        if (collection !== 'installationKeys') scripted.documents[collection] = [];
      }
      scripted.forget();
      const batches: unknown[] = [];
      for await (const batch of store.transfer.read()) batches.push(batch);
      const records = [
        { name: 'a', sealed: '1' },
        { name: 'b', sealed: '2' },
      ];
      assert.deepEqual(batches, [{ aggregate: 'installationKeys', records }]);
      const lines = scripted.sent.map(lineOf).filter((line) => line.includes('installationKeys'));
      assert.deepEqual(lines, [
        'find installationKeys {} by {"_id":1} limit 500',
        'find installationKeys {"_id":{"$gt":"b"}} by {"_id":1} limit 500',
      ]);
    } finally {
      scripted.answer.resetBehavior();
    }
  });
});
