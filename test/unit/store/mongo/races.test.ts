/** What the Mongo store does when somebody else was faster. */
import assert from 'node:assert/strict';
import type { Store, StagedRow } from '../../../../src/store/ports.js';
import { assertCode } from '../../../support/assert-code.js';
import { ADMIN, aSeenCourse, NOW_MS } from '../../../support/store-fixtures.js';
import { known, PLATFORM, TENANT } from './command-cases.js';
import { lineOf } from './lines.js';
import { nameOf, startScripted, type Scripted } from './scripted.js';
import type { Command } from './wire.js';

const NOBODY = { ok: 1, value: null };
const JOB = { _id: 'j', kind: 'k', status: 'waiting', input: '{}', done: 0, actor: '{"kind":"cli"}', createdAtMs: 1 };
const WAITING: Command = { ...JOB, cancelRequested: false, leaseEndsAtMs: 0 };
const row = (number: number): StagedRow => ({ row: number, courseKey: 'c', effect: 'add', launches: 0, problems: [] });

describe('the Mongo store beside others', () => {
  let scripted: Scripted;
  let store: Store;

  const start = async (replicaSet = true): Promise<void> => {
    scripted = await startScripted({ replicaSet });
    store = await scripted.open();
    scripted.forget();
  };
  afterEach(() => scripted.close());
  const written = (): string[] =>
    scripted.sent
      .filter((command) => ['insert', 'update', 'delete', 'findAndModify'].includes(nameOf(command)))
      .filter((command) => command['findAndModify'] !== 'locks')
      .map((command) => `${nameOf(command)} ${String(command[nameOf(command)])}`);

  it('looks for the next job when another process took the one that it saw', async () => {
    await start();
    scripted.documents['jobs'] = [WAITING];
    let refused = 0;
    scripted.answer.callsFake((command) => {
      if (command['findAndModify'] !== 'jobs' || refused > 0) return undefined;
      refused += 1;
      scripted.documents['jobs'] = [{ ...WAITING, _id: 'next' }];
      return NOBODY;
    });
    const job = await store.jobs.claim({ holder: 'me', kinds: ['k'], lifeMs: 5 }, NOW_MS);
    assert.deepEqual([job?.id, job?.status], ['next', 'running']);
  });

  it('tells who runs a job that it is lost, and that somebody asked to stop', async () => {
    await start();
    const progress = () => store.jobs.progress({ id: 'j', holder: 'me', done: 1, lifeMs: 5 }, NOW_MS);
    scripted.documents['jobs'] = [{ ...WAITING, holder: 'me', cancelRequested: true }];
    assert.equal(await progress(), 'cancel');
    scripted.documents['jobs'] = [{ ...WAITING, _id: 'another' }];
    assert.equal(await progress(), 'lost');
    assert.equal(await store.jobs.finish({ id: 'j', holder: 'me', status: 'done' }, NOW_MS), false);
  });

  it('audits no cancelling of a job that another process took or ended meanwhile', async () => {
    await start(false);
    scripted.documents['jobs'] = [WAITING];
    scripted.answer.callsFake((command) => (command['findAndModify'] === 'jobs' ? NOBODY : undefined));
    await assertCode('STORE_BUSY', () => store.jobs.requestCancel('j', ADMIN, NOW_MS));
    assert.deepEqual(written(), ['findAndModify jobs']);
  });

  it('adds no row to a set that is not being read', async () => {
    await start();
    await assertCode('STORE_CONFLICT', () => store.stagedChanges.append('x', [row(1)], { done: 1 }, NOW_MS));
    assert.deepEqual(written(), []);
  });

  for (const replicaSet of [true, false]) {
    it(`refuses a chunk that comes again before it writes anything (transactions: ${replicaSet})`, async () => {
      await start(replicaSet);
      scripted.documents['stagedSets'] = [{ _id: 'x' }];
      scripted.documents['stagedRows'] = [{ _id: '["x","2"]' }];
      const append = (rows: StagedRow[]) => store.stagedChanges.append('x', rows, { done: 1 }, NOW_MS);
      await assertCode('STORE_CONFLICT', () => append([row(1), row(2)]));
      await assertCode('STORE_CONFLICT', () => append([row(1), row(1)]));
      assert.deepEqual(written(), []);
    });
  }

  it('counts rows after they are there where nothing is done as one', async () => {
    await start(false);
    scripted.documents['stagedSets'] = [{ _id: 'x' }];
    await store.stagedChanges.append('x', [row(1), row(2)], { done: 2 }, NOW_MS);
    assert.deepEqual(written(), ['insert stagedRows', 'findAndModify stagedSets']);
  });

  it('changes the status of a set, and writes notes, in turn with commands of others', async () => {
    await start(false);
    const locks = (): string[] => scripted.sent.filter((command) => command['findAndModify'] === 'locks').map(lineOf);
    await store.stagedChanges.setStatus('x', { from: 'reading', to: 'ready' }, NOW_MS).catch(() => undefined);
    assert.equal(locks().length, 2);
    scripted.forget();
    await store.audit.note({ atMs: NOW_MS, actor: ADMIN, action: 'admin.sign-in', target: 'ada' });
    assert.equal(locks().length, 2);
    assert.deepEqual(written(), ['insert audit'], 'the change number stays');
  });

  it('reads a course again to which somebody else added a deployment', async () => {
    await start();
    scripted.documents['tenants'] = [known.tenant];
    scripted.documents['courses'] = [known.course];
    let missed = 0;
    scripted.answer.callsFake((command) => {
      if (command['update'] !== 'courses' || missed > 0) return undefined;
      missed += 1;
      scripted.documents['courses'] = [known.placed];
      return { ok: 1, n: 0 };
    });
    const seenIn = { platformId: PLATFORM, deploymentId: 'e' };
    await store.courses.noteSeen([aSeenCourse(TENANT, { seenIn })]);
    const updates = scripted.sent.filter((command) => nameOf(command) === 'update');
    const told = updates.map(({ updates: parts }) => {
      const [first] = parts as { u: { $set: Command } }[];
      return first?.u.$set['seenIn'];
    });
    assert.deepEqual(told, [['["p","e"]'], ['["p","d"]', '["p","e"]']]);
  });
});
