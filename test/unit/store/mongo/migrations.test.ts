import assert from 'node:assert/strict';
import { collections } from '../../../../src/store/mongo/collections.js';
import type { LaunchId, TenantId } from '../../../../src/runtime/ids.js';
import { toDocument } from '../../../../src/store/mongo/documents.js';
import { schemaHistory } from '../../../../src/store/mongo/schema-history.js';
import type { LaunchRecord } from '../../../../src/store/ports.js';
import { assertCode } from '../../../support/assert-code.js';
import { aLaunch, NOW_MS } from '../../../support/store-fixtures.js';
import { lineOf } from './lines.js';
import { nameOf, startScripted, TIMEOUT_MS, type Scripted } from './scripted.js';
import type { Command } from './wire.js';

const VERSION = schemaHistory.length;

describe('migrations of the Mongo store', () => {
  let scripted: Scripted;
  beforeEach(async () => {
    scripted = await startScripted();
  });
  afterEach(() => scripted.close());

  const linesOf = (...names: string[]): string[] =>
    scripted.sent.filter((command) => names.includes(nameOf(command))).map(lineOf);
  const indexesOf = (): Command[] =>
    scripted.sent
      .filter((command) => nameOf(command) === 'createIndexes')
      .flatMap(({ indexes }) => indexes as Command[]);

  it('make every collection of an empty database under the lock, and note the version at the end', async () => {
    scripted.documents['meta'] = [];
    await scripted.open();
    const lines = scripted.sent.map(lineOf);
    const from = lines.indexOf('findAndModify locks {"_id":"migrations","holder":""} $set {"holder":"<id>"}');
    const to = lines.indexOf('findAndModify locks {"_id":"migrations","holder":"<id>"} $set {"holder":""}');
    const inside = lines.slice(from + 1, to);
    assert.ok(from > 0 && to > from);
    assert.equal(inside[0], 'find meta {"_id":"schema"} limit 1', 'somebody else may have done it meanwhile');
    assert.deepEqual(
      inside.filter((line) => line.startsWith('create ')).sort(),
      Object.keys(collections)
        .map((name) => `create ${name}`)
        .sort(),
    );
    const first = inside.indexOf('findAndModify meta {"_id":"schema"} $set {"value":1} or insert');
    assert.deepEqual(inside.slice(first - 2, first), [
      'findAndModify meta {"_id":"changes"} $setOnInsert {"value":0} or insert',
      'findAndModify meta {"_id":"order"} $setOnInsert {"value":0} or insert',
    ]);
    assert.equal(inside.at(-1), `findAndModify meta {"_id":"schema"} $set {"value":${VERSION}} or insert`);
    const names = schemaHistory.map(({ name }) => name);
    assert.deepEqual(scripted.log.info.args[0], [{ migrations: names }, 'store migrated']);
  });

  it('take a database of the first form further: what is new, and nobody stays signed in', async () => {
    scripted.documents['meta'] = [
      { _id: 'schema', value: 1 },
      { _id: 'indexes', value: 1 },
    ];
    await scripted.open();
    assert.deepEqual(linesOf('create'), [
      'create adminPersons',
      'create blockedFrames',
      'create jobs',
      'create stagedSets',
      'create stagedRows',
    ]);
    assert.deepEqual(linesOf('delete'), ['delete adminSessions {}', 'delete locks {"_id":"<id>"}']);
  });

  it('make launches of the first form ready to be searched, 500 at a time, before their indexes are built', async () => {
    scripted.documents['meta'] = [
      { _id: 'schema', value: VERSION },
      { _id: 'indexes', value: 1 },
    ];
    const launch = (launchId: string, changes: Partial<LaunchRecord>): Command => {
      const record = aLaunch(NOW_MS, { launchId: launchId as LaunchId, ...changes });
      const {
        byCode: _code,
        byCourse: _course,
        byDeployment: _deployment,
        ...earlier
      } = toDocument('launches', record);
      return earlier;
    };
    scripted.documents['launches'] = [
      launch('a', { tenantId: 't' as TenantId, courseKey: '15', deploymentId: 'd', code: 'STORE_BUSY' }),
      launch('b', { code: 'STORE_BUSY' }),
      launch('c', {}),
    ];
    scripted.answer.callsFake((command) =>
      command['find'] === 'launches' && (command['filter'] as Command)['_id'] !== undefined
        ? { ok: 1, cursor: { id: 0n, ns: 'c', firstBatch: [] } }
        : undefined,
    );
    await scripted.open();
    const lines = scripted.sent.map(lineOf);
    const from = lines.indexOf('find launches {} by {"_id":1} limit 500');
    assert.deepEqual(lines.slice(from, from + 3), [
      'find launches {} by {"_id":1} limit 500',
      'update launches {"_id":"a"} $set {"byDeployment":"d","byCode":"STORE_BUSY","byCourse":"[\\"t\\",\\"15\\"]"} {"_id":"b"} $unset {"byDeployment":1,"byCourse":1} $set {"byCode":"STORE_BUSY"}',
      'find launches {"_id":{"$gt":"c"}} by {"_id":1} limit 500',
    ]);
    assert.match(lines[from + 3] ?? '', /^createIndexes/);
  });

  it('build unique indexes before the store serves, and the others after', async () => {
    scripted.documents['meta'] = [];
    const store = await scripted.open();
    const lines = scripted.sent.map(lineOf);
    const migrated = lines.indexOf('findAndModify locks {"_id":"migrations","holder":"<id>"} $set {"holder":""}');
    const built = lines.flatMap((line, index) => (line.startsWith('createIndexes') ? [index] : []));
    assert.equal(built.filter((index) => index < migrated).length, 3);
    const unique = indexesOf().filter((index) => index['unique'] === true);
    assert.deepEqual(
      unique.map(({ key }) => key),
      [{ ref: 1 }, { namespace: 1 }, { tokenHash: 1 }],
    );
    assert.equal(lines.at(-2), `findAndModify meta {"_id":"indexes"} $set {"value":${VERSION}} or insert`);
    await store.close();
  });

  it('let the server remove what has ended, an hour late, so that no clock makes a used state fresh', async () => {
    scripted.documents['meta'] = [];
    await scripted.open();
    const ending = indexesOf().filter((index) => index['expireAfterSeconds'] !== undefined);
    assert.deepEqual(
      ending.map(({ name, key, expireAfterSeconds }) => [name, key, expireAfterSeconds]),
      ['admin_links_by_end', 'admin_sessions_by_end', 'consumed_states_by_end'].map((name) => [
        name,
        { endsAt: 1 },
        3_600,
      ]),
    );
  });

  it('give each index a name of its own, on fields that its collection has', () => {
    const plans = schemaHistory.flatMap(({ uniqueIndexes, otherIndexes }) => [...uniqueIndexes, ...otherIndexes]);
    assert.equal(new Set(plans.map(({ name }) => name)).size, plans.length);
    for (const { collection, key, name } of plans) {
      for (const field of Object.keys(key)) {
        assert.ok(Object.hasOwn(collections[collection], field.split('.')[0] ?? ''), `${name}: ${field}`);
      }
    }
  });

  it('send nothing to a database that is up to date but the question', async () => {
    await scripted.open();
    assert.deepEqual(linesOf('create', 'createIndexes'), []);
    assert.deepEqual(linesOf('find'), ['find meta {"_id":"schema"} limit 1', 'find meta {"_id":"indexes"} limit 1']);
  });

  it('go on after a start that was broken off', async () => {
    scripted.documents['meta'] = [];
    scripted.answer.callsFake((command) =>
      nameOf(command) === 'create' ? { ok: 0, code: 48, codeName: 'NamespaceExists', errmsg: 'exists' } : undefined,
    );
    await scripted.open();
    assert.equal(linesOf('create').length, Object.keys(collections).length);
  });

  it('refuse a database of a newer program, and change nothing', async () => {
    scripted.documents['meta'] = [{ _id: 'schema', value: VERSION + 1 }];
    await assertCode('STORE_SCHEMA_NEWER', () => scripted.openAtOnce());
    assert.deepEqual(linesOf('create', 'createIndexes', 'findAndModify', 'insert'), []);
  });

  it('wait for another process that migrates, and find the work done', async () => {
    scripted.documents['meta'] = [];
    let refused = 0;
    scripted.answer.callsFake((command) => {
      const query = command['query'] as Command | undefined;
      if (command['findAndModify'] !== 'locks' || query?.['_id'] !== 'migrations') return undefined;
      if (query['holder'] === undefined) return { ok: 1, value: { _id: 'migrations', holder: 'other' } };
      if (query['holder'] === '' && refused < 2) {
        refused += 1;
        if (refused === 2)
          scripted.documents['meta'] = [
            { _id: 'schema', value: VERSION },
            { _id: 'indexes', value: VERSION },
          ];
        return { ok: 1, value: null };
      }
      return undefined;
    });
    await scripted.open();
    assert.equal(refused, 2);
    assert.deepEqual(linesOf('create'), []);
  });

  it('tell the log, and serve, when an index cannot be built', async () => {
    scripted.documents['meta'] = [{ _id: 'schema', value: VERSION }];
    scripted.answer.callsFake((command) =>
      nameOf(command) === 'createIndexes'
        ? { ok: 0, code: 67, codeName: 'CannotCreateIndex', errmsg: 'secret' }
        : undefined,
    );
    const store = await scripted.open({ timeoutMs: TIMEOUT_MS });
    const [facts, message] = scripted.log.warn.args[0] ?? [];
    assert.match(String(message), /indexes are missing/);
    assert.match(JSON.stringify(facts), /CannotCreateIndex \(67\)/);
    assert.doesNotMatch(JSON.stringify(facts), /secret/);
    await store.ping();
    assert.deepEqual(
      linesOf('findAndModify').filter((line) => line.includes('"indexes"} $set {"value"')),
      [],
    );
  });
});
