import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluateRule } from '../../../src/identity/evaluate-rule.js';
import { namespaceFor } from '../../../src/identity/namespace.js';
import type { TenantId } from '../../../src/runtime/ids.js';

const key = Buffer.alloc(32, 7);
const KALTURA = /^[A-Za-z0-9,!#$%&'*+?^_`{|}~.@-]{1,320}$/;

const namespace = fc.stringMatching(/^[a-z][a-z0-9]{0,23}$/);
const plain = fc.stringMatching(/^[a-z0-9._@-]{1,120}$/);
const hashLike = fc.stringMatching(/^h[a-z2-7]{32}$/);
const anything = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 });
const sub = fc
  .oneof(plain, hashLike, anything, fc.constantFrom('İ', 'ı', 'K', 'k', 'é', 'e\u0301', 'a;b', 'a,b', '{{a}}', 'a b'))
  .filter((value) => value.trim() !== '');
/** Each with a neighbour that careless code takes for the same person. */
const neighbours = sub.chain((one) =>
  fc
    .constantFrom(
      one.toUpperCase(),
      one.toLowerCase(),
      one.normalize('NFC'),
      one.normalize('NFD'),
      one.normalize('NFKC'),
      `${one} `,
      ` ${one}`,
      `${one};`,
      `${one},`,
      `${one}\0`,
      `{{${one}}}`,
      one.repeat(80),
      `${one}${'x'.repeat(10_000)}`,
      `${one}${'x'.repeat(10_000)}y`,
    )
    .map((other) => [one, other] as const),
);

const idOf = (space: string, value: string) =>
  evaluateRule(
    { kind: 'default' },
    { sub: value },
    { tenant: { id: `tenant-${space}` as TenantId, namespace: space }, pseudonymKey: key },
  ).viewerId;
/** As a database without case, which also ignores spaces at the end, sees it. */
const folded = (id: string) => id.toLowerCase().trimEnd();

describe('property: viewer ids of the default rule', () => {
  it('are never empty, fit Kaltura, and are stable', () => {
    fc.assert(
      fc.property(namespace, sub, (space, value) => {
        const id = idOf(space, value);
        assert.match(id, KALTURA);
        assert.ok(Buffer.byteLength(id) <= 100 && id.startsWith(`${space}_`) && id.length > space.length + 1);
        assert.equal(idOf(space, value), id);
      }),
    );
  });

  it('differ for two people of one tenant, however alike their subs are', () => {
    fc.assert(
      fc.property(namespace, neighbours, (space, [one, other]) => {
        fc.pre(one !== other);
        assert.notEqual(folded(idOf(space, one)), folded(idOf(space, other)));
      }),
      { numRuns: 500 },
    );
  });

  it('differ for any two people of any tenants', () => {
    const people = fc.uniqueArray(fc.tuple(namespace, sub), {
      selector: (person) => JSON.stringify(person),
      maxLength: 30,
    });
    fc.assert(
      fc.property(people, (all) => {
        const ids = new Set(all.map(([space, value]) => folded(idOf(space, value))));
        assert.equal(ids.size, all.length);
      }),
    );
  });

  it('differ when somebody’s sub is the visible part of another one’s id', () => {
    fc.assert(
      fc.property(namespace, sub, (space, value) => {
        const id = idOf(space, value);
        const visible = id.slice(space.length + 1);
        fc.pre(visible !== value);
        assert.notEqual(idOf(space, visible), id);
      }),
    );
  });

  it('have a namespace that every name can give', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => assert.match(namespaceFor(name), /^[a-z][a-z0-9]{0,19}$/)),
    );
  });
});
