import assert from 'node:assert/strict';
import { createCollector, type Collector } from '../../../../src/sandbox/kaltura/collector.js';
import { fromJson, type Parameters } from '../../../../src/sandbox/kaltura/parameters.js';
import { createSessions, type Sessions } from '../../../../src/sandbox/kaltura/sessions.js';

const FULL = {
  eventType: '3',
  entryId: '1_a',
  sessionId: 's',
  userId: 'u',
  playbackContext: '86092',
  application: 'Moodle',
};

describe('the collector', () => {
  let now: number;
  let sessions: Sessions;
  let collector: Collector;
  beforeEach(() => {
    now = 1_700_000_000_000;
    const clock = { nowMs: () => now };
    let seed = 0;
    const random = { bytes: (length: number) => Buffer.alloc(length, (seed += 1)) };
    sessions = createSessions({ partnerId: 1, adminSecret: 's'.repeat(32), clock, random });
    collector = createCollector({
      sessions,
      clock,
      entryName: () => undefined,
      categoryName: (id) => (id === '86092' ? 'Campus>Library' : undefined),
    });
  });
  const ksOf = (userId: string): string =>
    sessions.start({ userId, type: 0, lifeSeconds: 60, privileges: 'sview:1_a' }).ks;
  const collect = (fields: object, transport: 'GET' | 'POST' = 'POST') =>
    collector.collect({ transport, legacy: false, parameters: fromJson(fields) as Parameters });

  it('takes the user of a valid KS over the parameter, and says when they differ', () => {
    const record = collect({ ...FULL, ks: ksOf('ana') });
    assert.deepEqual(record.userId, { value: 'ana', source: 'ks' });
    assert.deepEqual([record.ksUser, record.parameterUser, record.flags], ['ana', 'u', ['user:differs']]);
  });

  it('falls back to the parameter when the KS has expired, was ended, is false or names nobody', () => {
    const expired = ksOf('ana');
    now += 61_000;
    const ended = ksOf('ana');
    sessions.end(sessions.inspect(ended) as Exclude<ReturnType<Sessions['inspect']>, string>);
    for (const [ks, flags] of [
      [expired, ['ks:EXPIRED']],
      [ended, ['ks:LOGOUT']],
      ['bm90IGEga3M', ['ks:INVALID_STR']],
      [ksOf('0'), []],
    ] as const) {
      const record = collect({ ...FULL, ks });
      assert.deepEqual(record.userId, { value: 'u', source: 'parameter' });
      assert.deepEqual(record.flags, flags);
    }
  });

  it('names each missing value, and takes an empty one as missing', () => {
    const record = collect({ eventType: 1, entryId: '1_a', userId: '', ks: ksOf('ana') });
    assert.deepEqual(record.userId, { value: 'ana', source: 'ks' });
    assert.deepEqual(record.playbackContext, { value: undefined, source: 'none', categoryFullName: undefined });
    assert.deepEqual(record.applicationName, { value: undefined, source: 'none' });
    assert.deepEqual(record.flags, ['empty:userId', 'missing:playbackContext', 'missing:applicationName']);
  });

  for (const value of ['undefined', 'null', '0', '{{ks}}', '[object Object]']) {
    it(`flags ${value} as odd, and keeps it so that people see it`, () => {
      const record = collect({ ...FULL, ks: ksOf('ana'), userId: 'ana', application: value });
      assert.deepEqual([record.applicationName.value, record.flags], [value, ['odd:applicationName']]);
    });
  }

  it('cuts the user id at 100 bytes as Kaltura stores it, never inside a character', () => {
    const record = collect({ ...FULL, userId: `${'x'.repeat(99)}é`, ks: ksOf('0') });
    assert.equal(record.userId.value, 'x'.repeat(99));
    assert.deepEqual(record.flags, ['user:cut-at-100-bytes']);
  });

  it('names the category of the id, and flags an id that no category has', () => {
    assert.equal(collect({ ...FULL, ks: ksOf('u') }).playbackContext.categoryFullName, 'Campus>Library');
    assert.deepEqual(collect({ ...FULL, ks: ksOf('u'), playbackContext: '1' }).flags, ['context:no-such-category']);
  });

  it('knows that only a handler can have put `application` on a GET event', () => {
    assert.equal(collect({ ...FULL, ks: ksOf('u') }, 'GET').applicationName.source, 'handler');
    assert.equal(collect({ ...FULL, ks: ksOf('u') }, 'POST').applicationName.source, 'parameter');
  });

  it('reads the name of a button event from hostingKalturaApplication', () => {
    const fields = {
      ...FULL,
      ks: ksOf('u'),
      eventType: 10_002,
      application: 'video',
      hostingKalturaApplication: 'Moodle',
    };
    assert.equal(collect(fields).applicationName.value, 'Moodle');
  });

  it('reads stats.collect by its own names, and ignores its KS', () => {
    const event = {
      eventType: 3,
      entryId: '1_a',
      userId: 'u',
      contextId: 86092,
      applicationId: 'KMS',
      currentPoint: 1500,
    };
    const parameters = fromJson({ ks: ksOf('ana'), event }) as Parameters;
    const record = collector.collect({ transport: 'GET', legacy: true, parameters });
    assert.deepEqual(
      [
        record.eventName,
        record.userId.value,
        record.playbackContext.value,
        record.applicationName.value,
        record.position,
      ],
      ['Play', 'u', '86092', 'KMS', 1.5],
    );
  });

  it('keeps every field but the KS', () => {
    const { fields } = collect({ ...FULL, ks: ksOf('u'), bufferTime: 0.5 });
    assert.equal(fields.bufferTime, '0.5');
    assert.equal(Object.hasOwn(fields, 'ks'), false);
  });

  it('tells subscribers until they leave', () => {
    const heard: number[] = [];
    const leave = collector.subscribe(({ index }) => heard.push(index));
    collect(FULL);
    leave();
    collect(FULL);
    assert.deepEqual(heard, [1]);
  });

  it('remembers the last 2000 events only, and counts on', () => {
    for (let each = 0; each < 2_010; each += 1) collect(FULL);
    assert.deepEqual(
      [collector.list().length, collector.list()[0]?.index, collector.list().at(-1)?.index],
      [2_000, 11, 2_010],
    );
  });
});
