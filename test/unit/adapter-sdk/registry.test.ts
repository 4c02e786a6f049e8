import assert from 'node:assert/strict';
import sinon from 'sinon';
import { builtInAdapters } from '../../../adapters/index.js';
import {
  type Adapter,
  type AdapterDefinition,
  CLAIM,
  createAdapterRegistry,
  defineAdapter,
  genericBase,
  parseClaims,
  z,
} from '../../../src/adapter-sdk/index.js';
import { readFixtures } from '../../../src/adapter-sdk/testing.js';
import { assertCode } from '../../support/assert-code.js';

const claims = parseClaims({
  iss: 'https://lms.example.edu',
  sub: 'secret-sub',
  name: 'Ada',
  [CLAIM.deploymentId]: '7',
  [CLAIM.messageType]: 'LtiResourceLinkRequest',
  [CLAIM.version]: '1.3.0',
  [CLAIM.context]: { id: '15', title: 'Biology' },
});

type Answers = Partial<AdapterDefinition<z.ZodObject>>;
const adapterWith = (answers: Answers): Adapter =>
  defineAdapter({ id: 'test', apiVersion: 1, title: 'Test', proof: 'lti13', settings: z.object({}), ...answers });
const launchWith = (answers: Answers) =>
  createAdapterRegistry([adapterWith(answers)]).toNeutralLaunch('test', claims, {});
/** Outside adapters are JavaScript: no compiler keeps them from answering this. */
const wrong = (answer: unknown): never => answer as never;

describe('adapter registry', () => {
  it('lists the built-in adapters and finds them by id', async () => {
    const registry = createAdapterRegistry(builtInAdapters);
    assert.deepEqual(
      registry.list().map(({ id }) => id),
      ['moodle', 'canvas', 'blackboard', 'sakai', 'brightspace', 'openedx', 'generic'],
    );
    assert.equal(registry.get('canvas').title, 'Canvas');
    await assertCode('ADAPTER_UNKNOWN', () => registry.get('toString'));
  });

  it('refuses two adapters of one id', () =>
    assertCode('ADAPTER_INVALID', () => createAdapterRegistry([adapterWith({}), adapterWith({})])));

  describe('recognise', () => {
    const generic = builtInAdapters.filter(({ id }) => id === 'generic');
    const recognised = (...scores: (() => number)[]) =>
      createAdapterRegistry([
        ...generic,
        ...scores.map((recognise, index) => adapterWith({ id: `a-${index}`, recognise })),
      ]).recognise({
        issuer: 'https://x.example',
      }).id;

    it('takes the surest adapter, the first of equals', () => {
      assert.equal(
        recognised(
          () => 0.2,
          () => 0.9,
          () => 0.9,
        ),
        'a-1',
      );
    });

    it('takes generic when no other adapter knows the LMS', () => {
      assert.equal(
        recognised(() => 0),
        'generic',
      );
      assert.equal(
        recognised(() => 0.001),
        'a-0',
      );
    });

    it('finds each built-in adapter by each of its own launches, and by nobody else’s', () => {
      const registry = createAdapterRegistry(builtInAdapters);
      for (const { id } of builtInAdapters.filter(({ id }) => id !== 'generic')) {
        const fixtures = readFixtures(new URL(`../../../adapters/${id}/fixtures/`, import.meta.url));
        for (const [name, payload] of Object.entries(fixtures)) {
          const claims = parseClaims(payload);
          assert.equal(registry.recognise({ issuer: claims.issuer, claims }).id, id, `${id}: ${name}`);
        }
      }
    });

    it('passes over adapters that throw or answer nonsense', () => {
      assert.equal(
        recognised(
          () => assert.fail('broken'),
          () => 7,
          () => NaN,
          () => wrong('1'),
          () => wrong(Promise.resolve(1)),
        ),
        'generic',
      );
    });
  });

  describe('acceptsIssuer', () => {
    const asking = (acceptsIssuer?: Adapter['acceptsIssuer']) =>
      createAdapterRegistry([adapterWith(acceptsIssuer ? { acceptsIssuer } : {})]).acceptsIssuer(
        'test',
        'https://a.example/site/1',
        'https://a.example',
      );

    it('says no for an adapter that knows only exact issuers', () => {
      assert.equal(asking(), false);
    });

    it('hands both issuers over and takes true or false, nothing that merely looks like it', async () => {
      assert.equal(
        asking((issuer, registered) => issuer === `${registered}/site/1`),
        true,
      );
      assert.equal(
        asking(() => false),
        false,
      );
      for (const answer of [1, 'yes', {}, undefined, Promise.resolve(true)]) {
        await assertCode('ADAPTER_RESULT_INVALID', () => asking(() => wrong(answer)));
      }
    });

    it('is ADAPTER_THREW when the adapter throws, and ADAPTER_UNKNOWN without the adapter', async () => {
      await assertCode('ADAPTER_THREW', () => asking(() => assert.fail('broken')));
      await assertCode('ADAPTER_UNKNOWN', () => createAdapterRegistry([]).acceptsIssuer('test', 'a', 'b'));
    });

    it('is refused at definition when it is no plain function', async () => {
      await assertCode('ADAPTER_INVALID', () => adapterWith({ acceptsIssuer: wrong('https://') }));
      await assertCode('ADAPTER_INVALID', () =>
        adapterWith({ acceptsIssuer: wrong(async () => Promise.resolve(true)) }),
      );
    });
  });

  describe('toNeutralLaunch', () => {
    it('fills missing answers from the generic ones', () => {
      assert.deepEqual(launchWith({}), {
        adapterId: 'test',
        tenantHint: 'https://lms.example.edu|7',
        viewer: { candidates: { sub: 'secret-sub' }, name: 'Ada' },
        course: { key: '15', title: 'Biology', previousKeys: [], categoryNames: ['15'] },
        roles: [],
        application: 'LMS',
      });
    });

    for (const call of ['tenantHint', 'viewer', 'course', 'roles', 'application'] as const) {
      it(`ends only this launch when ${call} throws, and repeats nothing of what was thrown`, async () => {
        const error = await assertCode('ADAPTER_THREW', () =>
          launchWith({
            [call]: () => {
              throw new TypeError(`bad ${claims.subject}\n    at secret-sub`);
            },
          }),
        );
        assert.deepEqual(error.details, { adapter: 'test', call });
        const cause = error.cause as Error;
        assert.equal(cause.message, 'TypeError');
        assert.ok(!`${error.message}${cause.message}${cause.stack}`.includes('secret-sub'));
        assert.match(cause.stack ?? '', /registry\.test/);
      });

      it(`refuses a promise from ${call}, and a rejected one does not end the process`, async () => {
        const unhandled = sinon.spy();
        process.once('unhandledRejection', unhandled);
        const error = await assertCode('ADAPTER_RESULT_INVALID', () =>
          launchWith({ [call]: () => wrong(Promise.reject(new Error('late'))) }),
        );
        assert.equal(error.details['field'], call);
        await new Promise((resolve) => setImmediate(resolve));
        process.removeListener('unhandledRejection', unhandled);
        sinon.assert.notCalled(unhandled);
      });
    }

    const courseOf = (fields: object) => ({ key: 'k', previousKeys: [], categoryNames: [], ...fields });
    const malformed: [field: string, answers: Answers][] = [
      ['tenantHint', { tenantHint: () => '' }],
      ['viewer', { viewer: () => wrong(undefined) }],
      ['viewer.candidates.sub', { viewer: () => ({ candidates: { sub: wrong(42) } }) }],
      ['viewer.candidates.sub', { viewer: () => ({ candidates: { sub: 'x'.repeat(1025) } }) }],
      ['viewer.candidates.email', { viewer: () => ({ candidates: { email: 'a\ud800' } }) }],
      ['course', { course: () => wrong(null) }],
      ['course.key', { course: () => courseOf({ key: '' }) }],
      ['course.key', { course: () => courseOf({ key: 'x'.repeat(256) }) }],
      ['course.key', { course: () => courseOf({ key: 'a\u0000' }) }],
      ['course.previousKeys', { course: () => wrong({ key: 'k', categoryNames: [] }) }],
      ['course.categoryNames.0', { course: () => courseOf({ categoryNames: [7] }) }],
      ['roles.0', { roles: () => [wrong('owner')] }],
      ['application', { application: () => 'A, B' }],
      ['application', { application: () => 'x'.repeat(61) }],
    ];
    for (const [field, answers] of malformed) {
      it(`refuses a malformed ${field} and names the field, never the value`, async () => {
        const error = await assertCode('ADAPTER_RESULT_INVALID', () => launchWith(answers));
        assert.equal(error.details['field'], field);
        assert.ok(!error.message.includes('xxx') && !error.message.includes('owner'));
      });
    }

    it('takes a getter that throws for a call that throws', () =>
      assertCode('ADAPTER_THREW', () =>
        launchWith({
          viewer: () => ({
            get candidates(): never {
              return assert.fail('trap');
            },
          }),
        }),
      ));

    it('drops what nobody asked for, and empty candidates', () => {
      const { viewer } = launchWith({
        viewer: () => wrong({ candidates: { sub: 's', email: '', token: 't' }, password: 'p' }),
      });
      assert.deepEqual(viewer, { candidates: { sub: 's' } });
    });

    it('cleans and cuts titles, and orders roles', () => {
      const { course, roles } = launchWith({
        course: () => courseOf({ title: `${'x'.repeat(254)}😀`, label: 'a\ud800\nb', previousKeys: ['k', 'j', 'j'] }),
        roles: () => ['learner', 'instructor', 'learner'],
      });
      assert.deepEqual(course, {
        key: 'k',
        title: 'x'.repeat(254),
        label: 'a\ufffd b',
        previousKeys: ['j'],
        categoryNames: [],
      });
      assert.deepEqual(roles, ['instructor', 'learner']);
    });

    it('shares nothing with the adapter and lets nobody change the answer', () => {
      const mine = courseOf({ title: 'T' });
      const launch = launchWith({ course: () => mine });
      assert.notEqual(launch.course, mine);
      assert.throws(() => launch.course?.previousKeys.push('x'), TypeError);
      assert.throws(() => Object.assign(launch, { roles: ['administrator'] }), TypeError);
    });

    it('hands settings over with their defaults, frozen, without unknown ones', () => {
      const settings = z.object({ shout: z.boolean().default(true), word: z.string().default('Hi') });
      const course = sinon.stub().returns(undefined);
      createAdapterRegistry([adapterWith({ settings, course })]).toNeutralLaunch('test', claims, {
        word: 'Ho',
        other: 1,
      });
      assert.deepEqual(course.firstCall.args[1], { shout: true, word: 'Ho' });
      assert.ok(Object.isFrozen(course.firstCall.args[1]));
    });

    it('refuses stored settings that do not fit, and names the setting', async () => {
      const registry = createAdapterRegistry([adapterWith({ settings: z.object({ n: z.number().default(1) }) })]);
      const error = await assertCode('ADAPTER_SETTINGS_INVALID', () =>
        registry.toNeutralLaunch('test', claims, { n: 'x' }),
      );
      assert.deepEqual(error.details, { adapter: 'test', field: 'n' });
    });
  });
});

describe('defineAdapter', () => {
  const problems: [what: string, answers: Answers][] = [
    ['an id with capitals', { id: 'Moodle' }],
    ['another apiVersion', { apiVersion: wrong(2) }],
    ['another proof', { proof: wrong('none') }],
    ['no title', { title: ' ' }],
    ['an async function', { viewer: wrong(async () => Promise.resolve({ candidates: {} })) }],
    ['no function', { roles: wrong('learner') }],
    ['a capability that is no boolean', { capabilities: { grades: wrong('yes') } }],
    ['no settings', { settings: wrong({}) }],
    ['a setting without a default', { settings: z.object({ a: z.string() }) }],
    ['an optional setting', { settings: z.object({ a: z.string().optional() }) }],
    ['a nested setting', { settings: z.object({ a: z.object({}).default({}) }) }],
  ];
  for (const [what, answers] of problems) {
    it(`refuses ${what}`, () => assertCode('ADAPTER_INVALID', () => adapterWith(answers)));
  }

  it('freezes the adapter and fills in capabilities', () => {
    const adapter = adapterWith({ capabilities: { grades: false } });
    assert.ok(Object.isFrozen(adapter));
    assert.deepEqual(adapter.capabilities, { ...genericBase.capabilities, grades: false });
  });

  it('recognises nothing unless the adapter says so', () => {
    assert.equal(adapterWith({}).recognise({ issuer: 'https://x.example' }), 0);
  });
});
