import assert from 'node:assert/strict';
import type { JobWords } from '../../../src/jobs/job.js';
import { jobView, type JobViewOptions } from '../../../src/jobs/view.js';
import type { JobRecord } from '../../../src/store/ports.js';
import { createTranslator } from '../../../src/ui/translate.js';

const messages = createTranslator()('en');
const words: JobWords = {
  title: 'courses.changes.job',
  result: () => ({ key: 'courses.changes.applied', params: { count: 42 } }),
  more: () => ({ href: '/admin/courses/changes/1', key: 'courses.changes.jobMore' }),
};
const running: JobRecord = {
  id: 'j1',
  kind: 'courses.apply-changes',
  status: 'running',
  input: {},
  done: 1_200,
  total: 10_000,
  actor: { kind: 'admin', id: 'ada' },
  createdAtMs: 0,
  startedAtMs: 0,
  cancelRequested: false,
};
const view = (job: Partial<JobRecord> = {}, options: Partial<JobViewOptions> = {}) =>
  jobView({ ...running, ...job }, { nowMs: 30_000, messages, words, mayCancel: true, ...options });

describe('A job that runs', () => {
  it('says how far it is, how fast, and how long it still takes', () => {
    const { facts, value, max } = view();
    assert.deepEqual(facts, ['1,200 of 10,000', '40 per second', 'about 4 minutes left']);
    assert.deepEqual([value, max], [1_200, 10_000]);
    assert.deepEqual(view({ done: 9_000 }).facts.slice(1), ['300 per second', 'less than a minute left']);
    assert.equal(view({ done: 10 }).facts[1], '20 per minute');
  });

  it('guesses nothing before it has run for two seconds, or done anything', () => {
    assert.deepEqual(view({}, { nowMs: 1_999 }).facts, ['1,200 of 10,000']);
    assert.deepEqual(view({ done: 0 }).facts, ['0 of 10,000']);
  });

  it('says no time while nobody knows how much there is', () => {
    const { total: _total, ...open } = running;
    const { facts, max } = jobView(open, { nowMs: 30_000, messages, words, mayCancel: true });
    assert.deepEqual([facts, max], [['1,200 done', '40 per second'], undefined]);
  });

  it('can be stopped once, by those who may', () => {
    assert.equal(view().cancelUrl, '/admin/jobs/j1/cancel');
    assert.equal(view({}, { mayCancel: false }).cancelUrl, undefined);
    const asked = view({ cancelRequested: true });
    assert.deepEqual([asked.cancelUrl, asked.sentence], [undefined, 'Stopping after the present step']);
  });

  it('is looked at again where it is shown', () => {
    assert.equal(view().pollUrl, '/admin/jobs/j1');
    const embedded = view({}, { embeddedIn: '/admin/courses/changes/1' });
    assert.deepEqual(
      [embedded.pollUrl, embedded.isEmbedded, embedded.more],
      ['/admin/courses/changes/1', true, undefined],
    );
  });
});

describe('A job that has ended', () => {
  it('says what it did, and is neither looked at again nor stopped', () => {
    const done = view({ status: 'done', done: 10_000 });
    assert.deepEqual([done.sentence, done.pollUrl, done.cancelUrl], ['42 courses were changed.', undefined, undefined]);
    assert.deepEqual(done.more, { href: '/admin/courses/changes/1', text: 'Show the changes' });
    assert.deepEqual(done.facts, ['10,000 of 10,000']);
  });

  it('says why it failed, with the code, also one that this version does not know', () => {
    const failed = view({ status: 'failed', errorCode: 'KALTURA_UNREACHABLE' });
    assert.match(failed.sentence ?? '', /^This work failed\. What it had done until then stays\. .*Kaltura/);
    assert.equal(failed.errorCode, 'KALTURA_UNREACHABLE');
    assert.match(view({ status: 'failed', errorCode: 'OF_ANOTHER_VERSION' }).sentence ?? '', /^This work failed\./);
  });

  it('has words even when its kind is unknown here', () => {
    const unknown = view({ status: 'done' }, { words: undefined });
    assert.deepEqual([unknown.title, unknown.sentence], ['Background work', 'This work is done.']);
  });
});
