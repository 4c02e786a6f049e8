/** What the rules measure with. */
import assert from 'node:assert/strict';
import { showPath, without, withValue } from '../../../../src/adapter-sdk/conformance/claim-paths.js';
import { mutate, mutationsOf } from '../../../../src/adapter-sdk/conformance/mutate.js';
import { usesOf } from '../../../../src/adapter-sdk/conformance/traps.js';
import { watchWrites } from '../../../../src/adapter-sdk/conformance/watch-writes.js';
import { CLAIM, healthyFixtures } from './support.js';

const payload = healthyFixtures['resource-link'] ?? {};

describe('the trap of globals', () => {
  it('puts every global back, also after an error', () => {
    const names = ['fetch', 'process', 'console', 'crypto', 'performance', 'Date', 'setTimeout', 'queueMicrotask'];
    const read = () => [...names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)), Math.random];
    const before = read();
    usesOf(() => {
      throw new Error('x');
    });
    assert.deepEqual(read(), before);
    assert.ok(Date.now() > 0 && typeof process.pid === 'number');
  });

  it('lets dates be made from what was sent, and notices those that read the clock', () => {
    const sent = () => [new Date(0).toISOString(), new Date(2026, 1), Date.UTC(2026, 1), new Date(0) instanceof Date];
    assert.deepEqual(usesOf(sent), []);
    assert.deepEqual(
      usesOf(() => [Date.now(), new Date(), Date()]),
      ['Date.now()', 'new Date()', 'Date()'],
    );
  });

  it('notices what is caught, and keeps it from happening', () => {
    let ran = false;
    const used = usesOf(() => {
      try {
        setTimeout(() => (ran = true), 0);
      } catch {
        // Hidden.
      }
      crypto.randomUUID();
    });
    assert.deepEqual([used, ran], [['setTimeout', 'crypto.randomUUID'], false]);
  });
});

describe('the watch on writes', () => {
  it('notes each way to change an object, and changes nothing', () => {
    const notes: string[] = [];
    const value = { list: [3, 1], inner: { a: 1 } };
    const watched = watchWrites(value, 'claims', (path) => notes.push(path));
    assert.throws(() => watched.list.sort(), TypeError);
    assert.throws(() => (watched.inner.a = 2), TypeError);
    Reflect.deleteProperty(watched, 'inner');
    Reflect.defineProperty(watched, 'more', { value: 1 });
    Reflect.setPrototypeOf(watched, null);
    assert.deepEqual(notes, ['claims.list.0', 'claims.inner.a', 'claims.inner', 'claims.more', 'claims.__proto__']);
    assert.deepEqual([value, structuredClone(watched.list.length)], [{ list: [3, 1], inner: { a: 1 } }, 2]);
  });

  it('leaves reading as it is', () => {
    const watched = watchWrites(Object.freeze({ list: Object.freeze([{ id: 1 }]) }), 'claims', () =>
      assert.fail('a write'),
    );
    const [once, again] = [watched.list, watched.list];
    assert.ok(Array.isArray(once) && once === again);
    assert.deepEqual(
      [...watched.list].map(({ id }) => id),
      [1],
    );
    assert.equal(JSON.stringify(watched), '{"list":[{"id":1}]}');
  });
});

describe('a mutation', () => {
  it('is the same in every run, and another one for each number and fixture', () => {
    const of = (seed: string, number: number) => JSON.stringify(mutate(payload, mutationsOf(payload, seed, number)));
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    assert.deepEqual(
      numbers.map((number) => of('a', number)),
      numbers.map((number) => of('a', number)),
    );
    assert.ok(new Set(numbers.map((number) => of('a', number))).size > 30);
    assert.notEqual(of('a', 1), of('b', 1));
  });

  it('reaches every optional claim, and no required one', () => {
    const touched = new Set<string>();
    for (let number = 0; number < 400; number += 1) {
      for (const { path } of mutationsOf(payload, 'a', number)) touched.add(path[0] ?? '');
    }
    const required = ['iss', CLAIM.deploymentId, CLAIM.messageType, CLAIM.version];
    assert.deepEqual(
      [...touched].sort(),
      Object.keys(payload)
        .filter((claim) => !required.includes(claim))
        .sort(),
    );
  });
});

describe('a changed copy of a payload', () => {
  it('has one field more, less or other, and leaves the original alone', () => {
    const before = JSON.stringify(payload);
    assert.deepEqual(withValue({ a: { b: 1, c: 2 } }, ['a', 'b'], 3), { a: { b: 3, c: 2 } });
    assert.deepEqual(withValue({ a: 1 }, ['b', 'c'], 3), { a: 1, b: { c: 3 } });
    assert.deepEqual(without({ a: { b: 1, c: 2 } }, ['a', 'b']), { a: { c: 2 } });
    assert.deepEqual(without({ a: 1 }, ['b', 'c']), { a: 1 });
    withValue(payload, [CLAIM.context, 'title'], 'x');
    assert.equal(JSON.stringify(payload), before);
  });

  it('can have a field with the name of the prototype', () => {
    const copy = withValue({}, ['__proto__'], { evil: true });
    assert.ok(Object.hasOwn(copy, '__proto__'));
    assert.equal((copy as { evil?: boolean }).evil, undefined);
  });

  it('is described by short names of claims', () => {
    assert.equal(showPath([CLAIM.context, 'title']), 'context.title');
    assert.equal(showPath(['https://lms.example/claim', 'x']), 'https://lms.example/claim.x');
  });
});
