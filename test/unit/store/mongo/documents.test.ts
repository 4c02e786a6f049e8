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
      firstSeenAtMs: 1,
      lastLaunchAtMs: 7,
      version: 0,
    };
    const { _id, titleOrder, tokens, recency } = toDocument('courses', course);
    assert.deepEqual([_id, titleOrder, tokens, recency], ['["t","K-1"]', 'ubung', ['ubung', 'k', '1'], -7]);
    const never = toDocument('courses', { ...course, title: '' });
    assert.equal(never['titleOrder'], '');
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
