import assert from 'node:assert/strict';
import type { Document } from '../../../../src/store/mongo/commands.js';
import { toDocument, toRecord } from '../../../../src/store/mongo/documents.js';
import type { TransferredCourse } from '../../../../src/store/transfer-records.js';
import { assertCode } from '../../../support/assert-code.js';
import { aLaunch, aPlatform, aSession, NOW_MS } from '../../../support/store-fixtures.js';
import { known, TENANT } from './command-cases.js';

const platform = { ...aPlatform(), version: 1 };
const stored = (): Document => toDocument('platforms', platform);

describe('documents of the Mongo store', () => {
  it('come back as the records that they were made of, and as copies', () => {
    const launch = aLaunch(NOW_MS, { roles: ['learner'], sealedPersonal: 'sealed', courseTitle: 'a\0\uD800' });
    const document = toDocument('launches', launch) as Document;
    assert.deepEqual(toRecord('launches', document), launch);
    const record = toRecord('platforms', stored());
    record.settings.frameOrigins.push('https://evil.example');
    assert.deepEqual(toRecord('platforms', stored()), platform);
  });

  it('keep what nobody searches for as text, whatever letters are in it', () => {
    const { detail, requestId } = toDocument('launches', aLaunch(NOW_MS, { courseTitle: 'a\0\uD800' }));
    assert.match(String(detail), /a\\u0000\\ud800/);
    assert.equal(requestId, `request-${NOW_MS}`);
  });

  it('hold what queries need besides the record', () => {
    const course: TransferredCourse = {
      tenantId: TENANT,
      courseKey: 'K-1',
      title: 'Übung',
      previousKeys: [],
      categoryNames: [],
      seenIn: [],
      firstSeenAtMs: 1,
      lastLaunchAtMs: 7,
      version: 0,
    };
    const { _id, titleOrder, tokens, recency } = toDocument('courses', course);
    assert.deepEqual([_id, titleOrder, tokens, recency], ['["t","K-1"]', 'ubung', ['ubung', 'k', '1'], -7]);
    const never = toDocument('courses', { ...course, title: '' });
    assert.equal(never['titleOrder'], '');
  });

  it('hold the deployments of a course as texts that an index finds, and none where there is none', async () => {
    const course = toRecord('courses', known.placed);
    assert.deepEqual(course.seenIn, [{ platformId: 'p', deploymentId: 'd' }]);
    assert.deepEqual(known.placed['seenIn'], ['["p","d"]']);
    assert.equal(known.course['seenIn'], undefined);
    for (const strange of ['["p","d"]', ['not json'], ['{}'], ['["p"]']]) {
      const error = await assertCode('STORE_UNAVAILABLE', () =>
        toRecord('courses', { ...known.placed, seenIn: strange }),
      );
      assert.match(error.reason ?? '', /courses.seenIn/);
    }
  });

  it('of courses that an earlier version wrote have been seen nowhere', () => {
    const { seenIn: _seenIn, ...earlier } = known.placed;
    assert.deepEqual(toRecord('courses', earlier).seenIn, []);
  });

  it('of launches are found by what their detail holds, unless the database would not keep it', () => {
    const record = aLaunch(NOW_MS, { tenantId: TENANT, courseKey: '15', deploymentId: 'd', code: 'STORE_BUSY' });
    const { byCourse, byDeployment, byCode } = toDocument('launches', record);
    assert.deepEqual([byCourse, byDeployment, byCode], ['["t","15"]', 'd', 'STORE_BUSY']);
    const odd = toDocument('launches', { ...record, courseKey: 'a\0', deploymentId: '\uD800' });
    assert.deepEqual([odd['byCourse'], odd['byDeployment']], [undefined, undefined]);
    const { tenantId: _tenant, ...elsewhere } = record;
    assert.equal(toDocument('launches', elsewhere)['byCourse'], undefined);
  });

  it('of jobs lose the holder when they are moved elsewhere, and wait there', () => {
    const record = {
      id: 'j',
      kind: 'courses.apply-changes',
      status: 'waiting',
      input: null,
      done: 1,
      actor: { kind: 'cli' },
      createdAtMs: 1,
      cancelRequested: false,
    } as const;
    const running = { ...toDocument('jobs', record), holder: 'me', leaseEndsAtMs: 7 };
    assert.deepEqual(toRecord('jobs', running), record);
    assert.equal(toDocument('jobs', record)['leaseEndsAtMs'], 0);
  });

  it('of sessions end at the earlier of the two ends', () => {
    const ends = { idleExpiresAtMs: 20, expiresAtMs: 10 };
    assert.deepEqual(toDocument('adminSessions', aSession('h', ends))['endsAt'], new Date(10));
    assert.deepEqual(
      toDocument('adminSessions', aSession('h', { ...ends, idleExpiresAtMs: 5 }))['endsAt'],
      new Date(5),
    );
  });

  it('of a later version lose the fields that this one does not know', () => {
    assert.deepEqual(toRecord('platforms', { ...stored(), colour: 'red' }), platform);
    assert.equal('colour' in toRecord('courses', { ...known.course, colour: 'red' }), false);
  });

  for (const [field, value] of [
    ['status', 'strange'],
    ['status', null],
    ['settings', 'not json'],
    ['settings', '{"unmappedCourse":"play"}'],
    ['acceptedIssuers', [1]],
    ['version', '1'],
    ['issuer', undefined],
    ['_id', 7],
  ] as const) {
    it(`are STORE_UNAVAILABLE when ${field} holds ${JSON.stringify(value)}, which is not told`, async () => {
      const error = await assertCode('STORE_UNAVAILABLE', () => toRecord('platforms', { ...stored(), [field]: value }));
      assert.match(error.reason ?? '', new RegExp(`platforms.${field === '_id' ? 'id' : field}`));
      assert.doesNotMatch(error.message, /strange|not json/);
      assert.equal(error.cause, undefined);
    });
  }
});
