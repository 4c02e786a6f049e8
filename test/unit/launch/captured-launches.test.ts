import assert from 'node:assert/strict';
import { parseClaims } from '../../../src/adapter-sdk/index.js';
import { openCapture, sealedCapture } from '../../../src/launch/capture.js';
import { type CapturedLaunchesDependencies, createCapturedLaunches } from '../../../src/launch/captured-launches.js';
import type { LaunchId } from '../../../src/runtime/ids.js';
import type { LaunchRecord, PlatformRecord } from '../../../src/store/ports.js';
import { assertCode } from '../../support/assert-code.js';
import { NOW_MS, settableClock, testKeyring, testPlatform } from '../../support/lti-world.js';

const keyring = testKeyring();
const claims = parseClaims({
  iss: 'https://moodle.law.edu',
  sub: 'jane.doe',
  name: 'Jane Doe',
  'https://purl.imsglobal.org/spec/lti/claim/deployment_id': '1',
  'https://purl.imsglobal.org/spec/lti/claim/message_type': 'LtiResourceLinkRequest',
  'https://purl.imsglobal.org/spec/lti/claim/version': '1.3.0',
});
const capturing = (captureUntilMs?: number): PlatformRecord => {
  const platform = testPlatform();
  const settings = { ...platform.settings, ...(captureUntilMs === undefined ? {} : { captureUntilMs }) };
  return { ...platform, settings };
};
const captureAt = (platform: PlatformRecord) => sealedCapture({ platform, claims, receivedAtMs: NOW_MS }, keyring);

describe('sealedCapture', () => {
  it('keeps nothing while the platform does not capture, or no longer does', () => {
    assert.deepEqual(captureAt(capturing()), {});
    assert.deepEqual(captureAt(capturing(NOW_MS)), {});
  });

  it('keeps the redacted claims while it does, and only this installation can open them', () => {
    const record = captureAt(capturing(NOW_MS + 1));
    const opened = openCapture(record, keyring);
    assert.equal(opened?.['iss'], 'https://lms.example.edu');
    assert.doesNotMatch(JSON.stringify(opened), /jane|doe|law/i);
    assert.equal(openCapture(record, testKeyring('another secret that is long enough too')), undefined);
  });

  it('gives one person one made-up id in every launch', () => {
    const [first, second] = [1, 2].map(() => openCapture(captureAt(capturing(NOW_MS + 1)), keyring));
    assert.equal(first?.['sub'], second?.['sub']);
  });
});

describe('captured launches', () => {
  const clock = settableClock();
  let records: LaunchRecord[];
  let platform: PlatformRecord;
  let updates: (number | undefined)[];
  /** What happens while somebody waits. */
  let meanwhile: () => void;

  const record = (number: number, fields: Partial<LaunchRecord> = {}): LaunchRecord => ({
    launchId: `launch-${String(number).padStart(5, '0')}` as LaunchId,
    requestId: `request-${number}`,
    atMs: clock.nowMs(),
    outcome: 'played',
    step: 'page',
    steps: [],
    platformId: platform.id,
    ...fields,
  });
  const sealed = () => captureAt(capturing(NOW_MS + 1));

  const store: CapturedLaunchesDependencies['store'] = {
    launches: {
      findByRequestId: async (requestId) => records.find((found) => found.requestId === requestId),
      list: async ({ limit, before }) =>
        [...records]
          .reverse()
          .filter(({ launchId }) => before === undefined || launchId < before)
          .slice(0, limit),
    },
    platforms: {
      findById: async () => platform,
      update: async (_id, expectedVersion, { settings }) => {
        if (expectedVersion !== platform.version) return { outcome: 'conflict', current: platform };
        platform = { ...platform, version: platform.version + 1, settings: settings ?? platform.settings };
        updates.push(settings?.captureUntilMs);
        return { outcome: 'done', record: platform };
      },
    },
  };
  const captures = createCapturedLaunches({
    store,
    keyring,
    clock,
    pause: async (ms) => {
      clock.advance(ms);
      meanwhile();
    },
  });

  beforeEach(() => {
    clock.set(NOW_MS);
    records = [];
    updates = [];
    platform = capturing();
    meanwhile = () => undefined;
  });

  it('are found by their request id, and failed ones too', async () => {
    records = [record(1, { ...sealed(), outcome: 'failed', code: 'ADAPTER_THREW' }), record(2)];
    assert.equal((await captures.byRequestId('request-1')).payload['iss'], 'https://lms.example.edu');
  });

  it('are refused by name when there is no such launch, it was not captured, or the secret is gone', async () => {
    const strange = sealedCapture(
      { platform: capturing(NOW_MS + 1), claims, receivedAtMs: NOW_MS },
      testKeyring('x'.repeat(40)),
    );
    records = [record(1), record(2, strange)];
    for (const [requestId, why] of [
      ['request-9', /request-9/],
      ['request-1', /--next/],
      ['request-2', /another secret/],
    ] as const) {
      const error = await assertCode('INPUT_INVALID', () => captures.byRequestId(requestId));
      assert.match(error.reason ?? '', why);
    }
  });

  it('give the newest one, however many were not captured since', async () => {
    records = [record(1, sealed()), ...Array.from({ length: 250 }, (_, index) => record(index + 2))];
    assert.equal((await captures.last()).record.requestId, 'request-1');
    records = [record(1)];
    await assertCode('INPUT_INVALID', () => captures.last());
  });

  it('wait for the next one of the platform, and stop capturing then', async () => {
    records = [record(1, { ...sealed(), atMs: NOW_MS - 1 })];
    let isReady = false;
    meanwhile = () => {
      if (clock.nowMs() === NOW_MS + 6_000) records.push(record(2, { ...sealed(), platformId: capturing().id }));
    };
    const found = await captures.next(platform, { lifeMs: 60_000, ready: () => void (isReady = true) });
    assert.equal(found.record.requestId, 'request-2');
    assert.ok(isReady);
    assert.deepEqual(updates, [NOW_MS + 60_000, undefined]);
    assert.ok(!('captureUntilMs' in platform.settings));
  });

  it('ignore launches of other platforms and stop capturing when none came in time', async () => {
    meanwhile = () =>
      void records.push(record(records.length, { ...sealed(), platformId: 'other' as PlatformRecord['id'] }));
    await assertCode('INPUT_INVALID', () => captures.next(platform, { lifeMs: 10_000, ready: () => undefined }));
    assert.deepEqual(updates, [NOW_MS + 10_000, undefined]);
  });

  it('stop capturing when somebody stops waiting', async () => {
    await assertCode('INPUT_INVALID', () =>
      captures.next(platform, { lifeMs: 60_000, ready: () => undefined, stopped: () => true }),
    );
    assert.ok(!('captureUntilMs' in platform.settings));
  });

  it('leave alone what an admin changes meanwhile', async () => {
    meanwhile = () => {
      platform = {
        ...platform,
        version: platform.version + 5,
        settings: { ...platform.settings, entryPolicy: 'signed' },
      };
      records.push(record(2, sealed()));
    };
    await captures.next(platform, { lifeMs: 60_000, ready: () => undefined });
    assert.equal(platform.settings.entryPolicy, 'signed');
    assert.ok(!('captureUntilMs' in platform.settings));
  });
});
